//! Computing scores, and keeping those that changed.

use std::sync::PoisonError;

use varde_core::{Actor, CataloguePath};
use varde_ledger::Draft;
use varde_metadata::{AsAt, DataSource};

use super::{Fair, flows};
use crate::{Facts, FairError, Model, Score, gather, judge, model::judgement::with_judgements, store};

impl Fair {
    /// What is known of a source now. The catalogue is open to everybody, and so is what follows from it.
    ///
    /// # Errors
    /// [`FairError::NotFound`]; neighbours; the database.
    pub async fn facts(&self, path: &CataloguePath) -> Result<Facts, FairError> {
        let view = self.subject(path).await?;
        let (edition, published) = (view.edition.number, view.history.len());
        let source = self.whole(view).await?;
        let told = self.surroundings.told(path).await?;
        let releases = self.surroundings.releases(path).await?;
        Ok(gather(&source, (edition, published), &self.site, told.as_ref(), &releases))
    }

    /// The source with everything below it.
    async fn whole(&self, view: varde_metadata::SourceView) -> Result<DataSource, FairError> {
        let mut source = view.source;
        for (dataset, _) in &view.datasets {
            let found = self.catalogue.dataset(&Actor::anonymous(), &dataset.path, AsAt::default()).await?;
            source.datasets.extend(found.map(|whole| whole.dataset));
        }
        Ok(source)
    }

    /// Computes every model of a source and keeps the scores that say something else than the last ones;
    /// answers which. Action `fair.score.compute`, entry `fair.score.kept` when any is kept.
    ///
    /// # Errors
    /// [`FairError::NotFound`]; refusals; neighbours; the database.
    pub async fn compute(&self, actor: &Actor, path: &CataloguePath) -> Result<Vec<Model>, FairError> {
        let resource = Self::resource(path, None);
        let permission = self.guard.check(actor, "fair.score.compute", &resource).await?;
        let facts = self.facts(path).await?;
        let today = self.today();
        let mut work = self.store.begin(actor).await?;
        let earlier = store::scores_of(work.connection(), path).await?;
        let mut kept = Vec::new();
        for model in Model::ALL {
            let outline = self.outlines.of(*model);
            let said = store::newest_judgements(work.connection(), path, *model).await?;
            let score = Score::of(outline, &facts, with_judgements(judge(outline, &facts), &said, today));
            let last = earlier.iter().find(|one| one.content.model == *model);
            if last.is_some_and(|last| last.content.says_the_same(&score)) {
                continue;
            }
            let number = last.map_or(1, |last| last.number.saturating_add(1));
            // Whoever computed the same at the same time has kept it.
            if store::add_score(work.connection(), path, number, &score, self.store.clock().now()).await? {
                kept.push((*model, number, score.points.percent()));
            }
        }
        if !kept.is_empty() {
            let models: Vec<_> = kept.iter().map(|(model, number, percent)| (model.name(), number, percent)).collect();
            let draft = Draft::new("fair.score.kept", "source", path)
                .because(permission.legal_basis())
                .with("edition", facts.edition)
                .with("facts", facts.digest())
                .with("scores", models);
            let entered = work.enter(draft).await?;
            work.commit(entered).await?;
        }
        let mut computed = self.computed.lock().unwrap_or_else(PoisonError::into_inner);
        computed.insert(path.clone(), (facts.edition, today));
        Ok(kept.into_iter().map(|(model, ..)| model).collect())
    }

    /// Computes what is due: sources whose edition this process has not seen, and each once a day, since
    /// releases come, and judgements must be confirmed. Answers how many sources have new scores. A source
    /// that fails does not hold up the others; it is tried again.
    ///
    /// # Errors
    /// The catalogue cannot be read.
    pub async fn compute_due(&self) -> Result<usize, FairError> {
        let today = self.today();
        let sources = self.catalogue.sources(&Actor::anonymous(), AsAt::default()).await?;
        let mut changed = 0;
        for one in sources {
            let (path, now) = (one.source.path, (one.edition.number, today));
            let seen = self.computed.lock().unwrap_or_else(PoisonError::into_inner).get(&path).copied();
            if seen == Some(now) {
                continue;
            }
            match self.compute(&flows(), &path).await {
                Ok(kept) => changed += usize::from(!kept.is_empty()),
                // It was withdrawn since the list was read.
                Err(FairError::NotFound) => {}
                Err(error) => {
                    tracing::warn!(source = %path, error = &error as &dyn std::error::Error, "no score was computed");
                }
            }
        }
        Ok(changed)
    }
}
