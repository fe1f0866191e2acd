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

/// The answer at an address, as JSON.
async fn get(site: &crate::pages::Site, address: &str) -> serde_json::Value {
    let (status, body) = site.send(axum::http::Method::GET, address, "").await;
    assert_eq!(status, axum::http::StatusCode::OK, "{address}: {body}");
    serde_json::from_str(&body).unwrap()
}

async fn site_with(files: &[(&str, Vec<u8>)]) -> crate::pages::Site {
    let site = crate::pages::Site::new().await;
    let mut payloads = Payloads::default();
    for (name, bytes) in files {
        payloads.add(name, bytes).unwrap();
    }
    let made = site.world.catalogue.import_explorer(&operator(), &payloads, None, "").await.unwrap();
    site.world.catalogue.approve(&operator(), made.proposal.unwrap(), "").await.unwrap();
    site
}

#[tokio::test]
async fn a_client_of_the_explorer_searches_filters_sorts_and_turns_pages() {
    let site = site_with(&[("variables.json", list(40))]).await;
    let page = get(&site, "/api/explorer/variables?page=2&size=15&sort=kode&sortDir=desc").await;
    assert_eq!((&page["totalCount"], &page["totalPages"], &page["page"]), (&40.into(), &3.into(), &2.into()));
    assert_eq!(page["items"].as_array().unwrap().len(), 15);
    let codes: Vec<&str> = page["items"].as_array().unwrap().iter().map(|i| i["code"].as_str().unwrap()).collect();
    let mut sorted = codes.clone();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(codes, sorted);
    let one = get(&site, "/api/explorer/variables?search=variabel%2017&size=5").await;
    assert_eq!(one["items"][0]["id"], "v17");
    let three = get(&site, "/api/explorer/variables?datasamlingIds=d3&datasamlingIds=d4&datatypes=2").await;
    assert_eq!(three["totalCount"], 4);
    assert_eq!(get(&site, "/api/explorer/variables?datasamlingIds=d3&datatypes=1").await["totalCount"], 0);
    assert_eq!(get(&site, "/api/explorer/variables?harKildekodeverk=true").await["totalCount"], 0);
    assert_eq!(get(&site, "/api/explorer/variables?dataTo=2009-12-31").await["totalCount"], 0);
    let filters = get(&site, "/api/explorer/filters?kildeIds=s1&datasamlingIds=d3").await;
    assert_eq!((&filters["totalCount"], &filters["kilder"][0]["count"]), (&2.into(), &2.into()));
    assert_eq!(filters["kildeTyper"][0]["displayName"], "SentraltHelseregister");
    let (status, ..) = site.send(axum::http::Method::GET, "/api/explorer/variables/nobody", "").await;
    assert_eq!(status, axum::http::StatusCode::NOT_FOUND);
    // A source of our own answers by the same names, with ids that follow from its paths.
    site.world.publish(&contacts()).await;
    let own = get(&site, "/api/explorer/kilder?search=npr").await;
    let id = own[0]["id"].as_str().unwrap().to_owned();
    let tree = get(&site, &format!("/api/explorer/kilder/{id}/hierarchy")).await;
    assert_eq!(tree["totalVariableCount"], 4);
    let sex = get(&site, "/api/explorer/variables?search=kj%C3%B8nn").await["items"][0].clone();
    let at = format!("/api/explorer/variables/{}", sex["id"].as_str().unwrap());
    let links = get(&site, &at).await["kodeverklinker"].clone();
    let reference = links[0]["kodeverkReference"].as_str().unwrap();
    let codes = get(&site, &format!("{at}/kodeverk/Kildekodeverk/{reference}/codes")).await;
    assert_eq!(codes["koder"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_captured_requests_get_the_captured_answers() {
    let root = std::env::var_os("VARDE_SHARED_REAL").map_or_else(
        || std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real"),
        std::path::PathBuf::from,
    );
    let Ok(entries) = std::fs::read_dir(root.join("variable-explorer")) else {
        println!("skipped: the explorer's captured answers are not on this machine");
        return;
    };
    let files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    let captured = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&files.iter().find(|(file, _)| file == name).unwrap().1).unwrap()
    };
    let named: Vec<(&str, Vec<u8>)> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    let site = site_with(&named).await;
    let id = |value: &serde_json::Value, key: &str| value[key].as_str().unwrap().to_owned();
    let (source, tree, dataset) = (captured("kilde.json"), captured("hierarchy.json"), captured("datasamling.json"));
    let (parts, variable) = (captured("kilde-med-delkilder.json"), captured("variable.json"));
    let codes = captured("kodeverk-codes.json");
    let at = format!("/api/explorer/variables/{}", id(&variable, "id"));
    let list = format!("{at}/kodeverk/{}/{}/codes", id(&codes, "kodeverkType"), id(&codes, "kodeverkReference"));
    for (address, expected) in [
        (format!("/api/explorer/kilder/{}", id(&source, "id")), &source),
        (format!("/api/explorer/kilder/{}", id(&parts, "id")), &parts),
        (format!("/api/explorer/kilder/{}/hierarchy", id(&tree, "kildeId")), &tree),
        (format!("/api/explorer/datasamling/{}", id(&dataset, "id")), &dataset),
        (at.clone(), &variable),
        (format!("{at}/timeline"), &captured("timeline.json")),
        (list, &codes),
    ] {
        assert_eq!(&get(&site, &address).await, expected, "{address}");
    }
    let sources = get(&site, "/api/explorer/kilder").await;
    for expected in captured("kilder.json").as_array().unwrap() {
        assert!(sources.as_array().unwrap().contains(expected), "{}", expected["navn"]);
    }
    let page = get(&site, "/api/explorer/variables?page=1&size=2").await;
    assert_eq!(page["items"], captured("variables.json")["items"]);
    let properties = get(&site, "/api/explorer/kilder/egenskaper").await;
    assert_eq!(properties, source["propertyMetadata"]);
}
