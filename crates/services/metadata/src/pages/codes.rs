//! The codes of a variable: found by words, as at a day, in pages.

use jiff::civil::Date;
use varde_web::{Form, Visit};

use super::{
    address,
    pager::{self, Pager},
    text::{Words, period},
};
use crate::{Code, Variable};

/// Codes on a page.
const PAGE: i64 = 100;
/// Codes from which there is a box to find them by.
const MANY: usize = 10;

/// The codes as they are shown.
pub(crate) struct Codes {
    pub(crate) rows: Vec<CodeRow>,
    pub(crate) pager: Pager,
    /// Whether the variable has codes at all, and so many that they are searched in.
    pub(crate) any: bool,
    pub(crate) many: bool,
    /// The day that they are shown as at, when one was asked for.
    pub(crate) day: Option<String>,
}

/// One code.
pub(crate) struct CodeRow {
    pub(crate) value: String,
    pub(crate) text: Words,
    pub(crate) period: String,
}

impl Codes {
    /// The codes that the form asks for: `koder` is searched for, `kodedag` the day they were used on, `kodeside`
    /// the page. Without a day all codes of the version of `shown`, each with when it was used.
    pub(crate) fn of(visit: &Visit, form: &Form, variable: &Variable, shown: Date) -> Self {
        let day: Option<Date> = form.given("kodedag").and_then(|day| day.parse().ok());
        let all = codes_on(variable, day.unwrap_or(shown));
        let any = !codes_on(variable, shown).is_empty() || !all.is_empty();
        let wanted = form.value("koder").to_lowercase();
        let asked = |code: &&&Code| {
            let used = day.is_none_or(|day| used_on(code, day));
            used && (code.value.to_lowercase().contains(&wanted) || says(code, &wanted))
        };
        let found: Vec<&&Code> = all.iter().filter(asked).collect();
        let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let page = pager::asked(form.value("kodeside"), PAGE, total);
        let (from, many) = (usize::try_from((page - 1) * PAGE).unwrap_or(0), usize::try_from(PAGE).unwrap_or(0));
        let turned = |page: i64| {
            let page = page.to_string();
            let pairs = form.pairs().filter(|(name, _)| *name != "kodeside").chain([("kodeside", page.as_str())]);
            format!("{}#codes", address("", pairs))
        };
        let row = |code: &&&Code| CodeRow {
            value: code.value.clone(),
            text: Words::of(visit, &code.text),
            period: period(visit, code.from, code.until),
        };
        Self {
            rows: found.iter().skip(from).take(many).map(row).collect(),
            pager: Pager::of(visit, "metadata-codes-status", page, PAGE, total, turned),
            any,
            many: all.len() > MANY || day.is_some() || all.iter().any(|code| code.until.is_some()),
            day: day.map(|day| visit.date(day)),
        }
    }
}

/// The codes of the version of a day; those of the administrative lists it links to when it has none itself.
fn codes_on(variable: &Variable, day: Date) -> Vec<&Code> {
    let own = variable.on(day).map_or(&[][..], |version| version.codes.as_slice());
    if !own.is_empty() {
        return own.iter().collect();
    }
    variable.details.code_links.iter().flat_map(|link| &link.codes).collect()
}

fn used_on(code: &Code, day: Date) -> bool {
    code.from.is_none_or(|from| from <= day) && code.until.is_none_or(|until| day <= until)
}

fn says(code: &Code, wanted: &str) -> bool {
    [&code.text.nb, &code.text.nn, &code.text.en].iter().any(|text| text.to_lowercase().contains(wanted))
}
