//! Holding sources up against what other catalogues demand: for reviewers before they publish, for stewards,
//! and for what is kept of each publication.

use std::{collections::BTreeMap, fmt, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use varde_core::{CataloguePath, Language};
use varde_metadata::{
    DataSource, SourceView,
    ports::{Abroad, AbroadError, Demand},
};
use varde_rdf::{Statements, shacl::Report};

use crate::{
    About, Access, Addresses, Checked, ExchangeError, Profile, Record, Shapes,
    model::{embedded, lacks},
    ports::Surroundings,
    source,
};

/// Which edition is out, and since when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Out {
    edition: i32,
    first_published: Timestamp,
    published: Timestamp,
}

impl Out {
    /// The edition that a view shows.
    pub(super) fn of(view: &SourceView) -> Self {
        let published = view.edition.published_at.unwrap_or(view.edition.imported_at);
        let first_published = view.history.iter().filter_map(|e| e.published_at).min().unwrap_or(published);
        Self { edition: view.edition.number, first_published, published }
    }
}

/// What holds a source up against the profiles. It knows no catalogue, so that the catalogue can ask it.
pub struct Checker {
    pub(super) surroundings: Arc<dyn Surroundings>,
    pub(super) addresses: Addresses,
    shapes: Shapes,
}

impl fmt::Debug for Checker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Checker")
    }
}

impl Checker {
    /// For a catalogue that people reach at an address.
    ///
    /// # Errors
    /// Our own shapes cannot be read.
    pub fn new(surroundings: Arc<dyn Surroundings>, address: &str) -> Result<Self, ExchangeError> {
        Ok(Self { surroundings, addresses: Addresses::new(address), shapes: Shapes::load()? })
    }

    /// What a record lacks by each of the profiles, with the digest of what was said.
    pub(super) async fn check(&self, record: &Record, profiles: &[Profile]) -> Result<Vec<Checked>, ExchangeError> {
        let held = self.hold_up(record, profiles).await?;
        held.iter().map(|(profile, said, report)| Checked::of(*profile, said, report)).collect()
    }

    /// Tells a record in each of the profiles that is checked, and holds it up against its shapes.
    async fn hold_up(
        &self,
        record: &Record,
        profiles: &[Profile],
    ) -> Result<Vec<(Profile, Statements, Report)>, ExchangeError> {
        let about = self.about().await;
        let access = Access::of(&record.source.details.properties);
        let mut all = Vec::with_capacity(profiles.len());
        for profile in profiles {
            let said = source(&about, record, *profile, &self.addresses);
            if let Some(report) = self.shapes.check(*profile, access, &said)? {
                all.push((*profile, said, report));
            }
        }
        Ok(all)
    }

    pub(super) async fn about(&self) -> About {
        About { body: self.surroundings.body().await }
    }

    /// How many bytes the newest releases of each source and dataset are.
    pub(super) async fn bytes(&self) -> BTreeMap<CataloguePath, u64> {
        self.surroundings.bytes().await
    }

    /// A whole source as a record, with who answers for it.
    pub(super) async fn record(&self, source: DataSource, out: Out, bytes: &BTreeMap<CataloguePath, u64>) -> Record {
        let ids: Vec<_> = source.holder.into_iter().collect();
        let holder = self.surroundings.agents(&ids).await.into_values().next();
        let of = |path: &CataloguePath| bytes.get(path).copied();
        let dataset_bytes = source.datasets.iter().filter_map(|one| Some((one.path.clone(), of(&one.path)?))).collect();
        let bytes = of(&source.path);
        let Out { edition, first_published, published } = out;
        Record { edition, source, first_published, published, holder, bytes, dataset_bytes }
    }
}

#[async_trait]
impl Abroad for Checker {
    async fn lacks(&self, source: &DataSource, at: Timestamp) -> Result<Vec<Demand>, AbroadError> {
        // Neither number nor first publication is demanded to be anything: one that is not out yet has its first.
        let out = Out { edition: 1, first_published: at, published: at };
        let record = self.record(source.clone(), out, &self.bytes().await).await;
        // No digest is kept of what is not out: to write every variable of a large source takes seconds.
        let held = self.hold_up(&record, &Shapes::DEMANDED).await.map_err(|error| AbroadError(error.to_string()))?;
        Ok(held
            .into_iter()
            .map(|(profile, _, report)| Demand { title: profile.title(), lacks: lacks(&report) })
            .collect())
    }

    async fn structured(&self, view: &SourceView, language: Language) -> Value {
        // Sizes are not told to search engines.
        let record = self.record(view.source.clone(), Out::of(view), &BTreeMap::new()).await;
        let said = source(&self.about().await, &record, Profile::SchemaOrg, &self.addresses);
        embedded(&said, &self.addresses.source(&view.source.path), language)
    }
}
