//! Forms about keys, on the page of a configuration.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::FieldProblem;
use varde_web::{Failure, Form, Id, Visit};

use super::{client, shown, system::beside};
use crate::{ClientId, SelfService, SelfServiceError};

/// `POST /klienter/klient/{id}/nokler`: a public key as JSON. What was posted is not shown again: it
/// may have been a private one.
pub(super) async fn add(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<ClientId>,
    form: Form,
) -> Result<Response, Failure> {
    let outcome = service.add_key(&visit.actor, id, form.value("_jwk").as_bytes()).await;
    let key = match &outcome {
        Err(SelfServiceError::PrivateKey) => "problem-self_service-private_key",
        Err(SelfServiceError::Key(_)) => "self_service-error-key",
        Err(SelfServiceError::TooManyKeys) => "problem-self_service-too_many_keys",
        Err(SelfServiceError::KeyNameTaken) => "problem-self_service-key_name_taken",
        _ => "",
    };
    match outcome {
        Err(error) if !key.is_empty() => {
            let private = matches!(error, SelfServiceError::PrivateKey);
            again(&service, &visit, id, &beside("_jwk", key), private).await
        }
        outcome => done(&visit, id, outcome),
    }
}

/// `POST /klienter/klient/{id}/nokler/fjern`.
pub(super) async fn remove(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<ClientId>,
    form: Form,
) -> Result<Response, Failure> {
    done(&visit, id, service.remove_key(&visit.actor, id, form.value("kid")).await)
}

/// `POST /klienter/klient/{id}/adresse`.
pub(super) async fn set_address(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<ClientId>,
    form: Form,
) -> Result<Response, Failure> {
    match service.set_address(&visit.actor, id, form.value("address")).await {
        Err(SelfServiceError::Address(problem)) => {
            again(&service, &visit, id, &form.with_problems([problem]), false).await
        }
        outcome => done(&visit, id, outcome),
    }
}

/// `POST /klienter/klient/{id}/adresse/les`.
pub(super) async fn read_address(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<ClientId>,
) -> Result<Response, Failure> {
    match service.read_address(&visit.actor, id).await {
        // What is wrong stands at the address from now on.
        Err(SelfServiceError::Address(FieldProblem { .. })) => Ok(visit.see(&shown::client_path(id))),
        outcome => done(&visit, id, outcome),
    }
}

/// `POST /klienter/klient/{id}/adresse/fjern`.
pub(super) async fn remove_address(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<ClientId>,
) -> Result<Response, Failure> {
    done(&visit, id, service.remove_address(&visit.actor, id).await)
}

fn done<T>(visit: &Visit, id: ClientId, outcome: Result<T, SelfServiceError>) -> Result<Response, Failure> {
    outcome?;
    Ok(visit.see(&shown::client_path(id)))
}

async fn again(
    service: &SelfService,
    visit: &Visit,
    id: ClientId,
    form: &Form,
    private_key: bool,
) -> Result<Response, Failure> {
    let view = service.client(&visit.actor, id).await?;
    Ok(client::page(visit, &view, form, private_key, StatusCode::UNPROCESSABLE_ENTITY))
}
