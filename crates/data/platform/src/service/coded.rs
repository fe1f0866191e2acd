//! Which editions of code systems the codes of a delivery are judged by, and what they say.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::Date;
use varde_metadata::Dataset;

use super::Platform;
use crate::{
    PlatformError,
    import::{Coded, EditionFrom, Judge, Judges, Layout},
};

impl Platform {
    /// Settles the editions for every column of codes, as they are now.
    pub(super) async fn settle_editions(&self, layout: &mut Layout) -> Result<(), PlatformError> {
        let Some(code_systems) = &self.code_systems else { return Ok(()) };
        let mut known: BTreeMap<String, Vec<EditionFrom>> = BTreeMap::new();
        for coded in layout.fields.iter_mut().filter_map(|field| field.coded.as_mut()) {
            coded.editions = match known.get(&coded.system) {
                Some(editions) => editions.clone(),
                None => {
                    let editions = code_systems.editions(&coded.system).await?;
                    known.insert(coded.system.clone(), editions.clone());
                    editions
                }
            };
        }
        Ok(())
    }

    /// What the settled editions say. Columns of one system share their judge.
    pub(super) async fn judges(&self, layout: &Layout) -> Result<Judges, PlatformError> {
        let mut made: Vec<(&Coded, Arc<Judge>)> = Vec::new();
        let mut judges = Vec::with_capacity(layout.fields.len());
        for field in &layout.fields {
            let Some(coded) = field.coded.as_ref().filter(|coded| !coded.editions.is_empty()) else {
                judges.push(None);
                continue;
            };
            let same = made.iter().find(|(other, _)| *other == coded).map(|(_, judge)| Arc::clone(judge));
            let judge = match same {
                Some(judge) => judge,
                None => Arc::new(self.judge(coded).await?),
            };
            made.push((coded, Arc::clone(&judge)));
            judges.push(Some(judge));
        }
        Ok(Judges(judges))
    }

    /// What judges the codes of a dataset now, by the name of the column. A dataset that nobody describes, or
    /// whose description is no release's, has nothing to judge by.
    pub(super) async fn judges_of(
        &self,
        dataset: Option<&Dataset>,
        today: Date,
    ) -> Result<BTreeMap<String, Arc<Judge>>, PlatformError> {
        let layout = dataset.and_then(|dataset| Layout::of(dataset, "", None, today).ok());
        let Some(mut layout) = layout else { return Ok(BTreeMap::new()) };
        self.settle_editions(&mut layout).await?;
        let judges = self.judges(&layout).await?;
        let named = layout.fields.iter().map(|field| field.column.name.clone()).zip(judges.0);
        Ok(named.filter_map(|(name, judge)| Some((name, judge?))).collect())
    }

    async fn judge(&self, coded: &Coded) -> Result<Judge, PlatformError> {
        // Without code systems nothing was settled, but an ingestion can go on in another process than it began in.
        let code_systems = self.code_systems.as_ref().ok_or(PlatformError::NoCodeSystems)?;
        let mut editions = Vec::with_capacity(coded.editions.len());
        for edition in &coded.editions {
            editions.push((edition.from, code_systems.codes(edition).await?));
        }
        Ok(Judge::new(editions))
    }
}
