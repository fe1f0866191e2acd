//! Catalogue texts on pages: in the visit's language where somebody has written it, and marked
//! with the language they are in where nobody has (WCAG 3.1.2).

use jiff::civil::Date;
use varde_core::Language;
use varde_permit::Granularity;
use varde_web::{Visit, ui::Link};

use crate::{
    AsAt, VariableVersion, VariableView,
    model::{Bound, Bounds, DataSource, Dataset},
};

pub(crate) use varde_web::ui::Words;

/// The first 200 characters or less, to the end of a word, for lists.
pub(crate) fn short(mut words: Words) -> Words {
    let limit = words.text.char_indices().nth(200).map_or(words.text.len(), |(at, _)| at);
    if limit < words.text.len() {
        let cut = words.text[..limit].rfind(' ').unwrap_or(limit);
        words.text.truncate(cut);
        words.text.push('…');
    }
    words
}

/// A period in words: from a day, until a day, or both.
pub(crate) fn period(visit: &Visit, from: Option<Date>, until: Option<Date>) -> String {
    match (from, until) {
        (None, None) => visit.t("metadata-period-always"),
        (Some(from), None) => visit.t_with("metadata-period-since", &[("from", visit.date(from).into())]),
        (None, Some(until)) => visit.t_with("metadata-period-until", &[("until", visit.date(until).into())]),
        (Some(from), Some(until)) => visit.t_with(
            "metadata-period-between",
            &[("from", visit.date(from).into()), ("until", visit.date(until).into())],
        ),
    }
}

/// An interval in words; empty when it is open.
pub(crate) fn bounds(visit: &Visit, bounds: &Bounds) -> String {
    let one = |key: &str, name: &'static str, limit: &Bound| visit.t_with(key, &[(name, bound(visit, limit).into())]);
    match (&bounds.low, &bounds.high) {
        (None, None) => String::new(),
        (Some(low), None) if is_day(low) => one("metadata-range-since", "day", low),
        (None, Some(high)) if is_day(high) => one("metadata-range-before", "day", high),
        (Some(low), None) => one("metadata-range-from", "low", low),
        (None, Some(high)) => one("metadata-range-to", "high", high),
        (Some(low), Some(high)) => visit.t_with(
            "metadata-range-between",
            &[("low", bound(visit, low).into()), ("high", bound(visit, high).into())],
        ),
    }
}

/// The names that quality registers' codebooks use for what their forms compute, and the texts.
const COMPUTED: [(&str, &str); 5] = [
    ("today", "metadata-bound-today"),
    ("todayplus30days", "metadata-bound-in-30-days"),
    ("todayyear", "metadata-bound-this-year"),
    ("birthyear", "metadata-bound-birth-year"),
    ("regdate", "metadata-bound-form-day"),
];

fn bound(visit: &Visit, bound: &Bound) -> String {
    match bound {
        Bound::Number(n) if visit.language != Language::En => n.replace('.', ","),
        Bound::Number(n) => n.clone(),
        Bound::Date(date) => visit.date(*date),
        Bound::Named(name) => match COMPUTED.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)) {
            Some((_, key)) => visit.t(key),
            None => visit.t_with("metadata-bound-computed", &[("name", name.into())]),
        },
    }
}

/// Whether the limit is a day: «later» is said of days, «more» of numbers.
fn is_day(bound: &Bound) -> bool {
    matches!(bound, Bound::Date(_))
        || matches!(bound, Bound::Named(name) if name.to_lowercase().starts_with("today") && !name.ends_with("Year"))
}

/// What a version of a variable says of itself, each with its name; nothing of what is not said.
pub(crate) fn facts(visit: &Visit, view: &VariableView, version: &VariableVersion) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let mut fact = |key: &str, value: String| {
        if !value.is_empty() {
            facts.push((visit.t(key), value));
        }
    };
    let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    fact("metadata-fact-type", visit.t_of("metadata-type", version.data_type.name()));
    fact("metadata-fact-unit", version.unit.clone().unwrap_or_default());
    fact("metadata-fact-code-system", version.code_system.clone().unwrap_or_default());
    fact("metadata-fact-collected", period(visit, Some(view.description.valid.from), view.description.valid.until));
    fact("metadata-fact-required", visit.t(if version.required { "metadata-yes" } else { "metadata-no" }));
    fact("metadata-fact-normal", bounds(visit, &version.ranges.normal));
    fact("metadata-fact-maximum", bounds(visit, &version.ranges.maximum));
    fact("metadata-fact-length", number(version.length));
    fact("metadata-fact-decimals", number(version.decimals));
    fact("metadata-fact-identification", visit.t_of("metadata-identification", view.variable.identification.name()));
    fact("metadata-fact-legal-basis", view.source.legal_basis.as_ref().map(ToString::to_string).unwrap_or_default());
    fact("metadata-fact-link", visit.t_of("metadata-link", view.source.link_kind.name()));
    fact("metadata-fact-column", view.variable.column.clone());
    facts
}

/// A granularity in words.
pub(crate) fn granularity(visit: &Visit, granularity: Granularity) -> String {
    match granularity {
        Granularity::AsIs => visit.t("metadata-granularity-as-is"),
        Granularity::Month => visit.t("metadata-granularity-month"),
        Granularity::Year => visit.t("metadata-granularity-year"),
        Granularity::RelativeDays => visit.t("metadata-granularity-relative-days"),
        Granularity::Shifted(days) => visit.t_with("metadata-granularity-shifted", &[("days", days.into())]),
        Granularity::Band(width) => visit.t_with("metadata-granularity-band", &[("width", width.into())]),
        Granularity::Rounded(to) => visit.t_with("metadata-granularity-rounded", &[("to", to.into())]),
        Granularity::Prefix(length) => visit.t_with("metadata-granularity-prefix", &[("length", length.into())]),
    }
}

/// The way down to a source's or a dataset's page.
pub(crate) fn crumbs(visit: &Visit, source: Option<&DataSource>, dataset: Option<&Dataset>) -> Vec<Link> {
    let mut links = vec![Link::new("/katalog", visit.t("metadata-catalogue"))];
    links.extend(source.map(|s| Link::new(format!("/katalog/{}", s.path), visit.local(&s.name))));
    links.extend(dataset.map(|d| Link::new(format!("/katalog/{}", d.path), visit.local(&d.name))));
    links
}

/// The whole way down to a dataset: catalogue, source, sub-sources; the dataset itself when something in it is
/// shown. Links go on showing the same day.
pub(crate) fn way(visit: &Visit, source: &DataSource, dataset: &Dataset, inside: bool, as_at: AsAt) -> Vec<Link> {
    let day = super::same_day(as_at);
    let mut links = vec![
        Link::new("/katalog", visit.t("metadata-catalogue")),
        Link::new(format!("/katalog/{}{day}", source.path), visit.local(&source.name)),
    ];
    let mut parts: Vec<_> = source.above(dataset.sub_source.as_deref()).collect();
    parts.reverse();
    let part =
        |part: &crate::SubSource| Link::new(format!("/katalog/{}{day}#tree", source.path), visit.local(&part.name));
    links.extend(parts.into_iter().map(part));
    links.extend(inside.then(|| Link::new(format!("/katalog/{}{day}", dataset.path), visit.local(&dataset.name))));
    links
}
