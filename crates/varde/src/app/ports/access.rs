//! What applications need: names, the catalogue's texts, a count of people.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use varde_access::{
    AccessError, Coarser, CountAnswer, Tried, USUAL_GROUP,
    model::Reach,
    service::{DescribedVariable, Directory, PopulationCount, VariableTexts},
};
use varde_basedata::Basedata;
use varde_core::{Actor, CataloguePath, Component, Matter, OrganisationId, PersonId, Problem, Role};
use varde_identity::Roles;
use varde_metadata::{AsAt, CatalogueService, DataType, ListId};
use varde_permit::DataNeed;
use varde_platform::{About, Platform, PlatformError, import::values_of};
use varde_rooms::{People, RoomsError};

/// Names of persons at work and of organisations, from `basedata`. A person's name is told in a matter
/// only, of which its owner says who takes part.
#[derive(Clone)]
pub(crate) struct Names {
    basedata: Basedata,
    roles: Roles,
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Names")
    }
}

impl Names {
    pub(crate) fn new(basedata: Basedata, roles: Roles) -> Self {
        Self { basedata, roles }
    }

    /// Names are shown where they are known; a page is not lost for want of one.
    async fn known(&self, actor: &Actor, matter: &Matter, persons: &[PersonId]) -> BTreeMap<PersonId, String> {
        if persons.is_empty() {
            return BTreeMap::new();
        }
        match self.basedata.acting_names(actor, matter, persons).await {
            Ok(names) => names.open(),
            Err(error) => {
                tracing::warn!(code = error.code(), matter = matter.kind(), "names could not be read");
                BTreeMap::new()
            }
        }
    }
}

#[async_trait]
impl Directory for Names {
    async fn names(&self, actor: &Actor, matter: &Matter, persons: &[PersonId]) -> BTreeMap<PersonId, String> {
        self.known(actor, matter, persons).await
    }

    async fn organisation(&self, organisation: OrganisationId) -> String {
        let found = self.basedata.organisation(&Actor::anonymous(), organisation, self.basedata.now()).await;
        found.map(|o| o.name).unwrap_or_default()
    }

    async fn colleagues(&self, actor: &Actor, organisation: OrganisationId) -> Vec<(PersonId, String)> {
        let persons = match self.roles.holders(actor, organisation, Role::Researcher).await {
            Ok(persons) => persons,
            Err(error) => {
                tracing::warn!(code = error.code(), "colleagues could not be read");
                actor.person().into_iter().collect()
            }
        };
        let matter = Matter::new("roles", organisation).with(persons.iter().copied());
        let matter = matter.handled_by(organisation, [Role::Researcher]);
        let mut colleagues: Vec<_> = self.known(actor, &matter, &persons).await.into_iter().collect();
        colleagues.sort_by(|a, b| a.1.cmp(&b.1));
        colleagues
    }
}

#[async_trait]
impl People for Names {
    async fn names(&self, actor: &Actor, matter: &Matter, persons: &[PersonId]) -> BTreeMap<PersonId, String> {
        self.known(actor, matter, persons).await
    }

    async fn is_researcher(&self, person: PersonId, organisation: OrganisationId) -> Result<bool, RoomsError> {
        let flows = Actor::system(Component::Flows);
        match self.roles.holders(&flows, organisation, Role::Researcher).await {
            Ok(holders) => Ok(holders.contains(&person)),
            Err(error) => Err(RoomsError::Neighbour { kind: error.kind(), message: error.to_string() }),
        }
    }
}

/// The catalogue's texts.
pub(crate) struct Catalogue(Arc<CatalogueService>);

impl Catalogue {
    pub(crate) fn new(catalogue: Arc<CatalogueService>) -> Self {
        Self(catalogue)
    }
}

/// An error of a neighbour as one of ours.
fn neighbour(error: &(impl Problem + ?Sized)) -> AccessError {
    AccessError::Neighbour { kind: error.kind(), message: error.to_string() }
}

#[async_trait]
impl VariableTexts for Catalogue {
    async fn describe(&self, variables: &[CataloguePath]) -> Result<Vec<DescribedVariable>, AccessError> {
        let anybody = Actor::anonymous();
        let found = self.0.describe(&anybody, variables, AsAt::default()).await.map_err(|e| neighbour(&e))?;
        Ok(found
            .into_iter()
            .map(|v| DescribedVariable {
                is_code: matches!(v.data_type, DataType::Code | DataType::List),
                values: values_of(v.data_type),
                dataset: varde_core::LocalisedText::new(
                    format!("{} – {}", v.source_name.nb, v.dataset_name.nb),
                    joined(&v.source_name.nn, &v.dataset_name.nn),
                    joined(&v.source_name.en, &v.dataset_name.en),
                ),
                path: v.path,
                name: v.name,
                granularities: v.granularities,
            })
            .collect())
    }

    async fn list(&self, actor: &Actor, list: uuid::Uuid) -> Result<(String, Vec<CataloguePath>), AccessError> {
        let found = self.0.list(actor, ListId::from_uuid(list)).await.map_err(|e| neighbour(&e))?;
        Ok((found.summary.name, found.variables.into_iter().map(|v| v.path).collect()))
    }

    async fn lists(&self, actor: &Actor) -> Result<Vec<(uuid::Uuid, String, usize)>, AccessError> {
        let lists = self.0.lists(actor).await.map_err(|e| neighbour(&e))?;
        Ok(lists.into_iter().map(|l| (l.id.uuid(), l.name, usize::try_from(l.variables).unwrap_or_default())).collect())
    }
}

fn joined(source: &str, dataset: &str) -> String {
    if source.is_empty() || dataset.is_empty() { String::new() } else { format!("{source} – {dataset}") }
}

/// Counts people on the platform.
pub(crate) struct Population(Arc<Platform>);

impl Population {
    pub(crate) fn new(platform: Arc<Platform>) -> Self {
        Self(platform)
    }
}

#[async_trait]
impl PopulationCount for Population {
    async fn count(&self, actor: &Actor, need: &DataNeed) -> Result<Tried, AccessError> {
        let tried = self.0.rehearse(actor, need, USUAL_GROUP).await.map_err(|e| neighbour(&e))?;
        let coarser = |it: varde_platform::Coarser| Coarser {
            variable: it.variable,
            instead: it.instead,
            too_few: answer(it.too_few),
        };
        Ok(Tried {
            people: answer(tried.counted.about),
            controls: tried.counted.controls.map(answer),
            relatives: tried.counted.relatives.map(answer),
            too_few: tried.too_few.map(answer),
            proposals: tried.proposals.into_iter().map(coarser).collect(),
        })
    }

    async fn reach(&self, actor: &Actor, need: &DataNeed) -> Result<Option<Reach>, AccessError> {
        let datasets: Vec<_> = need.variables.iter().filter_map(|v| v.variable.parent()).collect();
        let counted = match self.0.count(actor, &need.cohort, &need.design, need.period, &datasets).await {
            Ok(counted) => counted,
            Err(PlatformError::NoSuchRelease) => return Ok(None),
            Err(error) => return Err(neighbour(&error)),
        };
        let all = [Some(counted.about), counted.controls, counted.relatives];
        let people = all.into_iter().flatten().map(at_most).sum();
        Ok(Some(Reach { people, limit: self.0.large().people }))
    }
}

/// The most that a told number is told of: fewer than ten are at most ten.
const fn at_most(about: About) -> u64 {
    match about {
        About::FewerThanTen => 10,
        About::People(people) => people,
    }
}

const fn answer(about: About) -> CountAnswer {
    match about {
        About::FewerThanTen => CountAnswer::FewerThanTen,
        About::People(people) => CountAnswer::About(people),
    }
}
