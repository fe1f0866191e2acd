//! The application's content as a form, and back. Everything typed is kept, also what is wrong.

use jiff::civil::Date;
use varde_core::{FieldProblem, LegalBasis, Period, PersonId, Purpose, id::CataloguePath};
use varde_permit::{
    DataNeed, Format, Handover, NeededVariable,
    form::{self as part, granularity_code, granularity_from_code},
};
use varde_web::Form;

use super::{
    design_form::{self, in_our_words},
    updates_form,
};
use crate::model::Content;

/// The bases for processing that an applicant can tick: code, law, section.
pub(crate) const LEGAL_BASES: [(&str, &str, &str); 5] = [
    ("public-task", "GDPR", "art. 6(1)(e)"),
    ("legal-duty", "GDPR", "art. 6(1)(c)"),
    ("legitimate-interest", "GDPR", "art. 6(1)(f)"),
    ("research", "GDPR", "art. 9(2)(j)"),
    ("public-health", "GDPR", "art. 9(2)(i)"),
];

/// The form filled with what is stored.
pub(crate) fn to_form(content: &Content) -> Form {
    let mut form = Form::new()
        .with("title", &content.title)
        .with("summary", &content.summary)
        .with("purpose", content.purpose.name())
        .with("ethics_approval", &content.ethics_approval)
        .with("months", content.months.to_string())
        .with("period_from", content.need.period.from.to_string())
        .with("period_until", content.need.period.until.map(|d| d.to_string()).unwrap_or_default());
    for (code, law, section) in LEGAL_BASES {
        if content.legal_bases.contains(&LegalBasis::new(law, section)) {
            form = form.with("legal_bases", code);
        }
    }
    for person in &content.persons {
        form = form.with("persons", person.to_string());
    }
    form = form.with("language", content.need.handover.language.tag());
    for format in &content.need.handover.formats {
        form = form.with("formats", format.name());
    }
    for (place, needed) in content.need.variables.iter().enumerate() {
        form = form
            .with("variable", needed.variable.as_str())
            .with(&format!("granularity_{place}"), granularity_code(needed.granularity))
            .with(&format!("reason_{place}"), &needed.reason);
        form = part::measure_to_form(form, place, &needed.measure);
    }
    form = updates_form::to_form(form, content.need.handover.updates);
    form = design_form::to_form(form, &content.need.design);
    part::cohort_to_form(form, &content.need.cohort)
}

/// Reads the form over what is stored. What cannot be read is a problem with its field; what the form
/// cannot show, such as a cohort sent through the API, stays as it is.
pub(crate) fn from_form(form: &Form, stored: &Content) -> (Content, Vec<FieldProblem>) {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, message: &str| problems.push(FieldProblem::new(field, message));
    let purpose = Purpose::from_name(form.value("purpose")).unwrap_or_else(|| {
        wrong("purpose", "access-error-purpose");
        stored.purpose
    });
    let months = form.value("months").parse().unwrap_or_else(|_| {
        wrong("months", "access-missing-months");
        stored.months
    });
    let period = read_period(form, &mut wrong).unwrap_or(stored.need.period);
    let cohort = part::cohort(form, &stored.need.cohort, &mut in_our_words(&mut wrong));
    let design = design_form::read(form, &mut wrong);
    let updates = updates_form::read(form, months, &mut wrong);
    let handover = Handover { updates, ..read_handover(form, &stored.need.handover) };
    let variables = read_variables(form, &stored.need.variables, &mut wrong);
    let persons = form.all("persons").iter().filter_map(|p| p.parse::<PersonId>().ok()).collect();
    let content = Content {
        title: form.value("title").to_owned(),
        summary: form.value("summary").to_owned(),
        purpose,
        legal_bases: read_bases(form, &stored.legal_bases),
        ethics_approval: form.value("ethics_approval").to_owned(),
        need: DataNeed { cohort, design, variables, period, handover },
        persons,
        months,
    };
    (content, problems)
}

fn read_bases(form: &Form, stored: &[LegalBasis]) -> Vec<LegalBasis> {
    let offered = LEGAL_BASES.map(|(code, law, section)| (code, LegalBasis::new(law, section)));
    let others = stored.iter().filter(|basis| !offered.iter().any(|(_, one)| one == *basis));
    let ticked = offered.iter().filter(|(code, _)| form.has("legal_bases", code)).map(|(_, basis)| basis);
    ticked.chain(others).cloned().collect()
}

fn read_period(form: &Form, wrong: &mut impl FnMut(&str, &str)) -> Option<Period> {
    let mut date = |field: &str| {
        let date = form.value(field).parse::<Date>().ok();
        if date.is_none() {
            wrong(field, "access-error-date");
        }
        date
    };
    let (from, until) = (date("period_from")?, date("period_until")?);
    let period = Period::new(from, until);
    if period.is_none() {
        wrong("period_until", "access-error-period-order");
    }
    period
}

/// Parquet is not asked about: it comes always.
fn read_handover(form: &Form, stored: &Handover) -> Handover {
    let chosen = form.all("formats").iter().filter_map(|name| Format::from_name(name));
    let language = form.value("language").parse().unwrap_or(stored.language);
    Handover { formats: std::iter::once(Format::Parquet).chain(chosen).collect(), language, updates: stored.updates }
}

/// The variables that are listed, without those to remove, and with those that get one figure more. One
/// that cannot be read stays as it is stored.
fn read_variables(form: &Form, stored: &[NeededVariable], wrong: &mut impl FnMut(&str, &str)) -> Vec<NeededVariable> {
    let (mut variables, mut more): (Vec<NeededVariable>, _) = (Vec::new(), Vec::new());
    let mut same = None;
    for (place, path) in form.all("variable").iter().enumerate() {
        if form.has(&format!("remove_{place}"), "yes") {
            continue;
        }
        let field = format!("granularity_{place}");
        match (path.parse::<CataloguePath>(), granularity_from_code(form.value(&field))) {
            (Ok(variable), Some(granularity)) => {
                let reason = form.value(&format!("reason_{place}")).to_owned();
                let measure = part::measure(form, place, &mut in_our_words(wrong));
                if form.has(&format!("again_{place}"), "yes") {
                    more.push(variables.len());
                }
                if form.has(&format!("same_reason_{place}"), "yes") {
                    same = Some(reason.clone());
                }
                variables.push(NeededVariable { variable, granularity, measure, reason });
            }
            _ => {
                wrong(&field, "access-error-granularity");
                variables.extend(stored.get(place).cloned());
            }
        }
    }
    if let Some(reason) = same {
        let without = variables.iter_mut().filter(|one| one.reason.trim().is_empty());
        without.for_each(|one| one.reason.clone_from(&reason));
    }
    for place in more.into_iter().rev() {
        if let Some(another) = design_form::another(&variables[place], &variables) {
            variables.insert(place + 1, another);
        }
    }
    variables
}

#[cfg(test)]
mod tests;
