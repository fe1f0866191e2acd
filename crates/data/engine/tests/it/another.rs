//! A plan, and another process that carries it out: it has nothing but a folder.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use jiff::civil::date;
use varde_engine::{Exclusions, cohort::Facts, extract::Available, plan::Plan, pseudonym::ProjectKey};
use varde_permit::{Cohort, Exclusion, Granularity};

use crate::world::{KEY, bitmap, contact_schema, contacts, death_schema, deaths, path, permit, release, specification};

/// What tells the other process where everything lies.
const FOLDER: &str = "VARDE_TEST_FOLDER";

/// Who has opted out of everything, and who of the deaths.
pub(crate) const OUT: [u32; 3] = [3, 6, 90];
pub(crate) const OUT_OF_DEATHS: u32 = 30;

/// Runs one test of this binary in a process of its own, which [`given`] tells where everything lies.
pub(crate) fn run(test: &str, folder: &Path) {
    let mut other = Command::new(std::env::current_exe().unwrap());
    let ended = other.args(["--exact", test]).env(FOLDER, folder).status().unwrap();
    assert!(ended.success());
}

/// Where everything lies, if this is the other process.
pub(crate) fn given() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// A plan over two releases in the folder: so many contacts of so many people, and some deaths. There are opt-outs
/// in general and in one source, and a rule about facts.
pub(crate) fn planned(folder: &Path, (rows, people): (u32, u32), died: &[u32]) -> (Plan, [Available; 2]) {
    let code = |n: u32| if n.is_multiple_of(3) { "I501" } else { "J18" };
    let day = |n: u32| i16::try_from(n % 300).unwrap();
    let rows: Vec<_> = (0..rows).map(|n| (n % people, day(n), code(n), i64::from(n % 7) * 10, "0301")).collect();
    let (contact, _) = release(&folder.join("contact.parquet"), &contact_schema(), contacts(&rows));
    let (death, _) = release(&folder.join("death.parquet"), &death_schema(), deaths(died));
    let available = [contact, death];
    let born = (date(1950, 1, 1), date(1980, 12, 31));
    let rule = Cohort::All(vec![
        Cohort::HasCode { variable: path("npr/contact/condition"), prefixes: vec!["I50".to_owned()] },
        Cohort::Not(Box::new(Cohort::Born { from: born.0, until: born.1 })),
    ]);
    let variables = [
        ("npr/contact/in_date", Granularity::RelativeDays),
        ("npr/contact/condition", Granularity::Prefix(3)),
        ("dar/death/died", Granularity::Month),
    ];
    let spec = specification(&permit(rule, &variables, 1), &available);
    let mut exclusions = Exclusions::default();
    exclusions.everywhere(Exclusion::OptedOut, bitmap(OUT));
    exclusions.in_source("dar", Exclusion::ConsentWithdrawn, bitmap([OUT_OF_DEATHS]));
    let facts = Facts { born: BTreeMap::from([(born, bitmap([9, 12, 15]))]), ..Facts::default() };
    (Plan::new(spec, "Hjertesvikt".to_owned(), exclusions, facts, &ProjectKey::new(&KEY)), available)
}
