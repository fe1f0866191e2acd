//! The demo as a whole: the world, the main job, what is left on the disk, and what altering it does.

use std::{fs, path::Path};

use serde_json::Value;

use crate::program::{json, run, said, text, varde};

const PEOPLE: &str = "400";

const DEMO: [&str; 7] = ["demo", "--exit", "--json", "--plain-rooms", "--port", "0", "--people"];

fn demo(data: &Path) -> Value {
    let out = varde().args(DEMO).args([PEOPLE, "--data", text(data)]).output().unwrap();
    assert!(out.status.success(), "{}", said(&out));
    json(&out)
}

/// As a newcomer does: the folder is named from where one stands.
fn demo_from(parent: &Path, data: &str) -> Value {
    let out = varde().args(DEMO).args([PEOPLE, "--data", data]).current_dir(parent).output().unwrap();
    assert!(out.status.success(), "{}", said(&out));
    json(&out)
}

fn fact<'a>(summary: &'a Value, step: &str, key: &str) -> &'a Value {
    let steps = summary["steps"].as_array().unwrap();
    let step = steps.iter().find(|s| s["step"] == step).unwrap_or_else(|| panic!("no step {step}"));
    &step["facts"][key]
}

fn ledger_verify(data: &Path) -> bool {
    run(&["ledger", "verify", "--data", text(data)]).status.success()
}

/// One demo, then everything that is asked of it: making the world is what takes time.
#[test]
fn the_main_job_runs_resumes_verifies_and_notices_every_altered_file() {
    let folder = varde_store::testing::Folder::make();
    let data = folder.path().join("data");
    let first = demo_from(folder.path(), "data");
    assert!(fact(&first, "extract", "people").as_u64().unwrap() > 0);
    assert_eq!(fact(&first, "citizen", "status"), "included");
    let unusable: u64 = first["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|s| s["step"] == "register")
        .map(|s| {
            assert!(s["facts"]["unusable"].as_u64() >= Some(0));
            s["facts"]["unusable"].as_u64().unwrap()
        })
        .sum();
    assert!(unusable > 0, "the planted defects are found");

    // Again: nothing is done twice.
    let second = demo(&data);
    for (step, key) in [("application", "application"), ("permit", "permit"), ("extract", "extract"), ("room", "room")]
    {
        assert_eq!(fact(&first, step, key), fact(&second, step, key), "{step}");
    }
    assert!(ledger_verify(&data), "the log verifies");

    let extract = fact(&first, "extract", "extract").as_str().unwrap().to_owned();
    let verify = || run(&["extract", "verify", &extract, "--data", text(&data)]).status.success();
    assert!(verify(), "the delivery verifies");
    alter_every_file(&data.join("platform/deliveries").join(&extract), &verify);
    assert!(verify(), "put back, it verifies again");
}

/// Flips one byte in the middle of each file of the delivery, looks, and puts it back.
fn alter_every_file(delivery: &Path, verify: &dyn Fn() -> bool) {
    let mut files = 0;
    for entry in fs::read_dir(delivery).unwrap() {
        let path = entry.unwrap().path();
        let whole = fs::read(&path).unwrap();
        let mut altered = whole.clone();
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        fs::write(&path, &altered).unwrap();
        assert!(!verify(), "{} was altered and nobody noticed", path.display());
        fs::write(&path, &whole).unwrap();
        files += 1;
    }
    assert!(files >= 3, "data, codebook and manifest");
}

#[test]
fn another_world_does_not_go_into_the_same_folder() {
    let folder = varde_store::testing::Folder::make();
    fs::create_dir_all(folder.path().join("demo")).unwrap();
    let world = r#"{"seed":1,"people":500,"access_body":"01890a5d-ac96-774b-bcce-b302099a8057","whole":false}"#;
    fs::write(folder.path().join("demo/world.json"), world).unwrap();
    let out = run(&["demo", "--exit", "--people", "600", "--port", "0", "--data", text(folder.path())]);
    assert_eq!(out.status.code(), Some(1));
    assert!(said(&out).contains("500 people") && said(&out).contains("--data"));
}
