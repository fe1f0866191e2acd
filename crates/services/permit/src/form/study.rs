//! The day that time is counted from, as fields.

use jiff::civil::Date;
use varde_core::{CataloguePath, Period};
use varde_web::Form;

use super::{Wrong, codes, number};
use crate::{Codes, Events, Index, Which};

/// Which event is the index event, in forms and locale keys.
pub const WHICH: [(&str, Which); 3] = [("first", Which::First), ("last", Which::Last), ("reached", Which::Reached)];

/// Fills in the index date.
pub fn index_to_form(form: Form, index: Option<&Index>) -> Form {
    match index {
        None => form.with("index", "none"),
        Some(Index::Day(day)) => form.with("index", "day").with("index_day", day.to_string()),
        Some(Index::Event { events, which }) => {
            let name = WHICH.iter().find(|(_, one)| one == which).map_or("first", |(name, _)| name);
            let form = form
                .with("index", name)
                .with("index_variable", events.codes.variable.as_str())
                .with("index_codes", events.codes.prefixes.join(", "))
                .with("index_times", events.at_least.to_string())
                .with("index_apart", events.days_between.to_string());
            let Some(period) = events.within else { return form };
            let until = period.until.map(|day| day.to_string()).unwrap_or_default();
            form.with("index_from", period.from.to_string()).with("index_until", until)
        }
    }
}

/// Reads the index date; nothing when none is chosen, or when it cannot be read.
pub fn index(form: &Form, wrong: &mut impl FnMut(&str, Wrong)) -> Option<Index> {
    let name = form.value("index");
    if name == "day" {
        let day = form.value("index_day").parse::<Date>();
        return day.map_err(|_| wrong("index_day", Wrong::Date)).ok().map(Index::Day);
    }
    let (_, which) = WHICH.iter().find(|(one, _)| *one == name)?;
    let variable = form.value("index_variable").parse::<CataloguePath>();
    let variable = variable.map_err(|_| wrong("index_variable", Wrong::Variable)).ok();
    let prefixes = codes(form.value("index_codes"));
    if prefixes.is_empty() {
        wrong("index_codes", Wrong::NoCodes);
    }
    let within = within(form, wrong);
    let at_least = number(form, "index_times", 1, Wrong::Times, wrong);
    let days_between = number(form, "index_apart", 0, Wrong::Number, wrong);
    let codes = Codes { variable: variable?, prefixes };
    Some(Index::Event { events: Events { codes, within, at_least, days_between }, which: *which })
}

fn within(form: &Form, wrong: &mut impl FnMut(&str, Wrong)) -> Option<Period> {
    let (from, until) = (form.given("index_from"), form.given("index_until"));
    if from.is_none() && until.is_none() {
        return None;
    }
    let date = |text: Option<&str>| text.and_then(|text| text.parse::<Date>().ok());
    let period = date(from).zip(date(until)).and_then(|(from, until)| Period::new(from, until));
    if period.is_none() {
        wrong("index_until", Wrong::PeriodOrder);
    }
    period
}
