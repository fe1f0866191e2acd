//! A study's design in the application's form, and back: the index event, ages at the index date, controls,
//! family, and what is made of a variable's rows.

use std::str::FromStr;

use jiff::civil::Date;
use varde_core::{Period, id::CataloguePath};
use varde_permit::{
    Aggregate, Area, Attribute, Codes, Cohort, Controls, Design, Events, Index, Kinship, Measure, NeededVariable,
    Which, Window,
};
use varde_web::Form;

use super::content_form::{granularity_code, granularity_from_code, list};

/// Which event is the index event, in forms and locale keys.
pub(super) const WHICH: [(&str, Which); 3] =
    [("first", Which::First), ("last", Which::Last), ("reached", Which::Reached)];
/// How near controls must live.
pub(super) const AREAS: [(&str, Area); 2] = [("county", Area::County), ("municipality", Area::Municipality)];
/// Whose family.
pub(super) const KINSHIPS: [(&str, Kinship); 3] =
    [("parents", Kinship::Parents), ("children", Kinship::Children), ("siblings", Kinship::Siblings)];

/// Fills in the design.
pub(super) fn to_form(mut form: Form, design: &Design) -> Form {
    form = match &design.index {
        None => form.with("index", "none"),
        Some(Index::Day(day)) => form.with("index", "day").with("index_day", day.to_string()),
        Some(Index::Event { events, which }) => {
            let name = WHICH.iter().find(|(_, one)| one == which).map_or("first", |(name, _)| name);
            form = form
                .with("index", name)
                .with("index_variable", events.codes.variable.as_str())
                .with("index_codes", events.codes.prefixes.join(", "))
                .with("index_times", events.at_least.to_string())
                .with("index_apart", events.days_between.to_string());
            if let Some(period) = events.within {
                form = form.with("index_from", period.from.to_string());
                form = form.with("index_until", period.until.map(|day| day.to_string()).unwrap_or_default());
            }
            form
        }
    };
    if let Some(controls) = design.controls {
        form = form
            .with("controls", controls.per_case.to_string())
            .with("controls_years", controls.birth_years.to_string());
        if controls.same_sex {
            form = form.with("controls_sex", "yes");
        }
        if let Some((name, _)) = AREAS.iter().find(|(_, area)| Some(*area) == controls.same_area) {
            form = form.with("controls_area", *name);
        }
    }
    form = form.with("index_as", design.index_as.map_or_else(|| "none".to_owned(), granularity_code));
    let relatives = KINSHIPS.iter().filter(|(_, kinship)| design.relatives.contains(kinship));
    relatives.fold(form, |form, (name, _)| form.with("relatives", *name))
}

/// Fills in the ages at the index date.
pub(super) fn attribute_to_form(form: Form, attribute: &Attribute) -> Option<Form> {
    match attribute {
        Attribute::Age { from, until } => {
            Some(form.with("age_from", from.to_string()).with("age_until", until.to_string()))
        }
        _ => None,
    }
}

/// Reads the design; what is wrong is told with its field.
pub(super) fn read(form: &Form, wrong: &mut impl FnMut(&str, &str)) -> Design {
    let index = index(form, wrong);
    let controls = controls(form, wrong);
    let relatives = KINSHIPS.iter().filter(|(name, _)| form.has("relatives", name)).map(|(_, kinship)| *kinship);
    Design {
        // Nothing is delivered of a date that there is not.
        index_as: granularity_from_code(form.value("index_as")).filter(|_| index.is_some()),
        controls,
        relatives: relatives.collect(),
        index,
    }
}

fn index(form: &Form, wrong: &mut impl FnMut(&str, &str)) -> Option<Index> {
    let name = form.value("index");
    if name == "day" {
        let day = form.value("index_day").parse::<Date>();
        return day.map_err(|_| wrong("index_day", "access-error-date")).ok().map(Index::Day);
    }
    let (_, which) = WHICH.iter().find(|(one, _)| *one == name)?;
    let variable = form.value("index_variable").parse::<CataloguePath>();
    let variable = variable.map_err(|_| wrong("index_variable", "access-error-cohort-variable")).ok();
    let prefixes: Vec<String> = list(form.value("index_codes")).iter().map(|code| code.to_uppercase()).collect();
    if prefixes.is_empty() {
        wrong("index_codes", "access-missing-cohort");
    }
    let within = within(form, wrong);
    let at_least = number(form, "index_times", 1, "access-error-index-times", wrong);
    let days_between = number(form, "index_apart", 0, "access-error-number", wrong);
    let codes = Codes { variable: variable?, prefixes };
    Some(Index::Event { events: Events { codes, within, at_least, days_between }, which: *which })
}

fn within(form: &Form, wrong: &mut impl FnMut(&str, &str)) -> Option<Period> {
    let (from, until) = (form.given("index_from"), form.given("index_until"));
    if from.is_none() && until.is_none() {
        return None;
    }
    let date = |text: Option<&str>| text.and_then(|text| text.parse::<Date>().ok());
    let period = date(from).zip(date(until)).and_then(|(from, until)| Period::new(from, until));
    if period.is_none() {
        wrong("index_until", "access-error-period-order");
    }
    period
}

fn controls(form: &Form, wrong: &mut impl FnMut(&str, &str)) -> Option<Controls> {
    let per_case: u32 = number(form, "controls", 0, "access-error-controls", wrong);
    (per_case > 0).then(|| Controls {
        per_case,
        birth_years: number(form, "controls_years", 0, "access-error-controls", wrong),
        same_sex: form.has("controls_sex", "yes"),
        same_area: AREAS.iter().find(|(name, _)| *name == form.value("controls_area")).map(|(_, area)| *area),
    })
}

/// Reads the ages at the index date.
pub(super) fn ages(form: &Form, wrong: &mut impl FnMut(&str, &str)) -> Option<Cohort> {
    if form.given("age_from").is_none() && form.given("age_until").is_none() {
        return None;
    }
    let from: u32 = number(form, "age_from", 0, "access-error-number", wrong);
    let until: u32 = number(form, "age_until", 130, "access-error-number", wrong);
    if from > until {
        wrong("age_until", "access-error-ages");
    }
    Some(Cohort::AtIndex(Attribute::Age { from, until }))
}

/// Fills in what is made of a variable's rows.
pub(super) fn measure_to_form(form: Form, place: usize, measure: &Measure) -> Form {
    let aggregate = measure.aggregate.map_or("rows", Aggregate::name);
    let mut form = form.with(&format!("aggregate_{place}"), aggregate);
    if let Some(codes) = &measure.having {
        form = form
            .with(&format!("having_{place}"), codes.variable.as_str())
            .with(&format!("having_codes_{place}"), codes.prefixes.join(", "));
    }
    if let Some(name) = &measure.name {
        form = form.with(&format!("figure_{place}"), name);
    }
    if let Some(window) = measure.window {
        let edges = [("window_from", window.from), ("window_until", window.until)];
        for (field, day) in edges {
            form = form.with(&format!("{field}_{place}"), day.map(|day| day.to_string()).unwrap_or_default());
        }
    }
    form
}

/// Reads what is made of a variable's rows.
pub(super) fn measure(form: &Form, place: usize, wrong: &mut impl FnMut(&str, &str)) -> Measure {
    let mut edge = |name: &str| {
        let field = format!("{name}_{place}");
        let text = form.given(&field)?;
        text.trim().parse::<i32>().map_err(|_| wrong(&field, "access-error-number")).ok()
    };
    let (from, until) = (edge("window_from"), edge("window_until"));
    let aggregate = Aggregate::from_name(form.value(&format!("aggregate_{place}")));
    Measure {
        window: (from.is_some() || until.is_some()).then_some(Window { from, until }),
        // Rows have no figure's name.
        name: form.given(&format!("figure_{place}")).map(|name| name.trim().to_owned()).filter(|_| aggregate.is_some()),
        having: having(form, place, wrong),
        aggregate,
    }
}

/// Which codes the rows must have; nothing when neither a variable nor a code is given.
fn having(form: &Form, place: usize, wrong: &mut impl FnMut(&str, &str)) -> Option<Codes> {
    let field = format!("having_{place}");
    let prefixes: Vec<String> =
        list(form.value(&format!("having_codes_{place}"))).iter().map(|code| code.to_uppercase()).collect();
    let variable = match form.value(&field) {
        "" | "none" if prefixes.is_empty() => return None,
        chosen => chosen.parse::<CataloguePath>(),
    };
    if variable.is_ok() && prefixes.is_empty() {
        wrong(&field, "access-error-having-nothing");
    }
    let variable = variable.map_err(|_| wrong(&field, "access-error-cohort-variable")).ok()?;
    Some(Codes { variable, prefixes })
}

/// One figure more of a variable: the first that it does not have yet, of the same rows.
pub(super) fn another(variable: &NeededVariable, there: &[NeededVariable]) -> Option<NeededVariable> {
    let taken = |aggregate: Aggregate| {
        there.iter().any(|one| one.variable == variable.variable && one.measure.aggregate == Some(aggregate))
    };
    let free = Aggregate::ALL.into_iter().find(|aggregate| !taken(*aggregate))?;
    let measure = Measure { aggregate: Some(free), name: None, ..variable.measure.clone() };
    Some(NeededVariable { measure, ..variable.clone() })
}

fn number<N: FromStr>(form: &Form, field: &str, otherwise: N, message: &str, wrong: &mut impl FnMut(&str, &str)) -> N {
    let Some(text) = form.given(field) else { return otherwise };
    text.trim().parse().unwrap_or_else(|_| {
        wrong(field, message);
        otherwise
    })
}
