//! What it takes to see quality in the demo world: the scores of every source, and what one holder says where
//! nothing can be computed.

use anyhow::{Context as _, Result};
use varde_core::{Actor, CataloguePath};
use varde_fair::{Model, NewJudgement, Outcome};

use super::Told;
use crate::app::Services;

/// The source of which something is said.
const SOURCE: &str = "npr";
/// What is said of: the review and audit of data quality.
const SAID: (Model, &str) = (Model::Label, "c-audit");

/// Computes what is not computed yet, and says what is not said yet.
pub(super) async fn prepare(services: &Services, actor: &Actor) -> Result<Told> {
    let fair = &services.fair;
    let overview = fair.overview(actor, SAID.0, None).await?;
    let sources: Vec<CataloguePath> = overview.rows.into_iter().map(|row| row.subject.path).collect();
    let mut kept = 0;
    for source in &sources {
        kept += fair.compute(actor, source).await?.len();
    }
    let source: CataloguePath = SOURCE.parse().context("the demo's source has a path that is none")?;
    let mut judged = 0;
    if sources.contains(&source) && fair.indicator(actor, &source, SAID).await?.seen() == 0 {
        let new = NewJudgement {
            outcome: Outcome::Met,
            reason: "Internrevisjonen går gjennom datakvaliteten hvert år, sist i mars.".to_owned(),
            evidence: vec!["Revisjonsrapport om datakvalitet, 2026".to_owned()],
            seen: 0,
        };
        fair.judge(actor, &source, SAID, new).await?;
        judged += 1;
    }
    let said = format!("the quality of {} sources is at /kvalitet", sources.len());
    Ok(Told::new(said).with("kept", kept).with("judged", judged))
}
