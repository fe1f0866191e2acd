//! Mappings that were made elsewhere.

use std::{env, fs, path::PathBuf};

use varde_harmonisation::{
    Imported,
    mappings::{self, Claim, Fault},
    relation::{RelationKind, State},
};

use crate::world::{World, path, researcher, steward};

const FILE: &str = "source,source dataset,source variables,target,target dataset,target variable,repeats,match,\
description,syntax,comments\n\
hjerte,besok,smoking,fodsel,mor,smoking,NA,complete,\"Asked at\nevery visit\",RECODE smoking (0=1).,\n\
hjerte,besok,\"weight, smoking\",fodsel,mor,weight,\"0, 1\",partial,,,\n\
hjerte,besok,,fodsel,mor,smoking,NA,na,,,\n\
hjerte,besok,height,fodsel,mor,weight,NA,complete,,,\n\
hjerte,besok,,fodsel,mor,weight,NA,complete,,,\n\
hjerte,besok,smoking,fodsel,mor,smoking,NA,partial,,,\n\
hjerte,besok,smoking,fodsel,mor,smoking,NA,perhaps,,,\n";

#[tokio::test]
async fn rows_become_proposals_and_what_is_wrong_is_told_by_row() {
    let world = World::new().await;
    let imported = world.service.import(&steward(), FILE.as_bytes()).await.unwrap();
    let faults = vec![
        (5, Fault::Unknown(path("hjerte/besok/height"))),
        (6, Fault::NoVariable),
        (7, Fault::Already),
        (8, Fault::Claim),
    ];
    assert_eq!(imported, Imported { rows: 7, proposed: 3, not_available: 1, faults });
    let desk = world.service.desk(&steward()).await.unwrap();
    assert_eq!(desk.waiting.len(), 3);
    let first = desk.waiting.iter().find(|one| one.claimed.as_deref() == Some("complete")).unwrap();
    assert_eq!((first.kind, first.state), (RelationKind::Equivalent, State::Proposed));
    assert_eq!(first.coverage.name(), "partly", "the file calls it complete, its codes say otherwise");
    assert_eq!(first.transformation, "RECODE smoking (0=1).");
    assert_eq!(world.database.entries("harmonisation.mappings.imported").await.len(), 1);
    assert!(world.service.import(&researcher(), FILE.as_bytes()).await.is_err());
}

/// The mappings that MOLGENIS EMX2 shows its catalogue with, where they are at hand: 1,559 rows.
#[test]
fn the_published_mappings_are_read() {
    let folder = env::var_os("VARDE_SHARED_REAL").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real"));
    let Ok(file) = fs::read(folder.join("mappings/Variable mappings.csv")) else {
        eprintln!("mappings/Variable mappings.csv is not there: set VARDE_SHARED_REAL to the published material");
        return;
    };
    let (rows, faults) = mappings::read(&file);
    let count = |claim| rows.iter().filter(|row| row.claim == claim).count();
    let found = (count(Claim::Complete), count(Claim::Partial), count(Claim::NotAvailable), faults.len());
    assert_eq!(found, (1_239, 304, 16, 0), "{faults:?}");
}
