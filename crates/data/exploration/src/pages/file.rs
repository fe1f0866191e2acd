//! A table as a file: its columns, and the file of an answer with the record of what was checked.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::header;
use varde_engine::tabulate::Group;
use varde_web::{Failure, Id, Visit};

use super::{table, words};
use crate::{
    Exploration, ExplorationError,
    model::{Answer, Explorable, Measure, Question, answer::Grid},
    store::QuestionId,
};

/// The code of all groups together, as SDMX has it.
const TOTAL: &str = "_T";
/// The code of rows without a value, as SDMX has it.
const MISSING: &str = "_U";

/// A column of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// The codes of a dimension's groups, the same in every language.
    Code(usize),
    /// A dimension's groups in words.
    Words(usize),
    /// People.
    People,
    /// What is measured beside people.
    Measured,
    /// The lower quartile beside a median.
    Lower,
    /// The upper quartile.
    Upper,
}

impl Column {
    /// The columns of a table for people: its groups in words, and its numbers.
    pub(super) fn in_words(question: &Question) -> Vec<Self> {
        Self::of(question, |axis| vec![Self::Words(axis)])
    }

    /// The columns of a table for people and programs: its groups as codes and in words, and its numbers.
    pub(super) fn with_codes(question: &Question) -> Vec<Self> {
        Self::of(question, |axis| vec![Self::Code(axis), Self::Words(axis)])
    }

    fn of(question: &Question, groups: impl Fn(usize) -> Vec<Self>) -> Vec<Self> {
        let mut all: Vec<Self> = (0..question.by.len()).flat_map(groups).collect();
        all.push(Self::People);
        if question.measure != Measure::People {
            all.push(Self::Measured);
        }
        if matches!(question.measure, Measure::Median(_)) {
            all.extend([Self::Lower, Self::Upper]);
        }
        all
    }

    /// What it is, in words.
    pub(super) fn title(self, visit: &Visit, question: &Question, dataset: Option<&Explorable>) -> String {
        let dimension = |axis: usize| words::dimension(visit, &question.by[axis], dataset);
        match self {
            Self::Code(axis) => visit.t_with("exploration-code-of", &[("dimension", dimension(axis).into())]),
            Self::Words(axis) => dimension(axis),
            Self::People => words::measure(visit, &Measure::People, dataset),
            Self::Measured => words::measure(visit, &question.measure, dataset),
            Self::Lower => visit.t("exploration-quartile-lower"),
            Self::Upper => visit.t("exploration-quartile-upper"),
        }
    }

    /// What stands in it: numbers as they are, nothing where there is none.
    fn cell(self, visit: &Visit, answer: Grid<'_>, dataset: Option<&Explorable>, place: &[Option<usize>]) -> String {
        let told = || answer.at(place);
        let number = match self {
            Self::Code(axis) => return code(place[axis].and_then(|at| answer.groups.get(axis)?.get(at))),
            Self::Words(axis) => return table::label(visit, answer, dataset, axis, place[axis]),
            Self::People => told().and_then(|cell| cell.shown(&Measure::People)),
            Self::Measured => told().and_then(|cell| cell.shown(&answer.question.measure)),
            Self::Lower => told().and_then(|cell| Some(cell.quartiles?.0)),
            Self::Upper => told().and_then(|cell| Some(cell.quartiles?.1)),
        };
        number.map(|number| number.to_string()).unwrap_or_default()
    }
}

/// The code of a group; of all of them without one.
pub(super) fn code(group: Option<&Group>) -> String {
    match group {
        None => TOTAL.to_owned(),
        Some(Group::Missing) => MISSING.to_owned(),
        // A register's own code never looks like one of ours.
        Some(Group::Code(code)) if code.starts_with('_') => format!("_{code}"),
        Some(group) => group.to_string(),
    }
}

/// The table after what is there already: what each column is called, then one line a cell.
pub(super) fn lines(
    visit: &Visit,
    answer: Grid<'_>,
    dataset: Option<&Explorable>,
    columns: &[(String, Column)],
    before: Vec<u8>,
) -> csv::Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer(before);
    out.write_record(columns.iter().map(|(name, _)| name))?;
    for place in places(answer) {
        out.write_record(columns.iter().map(|(_, column)| column.cell(visit, answer, dataset, &place)))?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}

/// Every place of a table: the groups of each dimension in order, their total last; the last runs fastest.
fn places(answer: Grid<'_>) -> Vec<Vec<Option<usize>>> {
    let crossed = |places: Vec<Vec<Option<usize>>>, axis: usize| {
        let extend =
            |before: Vec<Option<usize>>| table::groups(answer, axis).map(move |at| [before.as_slice(), &[at]].concat());
        places.into_iter().flat_map(extend).collect()
    };
    (0..answer.groups.len()).fold(vec![Vec::new()], crossed)
}

/// A file to be kept.
pub(super) fn attached(body: Vec<u8>, kind: &str, name: &str) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (headers, body).into_response()
}

/// `GET /utforsk/sporsmal/{id}/tabell.csv`: one line a cell, after lines that begin with `#` and tell what was
/// asked of which release, and what was checked, as JSON.
pub(super) async fn csv(
    State(service): State<Exploration>,
    visit: Visit,
    Id(id): Id<QuestionId>,
) -> Result<Response, Failure> {
    let (kept, answer, _) = service.shown(&visit.actor, id).await?;
    let open = service.datasets(&visit.actor).await?;
    let dataset = open.iter().find(|one| one.path == kept.question.dataset);
    let answer = answer.filter(|answer| answer.withheld.is_none()).ok_or(ExplorationError::NotFound)?;
    let body = written(&visit, &answer, dataset).map_err(|_| ExplorationError::Unreadable("table"))?;
    let name = format!("varde-{}.csv", &answer.digest.to_string()[..12]);
    Ok(attached(body, "text/csv; charset=utf-8", &name))
}

fn written(visit: &Visit, answer: &Answer, dataset: Option<&Explorable>) -> csv::Result<Vec<u8>> {
    let told = |value: serde_json::Value| format!("# {value}\n");
    let mut body = told(serde_json::json!({ "question": answer.question, "digest": answer.digest }));
    body += &told(serde_json::json!({
        "release": answer.release, "release_digest": answer.release_digest, "told_at": answer.told_at,
    }));
    body += &told(serde_json::json!({ "checked": answer.checked }));
    let columns = Column::in_words(&answer.question).into_iter();
    let columns: Vec<_> = columns.map(|column| (column.title(visit, &answer.question, dataset), column)).collect();
    lines(visit, answer.grid(), dataset, &columns, body.into_bytes())
}
