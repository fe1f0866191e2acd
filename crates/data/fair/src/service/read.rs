//! Reading scores: of all sources, of one, of one indicator.

use varde_core::{Actor, CataloguePath, LocalisedText, OrganisationId};
use varde_metadata::{AsAt, SourceKind};
use varde_policy::Resource;

use super::Fair;
use crate::{
    Dimension, FairError, Finding, Indicator, Judgement, Model, Outcome, Outline, Score,
    model::judgement::may_state,
    store::{self, Kept},
};

/// How many scores of the past are shown.
const MOST: i64 = 24;

/// A source that is scored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Its path.
    pub path: CataloguePath,
    /// Its name.
    pub name: LocalisedText,
    /// Its kind.
    pub kind: SourceKind,
    /// Who answers for it.
    pub holder: Option<OrganisationId>,
}

/// A source with its newest score in a model.
#[derive(Debug, Clone)]
pub struct Row {
    /// The source.
    pub subject: Subject,
    /// The score; `None` when none was computed yet.
    pub score: Option<Kept<Score>>,
}

/// All sources in one model.
#[derive(Debug, Clone)]
pub struct Overview<'a> {
    /// The model.
    pub outline: &'a Outline,
    /// The kinds that there are, in the order of [`SourceKind`].
    pub kinds: Vec<SourceKind>,
    /// A row for each source of the kind, the best first, those without a score last.
    pub rows: Vec<Row>,
}

/// A source with its newest score in each model.
#[derive(Debug, Clone)]
pub struct SourceView {
    /// The source.
    pub subject: Subject,
    /// The newest scores, in the order of [`Model::ALL`].
    pub scores: Vec<Kept<Score>>,
}

/// A source in one model.
#[derive(Debug, Clone)]
pub struct ModelView<'a> {
    /// The source.
    pub subject: Subject,
    /// The model.
    pub outline: &'a Outline,
    /// The newest score.
    pub score: Kept<Score>,
    /// The newest scores, the newest first; the first is `score`.
    pub history: Vec<Kept<Score>>,
}

/// One indicator of a source.
#[derive(Debug, Clone)]
pub struct IndicatorView<'a> {
    /// The source.
    pub subject: Subject,
    /// The model.
    pub outline: &'a Outline,
    /// What the indicator belongs to.
    pub dimension: &'a Dimension,
    /// The indicator.
    pub indicator: &'a Indicator,
    /// The newest score.
    pub score: Kept<Score>,
    /// What was found.
    pub finding: Finding,
    /// What people said, the newest first.
    pub judgements: Vec<Kept<Judgement>>,
    /// What the actor may state; empty when nothing.
    pub may_state: &'static [Outcome],
}

impl IndicatorView<'_> {
    /// The number of the newest judgement; 0 when there is none.
    pub fn seen(&self) -> i32 {
        self.judgements.first().map_or(0, |one| one.number)
    }
}

fn subject(source: varde_metadata::DataSource) -> Subject {
    Subject { path: source.path, name: source.name, kind: source.kind, holder: source.holder }
}

impl Fair {
    async fn may_read(&self, actor: &Actor) -> Result<(), FairError> {
        self.guard.check(actor, "fair.score.read", &Resource::new("Scores")).await?;
        Ok(())
    }

    /// All published sources in a model, or those of a kind. Action `fair.score.read`.
    ///
    /// # Errors
    /// Refusals; the catalogue; the database.
    pub async fn overview(
        &self,
        actor: &Actor,
        model: Model,
        kind: Option<SourceKind>,
    ) -> Result<Overview<'_>, FairError> {
        self.may_read(actor).await?;
        let sources = self.catalogue.sources(&Actor::anonymous(), AsAt::default()).await?;
        let mut read = self.store.read(actor).await?;
        let mut scores = store::newest_scores(read.connection(), model).await?;
        drop(read);
        let mut kinds: Vec<SourceKind> = sources.iter().map(|one| one.source.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let of_kind = sources.into_iter().filter(|one| kind.is_none_or(|kind| one.source.kind == kind));
        let row = |one: varde_metadata::SourceSummary| {
            let subject = subject(one.source);
            Row { score: scores.remove(subject.path.as_str()), subject }
        };
        let mut rows: Vec<Row> = of_kind.map(row).collect();
        let percent = |row: &Row| row.score.as_ref().map(|score| score.content.points.percent());
        rows.sort_by_cached_key(|row| (std::cmp::Reverse(percent(row)), row.subject.name.nb.to_lowercase()));
        Ok(Overview { outline: self.outlines.of(model), kinds, rows })
    }

    /// A source in all models. Action `fair.score.read`.
    ///
    /// # Errors
    /// [`FairError::NotFound`]; refusals; the catalogue; the database.
    pub async fn source(&self, actor: &Actor, path: &CataloguePath) -> Result<SourceView, FairError> {
        self.may_read(actor).await?;
        let subject = subject(self.subject(path).await?.source);
        let mut read = self.store.read(actor).await?;
        let mut scores = store::scores_of(read.connection(), path).await?;
        scores.sort_by_key(|score| score.content.model);
        Ok(SourceView { subject, scores })
    }

    /// A source in one model, with its past. Action `fair.score.read`.
    ///
    /// # Errors
    /// [`FairError::NotFound`], [`FairError::NotComputed`]; refusals; the catalogue; the database.
    pub async fn model(&self, actor: &Actor, path: &CataloguePath, model: Model) -> Result<ModelView<'_>, FairError> {
        self.may_read(actor).await?;
        let subject = subject(self.subject(path).await?.source);
        let mut read = self.store.read(actor).await?;
        let history = store::score_history(read.connection(), path, model, MOST).await?;
        let score = history.first().cloned().ok_or(FairError::NotComputed)?;
        Ok(ModelView { subject, outline: self.outlines.of(model), score, history })
    }

    /// An indicator of a source, with what people have said. Action `fair.score.read`.
    ///
    /// # Errors
    /// [`FairError::NotFound`], [`FairError::NotComputed`]; refusals; the catalogue; the database.
    pub async fn indicator(
        &self,
        actor: &Actor,
        path: &CataloguePath,
        (model, id): (Model, &str),
    ) -> Result<IndicatorView<'_>, FairError> {
        let outline = self.outlines.of(model);
        let (dimension, indicator) = outline.indicator(id).ok_or(FairError::NotFound)?;
        let ModelView { subject, score, .. } = self.model(actor, path, model).await?;
        let finding = score.content.finding(id).cloned().ok_or(FairError::NotComputed)?;
        let mut read = self.store.read(actor).await?;
        let judgements = store::judgements(read.connection(), path, model, id).await?;
        drop(read);
        let resource = Self::resource(path, subject.holder);
        let judges = self.guard.would_allow(actor, "fair.judgement.write", &resource);
        let computed = finding.computed.unwrap_or(finding.outcome);
        let may_state = if judges { may_state(computed) } else { &[] };
        Ok(IndicatorView { subject, outline, dimension, indicator, score, finding, judgements, may_state })
    }
}
