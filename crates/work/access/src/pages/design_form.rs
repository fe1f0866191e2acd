//! A study's design in the application's form, and back: the index date, controls and family.

use varde_permit::{
    Aggregate, Area, Controls, Design, Kinship, Measure, NeededVariable,
    form::{self as part, Wrong, granularity_code, granularity_from_code},
};
use varde_web::Form;

/// How near controls must live.
pub(super) const AREAS: [(&str, Area); 2] = [("county", Area::County), ("municipality", Area::Municipality)];
/// Whose family.
pub(super) const KINSHIPS: [(&str, Kinship); 3] =
    [("parents", Kinship::Parents), ("children", Kinship::Children), ("siblings", Kinship::Siblings)];

/// Fills in the design.
pub(super) fn to_form(mut form: Form, design: &Design) -> Form {
    form = part::index_to_form(form, design.index.as_ref());
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

/// Reads the design; what is wrong is told with its field.
pub(super) fn read(form: &Form, wrong: &mut impl FnMut(&str, &str)) -> Design {
    let index = part::index(form, &mut in_our_words(wrong));
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

fn controls(form: &Form, wrong: &mut impl FnMut(&str, &str)) -> Option<Controls> {
    let per_case = number(form, "controls", wrong);
    (per_case > 0).then(|| Controls {
        per_case,
        birth_years: number(form, "controls_years", wrong),
        same_sex: form.has("controls_sex", "yes"),
        same_area: AREAS.iter().find(|(name, _)| *name == form.value("controls_area")).map(|(_, area)| *area),
    })
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

fn number(form: &Form, field: &str, wrong: &mut impl FnMut(&str, &str)) -> u32 {
    let Some(text) = form.given(field) else { return 0 };
    text.parse().unwrap_or_else(|_| {
        wrong(field, "access-error-controls");
        0
    })
}

/// Tells what is wrong with a field that every need has by the texts of applications.
pub(super) fn in_our_words(wrong: &mut impl FnMut(&str, &str)) -> impl FnMut(&str, Wrong) {
    move |field: &str, what: Wrong| match what {
        Wrong::NoCodes => wrong(field, "access-missing-cohort"),
        other => wrong(field, &format!("access-error-{}", other.name())),
    }
}
