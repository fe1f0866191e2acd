//! What may be asked: datasets that are open for exploration, and of their variables those that are.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, Digest, FieldProblem, LocalisedText, Period, ReleaseId};
use varde_metadata::{DataType, VariableDescription};
use varde_permit::Granularity;
use varde_tables::Pinned;

use super::question::{Condition, Dimension, Question};

/// The property of a dataset that opens it for exploration when its value is [`OPEN`], and of a variable that
/// closes it when its value is [`CLOSED`].
pub const PROPERTY: &str = "exploration";
/// See [`PROPERTY`].
pub const OPEN: &str = "open";
/// See [`PROPERTY`].
pub const CLOSED: &str = "closed";

/// The most dimensions.
pub const DIMENSIONS: usize = 3;
/// How wide bands of age can be.
pub const AGE_WIDTHS: [u32; 3] = [5, 10, 20];
/// Ends of intervals of age are multiples of this.
const AGE_STEP: u16 = 5;
/// Nobody is older.
const OLDEST: u16 = 129;
/// The most conditions of a question, those that join others among them.
const CONDITIONS: usize = 30;
/// How deep conditions may stand in each other.
const DEPTH: usize = 4;
/// The most codes of a condition.
const CODES: usize = 40;
/// The longest code.
const LONGEST: usize = 20;

/// A dataset that is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explorable {
    /// `source/dataset`.
    pub path: CataloguePath,
    /// Its name.
    pub name: LocalisedText,
    /// Its source's name.
    pub source: LocalisedText,
    /// The release that answers come from.
    pub release: ReleaseId,
    /// That release's digest.
    pub digest: Digest,
    /// First and last day of its rows.
    pub period: Option<Period>,
    /// Its open variables.
    pub variables: Vec<Opened>,
}

/// A variable that is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The last part of its path.
    pub name: String,
    /// What people call it.
    pub label: LocalisedText,
    /// The unit of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How finely it can be crossed by; none for a number that can only be summed up.
    pub levels: Vec<Granularity>,
    /// Whether rows can be chosen by its codes.
    pub coded: bool,
    /// Whether it is a number, to be summed up.
    pub number: bool,
    /// The codes of a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<(String, LocalisedText)>,
}

impl Opened {
    /// A variable as it is open; `None` for those that never are: direct identifiers and free text.
    pub fn of(variable: &VariableDescription) -> Option<Self> {
        let levels: Vec<Granularity> =
            variable.granularities.iter().copied().filter(|level| is_a_level(variable.data_type, *level)).collect();
        let number = matches!(variable.data_type, DataType::Integer | DataType::Decimal);
        if variable.granularities.is_empty() || levels.is_empty() {
            return None;
        }
        Some(Self {
            name: variable.path.name().to_owned(),
            label: variable.name.clone(),
            unit: variable.unit.clone(),
            levels,
            coded: matches!(variable.data_type, DataType::Code | DataType::List),
            number,
            codes: variable.codes.iter().map(|code| (code.value.clone(), code.text.clone())).collect(),
        })
    }

    /// What a code of its list means.
    pub fn code(&self, value: &str) -> Option<&LocalisedText> {
        self.codes.iter().find(|(code, _)| code == value).map(|(_, text)| text)
    }
}

/// Whether a table can be crossed by values of the type at the level. Dates and numbers only in steps, codes of
/// large systems only cut.
const fn is_a_level(data_type: DataType, level: Granularity) -> bool {
    match data_type {
        DataType::List | DataType::Boolean => matches!(level, Granularity::AsIs),
        DataType::Code => matches!(level, Granularity::Prefix(_)),
        DataType::Date | DataType::DateTime => matches!(level, Granularity::Month | Granularity::Year),
        DataType::Integer | DataType::Decimal => matches!(level, Granularity::Band(_)),
        DataType::Text => false,
    }
}

impl Explorable {
    /// The release that answers come from.
    pub const fn pinned(&self) -> Pinned {
        Pinned { release: self.release, digest: self.digest, period: self.period }
    }

    /// The open variable of that name.
    pub fn variable(&self, name: &str) -> Option<&Opened> {
        self.variables.iter().find(|variable| variable.name == name)
    }
}

/// What is wrong with a question, field by field; nothing when it can be asked. `open` are all open datasets.
pub fn check(question: &Question, open: &[Explorable]) -> Vec<FieldProblem> {
    let Some(dataset) = open.iter().find(|one| one.path == question.dataset) else {
        return vec![FieldProblem::new("dataset", "exploration-error-dataset")];
    };
    let mut wrong = Vec::new();
    dimensions(question, dataset, &mut wrong);
    if question.measure.number().is_some_and(|name| !dataset.variable(name).is_some_and(|one| one.number)) {
        wrong.push(FieldProblem::new("measure", "exploration-error-number"));
    }
    if question.only.size() > CONDITIONS || question.only.depth() > DEPTH {
        wrong.push(FieldProblem::new("only", "exploration-error-size"));
        return wrong;
    }
    let problems = question.only.leaves().into_iter().filter_map(|leaf| condition(leaf, dataset, open));
    wrong.extend(problems.map(|message| FieldProblem::new("only", message)));
    wrong
}

fn dimensions(question: &Question, dataset: &Explorable, wrong: &mut Vec<FieldProblem>) {
    if question.by.len() > DIMENSIONS {
        wrong.push(FieldProblem::new("by", "exploration-error-dimensions"));
    }
    let what = |dimension: &Dimension| match dimension {
        Dimension::Variable { name, .. } => name.clone(),
        Dimension::Age { .. } => "/age".to_owned(),
        Dimension::Sex => "/sex".to_owned(),
        Dimension::County => "/county".to_owned(),
    };
    let mut seen = Vec::new();
    for dimension in &question.by {
        if seen.contains(&what(dimension)) {
            wrong.push(FieldProblem::new("by", "exploration-error-twice"));
        }
        seen.push(what(dimension));
        let possible = match dimension {
            Dimension::Variable { name, level } => {
                dataset.variable(name).is_some_and(|variable| variable.levels.contains(level))
            }
            Dimension::Age { width } => AGE_WIDTHS.contains(width),
            Dimension::Sex | Dimension::County => true,
        };
        if !possible {
            wrong.push(FieldProblem::new("by", "exploration-error-level"));
        }
    }
}

fn condition(leaf: &Condition, dataset: &Explorable, open: &[Explorable]) -> Option<&'static str> {
    match leaf {
        Condition::Code { variable, begins } => codes(dataset.variable(variable).is_some_and(|v| v.coded), begins),
        Condition::Has { variable, begins } => {
            let other = variable.parent().and_then(|path| open.iter().find(|one| one.path == path));
            codes(other.and_then(|other| other.variable(variable.name())).is_some_and(|v| v.coded), begins)
        }
        Condition::Period { from, until } => (!whole_months(*from, *until)).then_some("exploration-error-period"),
        Condition::Age { from, until } => {
            let whole = from % AGE_STEP == 0 && until % AGE_STEP == AGE_STEP - 1;
            (!whole || from > until || *until > OLDEST).then_some("exploration-error-age")
        }
        Condition::Sex(sex) => (!["female", "male"].contains(&sex.as_str())).then_some("exploration-error-sex"),
        Condition::County(counties) => {
            let fits = |county: &String| county.len() == 2 && county.bytes().all(|b| b.is_ascii_digit());
            (counties.is_empty() || counties.len() > CODES || !counties.iter().all(fits))
                .then_some("exploration-error-county")
        }
        Condition::All(_) | Condition::Any(_) | Condition::Not(_) => None,
    }
}

fn codes(is_coded: bool, begins: &[String]) -> Option<&'static str> {
    if !is_coded {
        return Some("exploration-error-variable");
    }
    let fits = |code: &String| !code.is_empty() && code.len() <= LONGEST && code.chars().all(char::is_alphanumeric);
    (begins.is_empty() || begins.len() > CODES || !begins.iter().all(fits)).then_some("exploration-error-codes")
}

fn whole_months(from: Date, until: Date) -> bool {
    from.day() == 1 && until == until.last_of_month() && from <= until
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::Measure;

    fn open() -> Vec<Explorable> {
        let variable = |name: &str, levels: &[Granularity], coded, number| Opened {
            name: name.to_owned(),
            label: LocalisedText::default(),
            unit: None,
            levels: levels.to_vec(),
            coded,
            number,
            codes: Vec::new(),
        };
        let dataset = |path: &str, variables| Explorable {
            path: path.parse().unwrap(),
            name: LocalisedText::default(),
            source: LocalisedText::default(),
            release: ReleaseId::from_uuid(uuid::Uuid::from_u128(1)),
            digest: Digest::of(b""),
            period: None,
            variables,
        };
        let code = variable("code", &[Granularity::Prefix(3)], true, false);
        let ddd = variable("ddd", &[Granularity::Band(10)], false, true);
        vec![dataset("npr/contact", vec![code.clone(), ddd]), dataset("lmr/dispensing", vec![code])]
    }

    fn problems(question: Question) -> Vec<(String, String)> {
        check(&question, &open()).into_iter().map(|one| (one.field, one.message)).collect()
    }

    fn ask(only: Condition, by: Vec<Dimension>, measure: Measure) -> Question {
        Question { dataset: "npr/contact".parse().unwrap(), only, by, measure }
    }

    fn codes_of(variable: &str, begins: &[&str]) -> Condition {
        Condition::Code { variable: variable.to_owned(), begins: begins.iter().map(|b| (*b).to_owned()).collect() }
    }

    #[test]
    fn what_is_open_can_be_asked() {
        let by = |level| Dimension::Variable { name: "code".to_owned(), level };
        let has = Condition::Has { variable: "lmr/dispensing/code".parse().unwrap(), begins: vec!["C07".to_owned()] };
        let only = Condition::All(vec![
            codes_of("code", &["I50"]),
            Condition::Not(Box::new(has)),
            Condition::Age { from: 40, until: 69 },
            Condition::Period { from: date(2024, 2, 1), until: date(2024, 2, 29) },
            Condition::County(vec!["03".to_owned()]),
        ]);
        let dimensions = vec![by(Granularity::Prefix(3)), Dimension::Sex, Dimension::Age { width: 10 }];
        assert!(problems(ask(only, dimensions, Measure::Sum("ddd".to_owned()))).is_empty());
        assert!(problems(ask(Condition::default(), Vec::new(), Measure::People)).is_empty());
    }

    #[test]
    fn everything_else_cannot() {
        let level = |level| vec![Dimension::Variable { name: "code".to_owned(), level }];
        let by = |by| problems(ask(Condition::default(), by, Measure::People));
        let only = |only| problems(ask(only, Vec::new(), Measure::People));
        let one = |field: &str, message: &str| vec![(field.to_owned(), format!("exploration-error-{message}"))];
        assert_eq!(by(level(Granularity::AsIs)), one("by", "level"));
        assert_eq!(by(vec![Dimension::Age { width: 1 }]), one("by", "level"));
        assert_eq!(by(vec![Dimension::Sex, Dimension::Sex]), one("by", "twice"));
        let many = vec![
            Dimension::Sex,
            Dimension::County,
            Dimension::Age { width: 5 },
            level(Granularity::Prefix(3))[0].clone(),
        ];
        assert_eq!(by(many), one("by", "dimensions"));
        assert_eq!(
            problems(ask(Condition::default(), Vec::new(), Measure::Mean("code".to_owned()))),
            one("measure", "number")
        );
        for wrong in [codes_of("ddd", &["1"]), codes_of("ssn", &["1"])] {
            assert_eq!(only(wrong), one("only", "variable"));
        }
        for wrong in [&[][..], &[""], &["I5 0"], &["'; DROP"]] {
            assert_eq!(only(codes_of("code", wrong)), one("only", "codes"));
        }
        for (from, until) in [(41, 69), (40, 70), (60, 54), (0, 200)] {
            assert_eq!(only(Condition::Age { from, until }), one("only", "age"));
        }
        for (from, until) in
            [((2024, 2, 2), (2024, 2, 29)), ((2024, 2, 1), (2024, 2, 28)), ((2024, 3, 1), (2024, 2, 29))]
        {
            let day = |(year, month, day): (i16, i8, i8)| date(year, month, day);
            assert_eq!(only(Condition::Period { from: day(from), until: day(until) }), one("only", "period"));
        }
        assert_eq!(only(Condition::Sex("x".to_owned())), one("only", "sex"));
        assert_eq!(only(Condition::County(vec!["0301".to_owned()])), one("only", "county"));
        assert_eq!(only(Condition::All(vec![codes_of("code", &["I"]); 40])), one("only", "size"));
        let closed = Question {
            dataset: "dar/death".parse().unwrap(),
            ..ask(Condition::default(), Vec::new(), Measure::People)
        };
        assert_eq!(problems(closed), one("dataset", "dataset"));
    }
}
