//! Scores as files for spreadsheets, in the language of the request.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use varde_core::CataloguePath;
use varde_web::{Failure, Id, Visit};

use super::shown;
use crate::{Fair, Kept, Model, Outcome, Score, Subject, export};

/// `GET /kvalitet/poeng.csv`: a line for each source and model.
pub(super) async fn all(visit: Visit, State(service): State<Fair>) -> Result<Response, Failure> {
    let names = ["path", "source", "kind", "model", "percent", "points", "possible", "all", "edition", "computed"];
    let mut head: Vec<String> = names.map(|key| visit.t_of("fair-column", key)).into();
    head.extend(Outcome::ALL.iter().map(|one| visit.t_of("fair-outcome", one.name())));
    head.push(visit.t("fair-column-weights"));
    let mut lines = vec![head];
    for model in Model::ALL {
        let overview = service.overview(&visit.actor, *model, None).await?;
        let scored = overview.rows.iter().filter_map(|row| Some((&row.subject, row.score.as_ref()?)));
        lines.extend(scored.map(|(subject, kept)| line(&visit, subject, kept)));
    }
    Ok(file("kvalitet.csv", &lines))
}

fn line(visit: &Visit, subject: &Subject, kept: &Kept<Score>) -> Vec<String> {
    let (score, counts) = (&kept.content, kept.content.counts());
    let mut line = vec![
        subject.path.to_string(),
        visit.local(&subject.name).to_owned(),
        visit.t_of("metadata-kind", subject.kind.name()),
        visit.t_of("fair-model", score.model.name()),
        score.points.percent().map(|percent| percent.to_string()).unwrap_or_default(),
        score.points.had(),
        score.points.possible.to_string(),
        score.points.all.to_string(),
        score.edition.to_string(),
        kept.at.to_string(),
    ];
    line.extend(Outcome::ALL.iter().map(|one| counts.get(one).copied().unwrap_or_default().to_string()));
    line.push(score.weights.to_string());
    line
}

/// `GET /kvalitet/{source}/poeng.csv`: a line for each indicator of each model.
pub(super) async fn source(
    visit: Visit,
    State(service): State<Fair>,
    Id(path): Id<CataloguePath>,
) -> Result<Response, Failure> {
    let view = service.source(&visit.actor, &path).await?;
    let names = ["model", "dimension", "id", "indicator", "weight", "outcome", "evidence", "improve", "said"];
    let mut lines = vec![names.map(|key| visit.t_of("fair-column", key)).to_vec()];
    for kept in &view.scores {
        let (score, outline) = (&kept.content, service.outlines().of(kept.content.model));
        for ((dimension, indicator), finding) in outline.indicators().zip(&score.findings) {
            let evidence = shown::evidence(&visit, &finding.evidence);
            let shows = evidence.iter().filter(|one| !one.value.is_empty());
            lines.push(vec![
                visit.t_of("fair-model", score.model.name()),
                shown::group(&visit, dimension, indicator, score.access()).1,
                indicator.id.clone(),
                shown::name(&visit, indicator),
                indicator.weight(score.access()).to_string(),
                visit.t_of("fair-outcome", finding.outcome.name()),
                shows.map(|one| format!("{}: {}", one.field, one.value)).collect::<Vec<_>>().join(" | "),
                finding.improve.as_ref().map(|one| shown::improve(&visit, one)).unwrap_or_default(),
                finding.statement.as_ref().map(|one| one.judgement.reason.clone()).unwrap_or_default(),
            ]);
        }
    }
    Ok(file(&format!("kvalitet-{path}.csv"), &lines))
}

fn file(name: &str, lines: &[Vec<String>]) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, export::csv(lines)).into_response()
}
