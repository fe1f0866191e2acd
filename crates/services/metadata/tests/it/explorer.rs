//! The explorer's files in by one proposal.

use std::fmt::Write as _;

use varde_core::Actor;
use varde_metadata::{AsAt, MetadataError, explorer::Payloads};

use crate::world::{World, contacts, operator, path};

fn item(n: usize) -> String {
    format!(
        r#"{{"id":"v{n}","code":"V_STOR.T{}.X{n}","preferredTerm":"Variabel {n}","beskrivelse":"Nummer {n}",
        "kildeId":"s1","kildeName":"Det store registeret","kildeKortNavn":"STOR","kildeType":"sentraltHelseregister",
        "presentationOrder":null,"datasamlingId":"d{}","datasamlingName":"Tabell {}","variabelgruppeId":null,
        "variabelgruppeName":null,"dataFrom":"2010-01-01T00:00:00.000Z","dataTo":null,"dataType":"2",
        "versjonStatus":"Active","versjonId":"w{n}"}}"#,
        n % 20,
        n % 20,
        n % 20
    )
}

fn list(many: usize) -> Vec<u8> {
    let mut text = format!("{{\"totalCount\":{many},\"page\":1,\"size\":{many},\"totalPages\":1,\"items\":[");
    for n in 0..many {
        let _ = write!(text, "{}{}", if n == 0 { "" } else { "," }, item(n));
    }
    text.push_str("]}");
    text.into_bytes()
}

#[tokio::test]
async fn files_become_one_proposal_that_is_published_together() {
    let world = World::new().await;
    let mut payloads = Payloads::default();
    let empty = world.catalogue.import_explorer(&operator(), &payloads, None, "").await.unwrap_err();
    assert!(matches!(empty, MetadataError::NothingToImport), "{empty}");
    payloads.add("variables.json", &list(40)).unwrap();
    let made = world.catalogue.import_explorer(&operator(), &payloads, None, "").await.unwrap();
    let proposal = made.proposal.unwrap();
    assert_eq!((made.sources.len(), made.sources[0].1.variables), (1, 40));
    let anybody = Actor::anonymous();
    assert!(world.catalogue.sources(&anybody, AsAt::default()).await.unwrap().is_empty(), "not before it is approved");
    world.catalogue.approve(&operator(), proposal, "").await.unwrap();
    let found = world.catalogue.variable(&anybody, &path("stor/tabell_3/t3_x3"), AsAt::default()).await.unwrap();
    assert_eq!(found.unwrap().variable.details.code.as_deref(), Some("V_STOR.T3.X3"));
    let again = world.catalogue.import_explorer(&operator(), &payloads, None, "").await.unwrap();
    assert_eq!(again.proposal, None, "the same again is nothing to review");
    let mut more = Payloads::default();
    more.add("one.json", format!("[{}]", item(41)).as_bytes()).unwrap();
    let made = world.catalogue.import_explorer(&operator(), &more, None, "").await.unwrap();
    let difference = made.sources[0].1.difference.clone().unwrap();
    assert_eq!((difference.added.len(), difference.removed.len()), (1, 0), "what is known stays");
}

#[tokio::test]
async fn another_source_s_path_is_not_taken_over() {
    let world = World::new().await;
    let mut other = contacts();
    other.path = path("stor");
    for dataset in &mut other.datasets {
        dataset.path = path("stor/contact");
        for variable in &mut dataset.variables {
            variable.path = path(&format!("stor/contact/{}", variable.path.name()));
        }
    }
    world.publish(&other).await;
    let mut payloads = Payloads::default();
    payloads.add("variables.json", &list(2)).unwrap();
    let taken = world.catalogue.import_explorer(&operator(), &payloads, None, "").await.unwrap_err();
    assert!(taken.to_string().contains("--prefix"), "{taken}");
    let wrong = world.catalogue.import_explorer(&operator(), &payloads, None, "Æ").await.unwrap_err();
    assert!(wrong.to_string().contains("prefix"), "{wrong}");
    let made = world.catalogue.import_explorer(&operator(), &payloads, None, "munin_").await.unwrap();
    assert_eq!(made.sources[0].0, path("munin_stor"));
}

#[tokio::test]
async fn twenty_thousand_variables_are_proposed_in_one_go() {
    let world = World::new().await;
    let mut payloads = Payloads::default();
    let start = std::time::Instant::now();
    payloads.add("variables.json", &list(20_000)).unwrap();
    let made = world.catalogue.import_explorer(&operator(), &payloads, None, "").await.unwrap();
    println!("20,000 variables proposed in {:.1} s (unoptimised)", start.elapsed().as_secs_f32());
    assert_eq!(made.sources[0].1.variables, 20_000);
    assert_eq!(made.sources[0].1.number, 1);
}
