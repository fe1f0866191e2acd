//! What was checked, in words: beside an answer, beside a published table, and in the description of its file.

use varde_web::Visit;

use crate::model::{Answer, statistics::Statistic};

/// A line of it.
pub(super) struct Fact {
    /// What it is of, in programs' words.
    pub(super) id: &'static str,
    /// And in people's.
    pub(super) name: String,
    /// What it is.
    pub(super) value: String,
    /// Whether that is a digest rather than words.
    pub(super) digest: bool,
}

impl Fact {
    fn new(id: &'static str, name: String, value: impl ToString) -> Self {
        Self { id, name, value: value.to_string(), digest: false }
    }

    fn digest(id: &'static str, name: String, value: impl ToString) -> Self {
        Self { digest: true, ..Self::new(id, name, value) }
    }
}

/// What was checked of an answer.
pub(super) fn of_answer(visit: &Visit, answer: &Answer) -> Vec<Fact> {
    let (t, checked) = (|key: &str| visit.t(key), &answer.checked);
    vec![
        Fact::new("counted", t("exploration-record-told"), visit.time(answer.told_at)),
        Fact::digest("release", t("exploration-record-release"), answer.release_digest),
        Fact::digest("question", t("exploration-record-question"), answer.digest),
        Fact::digest("output", t("exploration-record-output"), checked.output),
        Fact::new("minimum", t("exploration-record-minimum"), checked.rules.minimum),
        Fact::new("population", t("exploration-record-population"), checked.rules.population),
        cells(visit, checked.shown, checked.cells),
    ]
}

/// What was checked of a published table.
pub(super) fn of_statistic(visit: &Visit, statistic: &Statistic) -> Vec<Fact> {
    let (t, checked) = (|key: &str| visit.t(key), &statistic.checked);
    vec![
        Fact::new("made", t("statistics-made"), visit.time(statistic.made_at)),
        Fact::digest("release", t("exploration-record-release"), statistic.dataset.digest),
        Fact::digest("plan", t("statistics-plan-digest"), checked.plan),
        Fact::digest("output", t("exploration-record-output"), checked.output),
        Fact::new("minimum", t("exploration-record-minimum"), checked.rules.minimum),
        Fact::new("method", t("statistics-method"), visit.t_of("statistics-method", method(statistic))),
        Fact::new("together_with", t("statistics-together"), checked.together_with),
        cells(visit, checked.shown, checked.cells),
    ]
}

fn cells(visit: &Visit, shown: u64, cells: u64) -> Fact {
    let told = visit.t_with("exploration-record-shown", &[("shown", shown.into()), ("cells", cells.into())]);
    Fact::new("cells", visit.t("exploration-record-cells"), told)
}

/// The end of the key of how the cells were chosen that are withheld with the unsafe ones.
const fn method(statistic: &Statistic) -> &'static str {
    use varde_disclosure::record::Method;
    match statistic.checked.method {
        Method::None => "none",
        Method::Optimum => "optimum",
        Method::Linear | Method::Blocks => "heuristic",
        Method::Everything => "everything",
    }
}
