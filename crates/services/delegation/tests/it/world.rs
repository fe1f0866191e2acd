//! A small register of organisations, and the service on a database of its own.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use varde_core::{
    Actor, Component, LocalisedText, LoginLevel, OrganisationId, PersonId, Role, identifier::OrganisationNumber,
};
use varde_delegation::{
    ACCESS_MANAGEMENT, CompetentAuthority, DelegableResource, Delegations, KnownOrganisation, ResourceId, Right,
    ports::{Leadership, Organisations, PortError},
};
use varde_policy::{Guard, Policy};
use varde_store::testing::{self, TestDatabase};

/// The clinic, its department, two suppliers, the second one's branch.
pub(crate) const CLINIC: usize = 0;
pub(crate) const DEPARTMENT: usize = 1;
pub(crate) const SUPPLIER: usize = 2;
pub(crate) const OTHER_SUPPLIER: usize = 3;
pub(crate) const BRANCH: usize = 4;
/// Known to nobody.
pub(crate) const NOBODY: usize = 5;

/// Who leads the clinic, who leads the supplier, who sits on the clinic's board, and the clinic's
/// administrator.
pub(crate) const LEADER: u128 = 1;
pub(crate) const SUPPLIERS_LEADER: u128 = 2;
pub(crate) const BOARD_MEMBER: u128 = 3;
pub(crate) const ADMINISTRATOR: u128 = 4;

pub(crate) fn number(n: usize) -> OrganisationNumber {
    let stems = [31_000_000, 31_000_002, 31_000_003, 31_000_004, 31_000_005, 32_000_000];
    OrganisationNumber::from_stem(stems[n]).unwrap()
}

pub(crate) fn organisation_id(n: usize) -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::from_u128(100 + n as u128))
}

fn known(n: usize) -> Option<KnownOrganisation> {
    let names = ["Fjordgløtt legesenter", "Fjordgløtt, avdeling nord", "Journalhuset", "Epikrise", "Epikrise, Bergen"];
    let parent = [None, Some(CLINIC), None, None, Some(OTHER_SUPPLIER)];
    let name = (*names.get(n)?).to_owned();
    Some(KnownOrganisation { id: organisation_id(n), number: number(n), name, parent: parent[n].map(number) })
}

struct Register;

#[async_trait]
impl Organisations for Register {
    async fn by_number(&self, wanted: OrganisationNumber) -> Result<Option<KnownOrganisation>, PortError> {
        Ok((0..5).find(|n| number(*n) == wanted).and_then(known))
    }
}

#[async_trait]
impl Leadership for Register {
    async fn roles(
        &self,
        actor: &Actor,
        organisation: &KnownOrganisation,
        person: PersonId,
    ) -> Result<BTreeSet<String>, PortError> {
        let all = self.organisations(actor, person).await?;
        Ok(all.into_iter().find(|(o, _)| o == organisation).map(|(_, roles)| roles).unwrap_or_default())
    }

    async fn organisations(
        &self,
        _: &Actor,
        person: PersonId,
    ) -> Result<Vec<(KnownOrganisation, BTreeSet<String>)>, PortError> {
        let held: &[(usize, &str)] = match person.uuid().as_u128() {
            LEADER => &[(CLINIC, "DAGL"), (OTHER_SUPPLIER, "MEDL")],
            SUPPLIERS_LEADER => &[(SUPPLIER, "LEDE"), (OTHER_SUPPLIER, "DAGL")],
            BOARD_MEMBER => &[(CLINIC, "MEDL")],
            _ => &[],
        };
        Ok(held.iter().filter_map(|(n, role)| Some((known(*n)?, [(*role).to_owned()].into()))).collect())
    }

    async fn acted_for(&self, actor: &Actor) -> Result<Option<KnownOrganisation>, PortError> {
        Ok((0..5).filter_map(known).find(|o| Some(o.id) == actor.organisation))
    }
}

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) store: varde_store::Store,
    pub(crate) service: Delegations,
}

pub(crate) fn resource(id: &str) -> DelegableResource {
    DelegableResource {
        id: id.parse().unwrap(),
        title: LocalisedText::new(
            "La din databehandler innhente helseopplysninger på dine vegne",
            "La databehandlaren din hente inn helseopplysningar på vegner av deg",
            "Let your processor fetch health data on your behalf",
        ),
        description: LocalisedText::new(
            "For journalsystem på nett",
            "For journalsystem på nett",
            "For record systems on the net",
        ),
        right: LocalisedText::new(
            "Hente helseopplysninger på vegne av virksomheten",
            "Hente helseopplysningar på vegner av verksemda",
            "Fetch health data on behalf of the organisation",
        ),
        competent_authority: CompetentAuthority {
            number: OrganisationNumber::from_stem(31_000_007).unwrap(),
            name: "Norsk helsenett SF".to_owned(),
        },
        least_level: LoginLevel::High,
        roles: ACCESS_MANAGEMENT.into_iter().map(str::to_owned).collect(),
        scopes: ["nhn:test/read".to_owned()].into(),
        delegable: true,
        visible: true,
    }
}

pub(crate) fn right(from: usize, to: usize) -> Right {
    Right { resource: "nhn-helseid".parse::<ResourceId>().unwrap(), from: number(from), to: number(to) }
}

pub(crate) fn person(n: u128, level: LoginLevel) -> Actor {
    Actor::citizen(PersonId::from_uuid(uuid::Uuid::from_u128(n)), level)
}

pub(crate) fn leader() -> Actor {
    person(LEADER, LoginLevel::High)
}

pub(crate) fn administrator(organisation: usize) -> Actor {
    let person = PersonId::from_uuid(uuid::Uuid::from_u128(ADMINISTRATOR));
    Actor::employee(person, LoginLevel::High, organisation_id(organisation), [Role::Administrator])
}

pub(crate) fn server() -> Actor {
    Actor::system(Component::Flows)
}

impl World {
    /// With one resource that takes level high, `nhn-helseid`.
    pub(crate) async fn new() -> Self {
        let contexts = [&varde_policy::CONTEXT, &varde_web::CONTEXT, &varde_delegation::CONTEXT];
        let database = testing::database(&contexts).await;
        let store = database.simulated();
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let service = Delegations::new(&store, guard, Arc::new(Register), Arc::new(Register));
        let operator = Actor::system(Component::CommandLine);
        service.register(&operator, &[resource("nhn-helseid")]).await.unwrap();
        Self { database, store, service }
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&mut self.database.owner().await).await.unwrap()
    }

    pub(crate) fn later(&self, seconds: u64) {
        self.database.clock().advance(std::time::Duration::from_secs(seconds));
    }
}
