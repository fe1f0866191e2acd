//! What the application's form offers to choose between.

use varde_core::{Language, Purpose};
use varde_permit::{Aggregate, Format, Granularity};
use varde_web::{Form, Visit, ui::Choice};

use super::{content_form, design_form, design_words, shown};
use crate::service::DescribedVariable;

pub(super) fn purposes(visit: &Visit) -> Vec<Choice> {
    Purpose::ALL.iter().map(|p| Choice::new(p.name(), visit.t_of("access-purpose", p.name()))).collect()
}

/// The bases for processing, each with its section.
pub(super) fn legal_bases(visit: &Visit) -> Vec<Choice> {
    let choice = |(code, law, section): &(&str, &str, &str)| {
        Choice::new(*code, visit.t_of("access-basis", code)).hint(format!("{law} {section}"))
    };
    content_form::LEGAL_BASES.iter().map(choice).collect()
}

/// How the cohort is chosen. One that the form cannot make is offered where there is one.
pub(super) fn cohorts(visit: &Visit, form: &Form) -> Vec<Choice> {
    let other = form.has("cohort", "other").then_some("other");
    let names = ["everyone", "code"].into_iter().chain(other);
    names.map(|name| Choice::new(name, visit.t_of("access-cohort", name))).collect()
}

/// The application's variables that hold codes.
pub(super) fn coded(visit: &Visit, described: &[DescribedVariable]) -> Vec<Choice> {
    let name = |one: &DescribedVariable| format!("{} – {}", visit.local(&one.dataset), visit.local(&one.name));
    described.iter().filter(|one| one.is_code).map(|one| Choice::new(one.path.as_str(), name(one))).collect()
}

/// Which event gives the index date.
pub(super) fn indices(visit: &Visit) -> Vec<Choice> {
    let events = varde_permit::form::WHICH.iter().map(|(name, _)| *name);
    let names = ["none"].into_iter().chain(events).chain(["day"]);
    names.map(|name| Choice::new(name, visit.t_of("access-index", name))).collect()
}

/// How finely the index date itself can be delivered.
pub(super) fn index_as(visit: &Visit) -> Vec<Choice> {
    let dates = granularities(visit, &[Granularity::AsIs, Granularity::Month, Granularity::Year]);
    std::iter::once(Choice::new("none", visit.t("access-index-as-none"))).chain(dates).collect()
}

/// How near controls must live.
pub(super) fn control_areas(visit: &Visit) -> Vec<Choice> {
    let names = ["anywhere"].into_iter().chain(design_form::AREAS.iter().map(|(name, _)| *name));
    names.map(|name| Choice::new(name, visit.t_of("access-control-area", name))).collect()
}

/// Whose family.
pub(super) fn kinships(visit: &Visit) -> Vec<Choice> {
    let names = design_form::KINSHIPS.iter().map(|(name, _)| *name);
    names.map(|name| Choice::new(name, visit.t_of("access-kinship", name))).collect()
}

/// How finely a variable can be asked for.
pub(super) fn granularities(visit: &Visit, them: &[Granularity]) -> Vec<Choice> {
    let choice =
        |it: &Granularity| Choice::new(varde_permit::form::granularity_code(*it), shown::granularity(visit, *it));
    them.iter().map(choice).collect()
}

/// What can be made of a variable's rows.
pub(super) fn aggregates(visit: &Visit) -> Vec<Choice> {
    let figures = Aggregate::ALL.into_iter();
    let figures = figures.map(|one| Choice::new(one.name(), visit.t(design_words::aggregate_key(one))));
    std::iter::once(Choice::new("rows", visit.t("access-aggregate-rows"))).chain(figures).collect()
}

/// The application's variables of the same dataset by whose codes the rows can be chosen.
pub(super) fn having(visit: &Visit, described: &[DescribedVariable], path: &str) -> Vec<Choice> {
    let dataset = path.rsplit_once('/').map(|(dataset, _)| dataset);
    let beside =
        |one: &&DescribedVariable| one.is_code && one.path.as_str().rsplit_once('/').map(|(d, _)| d) == dataset;
    let all = Choice::new("none", visit.t("access-having-all"));
    let coded = described.iter().filter(beside);
    std::iter::once(all).chain(coded.map(|d| Choice::new(d.path.as_str(), visit.local(&d.name).to_owned()))).collect()
}

/// The formats that can come beside Parquet.
pub(super) fn formats(visit: &Visit) -> Vec<Choice> {
    let beside = Format::ALL.into_iter().filter(|format| *format != Format::Parquet);
    let choice = |format: Format| {
        let hint = visit.t_of("access-format-hint", format.name());
        Choice::new(format.name(), visit.t_of("access-format", format.name())).hint(hint)
    };
    beside.map(choice).collect()
}

/// The languages of the files.
pub(super) fn languages() -> Vec<Choice> {
    Language::ALL.into_iter().map(|one| Choice::new(one.tag(), one.own_name())).collect()
}
