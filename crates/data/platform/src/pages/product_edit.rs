//! Writing a product's declaration: in fields, or as JSON for who has it. Nothing that was typed is lost on the
//! way: what cannot be read or saved comes back as it was sent, with what is wrong beside it.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::{CataloguePath, Digest, FieldProblem};
use varde_permit::{Aggregate, Granularity, form as part};
use varde_web::{
    Failure, Form, Visit,
    ui::{Choice, Link},
};

use super::{
    product_form,
    products::{HERE, Named, OfProduct, crumbs, granularity_words, see},
};
use crate::{
    Offered, OfferedVariable, Platform, PlatformError,
    product::{Declaration, Flaw},
};

/// What a declaration begins as that is written as JSON.
const EXAMPLE: &str = include_str!("../product/example.json");

/// How finely values can be made, as far as their kind allows.
const GRANULARITIES: [Granularity; 13] = [
    Granularity::AsIs,
    Granularity::Month,
    Granularity::Year,
    Granularity::RelativeDays,
    Granularity::Band(5),
    Granularity::Band(10),
    Granularity::Rounded(10),
    Granularity::Rounded(100),
    Granularity::Rounded(1_000),
    Granularity::Prefix(1),
    Granularity::Prefix(2),
    Granularity::Prefix(3),
    Granularity::Prefix(4),
];

/// The fields of the index date: folded away while nobody uses them.
const INDEX_FIELDS: [&str; 10] = [
    "index",
    "index_day",
    "index_variable",
    "index_codes",
    "index_from",
    "index_until",
    "index_times",
    "index_apart",
    "age_from",
    "age_until",
];

/// One column of the form.
struct Row {
    place: usize,
    /// What it is called in the heading of its fields.
    name: String,
    variables: Vec<Choice>,
    granularities: Vec<Choice>,
    having: Vec<Choice>,
    /// Whether what is seldom asked of a column is shown unfolded.
    open: bool,
}

/// What can be chosen in the fields.
struct Fields {
    /// The datasets that are chosen, and those that can be.
    sources: Vec<Choice>,
    more: Vec<Choice>,
    cohorts: Vec<Choice>,
    code_variables: Vec<Choice>,
    indices: Vec<Choice>,
    index_open: bool,
    variables: Vec<Choice>,
    aggregates: Vec<Choice>,
    rows: Vec<Row>,
    event_dates: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "product/edit.html")]
struct EditPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    /// The product that is changed; none for a new one.
    product: Option<CataloguePath>,
    /// What is wrong with what was sent, or with the draft.
    flaws: Vec<Flaw>,
    /// None where the declaration is changed as JSON.
    fields: Option<Fields>,
    /// Whether that is because the fields cannot say what it says.
    cannot: bool,
}

impl EditPage<'_> {
    fn title(&self) -> String {
        match &self.product {
            Some(product) => self.visit.t_with("product-edit", &[("dataset", product.as_str().into())]),
            None => self.visit.t("product-new"),
        }
    }

    /// Whether the JSON is what somebody works with.
    fn document_open(&self) -> bool {
        self.fields.is_none() || self.form.error("document").is_some()
    }
}

/// `GET /register/produkter/ny`.
pub(super) async fn new(visit: Visit, State(platform): State<Arc<Platform>>) -> Result<Response, Failure> {
    let form = Form::new().with("cohort", "everyone").with("index", "none");
    Ok(visit.page(fields_page(&visit, &platform, form, Vec::new()).await?))
}

/// `GET /register/produkter/{source}/{dataset}/utkast`: the draft, or what is in force, with what is wrong with it.
pub(super) async fn edit((visit, State(platform), Named(dataset)): OfProduct) -> Result<Response, Failure> {
    let view = platform.product(&visit.actor, &dataset).await?;
    let seen = view.record.draft().map(|draft| draft.digest.to_string()).unwrap_or_default();
    let Some(version) = view.record.draft().or_else(|| view.record.shown()) else { return Err(Failure::not_found()) };
    let about = |form: Form| {
        let form = form.with("product", dataset.as_str()).with("seen", seen.as_str());
        form.with("document", version.declaration.written())
    };
    let Some(form) = product_form::to_form(&version.declaration) else {
        let page = document_page(&visit, about(Form::new()), view.flaws);
        return Ok(visit.page(EditPage { cannot: true, ..page }));
    };
    let problems = product_form::problems(&view.flaws, &form);
    Ok(visit.page(fields_page(&visit, &platform, about(form).with_problems(problems), view.flaws).await?))
}

/// `POST /register/produkter/ny`: a new product, or another draft of one, in fields or as JSON.
pub(super) async fn save(visit: Visit, State(platform): State<Arc<Platform>>, form: Form) -> Result<Response, Failure> {
    if form.value("by") == "fields" {
        save_fields(&visit, &platform, &form).await
    } else {
        save_document(&visit, &platform, form).await
    }
}

async fn save_fields(visit: &Visit, platform: &Platform, sent: &Form) -> Result<Response, Failure> {
    let form = product_form::changed(sent);
    if sent.value("then") != "save" {
        return Ok(visit.page(fields_page(visit, platform, form, Vec::new()).await?));
    }
    let declaration = match product_form::from_form(&form) {
        Ok(declaration) => declaration,
        Err(unread) => {
            let page = fields_page(visit, platform, form.with_problems(unread.problems), unread.flaws).await?;
            return Ok(visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, page));
        }
    };
    let (form, flaws) = match platform.draft_product(&visit.actor, &declaration.written(), seen(&form)).await {
        Ok((record, flaws)) if flaws.is_empty() => return Ok(see(visit, &record.dataset)),
        // It is saved; what is wrong is told beside the fields of the draft.
        Ok((record, _)) => return Ok(visit.see(&format!("{HERE}/{}/utkast", record.dataset))),
        Err(PlatformError::Declaration(flaws)) => {
            let problems = product_form::problems(&flaws, &form);
            (form.with_problems(problems), flaws)
        }
        Err(PlatformError::Changed) => {
            (seen_now(visit, platform, form, &declaration.dataset, "name_nb").await?, Vec::new())
        }
        Err(error) => return Err(error.into()),
    };
    Ok(visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, fields_page(visit, platform, form, flaws).await?))
}

async fn save_document(visit: &Visit, platform: &Platform, form: Form) -> Result<Response, Failure> {
    let text = form.value("document").to_owned();
    let (form, flaws) = match platform.draft_product(&visit.actor, &text, seen(&form)).await {
        Ok((record, _)) => return Ok(see(visit, &record.dataset)),
        Err(PlatformError::Declaration(flaws)) => {
            (form.with_problems([FieldProblem::new("document", "product-error-document")]), flaws)
        }
        Err(PlatformError::Changed) => {
            // It was read well before it was found to have changed.
            let dataset = Declaration::read(&text).map_err(|flaw| PlatformError::Declaration(vec![flaw]))?.dataset;
            (seen_now(visit, platform, form, &dataset, "document").await?, Vec::new())
        }
        Err(error) => return Err(error.into()),
    };
    Ok(visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, document_page(visit, form, flaws)))
}

/// What the draft was when it was read, where there was one.
fn seen(form: &Form) -> Option<Digest> {
    form.value("seen").parse().ok()
}

/// The form as somebody sent it who did not know that another has changed the draft: now they do, and saving
/// once more puts theirs in its place.
async fn seen_now(
    visit: &Visit,
    platform: &Platform,
    form: Form,
    dataset: &CataloguePath,
    field: &str,
) -> Result<Form, PlatformError> {
    let record = platform.product(&visit.actor, dataset).await?.record;
    let seen = record.draft().map(|draft| draft.digest.to_string()).unwrap_or_default();
    let form = Form::of(form.pairs().filter(|(name, _)| *name != "seen")).with("seen", seen);
    Ok(form.with_problems([FieldProblem::new(field, "product-error-changed")]))
}

/// The page with the declaration as JSON alone.
fn document_page(visit: &Visit, form: Form, flaws: Vec<Flaw>) -> EditPage<'_> {
    let product = form.value("product").parse().ok();
    EditPage { visit, crumbs: crumbs(visit), form, product, flaws, fields: None, cannot: false }
}

async fn fields_page<'a>(
    visit: &'a Visit,
    platform: &Platform,
    form: Form,
    flaws: Vec<Flaw>,
) -> Result<EditPage<'a>, PlatformError> {
    let chosen: Vec<CataloguePath> = form.all("sources").iter().filter_map(|source| source.parse().ok()).collect();
    let offered = platform.offered_to_products(&visit.actor, &chosen).await?;
    let fields = Some(fields(visit, &form, &offered));
    // Who goes over to JSON goes on with what the fields say.
    let form = if form.given("document").is_some() {
        form
    } else {
        let said = product_form::from_form(&form).map_or_else(|_| EXAMPLE.to_owned(), |said| said.written());
        form.with("document", said)
    };
    Ok(EditPage { fields, ..document_page(visit, form, flaws) })
}

fn fields(visit: &Visit, form: &Form, offered: &Offered) -> Fields {
    let path = |path: &str| Choice::new(path, path);
    let event = part::WHICH.iter().map(|(name, _)| *name);
    let indices = ["none"].into_iter().chain(event).chain(["day"]);
    let made = std::iter::once("rows").chain(Aggregate::ALL.into_iter().map(Aggregate::name));
    let rows: Vec<Row> = product_form::places(form).into_iter().map(|place| row(visit, form, offered, place)).collect();
    Fields {
        sources: form.all("sources").iter().map(|source| path(source)).collect(),
        more: offered
            .datasets
            .iter()
            .filter(|dataset| !form.has("sources", dataset.as_str()))
            .map(|dataset| path(dataset.as_str()))
            .collect(),
        cohorts: ["everyone", "code", "other"].map(|name| Choice::new(name, visit.t_of("product-cohort", name))).into(),
        code_variables: variables(visit, offered, |one| one.is_code),
        indices: indices.map(|name| Choice::new(name, visit.t_of("product-index", name))).collect(),
        index_open: in_use(form, &INDEX_FIELDS),
        variables: variables(visit, offered, |_| true),
        aggregates: made.map(|name| Choice::new(name, visit.t_of("product-made", name))).collect(),
        event_dates: rows.iter().map(|row| Choice::new(row.place.to_string(), &row.name)).collect(),
        rows,
    }
}

fn row(visit: &Visit, form: &Form, offered: &Offered, place: usize) -> Row {
    let field = |name: &str| format!("{name}_{place}");
    let variable = form.value(&field("variable"));
    let known = offered.variables.iter().find(|one| one.path.as_str() == variable);
    let mut all = variables(visit, offered, |_| true);
    if known.is_none() && !variable.is_empty() {
        all.push(Choice::new(variable, variable));
    }
    let chosen = part::granularity_from_code(form.value(&field("granularity")));
    let fits = |one: &Granularity| known.is_none_or(|known| one.fits(known.values)) || Some(*one) == chosen;
    let other = chosen.filter(|one| !GRANULARITIES.contains(one));
    let granularities = GRANULARITIES.into_iter().filter(fits).chain(other);
    let dataset = known.and_then(|known| known.path.parent());
    let beside = |one: &OfferedVariable| one.is_code && one.path.parent() == dataset;
    let none = Choice::new("none", visit.t("product-having-none"));
    let name = Some(form.value(&field("name"))).filter(|name| !name.is_empty()).unwrap_or(variable);
    let seldom = ["window_from", "window_until", "having", "having_codes", "label_nb", "label_nn", "label_en"];
    let seldom = seldom.map(field);
    Row {
        place,
        name: name.to_owned(),
        variables: all,
        granularities: granularities
            .map(|one| Choice::new(part::granularity_code(one), granularity_words(visit, one)))
            .collect(),
        having: std::iter::once(none).chain(variables(visit, offered, beside)).collect(),
        open: in_use(form, &seldom.each_ref().map(String::as_str)),
    }
}

/// The variables of the chosen datasets, with what they are called.
fn variables(visit: &Visit, offered: &Offered, which: impl Fn(&OfferedVariable) -> bool) -> Vec<Choice> {
    let choice = |one: &OfferedVariable| {
        let (path, label) = (one.path.as_str(), visit.local(&one.label));
        let text = if label.is_empty() { path.to_owned() } else { format!("{label} ({path})") };
        Choice::new(path, text)
    };
    offered.variables.iter().filter(|one| which(one)).map(choice).collect()
}

/// Whether a part of the form that is folded away holds something, or something wrong.
fn in_use(form: &Form, fields: &[&str]) -> bool {
    fields.iter().any(|field| form.error(field).is_some() || !matches!(form.value(field), "" | "none"))
}
