//! Giving a right, a page for each step: find it, check it, find the supplier, look it over.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use varde_core::{Problem as _, identifier::OrganisationNumber};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Link, Step, StepState},
};

use super::{crumbs, home, query, shown::Described, written};
use crate::{DelegationError, Delegations, Fault, KnownOrganisation, Prepared, ResourceId, Right};

/// The steps, in their order.
const STEPS: [&str; 4] =
    ["delegation-step-search", "delegation-step-right", "delegation-step-supplier", "delegation-step-look-over"];

/// Where one is, with links to the steps behind.
fn steps(visit: &Visit, current: usize, behind: &[String]) -> Vec<Step> {
    let step = |(at, key): (usize, &&str)| Step {
        label: visit.t(key),
        href: behind.get(at).cloned().filter(|_| at < current),
        state: match at.cmp(&current) {
            std::cmp::Ordering::Less => StepState::Done,
            std::cmp::Ordering::Equal => StepState::Current,
            std::cmp::Ordering::Greater => StepState::Ahead,
        },
    };
    STEPS.iter().enumerate().map(step).collect()
}

/// The addresses of the steps for an organisation and a resource.
fn addresses(number: OrganisationNumber, resource: &ResourceId) -> [String; 3] {
    let search = format!("{}/gi", home(number));
    let right = format!("{search}/{resource}");
    let supplier = format!("{right}/til");
    [search, right, supplier]
}

#[derive(Template)]
#[template(path = "delegation/search.html")]
struct SearchPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    steps: Vec<Step>,
    address: String,
    home: String,
    words: String,
    found: Vec<Described>,
}

/// `GET /delegering/{number}/gi?q=helseid`.
pub(super) async fn search(
    visit: Visit,
    State(service): State<Delegations>,
    Id(number): Id<OrganisationNumber>,
    raw: RawQuery,
) -> Result<Response, Failure> {
    let organisation = service.party(&visit.actor, number).await?;
    let words = query(raw).value("q").to_owned();
    let found = service.search(&words, visit.language).await?;
    Ok(visit.page(SearchPage {
        crumbs: crumbs(&visit, &organisation),
        steps: steps(&visit, 0, &[]),
        address: format!("{}/gi", home(number)),
        home: home(number),
        found: found.into_iter().map(|one| Described::of(&visit, one)).collect(),
        words,
        visit: &visit,
    }))
}

#[derive(Template)]
#[template(path = "delegation/right.html")]
struct RightPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    steps: Vec<Step>,
    from: KnownOrganisation,
    resource: Described,
    back: String,
    next: String,
}

/// `GET /delegering/{number}/gi/{resource}`: is this the right one? Whoever may not give it reads why
/// here, before they look for a supplier.
pub(super) async fn right(
    visit: Visit,
    State(service): State<Delegations>,
    Id((number, resource)): Id<(OrganisationNumber, ResourceId)>,
) -> Result<Response, Failure> {
    let offer = service.offer(&visit.actor, number, &resource).await?;
    let [back, here, next] = addresses(number, &resource);
    Ok(visit.page(RightPage {
        crumbs: crumbs(&visit, &offer.from),
        steps: steps(&visit, 1, &[back.clone(), here]),
        from: offer.from,
        resource: Described::of(&visit, offer.resource),
        back,
        next,
        visit: &visit,
    }))
}

#[derive(Template)]
#[template(path = "delegation/supplier.html")]
struct SupplierPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    steps: Vec<Step>,
    form: Form,
    title: String,
    address: String,
    back: String,
    /// Whose number was written.
    found: Option<KnownOrganisation>,
    /// The main unit of the sub unit whose number was written.
    main: Option<KnownOrganisation>,
}

/// `GET /delegering/{number}/gi/{resource}/til?to=999888777`.
pub(super) async fn supplier(
    visit: Visit,
    State(service): State<Delegations>,
    Id((number, resource)): Id<(OrganisationNumber, ResourceId)>,
    raw: RawQuery,
) -> Result<Response, Failure> {
    let offer = service.offer(&visit.actor, number, &resource).await?;
    let form = query(raw);
    let (mut found, mut main, mut fault) = (None, None, None);
    if let Some(text) = form.given("to") {
        match wanted(&service, &visit, &resource, number, text).await {
            Ok(prepared) => found = Some(prepared.to),
            Err(DelegationError::Fault(wrong)) => {
                if let Fault::ToSubUnit { main: above } = wrong {
                    main = service.organisation(above).await?;
                }
                fault = Some(wrong);
            }
            Err(other) => return Err(other.into()),
        }
    }
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let [search, right, address] = addresses(number, &resource);
    let page = SupplierPage {
        crumbs: crumbs(&visit, &offer.from),
        steps: steps(&visit, 2, &[search, right.clone()]),
        title: visit.local(&offer.resource.resource.title).to_owned(),
        form: form.with_problems(fault.map(Fault::field)),
        address,
        back: right,
        found,
        main,
        visit: &visit,
    };
    Ok(visit.page_with(status, page))
}

async fn wanted(
    service: &Delegations,
    visit: &Visit,
    resource: &ResourceId,
    from: OrganisationNumber,
    text: &str,
) -> Result<Prepared, DelegationError> {
    let to = written(text).ok_or(Fault::NotANumber)?;
    service.prepare(&visit.actor, &Right { resource: resource.clone(), from, to }).await
}

#[derive(Template)]
#[template(path = "delegation/look_over.html")]
struct LookOverPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    steps: Vec<Step>,
    form: Form,
    from: KnownOrganisation,
    to: KnownOrganisation,
    resource: Described,
    address: String,
    back: String,
    cancel: String,
}

/// `GET /delegering/{number}/gi/{resource}/til/{supplier}`.
pub(super) async fn look_over(
    visit: Visit,
    State(service): State<Delegations>,
    Id((from, resource, to)): Id<(OrganisationNumber, ResourceId, OrganisationNumber)>,
) -> Result<Response, Failure> {
    look_over_page(&service, &visit, &Right { resource, from, to }, Form::new(), StatusCode::OK).await
}

async fn look_over_page(
    service: &Delegations,
    visit: &Visit,
    right: &Right,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let prepared = service.prepare(&visit.actor, right).await?;
    let [search, check, supplier] = addresses(right.from, &right.resource);
    let back = format!("{supplier}?to={}", right.to);
    let page = LookOverPage {
        crumbs: crumbs(visit, &prepared.from),
        steps: steps(visit, 3, &[search, check, back.clone()]),
        address: format!("{supplier}/{}", right.to),
        cancel: home(right.from),
        from: prepared.from,
        to: prepared.to,
        resource: Described::of(visit, prepared.resource),
        back,
        form,
        visit,
    };
    Ok(visit.page_with(status, page))
}

/// `POST /delegering/{number}/gi/{resource}/til/{supplier}`.
pub(super) async fn give(
    visit: Visit,
    State(service): State<Delegations>,
    Id((from, resource, to)): Id<(OrganisationNumber, ResourceId, OrganisationNumber)>,
    form: Form,
) -> Result<Response, Failure> {
    let right = Right { resource, from, to };
    if form.value("confirmed") != "yes" {
        let form = form.with_problems(DelegationError::NotConfirmed.fields());
        return look_over_page(&service, &visit, &right, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let given = service.grant(&visit.actor, &right).await?;
    Ok(visit.see(&format!("{}/{}?gitt=ja", home(from), given.id)))
}
