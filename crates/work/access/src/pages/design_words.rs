//! A study's design in words: events, the index date, controls, family, and what is made of rows.

use varde_core::CataloguePath;
use varde_permit::{Aggregate, Area, Attribute, Codes, Controls, Design, Events, Index, Kinship, Measure, Sex, Which};
use varde_web::Visit;

use super::shown;
use crate::service::DescribedVariable;

/// "I50 in Main condition (Contacts), at least 2 times, at least 30 days apart, from … to …".
pub(super) fn events(visit: &Visit, it: &Events, known: &[DescribedVariable]) -> String {
    let mut words = vec![codes(visit, &it.codes, known)];
    if it.at_least > 1 {
        words.push(visit.t_with("access-design-times", &[("count", i64::from(it.at_least).into())]));
    }
    if it.days_between > 0 {
        words.push(visit.t_with("access-design-apart", &[("days", i64::from(it.days_between).into())]));
    }
    if let Some(period) = it.within {
        let until = period.until.map(|day| visit.date(day)).unwrap_or_default();
        let from = visit.date(period.from);
        words.push(visit.t_with("access-design-between", &[("from", from.into()), ("until", until.into())]));
    }
    words.join(", ")
}

fn codes(visit: &Visit, it: &Codes, known: &[DescribedVariable]) -> String {
    let variable = shown::named(visit, &it.variable, known);
    visit.t_with("access-design-codes", &[("codes", it.prefixes.join(", ").into()), ("variable", variable.into())])
}

/// How somebody must have been on their index date.
pub(super) fn attribute(visit: &Visit, it: &Attribute) -> String {
    match it {
        Attribute::Age { from, until } => {
            let ages = [("from", i64::from(*from).into()), ("until", i64::from(*until).into())];
            visit.t_with("access-design-age", &ages)
        }
        Attribute::Sex(Sex::Female) => visit.t("access-design-female"),
        Attribute::Sex(Sex::Male) => visit.t("access-design-male"),
        Attribute::Resident { areas } => visit.t_with("access-design-resident", &[("areas", areas.join(", ").into())]),
        Attribute::Alive => visit.t("access-design-alive"),
    }
}

/// The design, a sentence for each part of it; none for a simple need.
pub(super) fn design(visit: &Visit, it: &Design, known: &[DescribedVariable]) -> Vec<String> {
    let mut words = Vec::new();
    match &it.index {
        None => {}
        Some(Index::Day(day)) => {
            words.push(visit.t_with("access-design-index-day", &[("day", visit.date(*day).into())]));
        }
        Some(Index::Event { events: found, which }) => {
            let key = match which {
                Which::First => "access-design-index-first",
                Which::Last => "access-design-index-last",
                Which::Reached => "access-design-index-reached",
            };
            words.push(visit.t_with(key, &[("events", events(visit, found, known).into())]));
        }
    }
    if let Some(granularity) = it.index_as {
        let granularity = shown::granularity(visit, granularity);
        words.push(visit.t_with("access-design-index-told", &[("granularity", granularity.into())]));
    }
    words.extend(it.controls.map(|controls| controlled(visit, controls)));
    for kinship in &it.relatives {
        words.push(visit.t(match kinship {
            Kinship::Parents => "access-design-parents",
            Kinship::Children => "access-design-children",
            Kinship::Siblings => "access-design-siblings",
        }));
    }
    words
}

fn controlled(visit: &Visit, it: Controls) -> String {
    let mut like = vec![match it.birth_years {
        0 => visit.t("access-design-same-birth"),
        years => visit.t_with("access-design-near-birth", &[("years", i64::from(years).into())]),
    }];
    if it.same_sex {
        like.push(visit.t("access-design-same-sex"));
    }
    like.extend(it.same_area.map(|area| match area {
        Area::County => visit.t("access-design-same-county"),
        Area::Municipality => visit.t("access-design-same-municipality"),
    }));
    let like = like.join(", ");
    visit.t_with("access-design-controls", &[("count", i64::from(it.per_case).into()), ("like", like.into())])
}

/// What is made of a variable's rows; nothing for the rows themselves.
pub(super) fn measure(visit: &Visit, it: &Measure, known: &[DescribedVariable]) -> Option<String> {
    let mut words = Vec::new();
    words.extend(it.aggregate.map(|aggregate| visit.t(aggregate_key(aggregate))));
    if let Some(having) = &it.having {
        words.push(visit.t_with("access-design-having", &[("codes", codes(visit, having, known).into())]));
    }
    if let Some(window) = it.window {
        let day = |days: i32| match days {
            0 => visit.t("access-design-day-index"),
            before @ ..0 => visit.t_with("access-design-day-before", &[("count", i64::from(before).abs().into())]),
            after => visit.t_with("access-design-day-after", &[("count", i64::from(after).into())]),
        };
        words.push(match (window.from, window.until) {
            (Some(from), Some(until)) => {
                visit.t_with("access-design-window", &[("from", day(from).into()), ("until", day(until).into())])
            }
            (Some(from), None) => visit.t_with("access-design-window-from", &[("from", day(from).into())]),
            (None, Some(until)) => visit.t_with("access-design-window-until", &[("until", day(until).into())]),
            (None, None) => return (!words.is_empty()).then(|| words.join(", ")),
        });
    }
    (!words.is_empty()).then(|| words.join(", "))
}

/// The locale key of an aggregate's name.
pub(super) const fn aggregate_key(it: Aggregate) -> &'static str {
    match it {
        Aggregate::Count => "access-aggregate-count",
        Aggregate::Any => "access-aggregate-any",
        Aggregate::Distinct => "access-aggregate-distinct",
        Aggregate::First => "access-aggregate-first",
        Aggregate::Last => "access-aggregate-last",
        Aggregate::Sum => "access-aggregate-sum",
        Aggregate::Min => "access-aggregate-min",
        Aggregate::Max => "access-aggregate-max",
    }
}

/// The variables that a design looks for codes in.
pub(super) fn mentioned<'a>(
    design: &'a Design,
    measures: impl Iterator<Item = &'a Measure>,
) -> impl Iterator<Item = &'a CataloguePath> {
    let having = measures.filter_map(|measure| Some(&measure.having.as_ref()?.variable));
    design.events().map(|events| &events.codes.variable).into_iter().chain(having)
}
