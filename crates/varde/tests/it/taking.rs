//! What `varde import register --approve` answers whoever started it: the exit codes of docs/operators.md.

use std::{
    fs,
    path::{Path, PathBuf},
};

use uuid::Uuid;
use varde::{
    app::{Foundation, Services},
    config::Config,
};
use varde_core::{Actor, LoginLevel, OrganisationId, PersonId, Role};
use varde_platform::quality::Thresholds;
use varde_store::testing::Folder;

use crate::program::{json, run, said, text};

const HOLDER: Uuid = Uuid::from_u128(0x0190_f3c2_0000_7000_8000_0000_0000_0001);

/// An installation with a codebook of a hospital's stays.
struct Hospital {
    folder: Folder,
    data: PathBuf,
    book: PathBuf,
}

impl Hospital {
    fn make() -> Self {
        let folder = Folder::make();
        let (data, book) = (folder.path().join("data"), folder.path().join("book.csv"));
        let here = Self { folder, data, book };
        // A code that may be missing.
        let rows = here.rows("first.csv", 20, "p1,2024-02-01,\n");
        let proposed = run(&["import", "propose", text(&rows), "--id-column", "pid", "--out", text(&here.book)]);
        assert!(proposed.status.success(), "{}", said(&proposed));
        here
    }

    /// So many stays, and something more.
    fn rows(&self, name: &str, stays: usize, more: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        let rows: String = (1..=stays).map(|n| format!("p{n},2024-01-{:02},I50\n", n % 28 + 1)).collect();
        fs::write(&path, format!("pid,in_date,code\n{rows}{more}")).unwrap();
        path
    }

    /// What the command answers, and what it says of the release.
    fn take_in(&self, rows: &Path, ending: &[&str]) -> (Option<i32>, String, String) {
        let holder = HOLDER.to_string();
        let fixed = ["--id-column", "pid", "--id-kind", "local:h", "--source", "hospital", "--holder", &holder];
        let paths = ["--codebook", text(&self.book), "--data", text(rows), "--data-dir", text(&self.data), "--json"];
        let out = run(&[&["import", "register"][..], &paths, &fixed, ending].concat());
        let told = json(&out)["status"].as_str().unwrap().to_owned();
        (out.status.code(), told, said(&out))
    }

    /// The holder demands that so many per cent of the rows have a code.
    fn demand(&self, seen: i32, codes: u64) {
        let config = Config { data: self.data.clone(), ..Config::default() };
        let steward = Actor::employee(
            PersonId::from_uuid(Uuid::from_u128(5)),
            LoginLevel::High,
            OrganisationId::from_uuid(HOLDER),
            [Role::Steward],
        );
        let mut demands = Thresholds::default();
        demands.complete.insert("code".to_owned(), codes);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let foundation = Foundation::open(config).await.unwrap();
            let services = Services::build(&foundation).unwrap();
            let dataset = "hospital/first".parse().unwrap();
            services.platform.set_thresholds(&steward, &dataset, (seen, demands), "For a test").await.unwrap();
            foundation.close().await;
        });
    }
}

#[test]
fn the_command_says_by_its_code_whether_the_release_is_approved_held_or_waits() {
    let hospital = Hospital::make();
    // Nothing is demanded yet: there is nothing to wait for.
    let first = hospital.rows("first.csv", 20, "");
    let (code, status, _) = hospital.take_in(&first, &["--approve", "--wait", "0"]);
    assert_eq!((code, status.as_str()), (Some(0), "approved"));

    // More than 20 rows in a thousand cannot be used: held back, which only matters to who wants it approved.
    let bad = hospital.rows("bad.csv", 20, "p1,yesterday,I50\n");
    assert_eq!(hospital.take_in(&bad, &[]).0, Some(0), "it is taken in");
    for wait in [&[][..], &["--wait", "0"]] {
        let (code, status, said) = hospital.take_in(&bad, &[&["--approve"][..], wait].concat());
        assert_eq!((code, status.as_str()), (Some(3), "held"), "{said}");
        assert!(said.contains("a reason to approve it, at /register/"), "{said}");
    }

    // Something is demanded, and nobody has looked yet.
    hospital.demand(0, 95);
    let second = hospital.rows("second.csv", 20, "p1,2024-02-01,\np2,2024-02-01,\n");
    let (code, status, said) = hospital.take_in(&second, &["--approve", "--wait", "0"]);
    assert_eq!((code, status.as_str()), (Some(4), "draft"), "{said}");
    assert!(said.contains("was not looked into yet") && said.contains("run the same command again"), "{said}");
    // The same command looks, and finds it wanting.
    let (code, status, said) = hospital.take_in(&second, &["--approve"]);
    assert_eq!((code, status.as_str()), (Some(3), "held"), "{said}");
    // Less is demanded: what was looked at need not be looked at again.
    hospital.demand(1, 80);
    for _ in 0..2 {
        let (code, status, said) = hospital.take_in(&second, &["--approve", "--wait", "0"]);
        assert_eq!((code, status.as_str()), (Some(0), "approved"), "{said}");
    }
}

#[test]
fn what_is_refused_is_not_told_as_waiting() {
    let hospital = Hospital::make();
    let none = hospital.rows("none.csv", 0, "p1,yesterday,I50\n");
    let holder = HOLDER.to_string();
    let fixed = ["--id-column", "pid", "--id-kind", "local:h", "--source", "hospital", "--holder", &holder];
    let paths = ["--codebook", text(&hospital.book), "--data", text(&none), "--data-dir", text(&hospital.data)];
    let refused = run(&[&["import", "register", "--approve"][..], &paths, &fixed].concat());
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    let wrong = run(&[&["import", "register", "--approve", "--wait", "9999"][..], &paths, &fixed].concat());
    assert_eq!(wrong.status.code(), Some(2), "{}", said(&wrong));
}
