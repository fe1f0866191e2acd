//! The form for a relation: first which two, then how they stand and what becomes of each code.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use varde_core::{CataloguePath, FieldProblem, Problem as _};
use varde_web::{
    Failure, Form, Visit,
    ui::{Choice, Link},
};

use super::{
    HOME, crumbs, query,
    shown::{One, Words},
};
use crate::{
    Form as Two, Harmonisation, HarmonisationError, NewRelation, Version,
    code::{self, CodeMatch},
    concept::{Represented, RepresentedId},
    relation::{self, RelationKind, Target},
};

/// What a code's field says when it becomes nothing.
const NOTHING: &str = "-";

#[derive(Template)]
#[template(path = "harmonisation/choose.html")]
struct ChoosePage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    represented: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "harmonisation/propose.html")]
struct ProposePage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    /// The one that the relation starts from, and the other.
    two: [One; 2],
    kinds: Vec<Choice>,
    codes: Vec<(String, String)>,
    choices: Vec<Choice>,
    /// Why codes cannot be mapped; empty when they can or there are none.
    uncoded: String,
}

/// The two that a form names: `fra`, and `til` or `til_felles`.
fn named(form: &Form) -> Result<(CataloguePath, Target), Vec<FieldProblem>> {
    let from = relation::variable(form.value("fra").trim());
    let other = form.given("til_felles").unwrap_or_else(|| form.value("til"));
    let to = other.trim().parse::<Target>().ok();
    match (from, to) {
        (Some(from), Some(to)) => Ok((from, to)),
        (from, to) => {
            let from = from.is_none().then(|| FieldProblem::new("fra", "harmonisation-error-variable"));
            let to = to.is_none().then(|| FieldProblem::new("til", "harmonisation-error-target"));
            Err(from.into_iter().chain(to).collect())
        }
    }
}

/// `GET /harmonisering/forslag?fra=npr/contact/sex&til=mfr/birth/sex`.
pub(super) async fn show(
    State(service): State<Harmonisation>,
    visit: Visit,
    raw: RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let whole = form.given("fra").is_some() && (form.given("til").is_some() || form.given("til_felles").is_some());
    // Who has not chosen yet has done nothing wrong.
    if !whole && !form.has("valgt", "ja") {
        return choose(&service, &visit, form).await;
    }
    let (from, to) = match named(&form) {
        Ok(two) => two,
        Err(problems) => return choose(&service, &visit, form.with_problems(problems)).await,
    };
    match service.form(&visit.actor, &from, &to).await {
        Ok(two) => {
            let form = with_codes(form, &two).with("seen", two.seen.to_string());
            Ok(propose_page(&visit, form, &two))
        }
        Err(HarmonisationError::NotFound) => {
            let problem = FieldProblem::new("fra", "harmonisation-error-not-there");
            choose(&service, &visit, form.with_problems([problem])).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn choose(service: &Harmonisation, visit: &Visit, form: Form) -> Result<Response, Failure> {
    service.check_proposes(&visit.actor).await?;
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let bench = service.workbench(&visit.actor, None).await?;
    let represented = bench.concepts.iter().flat_map(|(concept, own)| {
        let name = visit.local(&concept.content.name).to_owned();
        own.iter().map(move |(one, _)| (name.clone(), one))
    });
    let choice = |(concept, one): (String, &Version<Represented, RepresentedId>)| {
        Choice::new(one.id.to_string(), format!("{concept}: {}", visit.local(&one.content.name)))
    };
    let page = ChoosePage { visit, crumbs: crumbs(visit), form, represented: represented.map(choice).collect() };
    Ok(visit.page_with(status, page))
}

/// The form with codes that are called the same put forward.
fn with_codes(form: Form, two: &Two) -> Form {
    let alike = code::proposed(&two.from.coding, &two.to.coding);
    two.from.coding.codes.iter().enumerate().fold(form, |form, (at, (value, _))| {
        let found = alike.iter().find(|one| one.code == *value).and_then(|one| one.to.as_deref());
        match found {
            Some(to) => form.with(&format!("kode-{at}"), format!("={to}")),
            None => form,
        }
    })
}

fn propose_page(visit: &Visit, form: Form, two: &Two) -> Response {
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let kind = |kind: RelationKind| {
        let hint = visit.t_of("harmonisation-kind-means", kind.name());
        Choice::new(kind.name(), visit.t_of("harmonisation-kind", kind.name())).hint(hint)
    };
    let (own, other) = (&two.from.coding, &two.to.coding);
    let both = !own.codes.is_empty() && !other.codes.is_empty();
    let codes = own.codes.iter().enumerate().filter(|_| both);
    let nothing = Choice::new(NOTHING, visit.t("harmonisation-code-nothing"));
    let choice = |(value, text): &(String, varde_core::LocalisedText)| {
        Choice::new(format!("={value}"), format!("{value} {}", visit.local(text)))
    };
    let uncoded = if both || (!own.is_coded() && !other.is_coded()) {
        String::new()
    } else {
        super::shown::coverage(visit, &code::Coverage::of(own, other, &[])).0
    };
    let page = ProposePage {
        crumbs: crumbs(visit),
        two: [One::of(visit, &two.from), One::of(visit, &two.to)],
        kinds: RelationKind::ALL.map(kind).into(),
        codes: codes
            .map(|(at, (value, text))| (format!("kode-{at}"), format!("{value} {}", Words::of(visit, text).text)))
            .collect(),
        choices: std::iter::once(nothing).chain(other.codes.iter().map(choice)).collect(),
        uncoded,
        form,
        visit,
    };
    visit.page_with(status, page)
}

/// `POST /harmonisering/forslag`.
pub(super) async fn propose(
    State(service): State<Harmonisation>,
    visit: Visit,
    form: Form,
) -> Result<Response, Failure> {
    let (from, to) = match named(&form) {
        Ok(two) => two,
        Err(problems) => return choose(&service, &visit, form.with_problems(problems)).await,
    };
    let two = service.form(&visit.actor, &from, &to).await?;
    let outcome = match read(&form, &two, from, to) {
        Ok(new) => service.propose(&visit.actor, new).await,
        Err(problems) => Err(HarmonisationError::Invalid(problems)),
    };
    match outcome {
        Ok(id) => Ok(visit.see(&format!("{HOME}/relasjoner/{id}"))),
        Err(error @ HarmonisationError::Invalid(_)) => {
            Ok(propose_page(&visit, form.with_problems(error.fields()), &two))
        }
        Err(error) => Err(error.into()),
    }
}

fn read(form: &Form, two: &Two, from: CataloguePath, to: Target) -> Result<NewRelation, Vec<FieldProblem>> {
    let seen = form.value("seen").parse().ok();
    let field = |at: usize| form.value(&format!("kode-{at}")).to_owned();
    let codes = two.from.coding.codes.iter().enumerate().filter_map(|(at, (value, _))| {
        let to = match field(at).as_str() {
            "" => return None,
            NOTHING => None,
            other => Some(other.strip_prefix('=').unwrap_or(other).to_owned()),
        };
        Some(CodeMatch { code: value.clone(), to })
    });
    let codes = codes.collect();
    let mut problems: Vec<FieldProblem> =
        crate::model::text::check("reason", form.value("reason"), crate::model::text::LONG).into_iter().collect();
    let kind = RelationKind::from_name(form.value("relasjon"));
    if kind.is_none() {
        problems.insert(0, FieldProblem::new("relasjon", "harmonisation-error-kind"));
    }
    match kind {
        Some(kind) if problems.is_empty() => Ok(NewRelation {
            from,
            to,
            kind,
            codes,
            transformation: form.value("transformation").to_owned(),
            reason: form.value("reason").to_owned(),
            // A form without what was seen is none of ours: what it is about may have changed.
            seen: seen.or(Some(varde_core::Digest::of(b""))),
        }),
        _ => Err(problems),
    }
}
