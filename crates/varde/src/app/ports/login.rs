//! What login needs: who has a national number, and the demo world's people for Test-ID.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use varde_basedata::{Basedata, BasedataError};
use varde_core::{Actor, Component, Matter, OrganisationId, PersonId, Problem, identifier::NationalNumber};
use varde_identity::{
    DirectoryError, KnownPerson, PersonDirectory,
    test_id::{TestPeople, TestPerson},
};

/// The register of persons as login sees it.
#[derive(Clone)]
pub(crate) struct Directory(Basedata);

impl Directory {
    pub(crate) fn new(basedata: Basedata) -> Self {
        Self(basedata)
    }
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Directory")
    }
}

fn failed(error: impl Problem + Send + Sync + 'static) -> DirectoryError {
    DirectoryError { kind: error.kind(), source: Box::new(error) }
}

fn flows() -> Actor {
    Actor::system(Component::Flows)
}

#[async_trait]
impl PersonDirectory for Directory {
    async fn by_number(&self, number: &NationalNumber) -> Result<Option<KnownPerson>, DirectoryError> {
        let Some(person) = self.0.identify(&flows(), number).await.map_err(failed)? else { return Ok(None) };
        let matter = Matter::new("login", person).with([person]);
        let names = self.0.acting_names(&flows(), &matter, &[person]).await.map_err(failed)?.open();
        let display_name = names.get(&person).cloned().unwrap_or_default();
        Ok(Some(KnownPerson { person, display_name }))
    }

    async fn role_holders(&self, actor: &Actor, matter: &Matter) -> Result<BTreeMap<PersonId, String>, DirectoryError> {
        let persons: Vec<PersonId> = matter.parties().iter().copied().collect();
        let names = self.0.acting_names(actor, matter, &persons).await.map_err(failed)?;
        Ok(names.open())
    }

    async fn organisation_name(&self, organisation: OrganisationId) -> Result<Option<String>, DirectoryError> {
        match self.0.organisation(&flows(), organisation, self.0.now()).await {
            Ok(found) => Ok(Some(found.name)),
            Err(BasedataError::NoSuchOrganisation) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }
}

/// The demo world's people, as the maker of the demo world wrote them down for Test-ID.
pub(crate) struct DemoPeople {
    file: PathBuf,
}

impl DemoPeople {
    pub(crate) fn new(data: &Path) -> Self {
        Self { file: data.join("demo/people.json") }
    }

    /// Read at each request: the world may be made while the service already answers.
    fn people(&self) -> Vec<TestPerson> {
        crate::demo::people::read(&self.file).unwrap_or_default()
    }
}

#[async_trait]
impl TestPeople for DemoPeople {
    async fn find(&self, words: &str, limit: usize) -> Vec<TestPerson> {
        self.people().find(words, limit).await
    }

    async fn by_key(&self, key: &str) -> Option<TestPerson> {
        self.people().by_key(key).await
    }
}
