//! Rules between variables: read from a codebook, held against each row, counted, and named where they break.

use std::sync::Arc;

use varde_metadata::{DataType, Dataset, RowRule};
use varde_platform::{
    ImportRequest, Imported,
    import::{Fault, Reason},
    quality::Rule,
};

use crate::{
    quality::{Described, assessed, holder, steward},
    support::{World, system},
};

/// Stays: the second ends before it begins, the third is a man's pregnancy, the fourth has no cause although
/// somebody died, the fifth has days that do not add up.
const ROWS: &str = "pid;in_date;out_date;sex;pregnant;outcome;cause;day_care;ward;days\n\
    p1;2024-03-01;2024-03-05;2;1;1;;1;3;4\n\
    p2;2024-03-05;2024-03-01;2;0;1;;1;3;4\n\
    p3;2024-03-01;2024-03-05;1;1;1;;1;3;4\n\
    p4;2024-03-01;2024-03-05;1;;3;;1;3;4\n\
    p5;2024-03-01;2024-03-05;1;;3;I50;1;3;5\n\
    p6;2024-03-01;;1;;3;I50;1;;5\n";

fn ruled(dataset: &mut Dataset, column: &str, rules: &str) {
    let variable = dataset.variables.iter_mut().find(|v| v.column == column).unwrap();
    variable.details.rules = RowRule::list(rules).unwrap();
}

fn request(world: &World) -> ImportRequest {
    let mut request = world.request(world.file("stay.csv", ROWS), "stay", "pid", "local:h");
    request.holder = Some(holder());
    for variable in &mut request.dataset.variables {
        let version = variable.versions.last_mut().unwrap();
        (version.required, version.ranges) = (false, varde_metadata::Ranges::default());
        if ["day_care", "ward", "days"].contains(&variable.column.as_str()) {
            (version.data_type, version.codes) = (DataType::Integer, Vec::new());
        }
    }
    let dataset = &mut request.dataset;
    ruled(dataset, "out_date", ">= IN_DATE");
    ruled(dataset, "pregnant", "tom hvis sex = 1");
    ruled(dataset, "cause", "kreves hvis outcome = 3");
    ruled(dataset, "days", "= day_care + ward");
    // The person's number is in no release: nobody can check this, and that is said.
    ruled(dataset, "day_care", "<> pid");
    request
}

#[tokio::test]
async fn a_row_that_breaks_a_rule_is_named_with_the_rule_and_kept() {
    let world = World::new().await;
    let request = request(&world);
    let Imported::New(release) = world.platform.import(&system(), &request).await.unwrap() else { panic!("new") };
    assert_eq!((release.quality.rows, release.quality.used), (6, 2), "what a rule says nothing of is used");
    let fault = |line, rule: &str| Fault { line, column: rule.to_owned(), reason: Reason::RuleBroken };
    let expected = [
        fault(3, "out_date >= IN_DATE"),
        fault(4, "pregnant tom hvis sex = 1"),
        fault(5, "cause kreves hvis outcome = 3"),
        fault(6, "days = day_care + ward"),
    ];
    assert_eq!(world.platform.faults(&system(), release.id, 99).await.unwrap(), expected);
    // A steward deals with one rule at a time.
    let group = (Reason::RuleBroken, "days = day_care + ward");
    world.platform.accept_loss(&steward(holder()), release.id, group, &[], "The source counts nights").await.unwrap();
    let left = world.platform.quarantine(&system(), release.id).await.unwrap();
    assert_eq!((left.open(), left.groups.len()), (3, 4));
    // Another rule makes another release of the same file; without rules it is a third.
    let mut other = request.clone();
    ruled(&mut other.dataset, "days", "");
    let Imported::New(other) = world.platform.import(&system(), &other).await.unwrap() else { panic!("new") };
    assert_eq!(other.quality.used, 3);
}

#[tokio::test]
async fn consistency_counts_the_codebooks_rules_of_a_release_that_had_none() {
    let world = World::new().await;
    let ruled = request(&world);
    let mut plain = ruled.clone();
    plain.dataset.variables.iter_mut().for_each(|v| v.details.rules.clear());
    let release = world.imported(&plain).await;
    assert_eq!(release.rows, 6);
    let platform = world.platform.clone().described_by(Arc::new(Described(ruled.dataset)));
    let report = assessed(&platform, release.id).await;
    let told: Vec<(String, u64, u64)> = report
        .rules
        .iter()
        .filter_map(|figures| match &figures.what {
            Rule::Between { variable, says } => {
                let rows = |told: varde_platform::quality::Told| told.unwrap().rows;
                Some((format!("{variable} {says}"), rows(figures.checked), rows(figures.broken)))
            }
            _ => None,
        })
        .collect();
    let rule = |told: &str, checked, broken| (told.to_owned(), checked, broken);
    let expected = [
        rule("out_date >= IN_DATE", 5, 1),
        rule("pregnant tom hvis sex = 1", 4, 1),
        rule("cause kreves hvis outcome = 3", 3, 1),
        rule("days = day_care + ward", 5, 1),
    ];
    assert_eq!(told, expected);
    assert_eq!(report.unchecked, ["day_care <> pid"]);
}
