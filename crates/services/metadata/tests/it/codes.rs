//! Codes of code systems are found beside the catalogue.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use varde_core::{Actor, LocalisedText, PortError};
use varde_metadata::{
    CodesFound, DataType, SearchQuery,
    ports::{ConceptInForce, Concepts, SystemInForce},
};

use crate::world::{World, contacts, source, variable};

/// ICD-10 in some edition, in our own words.
#[derive(Default)]
struct Systems {
    version: &'static str,
    gone: bool,
    read: AtomicUsize,
}

#[async_trait]
impl Concepts for Systems {
    async fn systems(&self) -> Result<Vec<SystemInForce>, PortError> {
        let system = |key: &str, version: &str| SystemInForce {
            key: key.to_owned(),
            name: LocalisedText::bokmaal(key.to_uppercase()),
            version: version.to_owned(),
            called: vec![key.to_owned(), format!("urn:{key}")],
        };
        let mut systems = vec![system("icpc2", "1"), system("icd10", self.version)];
        systems.retain(|system| !self.gone || system.key != "icd10");
        Ok(systems)
    }

    async fn concepts(&self, system: &SystemInForce) -> Result<Vec<ConceptInForce>, PortError> {
        self.read.fetch_add(1, Ordering::Relaxed);
        let concept = |code: &str, nb: &str, other: &str| ConceptInForce {
            code: code.to_owned(),
            name: LocalisedText::bokmaal(nb),
            others: vec![other.to_owned()],
        };
        Ok(match (system.key.as_str(), system.version.as_str()) {
            ("icd10", "2025") => vec![concept("C34", "Ondartet svulst i lunge", "Lungekreft")],
            ("icd10", _) => vec![
                concept("C34", "Ondartet svulst i lunge", "Lungekreft"),
                concept("C34.9", "Ondartet svulst i lunge, ikke nærmere angitt", "Neoplasma malignum pulmonis"),
            ],
            _ => vec![concept("R84", "Kreft i luftveier", "Lungecancer")],
        })
    }
}

async fn found(world: &World, text: &str) -> CodesFound {
    let query = SearchQuery { text: text.to_owned(), ..SearchQuery::default() };
    world.catalogue.search(&Actor::anonymous(), &query).await.unwrap().codes
}

fn codes(found: &CodesFound) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.code.as_str()).collect()
}

#[tokio::test]
async fn a_code_is_found_with_the_variables_that_use_its_system() {
    let world = World::new().await;
    world.publish(&contacts()).await;
    let mut other = variable("lmr/rows/reason", "Årsak", DataType::Code);
    other.versions[0].code_system = Some("URN:icd10".to_owned());
    world.publish(&source("lmr", vec![other])).await;
    assert_eq!(found(&world, "C34").await, CodesFound::default(), "nobody has told of code systems");
    let systems = Systems { version: "2026", ..Systems::default() };
    world.catalogue.keep_codes(&systems).await.unwrap();
    let exact = found(&world, "c34").await;
    assert_eq!((codes(&exact), exact.total), (vec!["C34", "C34.9"], 2), "the code itself, then what begins so");
    let first = &exact.hits[0];
    assert_eq!(
        (first.system.as_str(), first.version.as_str(), first.name.nb.as_str()),
        ("icd10", "2026", "Ondartet svulst i lunge")
    );
    assert_eq!((first.variables, first.code_systems.len()), (2, 2), "by key and by address");
    assert_eq!(codes(&found(&world, "lungekreft").await)[0], "C34");
    assert_eq!(codes(&found(&world, "kreft i luftveiene").await), ["R84"]);
    assert_eq!(found(&world, "R84").await.hits[0].variables, 0);
    assert_eq!(found(&world, "").await, CodesFound::default(), "who browses is not shown codes");
    assert_eq!(found(&world, "lungekreft romskip").await, CodesFound::default(), "nor half of what was asked");
}

#[tokio::test]
async fn codes_follow_the_editions_in_force() {
    let world = World::new().await;
    let mut systems = Systems { version: "2025", ..Systems::default() };
    for _ in 0..3 {
        world.catalogue.keep_codes(&systems).await.unwrap();
    }
    assert_eq!(systems.read.load(Ordering::Relaxed), 2, "each edition is read once");
    assert_eq!(codes(&found(&world, "svulst").await), ["C34"]);
    systems.version = "2026";
    world.catalogue.keep_codes(&systems).await.unwrap();
    assert_eq!(systems.read.load(Ordering::Relaxed), 3, "and the others stay");
    assert_eq!(found(&world, "svulst").await.total, 2);
    systems.gone = true;
    world.catalogue.keep_codes(&systems).await.unwrap();
    assert_eq!(found(&world, "svulst").await.total, 0);
    assert_eq!(codes(&found(&world, "R84").await), ["R84"]);
}
