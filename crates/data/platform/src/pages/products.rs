//! Data products: what they are, how they stand to their sources, what is done with them.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{FromRequestParts, State},
    http::request::Parts,
    response::Response,
};
use varde_core::CataloguePath;
use varde_permit::Granularity;
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Link, Tone},
};

use super::{answer, product_words};
use crate::{
    BuildState, Freshness, Platform, PlatformError, ProductRecord, ProductVersion, ProductView, VersionState,
    product::MadeColumn,
};

/// Where the products are.
pub(super) const HERE: &str = "/register/produkter";

/// The product that an address names: `…/{source}/{dataset}`.
pub(super) struct Named(pub(super) CataloguePath);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Id((source, dataset)) = Id::<(String, String)>::from_request_parts(parts, state).await?;
        format!("{source}/{dataset}").parse().map(Self).map_err(|_| Failure::not_found())
    }
}

/// What every handler about one product takes.
pub(super) type OfProduct = (Visit, State<Arc<Platform>>, Named);

/// On to the product's page.
pub(super) fn see(visit: &Visit, dataset: &CataloguePath) -> Response {
    visit.see(&format!("{HERE}/{dataset}"))
}

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

pub(super) fn crumbs(visit: &Visit) -> Vec<Link> {
    vec![Link::new("/register", visit.t("platform-releases")), Link::new(HERE, visit.t("product-title"))]
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

    fn whom(&self, version: &ProductVersion) -> Vec<String> {
        product_words::whom(self.visit, &version.declaration)
    }

    fn period(&self, version: &ProductVersion) -> String {
        product_words::period(self.visit, version.declaration.period)
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
        Granularity::AsIs => what,
        other => format!("{what}. {}", granularity_words(visit, other)),
    }
}

/// How finely, in words.
pub(super) fn granularity_words(visit: &Visit, granularity: Granularity) -> String {
    let (name, number) = match granularity {
        Granularity::AsIs => ("as_is", 0),
        Granularity::Month => ("month", 0),
        Granularity::Year => ("year", 0),
        Granularity::RelativeDays => ("relative_days", 0),
        Granularity::Shifted(days) => ("shifted", days),
        Granularity::Band(width) => ("band", width),
        Granularity::Rounded(to) => ("rounded", to),
        Granularity::Prefix(length) => ("prefix", length),
    };
    visit.t_with(&format!("product-granularity-{name}"), &[("number", i64::from(number).into())])
}

/// `GET /register/produkter/{source}/{dataset}`.
pub(super) async fn show((visit, State(platform), Named(dataset)): OfProduct) -> Result<Response, Failure> {
    let page = page(&visit, &platform, &dataset, Form::new()).await?;
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
pub(super) async fn declare((visit, State(platform), Named(dataset)): OfProduct) -> Result<Response, Failure> {
    match platform.declare_product(&visit.actor, &dataset).await {
        // What is wrong stands on the page.
        Ok(_) | Err(PlatformError::Declaration(_)) => Ok(see(&visit, &dataset)),
        Err(error) => Err(error.into()),
    }
}

/// `POST /register/produkter/{source}/{dataset}/samtykke`.
pub(super) async fn consent(
    (visit, State(platform), Named(dataset)): OfProduct,
    form: Form,
) -> Result<Response, Failure> {
    // Versions begin at 1. What is none is refused by the use case, after the policy has been asked.
    let version = form.value("version").parse().unwrap_or(0);
    platform.consent_to_product(&visit.actor, &dataset, version).await?;
    Ok(see(&visit, &dataset))
}

/// `POST /register/produkter/{source}/{dataset}/lag`.
pub(super) async fn build((visit, State(platform), Named(dataset)): OfProduct) -> Result<Response, Failure> {
    platform.want_product(&visit.actor, &dataset).await?;
    Ok(see(&visit, &dataset))
}

/// `POST /register/produkter/{source}/{dataset}/avslutt`.
pub(super) async fn end((visit, State(platform), Named(dataset)): OfProduct, form: Form) -> Result<Response, Failure> {
    let done = platform.end_product(&visit.actor, &dataset, form.value("because")).await;
    let again = |problems| page(&visit, &platform, &dataset, form.with_problems(problems));
    answer(&visit, done, format!("{HERE}/{dataset}"), again).await
}
