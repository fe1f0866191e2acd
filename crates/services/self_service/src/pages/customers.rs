//! One organisation in the connection test of a client for all: what is lacking with it, and who does it.

use serde::Deserialize;
use varde_core::{FieldProblem, identifier::OrganisationNumber};
use varde_web::{Form, Visit, ui::Tone};

use super::shown::{self, ScopeRow};
use crate::{ConnectionTest, Customer, SelfService, SelfServiceError, Standing};

/// The name of the field for the organisation's number.
const FIELD: &str = "virksomhet";

/// Which organisation is looked up.
#[derive(Deserialize)]
pub(super) struct Asked {
    virksomhet: Option<String>,
}

/// How the client stands with one organisation.
pub(super) struct CustomerView {
    pub(super) name: String,
    pub(super) good: bool,
    pub(super) rows: Vec<CustomerRow>,
}

pub(super) struct CustomerRow {
    pub(super) row: ScopeRow,
    pub(super) resource: String,
}

impl CustomerView {
    pub(super) fn tone(&self) -> Tone {
        if self.good { Tone::Success } else { Tone::Warning }
    }

    /// What is said first, as the text's key.
    pub(super) fn verdict(&self) -> &'static str {
        if self.good { "self_service-customer-good" } else { "self_service-customer-lacks" }
    }

    pub(super) fn verdict_text(&self) -> &'static str {
        if self.good { "self_service-customer-good-text" } else { "self_service-customer-lacks-text" }
    }
}

/// The organisation that was asked about, as far as there is one; and the form, with what is wrong in it.
pub(super) async fn looked_up(
    service: &SelfService,
    visit: &Visit,
    test: &ConnectionTest,
    asked: Asked,
) -> Result<(Form, Option<CustomerView>), SelfServiceError> {
    let number = asked.virksomhet.unwrap_or_default();
    let form = Form::new().with(FIELD, number.clone());
    if test.customers.is_none() || number.trim().is_empty() {
        return Ok((Form::new(), None));
    }
    let wrong = |form: Form| form.with_problems([FieldProblem::new(FIELD, "self_service-error-organisation")]);
    let digits: String = number.chars().filter(|letter| !letter.is_whitespace()).collect();
    let Ok(number) = digits.parse::<OrganisationNumber>() else { return Ok((wrong(Form::new()), None)) };
    match service.customer(&visit.actor, test.view.client.id, number).await {
        Ok(customer) => Ok((form, Some(view(visit, &customer)))),
        Err(SelfServiceError::NoSuchOrganisation) => Ok((wrong(form), None)),
        Err(error) => Err(error),
    }
}

fn view(visit: &Visit, customer: &Customer) -> CustomerView {
    let row = |one: &crate::CustomerScope| {
        let why = one.status.why.map(|why| visit.t_of("self_service-customer-why", why.name()));
        let row = ScopeRow { why: why.unwrap_or_default(), ..shown::scope_row(visit, &one.status) };
        CustomerRow { row, resource: one.resource.clone().unwrap_or_default() }
    };
    CustomerView {
        name: customer.organisation.name.clone(),
        good: customer.scopes.iter().all(|one| one.status.standing == Standing::Ok),
        rows: customer.scopes.iter().map(row).collect(),
    }
}
