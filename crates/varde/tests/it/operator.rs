//! What an operator does on a fresh installation, with the commands as a newcomer types them.

use std::{io::Write as _, path::Path, process::Stdio};

use serde_json::Value;
use varde::{app::Foundation, config::Config};
use varde_core::{
    PersonId,
    identifier::{NationalNumber, Rule, synthetic},
};
use varde_store::log::Log;

use crate::program::{json, run, said, text, varde};

const UNIT: &str = "974760673";

fn number(n: usize) -> NationalNumber {
    (0..1000).filter_map(|i| synthetic("1985-03-14".parse().unwrap(), i, Rule::Of1964)).nth(n).unwrap()
}

fn person(n: usize, name: &str) -> String {
    let digits = number(n).digits_for_storage().to_owned();
    format!(
        r#"{{"norwegianIdentificationNumber":[{{"number":"{digits}","validFrom":"1985-03-14"}}],"name":[{{"givenName":"{name}","familyName":"Fjell","validFrom":"1985-03-14"}}]}}"#
    )
}

fn on<'a>(data: &'a Path, arguments: &[&'a str]) -> Vec<&'a str> {
    arguments.iter().copied().chain(["--data", text(data)]).collect()
}

/// Runs it with a text on standard input.
fn run_with(arguments: &[&str], input: &str) -> std::process::Output {
    let mut command = varde();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_command_without_anything_says_what_there_is() {
    for (arguments, told) in [
        (&["admin"][..], "role"),
        (&["admin", "role"], "give"),
        (&["admin", "role", "give", "--help"], "varde admin role give administrator"),
        (&["admin", "entry", "erase", "--help"], "varde admin entry erase"),
        (&["admin", "key", "rotate", "--help"], "varde admin key rotate seal"),
        (&["import", "persons", "--help"], "varde import persons"),
        (&["import", "organisations", "--help"], "varde import organisations"),
    ] {
        let out = run(arguments);
        let all = said(&out) + &String::from_utf8_lossy(&out.stdout);
        assert!(all.contains(told), "{arguments:?}: {all}");
    }
    let wrong = run(&["admin", "role", "give", "king", "--organisation", UNIT]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(said(&wrong).contains("researcher, handler, reviewer, steward, operator, administrator"));
}

#[test]
fn registers_roles_erasure_and_keys_on_a_fresh_installation() {
    let folder = varde_store::testing::Folder::make();
    let data = folder.path().join("data");
    let file = folder.path().join("file.jsonl");
    let write = |lines: &[String]| std::fs::write(&file, lines.join("\n")).unwrap();

    // Persons: a bad file changes nothing and is told by line; a good one is taken in once.
    write(&[person(0, "Ada"), person(1, "Bo").replace("givenName", "givenname")]);
    let bad = run(&on(&data, &["import", "persons", text(&file)]));
    assert_eq!(bad.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&bad.stdout).starts_with("line 2, name[0]: \"givenname\" is not known"));
    write(&[person(0, "Ada"), person(1, "Bo")]);
    let dry = json(&run(&on(&data, &["import", "persons", text(&file), "--dry-run", "--json"])));
    assert_eq!((&dry["records"], &dry["new"]), (&2.into(), &2.into()));
    assert_eq!(json(&run(&on(&data, &["import", "persons", text(&file), "--json"])))["new"], 2);
    assert_eq!(json(&run(&on(&data, &["import", "persons", text(&file), "--json"])))["already"], true);
    write(&[format!(
        r#"{{"organisasjonsnummer":"{UNIT}","navn":"Universitetet i Vardøy","registreringsdatoEnhetsregisteret":"1995-02-19"}}"#
    )]);
    assert!(run(&on(&data, &["import", "organisations", text(&file)])).status.success());

    // Roles: the number comes on standard input and is told nowhere.
    let digits = number(0).digits_for_storage().to_owned();
    let give = on(&data, &["admin", "role", "give", "administrator", "--organisation", UNIT]);
    let given = run_with(&give, &digits);
    assert!(given.status.success(), "{}", said(&given));
    assert!(!said(&given).contains(&digits));
    let twice = run_with(&give, &digits);
    assert!(!twice.status.success() && said(&twice).contains("holds that role"));
    let nobody = run_with(&give, number(5).digits_for_storage());
    assert!(!nobody.status.success() && said(&nobody).contains("import persons first"));
    assert!(said(&run_with(&give, "")).contains("--person"));
    let list = json(&run(&on(&data, &["admin", "role", "list", "--json"])));
    let role = &list["roles"][0];
    assert_eq!((&role["role"], &role["name"]), (&"administrator".into(), &"Ada Fjell".into()));
    assert_eq!(role["organisation_name"], "Universitetet i Vardøy");
    let id = role["id"].as_str().unwrap();
    let person: PersonId = role["person"].as_str().unwrap().parse().unwrap();
    assert!(run(&on(&data, &["admin", "role", "end", id])).status.success());
    let empty = json(&run(&on(&data, &["admin", "role", "list", "--json"])));
    assert_eq!(empty["roles"], Value::Array(Vec::new()));

    // Erasure: the log is still sound and counts it. A reason with a number in it is refused.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let entry = runtime.block_on(entry_about_a_role(&data, person));
    let erase = |reason: &str| run(&on(&data, &["admin", "entry", "erase", &entry, "--reason", reason]));
    assert!(said(&erase(&format!("about {digits}"))).contains("name the case"));
    assert!(said(&erase(" ")).contains("a reason"));
    assert!(erase("case 2026/118").status.success());
    assert!(said(&erase("case 2026/118")).contains("erased before"));
    let verified = json(&run(&on(&data, &["ledger", "verify", "--json"])));
    assert_eq!((&verified["erased"], verified["faults"].as_array().map(Vec::len)), (&1.into(), Some(0)));

    // Keys: a new one each time, the old ones kept with when they sealed.
    let rotate = on(&data, &["admin", "key", "rotate", "seal"]);
    let (one, two) = (run(&rotate), run(&rotate));
    assert!(one.status.success() && two.status.success() && one.stdout != two.stdout);
    let ring = std::fs::read_to_string(data.join("keys/seal.ring.json")).unwrap();
    let ring: Value = serde_json::from_str(&ring).unwrap();
    let keys = ring["keys"].as_array().unwrap();
    assert_eq!((keys.len(), keys.iter().filter(|k| k["exp"].is_null()).count()), (3, 1));
}

/// The id of the entry that the person saw on their page: the one about the role that was given.
async fn entry_about_a_role(data: &Path, person: PersonId) -> String {
    let config = Config { data: data.to_owned(), ..Config::default() };
    let foundation = Foundation::open(config).await.unwrap();
    let entries = Log::new(&foundation.store).entries_of(person).await.unwrap();
    let about = |kind: &str| entries.iter().find(|e| e.entry().unwrap().is_some_and(|entry| entry.kind == kind));
    let id = about("identity.role.given").unwrap().id.to_string();
    foundation.close().await;
    id
}
