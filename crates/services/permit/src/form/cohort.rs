//! Whom, as fields: everyone or those with a code, born then, living there, of an age on the index date.

use jiff::civil::Date;
use varde_core::CataloguePath;
use varde_web::Form;

use super::{Wrong, codes, list, number};
use crate::{Attribute, Cohort, is_area};

/// Fills in whom. A rule that has no fields of its own is `other`: one that came as JSON or through an API.
pub fn cohort_to_form(form: Form, cohort: &Cohort) -> Form {
    let parts = match cohort {
        Cohort::Everyone => &[],
        Cohort::All(parts) => parts.as_slice(),
        alone => std::slice::from_ref(alone),
    };
    if !can_be_shown(parts) {
        return form.with("cohort", "other");
    }
    let coded = parts.iter().any(|part| matches!(part, Cohort::HasCode { .. }));
    parts.iter().fold(form.with("cohort", if coded { "code" } else { "everyone" }), part_to_form)
}

fn part_to_form(form: Form, part: &Cohort) -> Form {
    match part {
        Cohort::HasCode { variable, prefixes } => {
            form.with("cohort_variable", variable.as_str()).with("cohort_prefixes", prefixes.join(", "))
        }
        Cohort::Born { from, until } => form.with("born_from", from.to_string()).with("born_until", until.to_string()),
        Cohort::Resident { areas } => form.with("areas", areas.join(", ")),
        Cohort::AtIndex(Attribute::Age { from, until }) => {
            form.with("age_from", from.to_string()).with("age_until", until.to_string())
        }
        // Those have no field.
        _ => form,
    }
}

/// Whether there is a field for each part, and no two parts have the same.
fn can_be_shown(parts: &[Cohort]) -> bool {
    let field = |part: &Cohort| match part {
        Cohort::HasCode { .. } => Some("cohort"),
        Cohort::Born { from, until } if from <= until => Some("born"),
        Cohort::Resident { areas } if are_areas(areas) => Some("areas"),
        Cohort::AtIndex(Attribute::Age { .. }) => Some("ages"),
        _ => None,
    };
    let fields: Vec<Option<&str>> = parts.iter().map(field).collect();
    fields.iter().enumerate().all(|(place, field)| field.is_some() && !fields[..place].contains(field))
}

fn are_areas(areas: &[String]) -> bool {
    !areas.is_empty() && areas.iter().all(|area| is_area(area))
}

/// Reads whom. `stored` is what a rule without fields stays as. What is asked for together is
/// [`Cohort::All`], also when it is one thing.
pub fn cohort(form: &Form, stored: &Cohort, wrong: &mut impl FnMut(&str, Wrong)) -> Cohort {
    let mut parts = Vec::new();
    match form.value("cohort") {
        "other" => return stored.clone(),
        "code" => match form.value("cohort_variable").parse::<CataloguePath>() {
            Ok(variable) => {
                parts.push(Cohort::HasCode { variable, prefixes: codes(form.value("cohort_prefixes")) });
            }
            Err(_) => wrong("cohort_variable", Wrong::Variable),
        },
        _ => {}
    }
    parts.extend(born(form, wrong));
    let areas = list(form.value("areas"));
    if !areas.is_empty() {
        if are_areas(&areas) {
            parts.push(Cohort::Resident { areas });
        } else {
            wrong("areas", Wrong::Areas);
        }
    }
    parts.extend(ages(form, wrong));
    if parts.is_empty() { Cohort::Everyone } else { Cohort::All(parts) }
}

fn born(form: &Form, wrong: &mut impl FnMut(&str, Wrong)) -> Option<Cohort> {
    let (from, until) = (form.given("born_from"), form.given("born_until"));
    if from.is_none() && until.is_none() {
        return None;
    }
    let date = |text: Option<&str>| text.and_then(|text| text.parse::<Date>().ok());
    match (date(from), date(until)) {
        (Some(from), Some(until)) if from <= until => Some(Cohort::Born { from, until }),
        _ => {
            wrong("born_until", Wrong::Born);
            None
        }
    }
}

/// Reads the ages on the index date.
pub fn ages(form: &Form, wrong: &mut impl FnMut(&str, Wrong)) -> Option<Cohort> {
    if form.given("age_from").is_none() && form.given("age_until").is_none() {
        return None;
    }
    let from: u32 = number(form, "age_from", 0, Wrong::Number, wrong);
    let until: u32 = number(form, "age_until", 130, Wrong::Number, wrong);
    if from > until {
        wrong("age_until", Wrong::Ages);
    }
    Some(Cohort::AtIndex(Attribute::Age { from, until }))
}
