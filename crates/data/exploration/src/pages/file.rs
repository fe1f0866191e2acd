//! The safe table as a file, with the record of what was checked.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::header;
use varde_web::{Failure, Id, Visit};

use super::{table, words};
use crate::{
    Exploration, ExplorationError,
    model::{Answer, Explorable, Measure, answer::Grid},
    store::QuestionId,
};

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
    let name = format!("attachment; filename=\"varde-{}.csv\"", &answer.digest.to_string()[..12]);
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, body).into_response())
}

fn written(visit: &Visit, answer: &Answer, dataset: Option<&Explorable>) -> csv::Result<Vec<u8>> {
    let told = |value: serde_json::Value| format!("# {value}\n");
    let mut body = told(serde_json::json!({ "question": answer.question, "digest": answer.digest }));
    body += &told(serde_json::json!({
        "release": answer.release, "release_digest": answer.release_digest, "told_at": answer.told_at,
    }));
    body += &told(serde_json::json!({ "checked": answer.checked }));
    lines(visit, answer.grid(), dataset, body.into_bytes())
}

/// The table after what is there already: one line a cell, with the groups in words and numbers as they are.
pub(super) fn lines(
    visit: &Visit,
    answer: Grid<'_>,
    dataset: Option<&Explorable>,
    before: Vec<u8>,
) -> csv::Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer(before);
    let by = &answer.question.by;
    let mut headers: Vec<String> = by.iter().map(|by| words::dimension(visit, by, dataset)).collect();
    headers.push(words::measure(visit, &Measure::People, dataset));
    let measured = answer.question.measure != Measure::People;
    if measured {
        headers.push(words::measure(visit, &answer.question.measure, dataset));
    }
    let quartiles = matches!(answer.question.measure, Measure::Median(_));
    if quartiles {
        headers.extend(["exploration-quartile-lower", "exploration-quartile-upper"].map(|text| visit.t(text)));
    }
    out.write_record(&headers)?;
    let mut places: Vec<Vec<Option<usize>>> = vec![Vec::new()];
    for axis in 0..by.len() {
        let extend =
            |before: Vec<Option<usize>>| table::groups(answer, axis).map(move |at| [before.as_slice(), &[at]].concat());
        places = places.into_iter().flat_map(extend).collect();
    }
    for place in places {
        let label = |(axis, at): (usize, &Option<usize>)| table::label(visit, answer, dataset, axis, *at);
        let mut row: Vec<String> = place.iter().enumerate().map(label).collect();
        let cell = answer.at(&place);
        let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        row.push(number(cell.and_then(|cell| cell.shown(&Measure::People))));
        if measured {
            row.push(number(cell.and_then(|cell| cell.shown(&answer.question.measure))));
        }
        if quartiles {
            let told = cell.and_then(|cell| cell.quartiles);
            row.extend([number(told.map(|(lower, _)| lower)), number(told.map(|(_, upper)| upper))]);
        }
        out.write_record(&row)?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}
