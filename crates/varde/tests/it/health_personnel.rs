//! Health personnel through the whole program: what was taken in decides which attests are believed and
//! what tokens tell, from the same day it changes.

use std::path::Path;

use axum::{body::Body, http::Request, response::IntoResponse as _};
use serde_json::{Value, json};
use varde_basedata::{
    AuthorisationKind, Dated, PersonRecord, PersonnelRecord, Profession, Qualification, QualificationKind, Standing,
};
use varde_core::{
    Actor, Clock as _, Component, LoginLevel, PersonId, SystemClock,
    identifier::{NationalNumber, OrganisationNumber, Rule, synthetic},
};
use varde_jose::sha256;
use varde_web::Display;

use crate::{
    delegation::{Caller, command_line, number, people, post, registered},
    house::site::Site,
    program::{json as read, run, said, text},
};

const BACK: &str = "https://journal.test/tilbake";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const ATTEST: &str = "nhn:tillitsrammeverk:parameters";
const HPR: &str = "helseid://claims/hpr/hpr_number";
/// Wants an attest, and to know who the professional is.
const RECORDS: &str = "helse:dokumenter/les";
/// Has registered the HPR number.
const JOURNAL: &str = "helse:journal/les";
/// Has not.
const IMAGES: &str = "helse:bilder/les";
const DOCTOR: &str = "9144900";
const NURSE: &str = "222200068";

/// A medical office with a record system, its doctor and nurse, and somebody who is neither.
struct World {
    site: Site,
    caller: Caller,
    doctor: PersonId,
    nurse: PersonId,
    secretary: PersonId,
}

fn office() -> OrganisationNumber {
    number(31_000_000)
}

fn national(n: usize) -> NationalNumber {
    (0..1000).filter_map(|i| synthetic(jiff::civil::date(1980, 2, 3), i, Rule::Of2032)).nth(n).unwrap()
}

impl World {
    async fn new() -> Self {
        let site = Site::open().await;
        people(&site.app, [office(), number(31_000_003), number(31_000_007)]).await;
        let birth = jiff::civil::date(1980, 2, 3);
        let person = |(n, name): (usize, &str)| PersonRecord {
            numbers: vec![Dated::since(national(n), birth)],
            names: vec![Dated::since(name.to_owned(), birth)],
            birth_date: Some(birth),
            ..PersonRecord::default()
        };
        let persons: Vec<_> =
            ["Klok Lege", "Snill Sykepleier", "Rask Sekretær"].into_iter().enumerate().map(person).collect();
        let demo = Actor::system(Component::DemoWorld);
        let imported = site.app.services().basedata.import_persons(&demo, "test", &persons).await.unwrap();
        let api = |audience: &str, scope: &str, rules: Value, claims: Value| json!({ "audience": audience, "owner": office(), "name": audience, "scopes": { scope: rules }, "claims": claims });
        for api in [
            api(
                "helse:dokumenter",
                RECORDS,
                json!({ "needs_details": [ATTEST] }),
                json!(["trust_framework", "pid", "hpr_number"]),
            ),
            api("helse:journal", JOURNAL, json!({}), json!(["hpr_number"])),
            api("helse:bilder", IMAGES, json!({}), json!(["pid_pseudonym"])),
        ] {
            let api = serde_json::from_value(api).unwrap();
            site.app.authorisation().register_api(&command_line(), &api).await.unwrap();
        }
        let caller = registered(
            &site.app,
            json!({
                "name": "Journalen", "owner": office(), "tenancy": "single-tenant",
                "scopes": ["openid", RECORDS, JOURNAL, IMAGES], "grants": ["authorization_code"], "redirect_uris": [BACK],
            }),
        )
        .await;
        let [doctor, nurse, secretary] = [0, 1, 2].map(|n: usize| imported[n].person);
        Self { site, caller, doctor, nurse, secretary }
    }

    /// Takes in that the person is, or was, authorised as that.
    async fn authorise(&self, hpr: &str, person: PersonId, profession: &str, standing: Standing) {
        let profession = Profession::from_code(profession).unwrap();
        let authorisation = Qualification::authorisation(profession, AuthorisationKind::from_code("1").unwrap());
        let speciality = Qualification::named(profession, QualificationKind::Speciality, "1", "Allmennmedisin");
        let since = |standing| Dated::since(standing, SystemClock.today());
        let qualifications = vec![(authorisation, since(standing)), (speciality, since(Standing::InForce))];
        let record = PersonnelRecord { number: hpr.parse().unwrap(), person, qualifications };
        self.site.app.services().basedata.import_health_personnel(&command_line(), "test", &[record]).await.unwrap();
    }

    /// The code with which the person's browser comes back.
    async fn code(&self, person: PersonId, scope: &str) -> String {
        let router = self.site.app.router();
        let challenge = sha256(VERIFIER.as_bytes());
        let asked = [
            ("response_type", "code"),
            ("redirect_uri", BACK),
            ("scope", scope),
            ("state", "tilstand"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        let (pushed, _) = post(&router, "/connect/par", self.caller.form(None, &asked), None).await;
        let request = pushed["request_uri"].as_str().unwrap_or_else(|| panic!("{pushed}"));
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &self.caller.id.to_string())
            .append_pair("request_uri", request)
            .finish();
        let display = Display { person: "Klok Lege".to_owned(), organisation: None };
        let actor = Actor::citizen(person, LoginLevel::High);
        let cookie = self.site.app.services().sessions.begin(None, actor, display).await.unwrap();
        let set = cookie.attach(().into_response());
        let cookie = set.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let request = Request::get(format!("/connect/authorize?{query}"))
            .header("host", "127.0.0.1:8080")
            .header("cookie", cookie)
            .header("sec-fetch-site", "same-origin");
        let answer = self.site.send(request.body(Body::empty()).unwrap()).await;
        let led =
            url::Url::parse(answer.header("location")).unwrap_or_else(|_| panic!("{}: {}", answer.status, answer.body));
        led.query_pairs().find(|(name, _)| name == "code").unwrap_or_else(|| panic!("{led}")).1.into_owned()
    }

    /// The answer of the token endpoint after a login, with that in the client's statement.
    async fn token(&self, person: PersonId, scope: &str, attest: Option<Value>) -> Value {
        let router = self.site.app.router();
        let code = self.code(person, scope).await;
        let grant = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        let form = || self.caller.form(attest.clone(), &grant);
        let (first, nonce) = post(&router, "/connect/token", form(), Some(self.caller.proof(None))).await;
        assert_eq!(first["error"], "use_dpop_nonce", "{first}");
        post(&router, "/connect/token", form(), Some(self.caller.proof(Some(&nonce)))).await.0
    }

    async fn claims(&self, person: PersonId, scope: &str, attest: Option<Value>) -> Value {
        let answer = self.token(person, scope, attest).await;
        let token = answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}"));
        serde_json::from_slice(&varde_jose::decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
    }

    /// What an attest is refused with: the error, and the rule.
    async fn refused(&self, person: PersonId, attest: Value) -> (String, String) {
        let answer = self.token(person, RECORDS, Some(attest)).await;
        let said = answer["error_description"].as_str().unwrap_or_else(|| panic!("it was given: {answer}"));
        for secret in [0, 1, 2].map(national) {
            assert!(!said.contains(secret.digits_for_storage()), "{said}");
        }
        assert!(!said.contains(DOCTOR) && !said.contains(NURSE), "{said}");
        let rule = said.split(':').next().unwrap().to_owned();
        (answer["error"].as_str().unwrap().to_owned(), rule)
    }
}

/// What somebody attests at the office, as what and with which number.
fn attest(profession: Option<&str>, hpr: Option<&str>) -> Value {
    let oid = |oid: &str| format!("urn:oid:2.16.578.1.12.4.1.{oid}");
    let unit = json!({ "id": office(), "system": oid("4.101") });
    let mut practitioner = json!({ "legal_entity": unit, "point_of_care": unit });
    if let Some(code) = profession {
        practitioner["authorization"] = json!({ "code": code, "system": oid("1.9060") });
    }
    if let Some(id) = hpr {
        practitioner["hpr_nr"] = json!({ "id": id, "system": oid("4.4") });
    }
    json!({
        "type": ATTEST,
        "practitioner": practitioner,
        "care_relationship": {
            "purpose_of_use": { "code": "TREAT", "system": "urn:oid:2.16.840.1.113883.1.11.20448" },
            "decision_ref": { "id": "beslutning-1", "user_selected": true },
        },
        "patients": [{ "identifier": { "id": national(5).digits_for_storage(), "system": oid("4.1") } }],
    })
}

fn rule(name: &str) -> (String, String) {
    ("invalid_authorization_details".to_owned(), name.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attest_is_believed_by_what_the_register_says_that_day() {
    let world = World::new().await;
    let doctors = || attest(Some("LE"), Some(DOCTOR));
    let (error, said) = world.refused(world.doctor, doctors()).await;
    assert_eq!((error.as_str(), said.as_str()), ("access_denied", "ATT-29 and ATT-32"), "there is no register yet");

    world.authorise(DOCTOR, world.doctor, "LE", Standing::InForce).await;
    world.authorise(NURSE, world.nurse, "SP", Standing::InForce).await;
    let claims = world.claims(world.doctor, RECORDS, Some(doctors())).await;
    assert_eq!(claims[ATTEST]["practitioner"]["hpr_nr"]["id"], DOCTOR, "{claims}");
    assert_eq!(claims[ATTEST]["practitioner"]["authorization"]["code"], "LE");
    assert_eq!(claims[HPR], DOCTOR);
    let completed = world.claims(world.nurse, RECORDS, Some(attest(Some("SP"), None))).await;
    assert_eq!(completed[ATTEST]["practitioner"]["hpr_nr"]["id"], NURSE, "the register completes it");
    let secretary = world.claims(world.secretary, RECORDS, Some(attest(None, None))).await;
    assert_eq!(secretary[ATTEST].pointer("/practitioner/hpr_nr"), None, "who is not in the register attests without");

    for (what, person, attest, broken) in [
        ("a number that nobody has", world.doctor, attest(Some("LE"), Some("9144897")), "ATT-29"),
        ("another's number", world.doctor, attest(Some("LE"), Some(NURSE)), "ATT-29"),
        ("another profession", world.doctor, attest(Some("SP"), Some(DOCTOR)), "ATT-32"),
        ("a doctor's attest by the nurse", world.nurse, doctors(), "ATT-29"),
        ("a number of one without", world.secretary, attest(None, Some(DOCTOR)), "ATT-29"),
        ("a profession of one without", world.secretary, attest(Some("LE"), None), "ATT-32"),
    ] {
        assert_eq!(world.refused(person, attest).await, rule(broken), "{what}");
    }

    for standing in [Standing::Suspended, Standing::Withdrawn] {
        world.authorise(DOCTOR, world.doctor, "LE", standing).await;
        assert_eq!(world.refused(world.doctor, doctors()).await, rule("ATT-32"), "{standing:?}");
    }
    world.authorise(DOCTOR, world.doctor, "LE", Standing::Restricted).await;
    assert!(world.claims(world.doctor, RECORDS, Some(doctors())).await[ATTEST].is_object(), "within limits it holds");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_number_is_told_to_who_registered_it_and_entered_first() {
    let world = World::new().await;
    world.authorise(DOCTOR, world.doctor, "LE", Standing::InForce).await;
    assert_eq!(world.claims(world.doctor, JOURNAL, None).await[HPR], DOCTOR);
    assert_eq!(world.claims(world.doctor, IMAGES, None).await.get(HPR), None, "the API has not registered it");
    assert_eq!(world.claims(world.secretary, JOURNAL, None).await.get(HPR), None, "there is none");
    let mut owner = world.site.database.owner().await;
    let sql = "SELECT body FROM log.entry WHERE kind = 'basedata.health_personnel.told_at_login'";
    let entries: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut owner).await.unwrap();
    assert_eq!(entries.len(), 2, "two tokens to the API that wants it: {entries:?}");
    assert!(entries.iter().any(|entry| entry.contains(&world.doctor.to_string())));
    assert!(entries.iter().all(|entry| entry.contains("helse:journal") && !entry.contains(DOCTOR)), "{entries:?}");

    world.authorise(DOCTOR, world.doctor, "LE", Standing::Withdrawn).await;
    assert_eq!(world.claims(world.doctor, JOURNAL, None).await.get(HPR), None, "who has lost it is told of no more");
}

fn import(data: &Path, what: &str, file: &Path, content: &str) -> std::process::Output {
    std::fs::write(file, content).unwrap();
    run(&["import", what, text(file), "--data", text(data), "--json"])
}

#[test]
fn health_personnel_are_taken_in_by_command_and_wrong_rows_named() {
    let folder = varde_store::testing::Folder::make();
    let (data, file) = (folder.path().join("data"), folder.path().join("file"));
    let digits = |n: usize| national(n).digits_for_storage().to_owned();
    let person =
        |n| format!(r#"{{"norwegianIdentificationNumber":[{{"number":"{}","validFrom":"1980-02-03"}}]}}"#, digits(n));
    let persons = import(&data, "persons", &file, &[person(0), person(1)].join("\n"));
    assert!(persons.status.success(), "{}", said(&persons));
    let heading = "hpr_number,national_number,profession,qualification,code,standing,valid_from";
    let row = |number: &str, n: usize, profession: &str| {
        format!("{number},{},{profession},authorisation,1,in_force,2010-07-01", digits(n))
    };
    let table = |rows: &[String]| format!("{heading}\n{}\n", rows.join("\n"));
    let wrong = table(&[row(DOCTOR, 0, "LE"), row("12", 1, "LEGE")]);
    let refused = import(&data, "health-personnel", &file, &wrong);
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    let outcome = read(&refused);
    assert_eq!((&outcome["faults"][0]["line"], &outcome["faults"][0]["column"]), (&json!(3), &json!("profession")));
    std::fs::write(&file, &wrong).unwrap();
    let shown = run(&["import", "health-personnel", text(&file), "--data", text(&data)]);
    let lines = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(lines.starts_with("line 3, profession: this must be one of AA, AT"), "{lines}");
    assert!(said(&shown).contains("Nothing was taken in"), "{}", said(&shown));

    let good = table(&[row(DOCTOR, 0, "LE"), row("12", 1, "SP")]);
    let taken = import(&data, "health-personnel", &file, &good);
    assert_eq!((&read(&taken)["records"], &read(&taken)["changed"]), (&json!(2), &json!(2)), "{}", said(&taken));
    assert_eq!(read(&import(&data, "health-personnel", &file, &good))["already"], true);
    let looked_up = |hpr: &str| {
        let mut child = crate::program::varde();
        child.args(["admin", "health-personnel", "--json", "--data", text(&data)]);
        child
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        let mut child = child.spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), format!("{hpr}\n").as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let found = looked_up(DOCTOR);
    assert_eq!(
        (&read(&found)["authorised"], &read(&found)["qualifications"][0]["profession"]),
        (&json!(true), &json!("LE"))
    );
    let nobody = looked_up("77");
    assert!(
        nobody.status.code() == Some(1) && said(&nobody).contains("nobody has that HPR number"),
        "{}",
        said(&nobody)
    );
}
