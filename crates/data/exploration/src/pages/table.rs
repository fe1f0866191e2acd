//! A safe table as it is shown: the same numbers as the answer, in words where there is none.

use varde_web::Visit;

use super::words;
use crate::model::{
    Dimension, Explorable, Measure,
    answer::{Grid, Told},
};

/// A table of at most two dimensions.
pub(super) struct Sheet {
    pub(super) id: String,
    pub(super) caption: String,
    pub(super) headers: Vec<String>,
    pub(super) rows: Vec<(String, Vec<Shown>)>,
}

/// A number as it is shown.
pub(super) struct Shown {
    pub(super) text: String,
    /// As it stands in the answer, for programs that read pages; empty where there is none.
    pub(super) value: String,
}

/// The answer as sheets: one for up to two dimensions, else one for each group of the first.
pub(super) fn sheets(visit: &Visit, answer: Grid<'_>, dataset: Option<&Explorable>, caption: &str) -> Vec<Sheet> {
    let by = &answer.question.by;
    let label = |axis: usize, at: Option<usize>| label(visit, answer, dataset, axis, at);
    let first = || std::iter::once(None).chain((0..answer.groups.first().map_or(0, Vec::len)).map(Some));
    match by.len() {
        0 => vec![list(visit, answer, dataset, caption, vec![(visit.t("exploration-all"), Vec::new())])],
        1 => {
            let rows = groups(answer, 0).map(|at| (label(0, at), vec![at])).collect();
            vec![list(visit, answer, dataset, caption, rows)]
        }
        2 => vec![cross(visit, answer, dataset, ("tabell".to_owned(), caption.to_owned()), &[])],
        _ => first()
            .zip(1..)
            .map(|(at, number)| {
                let caption = format!("{caption}. {}: {}", words::dimension(visit, &by[0], dataset), label(0, at));
                cross(visit, answer, dataset, (format!("tabell-{number}"), caption), &[at])
            })
            .collect(),
    }
}

/// Groups of a dimension, the total last as people expect it.
pub(super) fn groups(answer: Grid<'_>, axis: usize) -> impl Iterator<Item = Option<usize>> + use<> {
    let all = answer.groups.get(axis).map_or(0, Vec::len);
    (0..all).map(Some).chain(std::iter::once(None))
}

/// A group's name.
pub(super) fn label(
    visit: &Visit,
    answer: Grid<'_>,
    dataset: Option<&Explorable>,
    axis: usize,
    at: Option<usize>,
) -> String {
    let by: Option<&Dimension> = answer.question.by.get(axis);
    let group = at.and_then(|at| answer.groups.get(axis)?.get(at));
    match (by, group) {
        (Some(by), Some(group)) => words::group(visit, by, group, dataset),
        _ => visit.t("exploration-total"),
    }
}

/// A list of groups with people, and what is measured beside them.
fn list(
    visit: &Visit,
    answer: Grid<'_>,
    dataset: Option<&Explorable>,
    caption: &str,
    rows: Vec<(String, Vec<Option<usize>>)>,
) -> Sheet {
    let question = answer.question;
    let name =
        question.by.first().map_or_else(|| visit.t("exploration-group"), |by| words::dimension(visit, by, dataset));
    let mut headers = vec![name, words::measure(visit, &Measure::People, dataset)];
    let measured = question.measure != Measure::People;
    if measured {
        headers.push(words::measure(visit, &question.measure, dataset));
    }
    let row = |(label, place): (String, Vec<Option<usize>>)| {
        let told = answer.at(&place).copied().unwrap_or(Told::WITHHELD);
        let mut cells = vec![shown(visit, &Told { quartiles: None, ..told }, &Measure::People)];
        if measured {
            cells.push(shown(visit, &told, &question.measure));
        }
        (label, cells)
    };
    Sheet { id: "tabell".to_owned(), caption: caption.to_owned(), headers, rows: rows.into_iter().map(row).collect() }
}

/// The last two dimensions crossed; `before` are the groups of those before them.
fn cross(
    visit: &Visit,
    answer: Grid<'_>,
    dataset: Option<&Explorable>,
    (id, caption): (String, String),
    before: &[Option<usize>],
) -> Sheet {
    let (down, over) = (before.len(), before.len() + 1);
    let name = |axis: usize| words::dimension(visit, &answer.question.by[axis], dataset);
    let mut headers = vec![format!("{} / {}", name(down), name(over))];
    headers.extend(groups(answer, over).map(|at| label(visit, answer, dataset, over, at)));
    let cell = |place: Vec<Option<usize>>| {
        let told = answer.at(&place).copied().unwrap_or(Told::WITHHELD);
        shown(visit, &told, &answer.question.measure)
    };
    let row = |at: Option<usize>| {
        let cells = groups(answer, over).map(|other| cell([before, &[at, other]].concat())).collect();
        (label(visit, answer, dataset, down, at), cells)
    };
    Sheet { id, caption, headers, rows: groups(answer, down).map(row).collect() }
}

/// A number, or what stands for it.
pub(super) fn shown(visit: &Visit, told: &Told, measure: &Measure) -> Shown {
    let none = |text: &str| Shown { text: visit.t(text), value: String::new() };
    let Some(number) = told.shown(measure) else {
        return none(if told.is_few() { "exploration-cell-few" } else { "exploration-cell-withheld" });
    };
    let text = match measure {
        Measure::People if number == 0.0 => visit.t("exploration-cell-few"),
        Measure::People | Measure::Events => visit.number(number as i64),
        Measure::Sum(_) | Measure::Mean(_) | Measure::Median(_) => decimal(visit, number),
    };
    let text = told.quartiles.map_or_else(
        || text.clone(),
        |(lower, upper)| {
            let [lower, upper] = [lower, upper].map(|quartile| decimal(visit, quartile));
            format!("{text} ({lower}–{upper})")
        },
    );
    Shown { text, value: number.to_string() }
}

/// A number with up to two decimals, as the language writes it.
fn decimal(visit: &Visit, number: f64) -> String {
    let hundredths = (number * 100.0).round() as i64;
    let whole = visit.number(hundredths / 100);
    match hundredths % 100 {
        0 => whole,
        rest => format!("{whole}{}{:02}", visit.t("exploration-decimal"), rest.abs()),
    }
}
