//! Data products: what they are, how they stand to their sources, what is done with them.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::{CataloguePath, Digest, FieldProblem};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Link, Tone},
};

use super::answer;
use crate::{
    BuildState, Freshness, Platform, PlatformError, ProductRecord, ProductVersion, ProductView, VersionState,
    product::{Flaw, MadeColumn},
};

const HERE: &str = "/register/produkter";

/// What a new declaration begins as.
const EXAMPLE: &str = include_str!("../product/example.json");

type Address = (String, String);

/// The colour of how a product stands to its sources.
pub(super) const fn tone(freshness: Freshness) -> Tone {
    match freshness {
        Freshness::Current => Tone::Success,
        Freshness::Building | Freshness::ToApprove => Tone::Info,
        Freshness::Stale | Freshness::Waiting => Tone::Warning,
        Freshness::Failed | Freshness::Withdrawn => Tone::Danger,
        Freshness::NotInForce => Tone::Neutral,
    }
}

fn crumbs(visit: &Visit) -> Vec<Link> {
    vec![Link::new("/register", visit.t("platform-releases")), Link::new(HERE, visit.t("product-title"))]
}

fn path(source: &str, dataset: &str) -> Result<CataloguePath, Failure> {
    format!("{source}/{dataset}").parse().map_err(|_| Failure::not_found())
}

#[derive(Template)]
#[template(path = "product/list.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    products: Vec<(ProductRecord, Freshness)>,
}

/// `GET /register/produkter`.
pub(super) async fn list(visit: Visit, State(platform): State<Arc<Platform>>) -> Result<Response, Failure> {
    let products = platform.products(&visit.actor).await?;
    let crumbs = vec![Link::new("/register", visit.t("platform-releases"))];
    Ok(visit.page(ListPage { visit: &visit, crumbs, products }))
}

#[derive(Template)]
#[template(path = "product/product.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    view: ProductView,
}

impl Page<'_> {
    fn name(&self) -> String {
        let shown = self.view.record.shown();
        shown.map(|version| self.visit.local(&version.declaration.name).to_owned()).unwrap_or_default()
    }

    /// Where something is done with it.
    fn address(&self, what: &str) -> String {
        format!("{HERE}/{}/{what}", self.view.record.dataset)
    }

    fn shown(&self) -> Option<&ProductVersion> {
        self.view.record.shown()
    }

    fn draft(&self) -> Option<&ProductVersion> {
        self.view.record.draft()
    }

    fn asked(&self) -> bool {
        self.draft().is_some_and(|draft| draft.state == VersionState::Asked)
    }

    fn columns(&self, version: &ProductVersion) -> Vec<(MadeColumn, String)> {
        let columns = version.declaration.lineage(crate::engine::EDITION).columns;
        let how = |column: MadeColumn| {
            let how = told(self.visit, &column);
            (column, how)
        };
        columns.into_iter().map(how).collect()
    }

    fn build_tone(&self, state: &BuildState) -> Tone {
        match state {
            BuildState::Open => Tone::Info,
            BuildState::Done => Tone::Success,
            BuildState::Unchanged => Tone::Neutral,
            BuildState::Failed => Tone::Danger,
        }
    }
}

/// What is made of a column's variable, in words.
pub(super) fn told(visit: &Visit, column: &MadeColumn) -> String {
    let what = match column.measure.aggregate {
        Some(aggregate) => visit.t_of("product-made", aggregate.name()),
        None => visit.t("product-made-rows"),
    };
    match column.granularity {
        varde_permit::Granularity::AsIs => what,
        other => format!("{what} ({})", crate::engine::granularity::describe(other)),
    }
}

/// `GET /register/produkter/{source}/{dataset}`.
pub(super) async fn show(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id((source, dataset)): Id<Address>,
) -> Result<Response, Failure> {
    let page = page(&visit, &platform, &path(&source, &dataset)?, Form::new()).await?;
    Ok(visit.page(page))
}

async fn page<'a>(
    visit: &'a Visit,
    platform: &Platform,
    dataset: &CataloguePath,
    form: Form,
) -> Result<Page<'a>, PlatformError> {
    let view = platform.product(&visit.actor, dataset).await?;
    Ok(Page { visit, crumbs: crumbs(visit), form, view })
}

/// `POST /register/produkter/{source}/{dataset}/i-kraft`.
pub(super) async fn declare(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id((source, dataset)): Id<Address>,
) -> Result<Response, Failure> {
    let dataset = path(&source, &dataset)?;
    match platform.declare_product(&visit.actor, &dataset).await {
        // What is wrong stands on the page.
        Ok(_) | Err(PlatformError::Declaration(_)) => Ok(visit.see(&format!("{HERE}/{dataset}"))),
        Err(error) => Err(error.into()),
    }
}

/// `POST /register/produkter/{source}/{dataset}/samtykke`.
pub(super) async fn consent(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id((source, dataset)): Id<Address>,
    form: Form,
) -> Result<Response, Failure> {
    let dataset = path(&source, &dataset)?;
    // Versions begin at 1. What is none is refused by the use case, after the policy has been asked.
    let version = form.value("version").parse().unwrap_or(0);
    platform.consent_to_product(&visit.actor, &dataset, version).await?;
    Ok(visit.see(&format!("{HERE}/{dataset}")))
}

/// `POST /register/produkter/{source}/{dataset}/lag`.
pub(super) async fn build(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id((source, dataset)): Id<Address>,
) -> Result<Response, Failure> {
    let dataset = path(&source, &dataset)?;
    platform.want_product(&visit.actor, &dataset).await?;
    Ok(visit.see(&format!("{HERE}/{dataset}")))
}

/// `POST /register/produkter/{source}/{dataset}/avslutt`.
pub(super) async fn end(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id((source, dataset)): Id<Address>,
    form: Form,
) -> Result<Response, Failure> {
    let dataset = path(&source, &dataset)?;
    let done = platform.end_product(&visit.actor, &dataset, form.value("because")).await;
    let again = |problems| page(&visit, &platform, &dataset, form.with_problems(problems));
    answer(&visit, done, format!("{HERE}/{dataset}"), again).await
}

#[derive(Template)]
#[template(path = "product/edit.html")]
struct EditPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    /// The product that is changed; none for a new one.
    dataset: Option<CataloguePath>,
    /// What is wrong with what was sent.
    flaws: Vec<Flaw>,
}

impl EditPage<'_> {
    fn title(&self) -> String {
        match &self.dataset {
            Some(dataset) => self.visit.t_with("product-edit", &[("dataset", dataset.as_str().into())]),
            None => self.visit.t("product-new"),
        }
    }
}

/// `GET /register/produkter/ny`.
pub(super) async fn new(visit: Visit, State(platform): State<Arc<Platform>>) -> Result<Response, Failure> {
    platform.products(&visit.actor).await?;
    let form = Form::new().with("document", EXAMPLE);
    Ok(visit.page(EditPage { visit: &visit, crumbs: crumbs(&visit), form, dataset: None, flaws: Vec::new() }))
}

/// `GET /register/produkter/{source}/{dataset}/utkast`.
pub(super) async fn edit(
    visit: Visit,
    State(platform): State<Arc<Platform>>,
    Id((source, dataset)): Id<Address>,
) -> Result<Response, Failure> {
    let view = platform.product(&visit.actor, &path(&source, &dataset)?).await?;
    let text = view.record.draft().or_else(|| view.record.shown());
    let text = text.map(|version| version.declaration.written()).unwrap_or_default();
    let seen = view.record.draft().map(|draft| draft.digest.to_string()).unwrap_or_default();
    let form = Form::new().with("document", text).with("seen", seen);
    let dataset = Some(view.record.dataset);
    Ok(visit.page(EditPage { visit: &visit, crumbs: crumbs(&visit), form, dataset, flaws: view.flaws }))
}

/// `POST /register/produkter/ny`: a new product, or another draft of one.
pub(super) async fn save(visit: Visit, State(platform): State<Arc<Platform>>, form: Form) -> Result<Response, Failure> {
    let seen: Option<Digest> = form.value("seen").parse().ok();
    match platform.draft_product(&visit.actor, form.value("document"), seen).await {
        Ok((record, _)) => Ok(visit.see(&format!("{HERE}/{}", record.dataset))),
        Err(PlatformError::Declaration(flaws)) => {
            let form = form.with_problems(vec![FieldProblem::new("document", "product-error-document")]);
            let page = EditPage { visit: &visit, crumbs: crumbs(&visit), form, dataset: None, flaws };
            Ok(visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
        Err(error) => Err(error.into()),
    }
}
