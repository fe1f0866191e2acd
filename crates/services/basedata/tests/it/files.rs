//! Whole files: all or nothing, once, resumed, with history in two times.

use jiff::civil::Date;
use varde_basedata::{AsAt, FileOutcome, RelationKind, Status};
use varde_core::{PersonId, identifier::OrganisationNumber};

use crate::support::{Files, citizen, d_number, day, demo, faults, number};

impl Files {
    async fn persons(&self, lines: &[String]) -> FileOutcome {
        let path = self.write(lines);
        self.world.service.import_person_file(&demo(), &path, false, &mut |_, _| ()).await.unwrap()
    }

    async fn organisations(&self, lines: &[String]) -> FileOutcome {
        let path = self.write(lines);
        self.world.service.import_organisation_file(&demo(), &path, false, &mut |_, _| ()).await.unwrap()
    }

    async fn roles(&self, lines: &[String]) -> FileOutcome {
        let path = self.write(lines);
        self.world.service.import_role_file(&demo(), &path, false, &mut |_, _| ()).await.unwrap()
    }

    async fn person(&self, birth: Date, n: usize) -> PersonId {
        self.world.service.identify(&demo(), &number(birth, n)).await.unwrap().unwrap()
    }
}

fn digits(birth: Date, n: usize) -> String {
    number(birth, n).digits_for_storage().to_owned()
}

/// A person as a line, with more members.
fn line(birth: Date, n: usize, more: &str) -> String {
    let digits = digits(birth, n);
    format!(
        r#"{{"norwegianIdentificationNumber":[{{"number":"{digits}","validFrom":"{birth}"}}],
            "name":[{{"givenName":"Varm","familyName":"Bekk","validFrom":"{birth}"}}],
            "birth":{{"date":"{birth}"}}{more}}}"#
    )
    .replace('\n', " ")
}

#[tokio::test]
async fn moves_deaths_and_new_numbers_are_kept_in_two_times() {
    let files = Files::new().await;
    let birth = day("1950-03-04");
    let lived = r#","residentialAddress":[{"municipalityNumber":"0301","validFrom":"1950-03-04"}]"#;
    let first = files.persons(&[line(birth, 0, lived)]).await;
    assert_eq!((first.records, first.new, first.changed, first.is_good()), (1, 1, 0, true));
    let before = files.world.service.now();
    files.world.later();
    let (old, new) = (digits(birth, 0), d_number(birth).digits_for_storage().to_owned());
    let changed = format!(
        r#"{{"norwegianIdentificationNumber":[{{"number":"{new}","validFrom":"1950-03-04","validTo":"1999-12-31"}},{{"number":"{old}","validFrom":"2000-01-01"}}],"residentialAddress":[{{"municipalityNumber":"0301","validFrom":"1950-03-04","validTo":"2020-05-31"}},{{"municipalityNumber":"4601","validFrom":"2020-06-01"}}],"status":[{{"status":"Deceased","validFrom":"2026-10-01"}}],"death":{{"date":"2026-10-01"}}}}"#
    );
    let second = files.persons(&[changed]).await;
    assert_eq!((second.new, second.changed), (0, 1));
    let person = files.person(birth, 0).await;
    assert_eq!(files.world.service.identify(&demo(), &d_number(birth)).await.unwrap(), Some(person));
    let view = async |as_at| files.world.service.person(&citizen(person), person, as_at).await.unwrap().open();
    let today = files.world.service.now();
    let now = view(today).await;
    assert_eq!((now.status, now.death_date), (Some(Status::Deceased), Some(day("2026-10-01"))));
    assert_eq!(now.municipality.unwrap().to_string(), "4601");
    assert_eq!(view(AsAt { valid: day("2019-01-01"), ..today }).await.municipality.unwrap().to_string(), "0301");
    let known_then = view(AsAt { valid: today.valid, recorded: before.recorded }).await;
    assert_eq!((known_then.municipality.unwrap().to_string(), known_then.death_date), ("0301".to_owned(), None));
}

#[tokio::test]
async fn one_bad_line_and_nothing_is_taken_in_and_every_bad_line_is_named() {
    let files = Files::new().await;
    let birth = day("1970-01-02");
    let typo = line(birth, 1, "").replace("validFrom", "validfrom");
    let wrong_number = line(birth, 2, "").replace(&digits(birth, 2), "12345678901");
    let nobody = format!(r#","parentalResponsibility":[{{"number":"{}","validFrom":"1970-01-02"}}]"#, digits(birth, 9));
    let lines = [
        line(birth, 0, ""),
        typo,
        wrong_number,
        "{ not json".to_owned(),
        String::new(),
        line(birth, 0, ""),
        line(birth, 3, &nobody),
        line(birth, 4, r#","gender":[{"gender":"Femal","validFrom":"1970-01-02"}]"#),
        line(birth, 5, r#","deth":{"date":"2020-01-01"}"#),
    ];
    let outcome = files.persons(&lines).await;
    let number = "norwegianIdentificationNumber";
    assert_eq!(
        faults(&outcome),
        [
            (2, format!("{number}[0]").as_str()),
            (3, format!("{number}[0].number").as_str()),
            (4, "character 3"),
            (6, number),
            (8, "gender[0].gender"),
            (9, ""),
            (7, "parentalResponsibility[0].number"),
        ]
    );
    let told = format!("{:?}", outcome.faults);
    assert!(told.contains("Female, Male") && told.contains("deth") && told.contains("line 1 is about this person too"));
    for secret in ["12345678901", &digits(birth, 0), &digits(birth, 9), "Bekk", "Femal\\"] {
        assert!(!told.contains(secret), "a value is repeated: {told}");
    }
    assert_eq!(files.world.service.population(&demo()).await.unwrap(), 0);
}

#[tokio::test]
async fn the_same_file_twice_does_nothing_and_an_earlier_one_puts_things_back() {
    let files = Files::new().await;
    let birth = day("1980-05-06");
    let in_oslo = [line(birth, 0, r#","residentialAddress":[{"municipalityNumber":"0301","validFrom":"1980-05-06"}]"#)];
    let in_bergen =
        [line(birth, 0, r#","residentialAddress":[{"municipalityNumber":"4601","validFrom":"1980-05-06"}]"#)];
    assert!(!files.persons(&in_oslo).await.already);
    files.world.later();
    let again = files.persons(&in_oslo).await;
    assert!(again.already && again.changed == 0 && again.new == 0);
    assert_eq!(files.world.entries("basedata.population.imported").await.len(), 1);
    assert_eq!(files.persons(&in_bergen).await.changed, 1);
    files.world.later();
    let back = files.persons(&in_oslo).await;
    assert!(!back.already && back.changed == 1);
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_and_changes_nothing() {
    let files = Files::new().await;
    let path = files.write(&[line(day("1990-01-01"), 0, ""), line(day("1990-01-01"), 1, "")]);
    let outcome = files.world.service.import_person_file(&demo(), &path, true, &mut |_, _| ()).await.unwrap();
    assert_eq!((outcome.records, outcome.new, outcome.is_good()), (2, 2, true));
    assert_eq!(files.world.service.population(&demo()).await.unwrap(), 0);
    let citizen = citizen(PersonId::from_uuid(uuid::Uuid::from_u128(1)));
    assert!(files.world.service.import_person_file(&citizen, &path, true, &mut |_, _| ()).await.is_err());
}

#[tokio::test]
async fn families_are_taken_in_also_when_the_other_stands_further_down() {
    let files = Files::new().await;
    let (born, parent) = (day("2020-01-02"), day("1990-01-02"));
    let responsible =
        |n| format!(r#","parentalResponsibility":[{{"number":"{}","validFrom":"2020-01-02"}}]"#, digits(parent, n));
    let both = [line(born, 0, &responsible(0)), line(parent, 0, ""), line(parent, 1, "")];
    assert!(files.persons(&both).await.is_good());
    let child = files.person(born, 0).await;
    let mother = files.person(parent, 0).await;
    let relations = async || {
        let now = files.world.service.now();
        files.world.service.relations(&citizen(child), child, now).await.unwrap().open()
    };
    assert_eq!(relations().await, [(RelationKind::Responsible, mother)]);
    files.world.later();
    files.persons(&[line(born, 0, "")]).await;
    assert_eq!(relations().await, [(RelationKind::Responsible, mother)], "a line that says nothing changes nothing");
    files.world.later();
    files.persons(&[line(born, 0, r#","parentalResponsibility":[]"#)]).await;
    assert_eq!(relations().await, [], "a line that says nobody means it");
}

#[tokio::test]
async fn a_killed_import_goes_on_where_it_stopped() {
    let files = Files::new().await;
    let births = (0..).map(|i| day("1940-01-01") + jiff::Span::new().days(i));
    let lines: Vec<String> = births.take(10_500).map(|birth| line(birth, 0, "")).collect();
    let path = files.write(&lines);
    let (service, path_there) = (files.world.service.clone(), path.clone());
    let import = tokio::spawn(async move {
        let mut progress = |done: u64, _| assert!(done > 10_000, "killed after the first batch");
        service.import_person_file(&demo(), &path_there, false, &mut progress).await
    });
    assert!(import.await.unwrap_err().is_panic());
    let rest = files.world.service.import_person_file(&demo(), &path, false, &mut |_, _| ()).await.unwrap();
    assert_eq!((rest.resumed_at, rest.new), (10_000, 500));
    assert_eq!(files.world.service.population(&demo()).await.unwrap(), 10_500);
    assert!(files.world.service.import_person_file(&demo(), &path, false, &mut |_, _| ()).await.unwrap().already);
}

fn unit(number: &str, name: &str, more: &str) -> String {
    format!(
        r#"{{"organisasjonsnummer":"{number}","navn":"{name}","organisasjonsform":{{"kode":"ORGL"}},"registreringsdatoEnhetsregisteret":"1995-02-19","hjemmeside":"passed over"{more}}}"#
    )
}

#[tokio::test]
async fn organisations_come_in_any_order_and_change_with_history() {
    let files = Files::new().await;
    let (main, below, lowest) = ("974760673", "889640782", "971032081");
    let under = |number: &str| format!(r#","overordnetEnhet":"{number}""#);
    let lines = [unit(lowest, "Nederst", &under(below)), unit(below, "Under", &under(main)), unit(main, "Øverst", "")];
    let outcome = files.organisations(&lines).await;
    assert!(outcome.is_good() && outcome.new == 3, "{outcome:?}");
    let service = &files.world.service;
    let named = async |number: &str| {
        let number: OrganisationNumber = number.parse().unwrap();
        let id = service.organisation_by_number(&demo(), number).await.unwrap().unwrap();
        service.organisation(&demo(), id, service.now()).await.unwrap()
    };
    assert_eq!(named(lowest).await.parent, Some(named(below).await.id));
    assert!(files.organisations(&lines).await.already);
    files.world.later();
    files.organisations(&[unit(main, "Nytt navn", "")]).await;
    assert_eq!(named(main).await.name, "Nytt navn");

    let nobody = files.organisations(&[unit(main, "Øverst", ""), unit("123456785", "Løs", &under("912345678"))]).await;
    assert_eq!(faults(&nobody).first().map(|f| f.0), Some(2), "{nobody:?}");
    assert_eq!(named(main).await.name, "Nytt navn", "nothing of a bad file is in");
    let ring = files.organisations(&[unit(main, "A", &under(below)), unit(below, "B", &under(main))]).await;
    assert_eq!(faults(&ring), [(1, "overordnetEnhet"), (2, "overordnetEnhet")]);
}

/// An organisation's roles as a line, each a code and the digits of who holds it.
fn roles_of(organisation: &str, since: &str, held: &[(&str, &str)]) -> String {
    let role = |(code, digits): &(&str, &str)| {
        let person = format!(r#"{{"fodselsnummer":"{digits}","erDoed":false}}"#);
        format!(r#"{{"type":{{"kode":"{code}"}},"person":{person},"fratraadt":false}}"#)
    };
    let held: Vec<String> = held.iter().map(role).collect();
    let group = format!(r#"{{"sistEndret":"{since}","roller":[{}]}}"#, held.join(","));
    format!(r#"{{"organisasjonsnummer":"{organisation}","rollegrupper":[{group}]}}"#)
}

#[tokio::test]
async fn roles_come_from_a_file_and_go_with_the_next() {
    let files = Files::new().await;
    let (birth, main, other) = (day("1970-01-01"), "974760673", "889640782");
    files.persons(&[line(birth, 0, ""), line(birth, 1, "")]).await;
    files.organisations(&[unit(main, "Øverst", ""), unit(other, "En annen", "")]).await;
    let (first, second) = (digits(birth, 0), digits(birth, 1));
    let lines = [
        roles_of(main, "2020-01-01", &[("DAGL", &first), ("FFØR", &second), ("VARA", &second)]),
        roles_of(other, "2021-01-01", &[("LEDE", &first)]),
    ];
    let outcome = files.roles(&lines).await;
    assert!(outcome.is_good() && (outcome.records, outcome.changed) == (2, 2), "{outcome:?}");
    assert!(files.roles(&lines).await.already);
    let service = &files.world.service;
    let held = async |n: usize| -> Vec<&str> {
        let person = files.person(birth, n).await;
        let roles = service.roles_of(&demo(), person, service.now()).await.unwrap().open();
        let mut codes: Vec<&str> = roles.iter().map(|(_, role)| role.code()).collect();
        codes.sort_unstable();
        codes
    };
    assert_eq!((held(0).await, held(1).await), (vec!["DAGL", "LEDE"], vec!["FFOR"]), "a deputy leads nothing");

    files.world.later();
    assert_eq!(files.roles(&[roles_of(main, "2026-01-01", &[])]).await.changed, 1);
    assert_eq!(
        (held(0).await, held(1).await),
        (vec!["LEDE"], Vec::new()),
        "the line is all there is; the other's stay"
    );

    let stranger = digits(birth, 5);
    let bad = [
        roles_of(main, "2026-01-01", &[("DAGL", &first), ("LEDE", &stranger)]),
        roles_of("912345678", "2026-01-01", &[("DAGL", &first)]),
        roles_of(main, "2026-01-01", &[("DAGL", &second)]),
    ];
    let outcome = files.roles(&bad).await;
    let number = "organisasjonsnummer";
    let person = "rollegrupper[0].roller[1].person.fodselsnummer";
    let mut named = faults(&outcome);
    named.sort_unstable();
    assert_eq!(named, [(1, person), (2, number), (3, number)], "{outcome:?}");
    assert!(outcome.faults.iter().all(|fault| !fault.reason.contains(&stranger)));
    assert_eq!(held(0).await, ["LEDE"], "nothing of a bad file is in");
}
