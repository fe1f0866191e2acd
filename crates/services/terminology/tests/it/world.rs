//! The service on a database of its own, with answerers that say what a test told them.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use varde_core::{Actor, CataloguePath, Component, LoginLevel, OrganisationId, PermitId, PersonId, Role};
use varde_policy::{Guard, Policy};
use varde_store::{
    Store,
    testing::{self, TestDatabase},
};
use varde_terminology::{
    CodeSystem, Imported, Key, Kind, Ports, Rules, Terminology, Wording,
    import::Described,
    ports::{Counted, DataNeeds, ExtractStage, PermitAbout, Permits, PortError, Seen, UsedBy, Variables},
};

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) service: Terminology,
    database: TestDatabase,
}

/// A catalogue in which one variable has codes of the system `dyr`, and one permit.
struct Answers;

#[async_trait]
impl Variables for Answers {
    async fn coded_by(&self, _: &Actor, system: &CodeSystem) -> Result<Vec<UsedBy>, PortError> {
        let variable = UsedBy { path: path(), name: Wording::nb("Dyreart"), source: Wording::nb("Dyreregisteret") };
        Ok(if system.is_named("DYR") { vec![variable] } else { Vec::new() })
    }
}

#[async_trait]
impl Permits for Answers {
    async fn about(&self, variables: &[CataloguePath]) -> Result<Vec<PermitAbout>, PortError> {
        let permit = PermitAbout {
            id: PermitId::from_uuid(uuid::Uuid::from_u128(7)),
            title: "Dyr i skog".to_owned(),
            extract: ExtractStage::Delivered,
        };
        Ok(if variables.contains(&path()) { vec![permit] } else { Vec::new() })
    }
}

#[async_trait]
impl DataNeeds for Answers {
    async fn lists(&self, _: &Actor, variables: &[CataloguePath]) -> Result<Counted, PortError> {
        Ok(Counted { count: 3 * variables.len() as u64, seen: Vec::new() })
    }

    async fn applications(&self, _: &Actor, variables: &[CataloguePath]) -> Result<Counted, PortError> {
        let seen = Seen { href: "/soknader/1".to_owned(), name: "26/00001".to_owned() };
        Ok(if variables.is_empty() { Counted::default() } else { Counted { count: 2, seen: vec![seen] } })
    }
}

fn path() -> CataloguePath {
    "dyr/funn/art".parse().unwrap()
}

impl World {
    pub(crate) async fn new() -> Self {
        let database =
            testing::database(&[&varde_policy::CONTEXT, &varde_web::CONTEXT, &varde_terminology::CONTEXT]).await;
        let store = database.simulated();
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let answers = Arc::new(Answers);
        let ports = Ports { variables: Arc::clone(&answers) as _, permits: Arc::clone(&answers) as _, needs: answers };
        let service = Terminology::new(&store, guard, ports);
        Self { store, service, database }
    }

    /// Takes in a table of codes as the machine's operator, and puts it in force.
    pub(crate) async fn publish(&self, described: &Described, file: &str) -> Vec<Imported> {
        let machine = machine();
        let (imported, _) = self.service.import_file(&machine, file.as_bytes(), described, None).await.unwrap();
        for one in &imported {
            let rules = Rules { eyes: 1, ..Rules::default() };
            self.service.set_rules(&machine, one.kind, &one.key, rules).await.unwrap();
            self.service.publish(&machine, one.edition).await.unwrap();
        }
        imported
    }

    /// Two editions of a small system of animals, published.
    pub(crate) async fn animals(&self) -> Vec<Imported> {
        let mut all = self.publish(&animals("2025"), FIRST).await;
        all.extend(self.publish(&animals("2026"), SECOND).await);
        all
    }

    /// The kinds of all entries on the log, in their order.
    pub(crate) async fn entries(&self) -> Vec<String> {
        let kinds = sqlx::query_scalar("SELECT kind FROM log.entry ORDER BY at, id");
        kinds.fetch_all(&mut self.database.owner().await).await.unwrap()
    }
}

/// Animals, some above others.
pub(crate) const FIRST: &str = "\
kode;overordnet;navn;navn_nn;navn_en;synonymer;valgbar;property:legs\n\
D;;Dyr;Dyr;Animal;;nei;\n\
D1;D;Pattedyr;Pattedyr;Mammal;;;4\n\
D11;D1;Hund;Hund;Dog;bikkje;;4\n\
D12;D1;Katt;Katt;Cat;pus;;4\n\
D13;D1;Kvalar;Kval;Whale;;;0\n\
D2;D;Fugl;Fugl;Bird;;;2\n\
D21;D2;Ørn;Ørn;Eagle;;;2\n\
D22;D2;Strutsefugl;Struts;Ostrich;;;2\n\
D23;D2;Måke;Måse;Gull;;;2\n\
D24;D2;Kråke;Kråke;Crow;;;2\n\
D99;D;Åpen kode;Open kode;Open code;;;\n";

/// A year later: one is gone, one is new, one has a new name, one has moved, one is out of use.
pub(crate) const SECOND: &str = "\
kode;overordnet;navn;navn_nn;navn_en;synonymer;valgbar;property:legs;aktiv;erstattes_av\n\
D;;Dyr;Dyr;Animal;;nei;;;\n\
D1;D;Pattedyr;Pattedyr;Mammal;;;4;;\n\
D11;D1;Hund;Hund;Dog;bikkje;;4;;\n\
D12;D1;Katt;Katt;Cat;pus;;4;;\n\
D13;D1;Hval;Kval;Whale;;;0;;\n\
D2;D;Fugl;Fugl;Bird;;;2;;\n\
D21;D2;Ørn;Ørn;Eagle;;;2;;\n\
D22;D;Strutsefugl;Struts;Ostrich;;;2;;\n\
D23;D2;Måke;Måse;Gull;;;2;nei;D21\n\
D24;D2;Kråke;Kråke;Crow;;;2;;\n\
D25;D2;Ugle;Ugle;Owl;;;2;;\n";

pub(crate) fn animals(version: &str) -> Described {
    Described {
        key: Some("dyr".parse().unwrap()),
        url: Some("http://varde.test/fhir/CodeSystem/dyr".to_owned()),
        title: Wording::nb("Dyrearter").with("en", "Animals"),
        oid: Some("2.999.1".to_owned()),
        owner: Some(owner()),
        publisher: Some("Dyreregisteret".to_owned()),
        version: Some(version.to_owned()),
        ..Described::default()
    }
}

pub(crate) fn key() -> (Kind, Key) {
    (Kind::CodeSystem, "dyr".parse().unwrap())
}

pub(crate) fn owner() -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::from_u128(100))
}

pub(crate) fn machine() -> Actor {
    Actor::system(Component::CommandLine)
}

/// A steward at the owner.
pub(crate) fn steward(n: u128) -> Actor {
    steward_at(n, owner())
}

pub(crate) fn steward_at(n: u128, organisation: OrganisationId) -> Actor {
    let person = PersonId::from_uuid(uuid::Uuid::from_u128(n));
    Actor::employee(person, LoginLevel::High, organisation, BTreeSet::from([Role::Steward]))
}
