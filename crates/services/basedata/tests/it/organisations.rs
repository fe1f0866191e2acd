//! Main units, sub units and who leads them.

use varde_basedata::{AsAt, BasedataError, Dated, Fault, OrganisationRecord, RegistryRole, RoleRecord};
use varde_core::{Actor, Period, Problem, ProblemKind, identifier::OrganisationNumber};

use crate::support::{World, citizen, day, demo, number, until, woman};

fn unit(stem: u32, parent: Option<OrganisationNumber>, name: &str) -> OrganisationRecord {
    OrganisationRecord {
        id: None,
        number: OrganisationNumber::from_stem(stem).unwrap(),
        parent,
        names: vec![Dated::since(name.to_owned(), day("2000-01-01"))],
        form: Some(Dated::since("ORGL".to_owned(), day("2000-01-01"))),
        municipality: None,
    }
}

#[tokio::test]
async fn a_sub_unit_is_led_by_those_who_lead_its_main_unit() {
    let world = World::new().await;
    let birth = day("1970-01-01");
    let old = world.one(woman("Gammel Leder", birth, number(birth, 0))).await.person;
    let new = world.one(woman("Ny Leder", birth, number(birth, 1))).await.person;
    let main = unit(31_000_000, None, "Sykehuset");
    let sub = unit(31_000_002, Some(main.number), "Sykehuset, avdeling nord");
    let service = &world.service;
    let batch = [main.clone(), sub.clone()];
    let ids = service.import_organisations(&demo(), "test", &batch).await.unwrap();
    assert_eq!(service.import_organisations(&demo(), "test", &batch).await.unwrap(), ids);
    let role = |role, person, valid| RoleRecord { organisation: ids[0], role, person, valid };
    let roles = [
        role(RegistryRole::GeneralManager, old, until("2010-01-01", "2019-12-31")),
        role(RegistryRole::GeneralManager, new, Period::since(day("2020-01-01"))),
        role(RegistryRole::BoardMember, old, Period::since(day("2020-01-01"))),
    ];
    assert_eq!(service.import_roles(&demo(), "test", &roles).await.unwrap(), 1);
    assert_eq!(service.import_roles(&demo(), "test", &roles).await.unwrap(), 0);
    let leads = async |valid: &str| {
        let as_at = AsAt { valid: day(valid), ..service.now() };
        service.who_leads(&citizen(new), ids[1], as_at).await.unwrap().open()
    };
    assert_eq!(leads("2015-05-05").await, [(RegistryRole::GeneralManager, old)]);
    assert_eq!(leads("2026-05-05").await, [(RegistryRole::GeneralManager, new)]);
    assert_eq!(service.roles_in(&citizen(new), ids[0], service.now()).await.unwrap().open().len(), 2);
    let held = service.roles_of(&citizen(old), old, service.now()).await.unwrap().open();
    assert_eq!(held, [(ids[0], RegistryRole::BoardMember)], "what is over is left out");
    let refused = service.who_leads(&Actor::anonymous(), ids[0], service.now()).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Unauthenticated);
}

#[tokio::test]
async fn every_role_that_carries_access_management_is_kept() {
    let world = World::new().await;
    let birth = day("1970-01-01");
    let person = world.one(woman("Innehaver", birth, number(birth, 0))).await.person;
    let service = &world.service;
    let id = service.import_organisations(&demo(), "test", &[unit(31_000_000, None, "Legen")]).await.unwrap()[0];
    let codes = "BEST BOBE DAGL DTPR DTSO FFOR INNH KEMN KNUF KOMK KOMP LEDE PRIV REPR SAM SREVA";
    let role = |code| RoleRecord {
        organisation: id,
        role: RegistryRole::from_code(code).unwrap(),
        person,
        valid: Period::since(day("2020-01-01")),
    };
    let roles: Vec<RoleRecord> = codes.split(' ').map(role).collect();
    service.import_roles(&demo(), "test", &roles).await.unwrap();
    let held = service.roles_of(&citizen(person), person, service.now()).await.unwrap().open();
    let held: Vec<&str> = held.iter().map(|(_, role)| role.code()).collect();
    assert_eq!(held.join(" "), codes);
}

#[tokio::test]
async fn organisations_are_open_and_dated() {
    let world = World::new().await;
    let service = &world.service;
    let mut record = unit(32_000_000, None, "Gammelt navn");
    let before = service.now();
    let id = service.import_organisations(&demo(), "test", &[record.clone()]).await.unwrap()[0];
    let first = service.now();
    world.later();
    record.names = vec![
        Dated::new("Gammelt navn".into(), until("2000-01-01", "2023-12-31")),
        Dated::since("Nytt navn".into(), day("2024-01-01")),
    ];
    assert_eq!(service.import_organisations(&demo(), "test", &[record.clone()]).await.unwrap(), [id]);
    let anybody = Actor::anonymous();
    let name = async |as_at| service.organisation(&anybody, id, as_at).await.unwrap().name;
    assert_eq!(name(service.now()).await, "Nytt navn");
    assert_eq!(name(first).await, "Gammelt navn");
    assert_eq!(name(AsAt { valid: day("2020-01-01"), ..before }).await, "Gammelt navn");
    assert_eq!(service.organisation_by_number(&anybody, record.number).await.unwrap(), Some(id));
    assert_eq!(service.organisations(&anybody, None, first).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_sub_unit_without_its_main_unit_is_refused() {
    let world = World::new().await;
    let sub = unit(33_000_000, OrganisationNumber::from_stem(33_000_002), "Uten mor");
    let error = world.service.import_organisations(&demo(), "test", &[sub]).await.unwrap_err();
    assert!(matches!(error, BasedataError::Record { position: 0, fault: Fault::UnknownParent }), "{error}");
    assert!(world.service.organisations(&demo(), None, world.service.now()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_main_unit_has_the_sub_units_that_name_it() {
    let world = World::new().await;
    let main = unit(34_000_000, None, "Hovedenhet");
    let alone = unit(35_000_000, None, "Alene");
    let sub = unit(36_000_000, Some(main.number), "Underenhet");
    let numbers = [main.number, alone.number, sub.number];
    world.service.import_organisations(&demo(), "test", &[main, alone, sub]).await.unwrap();
    let has = async |n: usize| world.service.has_sub_units(&demo(), numbers[n]).await.unwrap();
    assert_eq!((has(0).await, has(1).await, has(2).await), (true, false, false));
}
