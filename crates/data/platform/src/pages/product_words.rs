//! Whom a product is about, in words: for those who are asked to let it be, and for those who would use it.

use varde_core::Period;
use varde_permit::{Attribute, Codes, Cohort, Events, Index, Sex, form::WHICH};
use varde_web::Visit;

use crate::product::Declaration;

/// Everything that somebody must be to be in the product, and the day that their time is counted from.
pub(super) fn whom(visit: &Visit, declaration: &Declaration) -> Vec<String> {
    let mut words = match &declaration.population {
        Cohort::All(parts) => parts.iter().map(|part| rule(visit, part)).collect(),
        alone => vec![rule(visit, alone)],
    };
    words.extend(declaration.index.as_ref().map(|index| start(visit, index)));
    words
}

/// From which period its rows are.
pub(super) fn period(visit: &Visit, period: Period) -> String {
    let from = visit.date(period.from);
    match period.until {
        Some(until) => visit.t_with("product-period", &[("from", from.into()), ("until", visit.date(until).into())]),
        None => visit.t_with("product-period-open", &[("from", from.into())]),
    }
}

fn rule(visit: &Visit, it: &Cohort) -> String {
    let listed = |key: &str, parts: &[Cohort]| {
        let parts: Vec<String> = parts.iter().map(|part| rule(visit, part)).collect();
        visit.t_with(key, &[("parts", parts.join("; ").into())])
    };
    match it {
        Cohort::Everyone => visit.t("product-cohort-everyone"),
        Cohort::All(parts) => listed("product-whom-all", parts),
        Cohort::Any(parts) => listed("product-whom-any", parts),
        Cohort::Not(part) => listed("product-whom-not", std::slice::from_ref(&**part)),
        Cohort::HasCode { variable, prefixes } => {
            codes(visit, &Codes { variable: variable.clone(), prefixes: prefixes.clone() })
        }
        Cohort::Born { from, until } => {
            let days = [("from", visit.date(*from).into()), ("until", visit.date(*until).into())];
            visit.t_with("product-whom-born", &days)
        }
        Cohort::Resident { areas } => visit.t_with("product-whom-resident", &[("areas", areas.join(", ").into())]),
        Cohort::Events(found) => events(visit, found),
        Cohort::AtIndex(was) => attribute(visit, was),
    }
}

fn codes(visit: &Visit, it: &Codes) -> String {
    let (codes, variable) = (it.prefixes.join(", "), it.variable.to_string());
    visit.t_with("product-whom-code", &[("codes", codes.into()), ("variable", variable.into())])
}

fn events(visit: &Visit, it: &Events) -> String {
    let number = |key: &str, number: u32| visit.t_with(key, &[("number", i64::from(number).into())]);
    let mut words = vec![codes(visit, &it.codes)];
    words.extend((it.at_least > 1).then(|| number("product-whom-times", it.at_least)));
    words.extend((it.days_between > 0).then(|| number("product-whom-apart", it.days_between)));
    words.extend(it.within.map(|within| period(visit, within)));
    words.join(", ")
}

fn attribute(visit: &Visit, it: &Attribute) -> String {
    match it {
        Attribute::Age { from, until } => {
            let ages = [("from", i64::from(*from).into()), ("until", i64::from(*until).into())];
            visit.t_with("product-whom-age", &ages)
        }
        Attribute::Sex(Sex::Female) => visit.t("product-whom-female"),
        Attribute::Sex(Sex::Male) => visit.t("product-whom-male"),
        Attribute::Resident { areas } => {
            visit.t_with("product-whom-resident-then", &[("areas", areas.join(", ").into())])
        }
        Attribute::Alive => visit.t("product-whom-alive"),
    }
}

fn start(visit: &Visit, it: &Index) -> String {
    let (which, of) = match it {
        Index::Day(day) => ("day", visit.date(*day)),
        Index::Event { events: found, which } => {
            let name = WHICH.iter().find(|(_, one)| one == which).map_or("first", |(name, _)| *name);
            (name, events(visit, found))
        }
    };
    let which = visit.t_of("product-index", which);
    visit.t_with("product-whom-index", &[("which", which.into()), ("of", of.into())])
}
