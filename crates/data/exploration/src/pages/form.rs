//! The form of a question: what it posts as a question, and a question as what it shows.

use jiff::civil::Date;
use varde_core::{CataloguePath, FieldProblem};
use varde_permit::Granularity;
use varde_web::Form;

use crate::model::{Condition, Dimension, Measure, Question};

/// How many conditions on codes the form has.
pub(super) const CODES: usize = 4;
/// How many dimensions.
pub(super) const DIMENSIONS: usize = 3;

/// The question that was posted of a dataset.
pub(super) fn read(form: &Form, dataset: &CataloguePath) -> Result<Question, Vec<FieldProblem>> {
    let mut wrong = Vec::new();
    let mut parts = Vec::new();
    for at in 1..=CODES {
        match code(form, at) {
            Ok(condition) => parts.extend(condition),
            Err(problem) => wrong.push(problem),
        }
    }
    match period(form) {
        Ok(condition) => parts.extend(condition),
        Err(problem) => wrong.push(problem),
    }
    match age(form) {
        Ok(condition) => parts.extend(condition),
        Err(problem) => wrong.push(problem),
    }
    parts.extend(form.given("kjonn").map(|sex| Condition::Sex(sex.to_owned())));
    if form.given("fylke").is_some() {
        parts.push(Condition::County(listed(form.value("fylke"))));
    }
    let mut by = Vec::new();
    for at in 1..=DIMENSIONS {
        let field = format!("dim{at}");
        if let Some(text) = form.given(&field) {
            match dimension(text) {
                Some(dimension) => by.push(dimension),
                None => wrong.push(FieldProblem::new(field, "exploration-error-level")),
            }
        }
    }
    let measure = measure(form.value("mal"));
    if measure.is_none() {
        wrong.push(FieldProblem::new("mal", "exploration-error-number"));
    }
    match (measure, wrong.is_empty()) {
        (Some(measure), true) => {
            Ok(Question { dataset: dataset.clone(), only: Condition::All(parts), by, measure }.canonical())
        }
        _ => Err(wrong),
    }
}

/// The form with what most people want where nothing was chosen.
pub(super) fn with_defaults(form: Form) -> Form {
    let how = (1..=CODES).map(|at| (format!("hvordan{at}"), "har"));
    let all = how.chain([("mal".to_owned(), "people")]);
    all.fold(form, |form, (field, value)| if form.given(&field).is_none() { form.with(&field, value) } else { form })
}

/// What the use case found wrong, at the form's own fields.
pub(super) fn at_fields(problems: Vec<FieldProblem>) -> Vec<FieldProblem> {
    let place = |problem: FieldProblem| {
        let field = match (problem.field.as_str(), problem.message.as_str()) {
            (_, "exploration-error-period") => "fra",
            (_, "exploration-error-age") => "alder-fra",
            (_, "exploration-error-county") => "fylke",
            (_, "exploration-error-sex") => "kjonn",
            ("by", _) => "dim1",
            ("measure", _) => "mal",
            _ => "kode1",
        };
        FieldProblem::new(field, problem.message)
    };
    problems.into_iter().map(place).collect()
}

/// The question as the form shows it; `None` when the form cannot say it.
pub(super) fn write(question: &Question) -> Option<Form> {
    let mut form = Form::new().with("mal", measure_value(&question.measure));
    for (at, by) in (1..).zip(&question.by) {
        form = form.with(&format!("dim{at}"), dimension_value(by));
    }
    let mut codes = 0;
    for part in question.parts() {
        form = match part {
            Condition::Period { from, until } => form.with("fra", month(from)).with("til", month(until)),
            Condition::Age { from, until } => {
                form.with("alder-fra", from.to_string()).with("alder-til", until.to_string())
            }
            Condition::Sex(sex) => form.with("kjonn", sex),
            Condition::County(counties) => form.with("fylke", counties.join(", ")),
            other => {
                codes += 1;
                let (variable, how, begins) = code_value(&other)?;
                form.with(&format!("variabel{codes}"), variable)
                    .with(&format!("hvordan{codes}"), how)
                    .with(&format!("kode{codes}"), begins.join(", "))
            }
        };
    }
    // What the form says must be what was asked.
    (codes <= CODES && read(&form, &question.dataset).ok()? == question.clone().canonical()).then_some(form)
}

fn code(form: &Form, at: usize) -> Result<Option<Condition>, FieldProblem> {
    let value = |name: &str| form.value(&format!("{name}{at}")).to_owned();
    let (variable, how, codes) = (value("variabel"), value("hvordan"), value("kode"));
    if variable.is_empty() && codes.is_empty() {
        return Ok(None);
    }
    if variable.is_empty() {
        return Err(FieldProblem::new(format!("variabel{at}"), "exploration-error-variable"));
    }
    if codes.is_empty() {
        return Err(FieldProblem::new(format!("kode{at}"), "exploration-error-codes"));
    }
    let begins = listed(&codes);
    // A whole path is a variable of any dataset: then people are chosen, not rows.
    let condition = match variable.parse::<CataloguePath>() {
        Ok(path) if path.parts().count() == 3 => Condition::Has { variable: path, begins },
        _ => Condition::Code { variable, begins },
    };
    Ok(Some(if how == "ikke" { Condition::Not(Box::new(condition)) } else { condition }))
}

fn code_value(condition: &Condition) -> Option<(String, &'static str, Vec<String>)> {
    match condition {
        Condition::Code { variable, begins } => Some((variable.clone(), "har", begins.clone())),
        Condition::Has { variable, begins } => Some((variable.to_string(), "har", begins.clone())),
        Condition::Not(part) => {
            let (variable, how, begins) = code_value(part)?;
            (how == "har").then_some((variable, "ikke", begins))
        }
        _ => None,
    }
}

fn period(form: &Form) -> Result<Option<Condition>, FieldProblem> {
    let read = |field: &str| -> Result<Option<Date>, FieldProblem> {
        let Some(text) = form.given(field) else { return Ok(None) };
        let first = format!("{text}-01").parse::<Date>();
        first.map(Some).map_err(|_| FieldProblem::new(field, "exploration-error-period"))
    };
    match (read("fra")?, read("til")?) {
        (None, None) => Ok(None),
        (from, until) => {
            let from = from.unwrap_or(Date::constant(1900, 1, 1));
            let until = until.unwrap_or(Date::constant(2199, 12, 1)).last_of_month();
            if from > until {
                return Err(FieldProblem::new("fra", "exploration-error-period"));
            }
            Ok(Some(Condition::Period { from, until }))
        }
    }
}

fn month(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

fn age(form: &Form) -> Result<Option<Condition>, FieldProblem> {
    let read = |field: &str, otherwise: u16| -> Result<u16, FieldProblem> {
        let Some(text) = form.given(field) else { return Ok(otherwise) };
        text.parse().map_err(|_| FieldProblem::new(field, "exploration-error-age"))
    };
    if form.given("alder-fra").is_none() && form.given("alder-til").is_none() {
        return Ok(None);
    }
    Ok(Some(Condition::Age { from: read("alder-fra", 0)?, until: read("alder-til", 129)? }))
}

/// Codes as people write them: with commas, semicolons or spaces between, dots as in books.
fn listed(text: &str) -> Vec<String> {
    let parts = text.split([',', ';', ' ', '\n', '\t']).map(|part| part.trim().replace('.', "").to_uppercase());
    parts.filter(|part| !part.is_empty()).collect()
}

/// A dimension from its value in the form: `age=10`, `sex`, `county`, or `name=level`.
fn dimension(text: &str) -> Option<Dimension> {
    match text.split_once('=') {
        None if text == "sex" => Some(Dimension::Sex),
        None if text == "county" => Some(Dimension::County),
        None => None,
        Some(("/age", width)) => Some(Dimension::Age { width: width.parse().ok()? }),
        Some((name, level)) => Some(Dimension::Variable { name: name.to_owned(), level: level_of(level)? }),
    }
}

fn level_of(text: &str) -> Option<Granularity> {
    Some(match text.split_once('-') {
        None if text == "all" => Granularity::AsIs,
        None if text == "year" => Granularity::Year,
        None if text == "month" => Granularity::Month,
        Some(("prefix", length)) => Granularity::Prefix(length.parse().ok()?),
        Some(("band", width)) => Granularity::Band(width.parse().ok()?),
        _ => return None,
    })
}

/// The value of a dimension in the form.
pub(super) fn dimension_value(by: &Dimension) -> String {
    match by {
        Dimension::Sex => "sex".to_owned(),
        Dimension::County => "county".to_owned(),
        Dimension::Age { width } => format!("/age={width}"),
        Dimension::Variable { name, level } => match level {
            Granularity::Year => format!("{name}=year"),
            Granularity::Month => format!("{name}=month"),
            Granularity::Prefix(length) => format!("{name}=prefix-{length}"),
            Granularity::Band(width) => format!("{name}=band-{width}"),
            _ => format!("{name}=all"),
        },
    }
}

fn measure(text: &str) -> Option<Measure> {
    match text.split_once('=') {
        None if text.is_empty() || text == "people" => Some(Measure::People),
        None if text == "events" => Some(Measure::Events),
        Some(("sum", name)) => Some(Measure::Sum(name.to_owned())),
        Some(("mean", name)) => Some(Measure::Mean(name.to_owned())),
        Some(("median", name)) => Some(Measure::Median(name.to_owned())),
        _ => None,
    }
}

/// The value of a measure in the form.
pub(super) fn measure_value(measure: &Measure) -> String {
    match measure.number() {
        None => measure.name().to_owned(),
        Some(number) => format!("{}={number}", measure.name()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn dataset() -> CataloguePath {
        "npr/contact".parse().unwrap()
    }

    #[test]
    fn a_question_comes_back_as_it_was_asked() {
        let begins = || vec!["I50".to_owned()];
        let question = Question {
            dataset: dataset(),
            only: Condition::All(vec![
                Condition::Code { variable: "code".to_owned(), begins: begins() },
                Condition::Not(Box::new(Condition::Has {
                    variable: "lmr/dispensing/atc".parse().unwrap(),
                    begins: begins(),
                })),
                Condition::Period { from: date(2023, 1, 1), until: date(2024, 2, 29) },
                Condition::Age { from: 40, until: 69 },
                Condition::Sex("female".to_owned()),
                Condition::County(vec!["03".to_owned(), "11".to_owned()]),
            ]),
            by: vec![
                Dimension::Variable { name: "code".to_owned(), level: Granularity::Prefix(3) },
                Dimension::Age { width: 10 },
                Dimension::Sex,
            ],
            measure: Measure::Mean("ddd".to_owned()),
        }
        .canonical();
        let form = write(&question).unwrap();
        assert_eq!(read(&form, &dataset()).unwrap(), question);
        assert_eq!(form.value("til"), "2024-02");
        let plain =
            Question { only: Condition::default(), by: Vec::new(), measure: Measure::People, ..question.clone() };
        assert_eq!(read(&write(&plain).unwrap(), &dataset()).unwrap(), plain);
        let any = Condition::Any(vec![Condition::Sex("male".to_owned()), Condition::Age { from: 0, until: 4 }]);
        assert_eq!(write(&Question { only: any, ..question }), None, "the form has no such words");
    }

    #[test]
    fn what_cannot_be_read_is_told_at_its_field() {
        let wrong = |form: Form| -> Vec<String> {
            read(&form, &dataset()).unwrap_err().into_iter().map(|problem| problem.field).collect()
        };
        let form =
            Form::new().with("kode1", "I50").with("variabel2", "code").with("fra", "2024").with("alder-fra", "x");
        assert_eq!(
            wrong(form.with("dim1", "code=fine").with("mal", "most")),
            ["variabel1", "kode2", "fra", "alder-fra", "dim1", "mal"]
        );
        assert_eq!(wrong(Form::new().with("fra", "2024-05").with("til", "2024-02")), ["fra"]);
    }

    #[test]
    fn codes_are_read_as_people_write_them() {
        let form = Form::new().with("variabel1", "code").with("kode1", "i50.1, J18;c34");
        let question = read(&form, &dataset()).unwrap();
        let begins = ["C34", "I501", "J18"].map(str::to_owned).to_vec();
        assert_eq!(question.only, Condition::Code { variable: "code".to_owned(), begins });
    }
}
