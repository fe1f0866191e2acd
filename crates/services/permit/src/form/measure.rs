//! What is made of a variable's rows, as fields. A form has several variables: the fields of each end in its
//! place.

use varde_core::CataloguePath;
use varde_web::Form;

use super::{Wrong, codes};
use crate::{Aggregate, Codes, Measure, Window};

/// Fills in what is made of the rows of the variable at that place.
pub fn measure_to_form(form: Form, place: usize, measure: &Measure) -> Form {
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
    let Some(window) = measure.window else { return form };
    let edges = [("window_from", window.from), ("window_until", window.until)];
    edges.into_iter().fold(form, |form, (field, day)| {
        form.with(&format!("{field}_{place}"), day.map(|day| day.to_string()).unwrap_or_default())
    })
}

/// Reads what is made of the rows of the variable at that place.
pub fn measure(form: &Form, place: usize, wrong: &mut impl FnMut(&str, Wrong)) -> Measure {
    let mut edge = |name: &str| {
        let field = format!("{name}_{place}");
        let text = form.given(&field)?;
        text.parse::<i32>().map_err(|_| wrong(&field, Wrong::Number)).ok()
    };
    let (from, until) = (edge("window_from"), edge("window_until"));
    let aggregate = Aggregate::from_name(form.value(&format!("aggregate_{place}")));
    Measure {
        window: (from.is_some() || until.is_some()).then_some(Window { from, until }),
        // Rows have no figure's name.
        name: form.given(&format!("figure_{place}")).map(str::to_owned).filter(|_| aggregate.is_some()),
        having: having(form, place, wrong),
        aggregate,
    }
}

/// Which codes the rows must have; nothing when neither a variable nor a code is given.
fn having(form: &Form, place: usize, wrong: &mut impl FnMut(&str, Wrong)) -> Option<Codes> {
    let field = format!("having_{place}");
    let prefixes = codes(form.value(&format!("having_codes_{place}")));
    let variable = match form.value(&field) {
        "" | "none" if prefixes.is_empty() => return None,
        chosen => chosen.parse::<CataloguePath>(),
    };
    if variable.is_ok() && prefixes.is_empty() {
        wrong(&field, Wrong::HavingNothing);
    }
    let variable = variable.map_err(|_| wrong(&field, Wrong::Variable)).ok()?;
    Some(Codes { variable, prefixes })
}
