//! Health personnel: two times, whose number it is, the log, and files.

use jiff::civil::Date;
use varde_basedata::{
    AsAt, AuthorisationKind, BasedataError, Dated, Fault, FileOutcome, PersonnelRecord, Profession, Qualification,
    QualificationKind, Registered, Standing, Standings, ToldAtLogin,
};
use varde_core::{
    Actor, Component, LoginLevel, OrganisationId, PersonId, Problem, ProblemKind, Role, identifier::HprNumber,
};

use crate::support::{Files, World, citizen, day, demo, faults, number, until, woman};

const NUMBER: &str = "9144900";

fn hpr(text: &str) -> HprNumber {
    text.parse().unwrap()
}

fn authorised(code: &str) -> Qualification {
    Qualification::authorisation(Profession::from_code(code).unwrap(), AuthorisationKind::from_code("1").unwrap())
}

fn in_force(code: &str, from: &str) -> Standings {
    vec![(authorised(code), Dated::since(Standing::InForce, day(from)))]
}

fn record(number: &str, person: PersonId, qualifications: Standings) -> PersonnelRecord {
    PersonnelRecord { number: hpr(number), person, qualifications }
}

fn birth() -> Date {
    day("1976-04-09")
}

/// The `n`th person, taken in.
async fn person(world: &World, n: usize) -> PersonId {
    world.one(woman("Klok Lege", birth(), number(birth(), n))).await.person
}

async fn view(world: &World, person: PersonId, as_at: AsAt) -> Registered {
    world.service.health_personnel(&citizen(person), person, as_at).await.unwrap().open()
}

fn professions(registered: &Registered) -> Vec<&str> {
    match registered {
        Registered::As(view) => view.approvals().iter().map(|a| a.authorisation.profession.code()).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn what_is_withdrawn_approves_nothing_from_that_day_and_what_was_known_before_stays_readable() {
    let world = World::new().await;
    let doctor = person(&world, 0).await;
    let service = &world.service;
    assert_eq!(view(&world, doctor, service.now()).await, Registered::NoRegister, "nobody has been taken in");
    let first = [record(NUMBER, doctor, in_force("LE", "2007-09-20"))];
    assert_eq!(service.import_health_personnel(&demo(), "test", &first).await.unwrap(), 1);
    assert_eq!(service.import_health_personnel(&demo(), "test", &first).await.unwrap(), 0, "unchanged");
    let before = service.now();
    assert_eq!(professions(&view(&world, doctor, before).await), ["LE"]);
    world.later();
    let lost = vec![
        (authorised("LE"), Dated::new(Standing::InForce, until("2007-09-20", "2026-10-31"))),
        (authorised("LE"), Dated::since(Standing::Withdrawn, day("2026-11-01"))),
    ];
    assert_eq!(service.import_health_personnel(&demo(), "test", &[record(NUMBER, doctor, lost)]).await.unwrap(), 1);
    let now = service.now();
    let Registered::As(found) = view(&world, doctor, now).await else { panic!("still in the register") };
    assert_eq!((found.number, found.approvals().len()), (hpr(NUMBER), 0));
    assert_eq!(found.qualifications, [(authorised("LE"), Standing::Withdrawn)]);
    assert_eq!(professions(&view(&world, doctor, AsAt { valid: day("2026-10-31"), ..now }).await), ["LE"]);
    assert_eq!(professions(&view(&world, doctor, before).await), ["LE"], "as it was known then");
    let never = AsAt { valid: day("2007-09-19"), ..now };
    assert!(professions(&view(&world, doctor, never).await).is_empty(), "the day before it began");
    let other = person(&world, 1).await;
    assert_eq!(view(&world, other, now).await, Registered::No);
}

#[tokio::test]
async fn a_number_is_one_persons_and_a_person_has_one() {
    let world = World::new().await;
    let (one, other) = (person(&world, 0).await, person(&world, 1).await);
    let service = &world.service;
    let import = async |batch: &[PersonnelRecord]| service.import_health_personnel(&demo(), "test", batch).await;
    let holders = async |number: &str, as_at: AsAt| {
        let found = service.health_personnel_by_number(&command_line(), hpr(number), as_at).await.unwrap().open();
        found.map(|(view, _)| view.person)
    };
    let nurse = || in_force("SP", "2010-01-01");
    import(&[record("1", one, nurse()), record("2", other, nurse())]).await.unwrap();
    let before = service.now();
    world.later();
    // They had been mixed up: both change in one batch.
    assert_eq!(import(&[record("1", other, nurse()), record("2", one, nurse())]).await.unwrap(), 2);
    let now = service.now();
    assert_eq!((holders("1", now).await, holders("2", now).await), (Some(other), Some(one)));
    assert_eq!((holders("1", before).await, holders("2", before).await), (Some(one), Some(other)));
    world.later();
    assert_eq!(import(&[record("3", one, nurse())]).await.unwrap(), 1);
    let now = service.now();
    assert_eq!((holders("3", now).await, holders("2", now).await), (Some(one), None), "the earlier number is nobody's");
    for batch in [
        [record("4", one, nurse()), record("4", other, nurse())],
        [record("4", one, nurse()), record("5", one, nurse())],
    ] {
        let error = import(&batch).await.unwrap_err();
        assert!(matches!(error, BasedataError::Record { position: 1, fault: Fault::Twice }), "{error}");
    }
    let nobody = PersonId::from_uuid(uuid::Uuid::from_u128(7));
    let error = import(&[record("6", nobody, nurse())]).await.unwrap_err();
    assert!(matches!(error, BasedataError::Record { position: 0, fault: Fault::UnknownPerson }), "{error}");
    let error = import(&[record("6", one, Vec::new())]).await.unwrap_err();
    assert_eq!((error.kind(), error.fields()[0].field.as_str()), (ProblemKind::Invalid, "0.qualifications"));
}

fn command_line() -> Actor {
    Actor::system(Component::CommandLine)
}

#[tokio::test]
async fn who_looks_up_whom_is_on_the_chain_of_whom_it_concerns() {
    let world = World::new().await;
    let (doctor, leader) = (person(&world, 0).await, person(&world, 1).await);
    let service = &world.service;
    let batch = [record(NUMBER, doctor, in_force("LE", "2007-09-20"))];
    service.import_health_personnel(&demo(), "test", &batch).await.unwrap();
    let clinic = OrganisationId::from_uuid(uuid::Uuid::from_u128(9));
    let now = service.now();
    let administrator = Actor::employee(leader, LoginLevel::High, clinic, [Role::Administrator]);
    let found = service.health_personnel_by_number(&administrator, hpr(NUMBER), now).await.unwrap();
    assert!(!format!("{found:?}").contains(NUMBER));
    let (found, name) = found.open().unwrap();
    assert_eq!((found.person, name.as_deref()), (doctor, Some("Klok Lege")));
    world.later();
    assert!(service.health_personnel_by_number(&administrator, hpr("77"), now).await.unwrap().open().is_none());
    let entries = world.entries("basedata.health_personnel.read").await;
    assert_eq!(entries.len(), 2, "also when nobody has the number");
    assert!(entries[0].contains(&doctor.to_string()) && !entries[1].contains(&doctor.to_string()));
    assert!(entries.iter().all(|entry| !entry.contains(NUMBER) && entry.contains("legal_basis")), "{entries:?}");
    let researcher = Actor::employee(leader, LoginLevel::High, clinic, [Role::Researcher]);
    let unsure = Actor::employee(leader, LoginLevel::Substantial, clinic, [Role::Administrator]);
    for actor in [citizen(leader), researcher, unsure] {
        let refused = service.health_personnel_by_number(&actor, hpr(NUMBER), now).await.unwrap_err();
        assert_eq!(refused.kind(), ProblemKind::Forbidden, "{actor:?}");
        assert_eq!(service.health_personnel(&actor, doctor, now).await.unwrap_err().kind(), ProblemKind::Forbidden);
        let import = service.import_health_personnel(&actor, "test", &batch).await.unwrap_err();
        assert_eq!(import.kind(), ProblemKind::Forbidden);
    }
    let mut owner = world.database.owner().await;
    sqlx::query("SET ROLE varde_basedata").execute(&mut owner).await.unwrap();
    for statement in ["DELETE FROM basedata.health_personnel", "UPDATE basedata.health_qualification SET code = '4'"] {
        assert!(sqlx::query(statement).execute(&mut owner).await.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn at_a_login_each_register_is_asked_for_what_is_wanted_and_enters_it() {
    let world = World::new().await;
    let doctor = person(&world, 0).await;
    let service = &world.service;
    let batch = [record(NUMBER, doctor, in_force("LE", "2007-09-20"))];
    service.import_health_personnel(&demo(), "test", &batch).await.unwrap();
    let server = Actor::system(Component::AuthorisationServer);
    let told = async |number, name, health_personnel| {
        let wanted = ToldAtLogin { number, name, health_personnel };
        service.told_at_login(&server, doctor, wanted, "client").await.unwrap().open()
    };
    let entries = async || {
        let (persons, personnel) = ("basedata.person.told_at_login", "basedata.health_personnel.told_at_login");
        (world.entries(persons).await.len(), world.entries(personnel).await.len())
    };
    let only = told(false, false, true).await;
    assert!(only.number.is_none() && only.name.is_none());
    assert_eq!(professions(&only.health_personnel.unwrap()), ["LE"]);
    assert_eq!(entries().await, (0, 1));
    let name = told(false, true, false).await;
    assert_eq!((name.name.as_deref(), name.health_personnel), (Some("Klok Lege"), None));
    assert_eq!(entries().await, (1, 1));
    assert!(told(true, false, true).await.number.is_some());
    assert_eq!(entries().await, (2, 2));
    let all = world.entries("basedata.health_personnel.told_at_login").await;
    assert!(all.iter().all(|entry| entry.contains(&doctor.to_string()) && !entry.contains(NUMBER)), "{all:?}");
    let wanted = ToldAtLogin { number: false, name: false, health_personnel: true };
    let refused = service.told_at_login(&demo(), doctor, wanted, "x").await.err().unwrap();
    assert_eq!(refused.kind(), ProblemKind::Forbidden);
}

const HEADING: &str = "hpr_number;national_number;profession;qualification;code;name;standing;valid_from;valid_to";

impl Files {
    async fn take_in(&self, rows: &[String]) -> FileOutcome {
        let lines: Vec<String> = std::iter::once(HEADING.to_owned()).chain(rows.iter().cloned()).collect();
        self.take(&self.write(&lines)).await
    }

    async fn take(&self, path: &std::path::Path) -> FileOutcome {
        self.world.service.import_health_personnel_file(&demo(), path, false, &mut |_, _| ()).await.unwrap()
    }
}

fn digits(n: usize) -> String {
    number(birth(), n).digits_for_storage().to_owned()
}

fn row(number: &str, person: &str, rest: &str) -> String {
    format!("{number};{person};{rest}")
}

const DOCTOR: &str = "LE;authorisation;1;;in_force;2007-09-20;2056-04-08";
const GENERALIST: &str = "LE;speciality;1;Allmennmedisin;in_force;2013-05-01;";

#[tokio::test]
async fn a_file_says_all_of_each_number_and_nothing_of_the_others() {
    let files = Files::new().await;
    let (one, other) = (person(&files.world, 0).await, person(&files.world, 1).await);
    let rows = [
        row(NUMBER, &digits(0), DOCTOR),
        row(NUMBER, &digits(0), GENERALIST),
        row("17", "", "SP;authorisation;1;;in_force;1990-01-01;"),
        String::new(),
        row("12", &digits(1), "SP;authorisation;4;;in_force;2020-01-01;2030-12-31"),
    ];
    let outcome = files.take_in(&rows).await;
    assert!(outcome.is_good(), "{outcome:?}");
    assert_eq!((outcome.records, outcome.new, outcome.changed, outcome.passed_over), (2, 2, 2, 1));
    let again = files.take_in(&rows).await;
    assert!(again.already && again.changed == 0);
    let service = &files.world.service;
    let Registered::As(found) = view(&files.world, one, service.now()).await else { panic!("not registered") };
    let approvals = found.approvals();
    assert_eq!(approvals[0].specialities[0].name, "Allmennmedisin");
    assert_eq!(approvals[0].specialities[0].kind, QualificationKind::Speciality);
    files.world.later();
    // The same by commas, the columns in another order, without those that may be left out.
    let lines = [
        "national_number,hpr_number,standing,valid_from,profession,qualification,code".to_owned(),
        format!("{},{NUMBER},withdrawn,2026-01-01,LE,authorisation,1", digits(0)),
    ];
    let outcome = files.take(&files.write(&lines)).await;
    assert_eq!((outcome.records, outcome.new, outcome.changed), (1, 0, 1), "{outcome:?}");
    assert!(professions(&view(&files.world, one, service.now()).await).is_empty());
    assert_eq!(professions(&view(&files.world, other, service.now()).await), ["SP"], "the file did not mention them");
}

#[tokio::test]
async fn every_wrong_row_is_named_by_line_and_column_and_nothing_is_taken_in() {
    let files = Files::new().await;
    person(&files.world, 0).await;
    person(&files.world, 1).await;
    let stranger = digits(5);
    let rows = [
        row(NUMBER, &digits(0), DOCTOR),
        row("x", &digits(0), DOCTOR),
        row("2", "12345678901", DOCTOR),
        row("3", &digits(1), "LX;authorisation;1;;in_force;2007-09-20;"),
        row("3", &digits(1), "LE;authorisation;99;;in_force;2007-09-20;"),
        row("3", &digits(1), "LE;autorisasjon;1;;in_force;2007-09-20;"),
        row("3", &digits(1), "LE;speciality;1;;in_force;2007-09-20;"),
        row("3", &digits(1), "LE;authorisation;1;;lost;2007-09-20;"),
        row("3", &digits(1), "LE;authorisation;1;;in_force;20.09.2007;"),
        row("3", &digits(1), "LE;authorisation;1;;in_force;2007-09-20;2007-09-19"),
        row("3", &digits(1), "LE;authorisation;1;;in_force"),
        row("4", &stranger, DOCTOR),
        row("5", &digits(0), DOCTOR),
        row(NUMBER, &digits(0), GENERALIST),
    ];
    let outcome = files.take_in(&rows).await;
    let mut named = faults(&outcome);
    named.sort_unstable();
    assert_eq!(
        named,
        [
            (3, "hpr_number"),
            (4, "national_number"),
            (5, "profession"),
            (6, "code"),
            (7, "qualification"),
            (8, "name"),
            (9, "standing"),
            (10, "valid_from"),
            (11, "valid_to"),
            (12, ""),
            (13, "national_number"),
            (14, "national_number"),
            (15, "hpr_number"),
            (15, "national_number"),
        ],
        "{outcome:?}"
    );
    let told = format!("{:?}", outcome.faults);
    for secret in ["12345678901", &digits(0), &digits(1), &stranger, NUMBER, "LX", "20.09"] {
        assert!(!told.contains(secret), "a value is repeated: {told}");
    }
    let registered = view(&files.world, person(&files.world, 0).await, files.world.service.now()).await;
    assert_eq!(registered, Registered::NoRegister, "nothing of a bad file is in");
}

#[tokio::test]
async fn rows_of_one_number_hold_together() {
    let files = Files::new().await;
    person(&files.world, 0).await;
    person(&files.world, 1).await;
    let two_ways = [
        row(NUMBER, &digits(0), DOCTOR),
        row(NUMBER, &digits(0), GENERALIST),
        row(NUMBER, &digits(0), "LE;authorisation;1;;withdrawn;2020-01-01;"),
    ];
    let outcome = files.take_in(&two_ways).await;
    assert_eq!(faults(&outcome), [(4, "valid_from")], "{outcome:?}");
    let two_persons = [row(NUMBER, &digits(0), DOCTOR), row(NUMBER, &digits(1), GENERALIST)];
    assert_eq!(faults(&files.take_in(&two_persons).await), [(3, "national_number")]);
    let some = [row(NUMBER, &digits(0), DOCTOR), row(NUMBER, "", GENERALIST)];
    assert_eq!(faults(&files.take_in(&some).await), [(3, "national_number")]);
}

#[tokio::test]
async fn a_heading_that_is_wrong_is_named_and_no_row_is_read() {
    let files = Files::new().await;
    let heading = "hpr_number;profession;qualification;code;standing;valid_from;valid_till;code";
    let outcome = files.take(&files.write(&[heading.to_owned(), row(NUMBER, "x", DOCTOR)])).await;
    assert_eq!(faults(&outcome), [(1, "national_number"), (1, ""), (1, "code")], "{outcome:?}");
    assert!(outcome.faults[1].reason.contains("column 7"), "{outcome:?}");
    let none = files.take(&files.write(&[row(NUMBER, &digits(0), DOCTOR)])).await;
    assert!(!none.is_good());
    assert!(!format!("{none:?}").contains(&digits(0)), "a file without a heading tells no value");
    assert!(!files.take(&files.write(&[])).await.is_good(), "an empty file has no heading");
}

#[tokio::test]
async fn a_killed_import_goes_on_where_it_stopped() {
    const PEOPLE: usize = 10_500;
    let files = Files::new().await;
    let crowd = crate::support::crowd(PEOPLE);
    files.world.service.import_persons(&demo(), "crowd", &crowd).await.unwrap();
    let rows = crowd.iter().enumerate().map(|(n, person)| {
        let number = person.numbers[0].value;
        row(&format!("{}", n + 1), number.digits_for_storage(), "SP;authorisation;1;;in_force;2007-09-20;")
    });
    let lines: Vec<String> = std::iter::once(HEADING.to_owned()).chain(rows).collect();
    let path = files.write(&lines);
    let (service, there) = (files.world.service.clone(), path.clone());
    let import = tokio::spawn(async move {
        let mut progress = |done: u64, _| assert!(done > 10_000, "killed after the first batch");
        service.import_health_personnel_file(&demo(), &there, false, &mut progress).await
    });
    assert!(import.await.unwrap_err().is_panic());
    let rest = files.take(&path).await;
    assert_eq!((rest.resumed_at, rest.changed, rest.records), (10_000, 500, PEOPLE as u64));
    assert!(files.take(&path).await.already);
    let dry = files.world.service.import_health_personnel_file(&demo(), &path, true, &mut |_, _| ()).await.unwrap();
    assert_eq!((dry.records, dry.new, dry.already), (PEOPLE as u64, 0, false));
}
