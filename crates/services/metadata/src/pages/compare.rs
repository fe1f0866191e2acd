//! Variables side by side. Which ones is in the address; what differs is said in words.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use varde_core::CataloguePath;
use varde_web::{Failure, Form, Visit, ui::Link};

use super::{
    Basket, Mark, Service, address, as_at,
    pager::{self, Pager},
    query,
    text::{Words, crumbs, facts, granularity, period},
};
use crate::{Code, CodeMatch, ComparedCode, Identification, VariableView, compare_codes};

/// The most variables that are compared.
pub(super) const MOST: usize = 6;
/// Codes on a page.
const CODES: i64 = 100;

#[derive(Template)]
#[template(path = "catalogue/compare.html")]
struct CompareTemplate<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    compared: Vec<Compared>,
    rows: Vec<Row>,
    codes: Vec<CodeRow>,
    pager: Pager,
    /// How many rows and codes differ, in words.
    summary: String,
    /// Only what differs is shown.
    only: bool,
    /// The address with everything, or with differences only: the other of the two.
    other: String,
    /// What was asked for and is not here.
    gone: Vec<String>,
    /// What was asked for beyond the most.
    beyond: Vec<String>,
    basket: Basket,
    day: Option<String>,
    most: usize,
    /// The paths that are compared, for the form that adds one.
    paths: Vec<String>,
    per: String,
}

/// A variable that is compared.
struct Compared {
    path: String,
    href: String,
    name: Words,
    place: String,
    /// The address without it.
    without: String,
    mark: &'static str,
}

/// A property of the variables.
struct Row {
    name: String,
    values: Vec<String>,
    same: bool,
}

/// A code of the variables.
struct CodeRow {
    value: String,
    texts: Vec<Option<(Words, String)>>,
    difference: String,
    same: bool,
}

/// `GET /katalog/sammenlign?v=npr/contact/sex&v=mfr/birth/sex&vis=ulike&per=2024-01-31&side=2`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let as_at = as_at(&form);
    let (wanted, mut gone) = wanted(&form);
    let (compared, beyond) = wanted.split_at(wanted.len().min(MOST));
    let views = service.variables(&visit.actor, compared, as_at).await?;
    let missing = compared.iter().filter(|path| !views.iter().any(|view| view.variable.path == **path));
    gone.extend(missing.map(ToString::to_string));
    let basket = Basket::of(&visit, &service).await?;
    let day = as_at.valid.unwrap_or_else(|| visit.clock().today());
    let (rows, lists) = (rows(&visit, &views, day), codes_of(&views, day));
    let all = compare_codes(&lists);
    let only = form.has("vis", "ulike");
    let different = all.iter().filter(|code| code.matching != CodeMatch::Same).count();
    let shown: Vec<&ComparedCode> = all.iter().filter(|code| !only || code.matching != CodeMatch::Same).collect();
    let total = i64::try_from(shown.len()).unwrap_or(i64::MAX);
    let page = pager::asked(form.value("side"), CODES, total);
    let from = usize::try_from((page - 1) * CODES).unwrap_or_default();
    let turned = |page: i64| with(&form, "side", &page.to_string());
    let counts = [("rows", rows.iter().filter(|row| !row.same).count().into()), ("codes", different.into())];
    let most_shown = usize::try_from(CODES).unwrap_or_default();
    Ok(visit.page(CompareTemplate {
        crumbs: crumbs(&visit, None, None),
        summary: visit.t_with("metadata-compare-summary", &counts),
        compared: views.iter().map(|view| head(&visit, &form, &basket, view)).collect(),
        rows: rows.into_iter().filter(|row| !only || !row.same).collect(),
        codes: shown.iter().skip(from).take(most_shown).map(|code| code_row(&visit, code)).collect(),
        pager: Pager::of(&visit, "metadata-codes-status", page, CODES, total, turned),
        other: with(&form, "vis", if only { "" } else { "ulike" }),
        only,
        gone,
        beyond: beyond.iter().map(ToString::to_string).collect(),
        basket,
        day: as_at.valid.map(|day| visit.date(day)),
        most: MOST,
        paths: views.iter().map(|view| view.variable.path.to_string()).collect(),
        per: form.value("per").to_owned(),
        visit: &visit,
    }))
}

/// What is asked for, each once, and what is no path at all.
fn wanted(form: &Form) -> (Vec<CataloguePath>, Vec<String>) {
    let (mut paths, mut wrong) = (Vec::<CataloguePath>::new(), Vec::new());
    for text in form.all("v").iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        match text.parse() {
            Ok(path) if !paths.contains(&path) => paths.push(path),
            Ok(_) => {}
            Err(_) => wrong.push(text.chars().take(200).collect()),
        }
    }
    (paths, wrong)
}

/// The address with another value of one parameter, from the first page on.
fn with(form: &Form, name: &str, value: &str) -> String {
    let others = form.pairs().filter(|(known, _)| *known != "side" && *known != name);
    address("/katalog/sammenlign", others.chain([(name, value)]))
}

fn head(visit: &Visit, form: &Form, basket: &Basket, view: &VariableView) -> Compared {
    let path = view.variable.path.to_string();
    let others = form.pairs().filter(|(name, value)| *name != "side" && !(*name == "v" && value.trim() == path));
    let deliverable = view.variable.identification != Identification::DirectIdentifier;
    let per = form.given("per").map(|day| format!("?per={day}")).unwrap_or_default();
    Compared {
        href: format!("/katalog/variabel/{path}{per}"),
        name: Words::of(visit, &view.description.name),
        place: format!("{} › {}", visit.local(&view.source.name), visit.local(&view.dataset.name)),
        without: address("/katalog/sammenlign", others),
        mark: Mark::of(visit, basket, &view.variable.path, deliverable).name(),
        path,
    }
}

/// The properties that one of them says something of, with how they stand.
fn rows(visit: &Visit, views: &[VariableView], day: jiff::civil::Date) -> Vec<Row> {
    let told: Vec<Vec<(String, String)>> = views.iter().map(|view| told(visit, view, day)).collect();
    let mut names: Vec<&String> = Vec::new();
    for (name, _) in told.iter().flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let row = |name: &String| {
        let value = |one: &Vec<(String, String)>| one.iter().find(|(known, _)| known == name).map(|(_, v)| v.clone());
        let values: Vec<String> = told.iter().map(|one| value(one).unwrap_or_default()).collect();
        Row { name: name.clone(), same: values.windows(2).all(|pair| pair[0] == pair[1]), values }
    };
    names.into_iter().map(row).collect()
}

fn told(visit: &Visit, view: &VariableView, day: jiff::civil::Date) -> Vec<(String, String)> {
    let Some(version) = view.variable.on(day) else { return Vec::new() };
    let mut told = vec![
        (visit.t("metadata-column-name"), visit.local(&version.name).to_owned()),
        (visit.t("metadata-column-description"), visit.local(&version.description).to_owned()),
    ];
    told.extend(facts(visit, view, version));
    let grains: Vec<String> = view.description.granularities.iter().map(|g| granularity(visit, *g)).collect();
    told.push((visit.t("metadata-granularities"), grains.join("; ")));
    told
}

fn codes_of<'a>(views: &'a [VariableView], day: jiff::civil::Date) -> Vec<&'a [Code]> {
    let codes = |view: &'a VariableView| view.variable.on(day).map_or(&[][..], |version| version.codes.as_slice());
    views.iter().map(codes).collect()
}

fn code_row(visit: &Visit, code: &ComparedCode) -> CodeRow {
    let text = |code: &Code| (Words::of(visit, &code.text), bounded(visit, code));
    CodeRow {
        value: code.value.to_owned(),
        texts: code.codes.iter().map(|code| code.map(text)).collect(),
        difference: visit.t_of("metadata-compare", code.matching.name()),
        same: code.matching == CodeMatch::Same,
    }
}

/// When a code was used, where that is said.
fn bounded(visit: &Visit, code: &Code) -> String {
    if code.from.is_none() && code.until.is_none() { String::new() } else { period(visit, code.from, code.until) }
}
