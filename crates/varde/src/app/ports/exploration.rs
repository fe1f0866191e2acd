//! What exploration needs: releases and who may be read in them, facts about people, what the catalogue opens.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;
use varde_basedata::{AsAt as Then, Basedata, Gender};
use varde_core::{Actor, CataloguePath, Component, PortError, ReleaseId};
use varde_exploration::{
    model::catalogue::{CLOSED, OPEN, PROPERTY},
    ports::{ApprovedRelease, Catalogue, Data, OpenDataset, People},
};
use varde_metadata::{AsAt, CatalogueService, Properties};
use varde_platform::{
    Platform,
    engine::{Exclusions, Release},
};

/// The other contexts as exploration sees them. Data are read by Varde on the asker's behalf: the asker sees
/// none of them, only what the rules let through.
pub(crate) struct Exploration {
    basedata: Basedata,
    platform: Arc<Platform>,
    catalogue: Arc<CatalogueService>,
    /// Releases whose bytes were compared with their digest. They never change.
    opened: Mutex<BTreeMap<ReleaseId, Release>>,
}

impl Exploration {
    pub(crate) fn new(basedata: Basedata, platform: Arc<Platform>, catalogue: Arc<CatalogueService>) -> Self {
        Self { basedata, platform, catalogue, opened: Mutex::default() }
    }

    /// A release that was opened before.
    fn known(&self, release: ReleaseId) -> Option<Release> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).get(&release).cloned()
    }
}

fn flows() -> Actor {
    Actor::system(Component::Flows)
}

#[async_trait]
impl Data for Exploration {
    async fn releases(&self) -> Result<Vec<ApprovedRelease>, PortError> {
        let usable = self.platform.usable_releases(&flows()).await.map_err(PortError::of)?;
        let approved = usable.into_iter().filter_map(|release| {
            Some(ApprovedRelease {
                id: release.id,
                dataset: release.dataset,
                digest: release.digest,
                period: release.period,
                approved_at: release.approved_at?,
            })
        });
        Ok(approved.collect())
    }

    async fn open(&self, release: ReleaseId) -> Result<Release, PortError> {
        if let Some(opened) = self.known(release) {
            return Ok(opened);
        }
        let opened = self.platform.open_approved(&flows(), release).await.map_err(PortError::of)?;
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).insert(release, opened.clone());
        Ok(opened)
    }

    async fn open_told(&self, release: ReleaseId) -> Result<Release, PortError> {
        match self.known(release) {
            Some(opened) => Ok(opened),
            // Seldom read: its bytes are compared each time.
            None => self.platform.open_told(&flows(), release).await.map_err(PortError::of),
        }
    }

    async fn exclusions_as_at(
        &self,
        sources: &[String],
        as_at: Option<Timestamp>,
    ) -> Result<(Exclusions, Timestamp), PortError> {
        self.platform.exclusions_as_at(&flows(), sources, as_at).await.map_err(PortError::of)
    }

    async fn people(&self, as_at: Timestamp) -> Result<Arc<People>, PortError> {
        let at = Then { valid: as_at.to_zoned(varde_core::clock::norway()).date(), recorded: as_at };
        let known = self.basedata.attributes(&flows(), at).await.map_err(PortError::of)?;
        let sex = |gender: &Option<Gender>| gender.map(Gender::code);
        let county = |municipality: String| municipality.chars().take(2).collect();
        Ok(Arc::new(People {
            sex: known.gender.iter().map(sex).collect(),
            county: known.municipality.iter().map(|one| one.as_ref().map(|one| county(one.to_string()))).collect(),
            born: known.birth_date,
        }))
    }
}

#[async_trait]
impl Catalogue for Exploration {
    async fn open(&self, datasets: &[CataloguePath]) -> Result<Vec<OpenDataset>, PortError> {
        let anybody = Actor::anonymous();
        let mut open = Vec::new();
        for path in datasets {
            let Some(view) = self.catalogue.dataset(&anybody, path, AsAt::default()).await.map_err(PortError::of)?
            else {
                continue;
            };
            if !says(&view.dataset.details.properties, OPEN) {
                continue;
            }
            let closed = |variable: &varde_metadata::Variable| {
                variable.newest().is_some_and(|version| says(&version.properties, CLOSED))
            };
            let wanted: Vec<CataloguePath> =
                view.dataset.variables.iter().filter(|one| !closed(one)).map(|one| one.path.clone()).collect();
            let described = self.catalogue.describe(&anybody, &wanted, AsAt::default()).await.map_err(PortError::of)?;
            open.push(OpenDataset {
                path: path.clone(),
                name: view.dataset.name,
                source: view.source.name,
                variables: described,
            });
        }
        Ok(open)
    }

    async fn list(&self, actor: &Actor, name: &str, variables: &[CataloguePath]) -> Result<Uuid, PortError> {
        let list = self.catalogue.create_list(actor, name).await.map_err(PortError::of)?;
        for variable in variables {
            self.catalogue.add_to_list(actor, list, variable).await.map_err(PortError::of)?;
        }
        Ok(list.uuid())
    }
}

fn says(properties: &Properties, wanted: &str) -> bool {
    properties.0.get(PROPERTY).and_then(|value| value.as_str()) == Some(wanted)
}
