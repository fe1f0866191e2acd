//! Updates of a running project in forms, and in words.

use varde_permit::{Rhythm, Updates};
use varde_web::{Form, Visit, ui::Choice};

/// What nobody who wants no updates chooses.
const NONE: &str = "none";

/// How often, as the form offers it.
pub(super) fn choices(visit: &Visit) -> Vec<Choice> {
    up_to(visit, Rhythm::EachRelease)
}

/// How often, for whoever decides: no oftener than was asked for.
pub(super) fn up_to(visit: &Visit, most: Rhythm) -> Vec<Choice> {
    let names = Rhythm::ALL.into_iter().filter(|rhythm| *rhythm <= most).map(Rhythm::name);
    let all = std::iter::once(NONE).chain(names);
    all.map(|name| Choice::new(name, visit.t_of("access-updates", name))).collect()
}

/// Fills in the updates.
pub(super) fn to_form(form: Form, updates: Option<Updates>) -> Form {
    let Some(updates) = updates else { return form.with("updates", NONE) };
    let form = form.with("updates", updates.every.name()).with("updates_months", updates.months.to_string());
    if updates.when_asked { form.with("updates_asked", "yes") } else { form }
}

/// Reads the updates; `months` is how long the whole project lasts, where nothing shorter is said.
pub(super) fn read(form: &Form, months: u32, wrong: &mut impl FnMut(&str, &str)) -> Option<Updates> {
    let every = Rhythm::from_name(form.value("updates"))?;
    let months = match form.given("updates_months").map(|text| text.trim().parse::<u32>()) {
        None => months,
        Some(Ok(months)) => months,
        Some(Err(_)) => {
            wrong("updates_months", "access-error-number");
            months
        }
    };
    Some(Updates { every, months, when_asked: form.has("updates_asked", "yes") })
}

/// Updates in a sentence; nothing when there are none.
pub(super) fn words(visit: &Visit, updates: Option<Updates>) -> Option<String> {
    let Updates { every, months, when_asked } = updates?;
    let how = if when_asked { "access-updates-when-asked" } else { "access-updates-by-themselves" };
    let texts = [
        ("rhythm", visit.t_of("access-updates", every.name()).into()),
        ("months", i64::from(months).into()),
        ("how", visit.t(how).into()),
    ];
    Some(visit.t_with("access-updates-words", &texts))
}
