//! Numbers that change, times, relations and disclosure.

use varde_basedata::{
    AddressProtection, AsAt, BasedataError, Dated, Fault, Namespace, PersonRecord, RelationKind, RelationRecord,
};
use varde_core::{Actor, Component, LoginLevel, Matter, OrganisationId, Period, PersonId, Problem, ProblemKind, Role};

use crate::support::{World, citizen, d_number, day, demo, number, until, woman};

#[tokio::test]
async fn a_d_number_that_becomes_a_birth_number_keeps_person_and_index() {
    let world = World::new().await;
    let birth = day("1990-05-17");
    let (old, new) = (d_number(birth), number(birth, 0));
    let before = world.one(woman("Varm Bekk", birth, old)).await;
    world.later();
    let mut record = woman("Varm Bekk", birth, old);
    record.numbers = vec![Dated::new(old, until("1990-05-17", "2020-12-31")), Dated::since(new, day("2021-01-01"))];
    let after = world.one(record).await;
    assert_eq!((after.person, after.index, after.new, after.changed), (before.person, before.index, false, true));
    let values = [old.digits_for_storage(), new.digits_for_storage(), "00000000000"];
    let found = world.service.resolve_batch(&demo(), &Namespace::National, &values).await.unwrap();
    assert_eq!(
        found.iter().map(|f| f.map(|f| f.person)).collect::<Vec<_>>(),
        [Some(before.person), Some(before.person), None]
    );
    let me = citizen(before.person);
    let then = AsAt { valid: day("2020-06-01"), ..world.service.now() };
    let view = world.service.person(&me, before.person, then).await.unwrap().open();
    assert_eq!(view.number, Some(old));
    let view = world.service.person(&me, before.person, world.service.now()).await.unwrap().open();
    assert_eq!(view.number, Some(new));
    assert_eq!(world.service.identify(&Actor::system(Component::Flows), &old).await.unwrap(), Some(before.person));
}

#[tokio::test]
async fn a_local_namespace_links_within_itself_only() {
    let world = World::new().await;
    let birth = day("1980-01-02");
    let digits = number(birth, 0).digits_for_storage().to_owned();
    let national = world.one(woman("Klar Elv", birth, number(birth, 0))).await;
    let mimic = Namespace::local("mimic").unwrap();
    let other = Namespace::local("other").unwrap();
    let service = &world.service;
    // The very digits of a national number mean somebody else in a source's own numbering.
    let values = [digits.as_str(), "10006", digits.as_str()];
    assert_eq!(service.resolve_batch(&demo(), &mimic, &values).await.unwrap(), [None, None, None]);
    let enrolled = service.enrol_batch(&demo(), &mimic, &values).await.unwrap();
    assert_eq!(enrolled[0], enrolled[2]);
    assert_ne!(enrolled[0].person, national.person);
    assert_eq!([national.index, enrolled[0].index, enrolled[1].index], [0, 1, 2]);
    assert_eq!(service.enrol_batch(&demo(), &mimic, &values).await.unwrap(), enrolled);
    assert_eq!(service.resolve_batch(&demo(), &other, &["10006"]).await.unwrap(), [None]);
    assert_eq!(service.resolve_batch(&demo(), &Namespace::National, &["10006"]).await.unwrap(), [None]);
    let refused = service.enrol_batch(&demo(), &Namespace::National, &["1"]).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden);
    assert_eq!(service.population(&demo()).await.unwrap(), 3);
}

#[tokio::test]
async fn every_read_is_as_at_two_times() {
    let world = World::new().await;
    let birth = day("1975-03-04");
    let mut record = woman("Blid Ås", birth, number(birth, 1));
    let first = world.one(record.clone()).await;
    let known_before = world.service.now();
    world.later();
    // It turns out that she moved in 2010 and has had a confidential address since 2015.
    record.residences = vec![
        Dated::new("0301".parse().unwrap(), until("1975-03-04", "2010-06-30")),
        Dated::since("4601".parse().unwrap(), day("2010-07-01")),
    ];
    record.protections = vec![Dated::since(AddressProtection::Confidential, day("2015-01-01"))];
    assert!(world.one(record.clone()).await.changed);
    let me = citizen(first.person);
    let municipality = async |valid: &str, known: AsAt| {
        let as_at = AsAt { valid: day(valid), ..known };
        let view = world.service.person(&me, first.person, as_at).await.unwrap().open();
        view.municipality.map(|m| m.to_string())
    };
    let now = world.service.now();
    assert_eq!(municipality("2012-01-01", known_before).await.as_deref(), Some("0301"));
    assert_eq!(municipality("2012-01-01", now).await.as_deref(), Some("4601"));
    assert_eq!(municipality("2010-06-30", now).await.as_deref(), Some("0301"));
    assert_eq!(municipality("1960-01-01", now).await, None);
    let protected = async |as_at: AsAt| world.service.confidential_addresses(&demo(), as_at).await.unwrap();
    assert!(protected(known_before).await.is_empty());
    assert!(protected(AsAt { valid: day("2014-12-31"), ..now }).await.is_empty());
    assert_eq!(protected(now).await.into_iter().collect::<Vec<_>>(), [first.index]);
    // Handed in again after a kill: the same state.
    world.later();
    assert!(!world.one(record).await.changed);
    let attributes = world.service.attributes(&demo(), now).await.unwrap();
    assert_eq!(attributes.birth_date, [Some(birth)]);
    assert_eq!(attributes.municipality[0].map(|m| m.number()), Some(4601));
}

#[tokio::test]
async fn a_batch_is_taken_in_whole_or_not_at_all() {
    let world = World::new().await;
    let birth = day("1988-08-08");
    let (ann, eva) = (woman("Ann Vik", birth, number(birth, 0)), woman("Eva Vik", birth, number(birth, 1)));
    let import = async |batch: &[PersonRecord]| world.service.import_persons(&demo(), "test", batch).await;
    let faulty = PersonRecord { names: vec![Dated::since(" ".into(), birth)], ..eva.clone() };
    let error = import(&[ann.clone(), faulty]).await.unwrap_err();
    assert!(matches!(error, BasedataError::Record { position: 1, fault: Fault::Name }), "{error}");
    assert_eq!(world.service.population(&demo()).await.unwrap(), 0);
    let error = import(&[ann.clone(), ann.clone()]).await.unwrap_err();
    assert!(matches!(error, BasedataError::Record { position: 1, fault: Fault::Twice }), "{error}");
    let mut overlapping = ann.clone();
    overlapping.residences.push(Dated::since("4601".parse().unwrap(), day("2000-01-01")));
    let error = import(&[overlapping]).await.unwrap_err();
    assert!(matches!(error, BasedataError::Record { fault: Fault::Overlap("residences"), .. }), "{error}");
    import(&[ann.clone(), eva.clone()]).await.unwrap();
    let mut both = ann.clone();
    both.numbers.extend(eva.numbers.clone());
    let error = import(&[both]).await.unwrap_err();
    assert!(matches!(error, BasedataError::Record { position: 0, fault: Fault::TwoPersons }), "{error}");
    assert_eq!(error.kind(), ProblemKind::Conflict);
    let taken = world.service.persons_of(&demo(), &[0]).await.unwrap()[0];
    let thief = PersonRecord { id: taken, ..woman("Ida Vik", birth, number(birth, 2)) };
    let error = import(&[thief]).await.unwrap_err();
    assert!(matches!(error, BasedataError::Record { fault: Fault::OtherIdentity, .. }), "{error}");
    assert_eq!(world.service.population(&demo()).await.unwrap(), 2);
}

#[tokio::test]
async fn a_parent_reads_a_childs_record_until_eighteen() {
    let world = World::new().await;
    let (birth, child_birth) = (day("1985-02-03"), day("2008-11-23"));
    let mother = world.one(woman("Mild Dal", birth, number(birth, 0))).await.person;
    let other = world.one(woman("Kald Dal", birth, number(birth, 1))).await.person;
    let child = world.one(woman("Lett Dal", child_birth, number(child_birth, 0))).await.person;
    let relation = |kind, related, valid| RelationRecord { person: child, kind, related, valid };
    let relations = [
        relation(RelationKind::Mother, mother, Period::since(child_birth)),
        relation(RelationKind::Responsible, mother, Period::since(child_birth)),
        relation(RelationKind::Father, other, Period::since(child_birth)),
    ];
    let service = &world.service;
    assert_eq!(service.import_relations(&demo(), "test", &relations).await.unwrap(), 1);
    assert_eq!(service.import_relations(&demo(), "test", &relations).await.unwrap(), 0);
    let now = service.now();
    assert_eq!(service.children_of(&citizen(mother), mother, now).await.unwrap().open(), [child]);
    assert!(service.holds_responsibility(&citizen(mother), mother, child, now).await.unwrap());
    assert!(!service.holds_responsibility(&citizen(other), other, child, now).await.unwrap());
    assert_eq!(service.relations(&citizen(child), child, now).await.unwrap().open().len(), 3);
    let view = service.person(&citizen(mother), child, now).await.unwrap().open();
    assert_eq!(view.name.as_deref(), Some("Lett Dal"));
    let refused = service.person(&citizen(other), child, now).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden);
    assert_eq!(world.entries("policy.denied").await.len(), 1);
    // The clock stands at 2026-11-22: tomorrow the child is 18.
    world.clock().advance(std::time::Duration::from_secs(24 * 3600));
    let now = service.now();
    assert!(service.children_of(&citizen(mother), mother, now).await.unwrap().open().is_empty());
    assert_eq!(service.person(&citizen(mother), child, now).await.unwrap_err().kind(), ProblemKind::Forbidden);
}

#[tokio::test]
async fn disclosures_are_on_the_log_and_tell_nothing() {
    let world = World::new().await;
    let birth = day("1969-09-09");
    let secret = number(birth, 3);
    let person = world.one(woman("Stille Skog", birth, secret)).await.person;
    let disclosure = world.service.person(&citizen(person), person, world.service.now()).await.unwrap();
    assert!(!format!("{disclosure:?}").contains("Stille"));
    assert_eq!(disclosure.open().name.as_deref(), Some("Stille Skog"));
    let matter = Matter::new("application", 1).with([person]);
    let names = world.service.acting_names(&citizen(person), &matter, &[person]).await.unwrap().open();
    assert_eq!(names.get(&person).map(String::as_str), Some("Stille Skog"));
    world.service.resolve_batch(&demo(), &Namespace::National, &[secret.digits_for_storage()]).await.unwrap();
    world.service.index_of(&citizen(person), person).await.unwrap();
    for kind in [
        "basedata.population.imported",
        "basedata.person.read",
        "basedata.acting_name.read",
        "basedata.index.resolved",
        "basedata.index.read",
    ] {
        let entries = world.entries(kind).await;
        assert_eq!(entries.len(), 1, "{kind}");
        assert!(entries[0].contains("legal_basis"), "{kind}");
        let tells = entries[0].contains("Stille") || entries[0].contains(secret.digits_for_storage());
        assert!(!tells, "{kind}");
    }
}

#[tokio::test]
async fn names_are_told_only_where_people_meet() {
    let world = World::new().await;
    let birth = day("1969-09-09");
    let applicant = world.one(woman("Stille Skog", birth, number(birth, 3))).await.person;
    let other = world.one(woman("Lita Li", birth, number(birth, 4))).await.person;
    let [university, access_body] = [9, 10].map(|n| OrganisationId::from_uuid(uuid::Uuid::from_u128(n)));
    let stranger = PersonId::from_uuid(uuid::Uuid::from_u128(7));
    let at_work = |organisation, role| Actor::employee(stranger, LoginLevel::High, organisation, [role]);
    let matter = Matter::new("application", 1).with([applicant]).handled_by(access_body, [Role::Handler]);
    let ask = async |actor: &Actor, matter: &Matter, persons: &[PersonId]| {
        world.service.acting_names(actor, matter, persons).await.map(|names| names.open().len())
    };

    assert_eq!(ask(&citizen(applicant), &matter, &[applicant]).await.unwrap(), 1, "a party");
    let handler = at_work(access_body, Role::Handler);
    assert_eq!(ask(&handler, &matter, &[applicant]).await.unwrap(), 1, "whoever handles it");
    assert_eq!(
        ask(&Actor::system(Component::Flows), &Matter::new("login", 1).with([other]), &[other]).await.unwrap(),
        1
    );

    let nobodys = Matter::new("application", 2);
    let strangers_own = Matter::new("application", 2).with([stranger]);
    for (who, actor, matter, persons) in [
        ("a colleague who has no part in it", at_work(university, Role::Researcher), &matter, vec![applicant]),
        ("another role where it is handled", at_work(access_body, Role::Reviewer), &matter, vec![applicant]),
        ("the role elsewhere", at_work(university, Role::Handler), &matter, vec![applicant]),
        ("an operator", at_work(university, Role::Operator), &matter, vec![applicant]),
        ("a citizen without the matter", citizen(stranger), &matter, vec![applicant]),
        ("of one who has no part in it", handler.clone(), &matter, vec![other]),
        ("of one more than have a part in it", handler, &matter, vec![applicant, other]),
        ("in a matter without parties", at_work(university, Role::Researcher), &nobodys, vec![applicant]),
        ("in a matter of their own", at_work(university, Role::Researcher), &strangers_own, vec![applicant]),
        ("a part of Varde in a person's matter", Actor::system(Component::Flows), &matter, vec![applicant]),
        ("the demo world", demo(), &matter, vec![applicant]),
    ] {
        let refused = ask(&actor, matter, &persons).await.unwrap_err();
        assert_eq!(refused.kind(), ProblemKind::Forbidden, "{who}");
    }
    let refused = ask(&Actor::anonymous(), &matter, &[applicant]).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Unauthenticated);
    let entries = world.entries("basedata.acting_name.read").await;
    assert_eq!(entries.len(), 3, "only what was told");
    assert!(entries[0].contains("application"), "{}", entries[0]);
}

#[tokio::test]
async fn nobody_else_gets_at_the_map() {
    let world = World::new().await;
    let birth = day("1969-09-09");
    let person = world.one(woman("Stille Skog", birth, number(birth, 3))).await.person;
    let stranger = PersonId::from_uuid(uuid::Uuid::from_u128(7));
    let service = &world.service;
    for actor in [Actor::anonymous(), citizen(stranger)] {
        let as_at = service.now();
        let kinds = [
            service.resolve_batch(&actor, &Namespace::National, &["1"]).await.unwrap_err().kind(),
            service.persons_of(&actor, &[0]).await.unwrap_err().kind(),
            service.index_of(&actor, person).await.unwrap_err().kind(),
            service.attributes(&actor, as_at).await.unwrap_err().kind(),
            service.confidential_addresses(&actor, as_at).await.unwrap_err().kind(),
            service.person(&actor, person, as_at).await.unwrap_err().kind(),
            service.identify(&actor, &number(birth, 3)).await.unwrap_err().kind(),
            service.import_persons(&actor, "x", &[]).await.unwrap_err().kind(),
        ];
        let expected = if actor == Actor::anonymous() { ProblemKind::Unauthenticated } else { ProblemKind::Forbidden };
        assert_eq!(kinds, [expected; 8]);
    }
    // Even with the role of the context, the history cannot be rewritten.
    let mut owner = world.database.owner().await;
    sqlx::query("SET ROLE varde_basedata").execute(&mut owner).await.unwrap();
    for statement in ["DELETE FROM basedata.fact", "UPDATE basedata.fact SET value = 'x'"] {
        assert!(sqlx::query(statement).execute(&mut owner).await.is_err(), "{statement}");
    }
}
