//! The program itself, as a newcomer uses it.

use std::{
    path::Path,
    process::{Command, Output},
};

/// The program built with these tests.
pub(crate) fn varde() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_varde"));
    command.env_remove("VARDE_DATA").env_remove("VARDE_CONFIG").env_remove("VARDE_DATABASE_URL");
    command
}

/// Runs it; the words it said are shown when a test fails.
pub(crate) fn run(arguments: &[&str]) -> Output {
    let out = varde().args(arguments).output().unwrap();
    eprintln!("varde {}\n{}", arguments.join(" "), String::from_utf8_lossy(&out.stderr));
    out
}

/// What it wrote to standard error.
pub(crate) fn said(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

/// JSON on standard output.
pub(crate) fn json(out: &Output) -> serde_json::Value {
    serde_json::from_slice(&out.stdout).unwrap_or_else(|e| {
        panic!("no JSON on standard output ({e}):\n{}\n{}", String::from_utf8_lossy(&out.stdout), said(out))
    })
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_wrong_flag_is_answered_with_the_right_ones() {
    let out = run(&["demo", "--peple", "10"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(said(&out).contains("--people"), "it suggests what was meant");
}

#[test]
fn a_world_that_is_too_small_is_refused_with_the_range() {
    let out = run(&["demo", "--people", "3"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(said(&out).contains("6000000"));
}

#[test]
fn a_port_in_use_is_named_with_the_way_on() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = varde_store::testing::Folder::make();
    let out = run(&["serve", "--listen", &address, "--data", text(folder.path())]);
    assert_eq!(out.status.code(), Some(1));
    assert!(said(&out).contains(&address) && said(&out).contains("--port"));
}

#[test]
fn a_real_installation_without_a_login_provider_does_not_start_test_id() {
    let folder = varde_store::testing::Folder::make();
    let config = folder.path().join("varde.toml");
    std::fs::write(&config, "access_body = \"01890a5d-ac96-774b-bcce-b302099a8057\"\nlog_name = \"varde.test/log\"\n")
        .unwrap();
    let data = folder.path().join("data");
    let out = run(&["serve", "--listen", "127.0.0.1:0", "--data", text(&data), "--config", text(&config)]);
    assert_eq!(out.status.code(), Some(1));
    assert!(said(&out).contains("Test-ID refuses to start"));
}

#[test]
fn a_file_that_is_no_proof_proves_nothing() {
    let folder = varde_store::testing::Folder::make();
    let file = folder.path().join("x.tlog-proof");
    std::fs::write(&file, "not a proof").unwrap();
    let key = "varde.test+1c3a4b5d+AQ";
    let out = run(&["ledger", "check", text(&file), "--key", key]);
    assert_eq!(out.status.code(), Some(1));
    assert!(said(&out).contains("--key"));
}

#[test]
fn help_says_where_to_begin_and_what_the_answers_mean() {
    for (arguments, told) in [
        (&["--help"][..], &["varde demo", "varde doctor", "--data", "docs/operators.md"][..]),
        (&["import", "--help"], &["import propose", "import check", "import register", "docs/stewards.md"]),
        (&["import", "register", "--help"], &["answers 3", "and 4"]),
        (&["extract", "--help"], &["dummy", "verify"]),
        (&["extract", "verify", "--help"], &["answers 0", "manifest.json", "edition"]),
        (&["product", "--help"], &["check", "declare", "lineage"]),
    ] {
        let out = run(arguments);
        let help = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success());
        for word in told {
            assert!(help.contains(word), "{arguments:?} does not say {word}:\n{help}");
        }
    }
}

#[test]
fn a_file_that_is_not_there_is_told_before_anything_is_opened() {
    let folder = varde_store::testing::Folder::make();
    let (data, file) = (folder.path().join("data"), folder.path().join("heart.json"));
    for command in ["check", "declare"] {
        let out = run(&["product", command, text(&file), "--data", text(&data)]);
        assert_eq!(out.status.code(), Some(1));
        assert!(said(&out).contains("heart.json cannot be read"), "{}", said(&out));
    }
    assert!(!data.exists(), "no installation was made");
}

#[test]
fn a_new_installation_is_made_only_with_a_word() {
    let folder = varde_store::testing::Folder::make();
    let data = folder.path().join("data");
    let word = "holds no installation yet";
    for (is_new, told) in [(true, "for the first time"), (false, "again")] {
        let out = run(&["product", "list", "--data", text(&data)]);
        assert!(out.status.success(), "{}", said(&out));
        assert_eq!(said(&out).contains(word), is_new, "{told}: {}", said(&out));
    }
}

#[test]
fn a_database_that_cannot_be_is_found_by_the_doctor() {
    let folder = varde_store::testing::Folder::make();
    let data = folder.path().join("data");
    let out = run(&["doctor", "--data", text(&data), "--database-url", "hva-som-helst"]);
    assert_eq!(out.status.code(), Some(1));
    let found = String::from_utf8_lossy(&out.stdout);
    assert!(found.contains("LACKING database: ") && found.contains("postgres://user:password@host"), "{found}");
}
