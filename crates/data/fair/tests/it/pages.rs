//! The pages and the API, for those who may and those who may not.

use axum::http::StatusCode;
use varde_rdf::{Format, Limits, read};

use crate::world::{World, flows, path};

const JUDGE: [(&str, &str); 4] =
    [("outcome", "met"), ("reason", "Gjennomgått <enda> en gang."), ("evidence", "Rapport 2026"), ("seen", "0")];

#[tokio::test]
async fn anybody_compares_and_looks_into_each_indicator() {
    let world = World::new().await;
    let empty = world.visit("", "nb", "/kvalitet", None).await;
    assert!(empty.status == StatusCode::OK && empty.text.contains("Ikke beregnet ennå"), "{}", empty.text);
    assert!(world.visit("", "nb", "/kvalitet/npr", None).await.text.contains("senest etter ti minutter"));
    let missing = world.visit("", "nb", "/kvalitet/npr/mqa", None).await;
    assert!(missing.status == StatusCode::NOT_FOUND && missing.text.contains("Ikke beregnet ennå"));
    world.fair.compute_due().await.unwrap();
    let page = world.visit("", "nb", "/kvalitet?modell=mqa", None).await;
    for part in ["Pasientregisteret", "Kreftregisteret &#60;&#38;&#62;", "<svg", "aria-hidden=\"true\""] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let some = world.visit("", "nb", "/kvalitet?modell=mqa&slag=quality_register", None).await;
    assert!(some.text.contains("Kreftregisteret") && !some.text.contains("Pasientregisteret"));
    assert!(world.visit("", "nb", "/kvalitet?slag=biobank", None).await.text.contains("Ingen kilder"));
    let model = world.visit("", "nb", "/kvalitet/npr/mqa", None).await.text;
    for part in ["keywordAvailability", "Lovlig begrenset", "Fyll ut «emneord» i beskrivelsen av kilden."] {
        assert!(model.replace(['\u{2068}', '\u{2069}'], "").contains(part), "{part}: {model}");
    }
    let law = world.visit("", "nb", "/kvalitet/npr/mqa/downloadUrlAvailability", None).await.text;
    assert!(law.contains("helseregisterloven § 11") && law.contains("Det er ikke en mangel"), "{law}");
    for wrong in [
        "/kvalitet/borte",
        "/kvalitet/npr/x",
        "/kvalitet/npr/mqa/x",
        "/kvalitet?modell=x",
        "/kvalitet?slag=x",
        "/kvalitet/borte/poeng.csv",
    ] {
        assert_eq!(world.visit("", "nb", wrong, None).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}

#[tokio::test]
async fn only_the_holders_steward_judges() {
    let world = World::new().await;
    world.fair.compute_due().await.unwrap();
    let here = "/kvalitet/npr/label/c-audit";
    assert!(world.visit("steward", "nb", here, None).await.text.contains("Lagre vurderingen"));
    for who in ["", "other", "researcher"] {
        assert!(!world.visit(who, "nb", here, None).await.text.contains("Lagre vurderingen"), "{who}");
        let refused = world.visit(who, "nb", here, Some(&JUDGE)).await.status;
        assert!([StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED].contains(&refused), "{who}: {refused}");
    }
    let wrong = world.visit("steward", "nb", here, Some(&[("reason", "12345678901"), ("seen", "0")])).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("Velg et svar."), "{}", wrong.text);
    let bare = world.visit("steward", "nb", here, Some(&[("outcome", "met"), ("reason", ""), ("seen", "0")])).await;
    assert!(bare.text.contains("Skriv noe her.") && bare.text.contains("Vis til noe som viser det"), "{}", bare.text);
    assert_eq!(world.visit("steward", "nb", here, Some(&JUDGE)).await.location, here);
    let page = world.visit("", "nb", here, None).await.text;
    assert!(page.contains("Gjennomgått &#60;enda&#62; en gang.") && page.contains("Rapport 2026"), "{page}");
    assert_eq!(world.visit("steward", "nb", here, Some(&JUDGE)).await.status, StatusCode::CONFLICT);
    let met = world.visit("steward", "nb", "/kvalitet/npr/fdmm/RDA-F1-01M", None).await.text;
    assert!(!met.contains("Lagre vurderingen"), "what is computed as met is nobody's to judge");
    world.later(367);
    world.fair.compute(&flows(), &path("npr")).await.unwrap();
    assert!(world.visit("", "nb", here, None).await.text.contains("Må bekreftes"));
    assert!(world.visit("", "nb", "/kvalitet/npr/label", None).await.text.contains("Må bekreftes"));
}

#[tokio::test]
async fn every_page_speaks_three_languages() {
    let world = World::new().await;
    world.fair.compute_due().await.unwrap();
    world.visit("steward", "nb", "/kvalitet/npr/label/c-audit", Some(&JUDGE)).await;
    for language in ["nb", "nn", "en"] {
        for path in [
            "/kvalitet",
            "/kvalitet?modell=label",
            "/kvalitet?slag=biobank",
            "/kvalitet/npr",
            "/kvalitet/npr/fdmm",
            "/kvalitet/npr/mqa",
            "/kvalitet/npr/label",
            "/kvalitet/npr/health",
            "/kvalitet/npr/label/c-audit",
            "/kvalitet/npr/health/keyword",
            "/kvalitet/npr/fdmm/RDA-A1-05D",
        ] {
            let page = world.visit("steward", language, path, None).await;
            assert_eq!(page.status, StatusCode::OK, "{language} {path}: {}", page.text);
            assert!(page.text.contains(&format!("lang=\"{language}\"")), "{language} {path}");
            for missing in ["fair-", "metadata-kind"] {
                assert!(!page.text.contains(missing), "{language} {path}: a text is missing: {}", page.text);
            }
        }
    }
}

#[tokio::test]
async fn files_and_the_api_say_the_same() {
    let world = World::new().await;
    world.fair.compute_due().await.unwrap();
    let file = world.visit("", "en", "/kvalitet/poeng.csv", None).await;
    let text = file.text.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap().len(), 17);
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2 * 4);
    let row = rows.iter().find(|row| &row[0] == "npr" && &row[3] == "Metadata quality").unwrap();
    let list = world.visit("", "en", "/api/fair/scores?model=mqa", None).await;
    let list: serde_json::Value = serde_json::from_str(&list.text).unwrap();
    let npr = list["sources"].as_array().unwrap().iter().find(|one| one["source"] == "npr").unwrap();
    assert_eq!(npr["percent"].to_string(), row[4]);
    assert_eq!(npr["points"]["all"], 435);
    let one = world.visit("", "en", "/api/fair/scores/npr", None).await;
    let one: serde_json::Value = serde_json::from_str(&one.text).unwrap();
    let mqa = one["scores"].as_array().unwrap().iter().find(|one| one["model"] == "mqa").unwrap();
    assert_eq!(mqa["percent"], npr["percent"]);
    let finding = |id: &str| mqa["findings"].as_array().unwrap().iter().find(|f| f["indicator"] == id).unwrap().clone();
    assert_eq!(finding("downloadUrlAvailability")["outcome"], "rightly_restricted");
    assert_eq!(finding("keywordAvailability")["improve"], serde_json::json!({ "how": "fill", "field": "keyword" }));
    let own = world.visit("", "nb", "/kvalitet/npr/poeng.csv", None).await.text;
    let indicators = 41 + 25 + 23 + mqa["findings"].as_array().map_or(0, |_| 51);
    assert_eq!(own.lines().count(), indicators + 1, "a line for each indicator of each model");
    assert_eq!(world.visit("", "nb", "/api/fair/scores?model=x", None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.visit("", "nb", "/api/fair/scores/borte", None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn measurements_are_told_in_the_words_of_the_models() {
    let world = World::new().await;
    world.fair.compute_due().await.unwrap();
    let told = world.visit("", "nb", "/api/fair/scores/npr/dqv?format=ttl", None).await;
    assert!(told.header("content-type").starts_with("text/turtle"), "{}", told.header("content-type"));
    let graph = read(told.text.as_bytes(), Format::Turtle, None, Limits::default()).unwrap().graph;
    let nt = graph.iter().map(|triple| triple.to_string()).collect::<Vec<_>>().join("\n");
    let node = "<http://varde.test/api/fair/scores/npr#mqa/keywordAvailability>";
    let says = |predicate: &str, object: &str| {
        let line = format!("{node} <http://www.w3.org/ns/dqv#{predicate}> {object}");
        assert!(nt.contains(&line), "{line}\n{nt}");
    };
    says("isMeasurementOf", "<https://data.norge.no/vocabulary/dcatno-mqa#keywordAvailability>");
    says("computedOn", "<http://varde.test/api/dcat/sources/npr>");
    says("value", "\"false\"^^<http://www.w3.org/2001/XMLSchema#boolean>");
    assert!(!nt.contains("scores/npr#mqa/downloadUrlAvailability> "), "what is restricted has no value");
    assert!(nt.contains("helseregisterloven § 11") || nt.contains("helseregisterloven \\u00A7 11"), "{nt}");
    for kind in ["application/ld+json", "application/rdf+xml"] {
        let format = if kind.contains("ld") { "jsonld" } else { "rdf" };
        let page = world.visit("", "nb", &format!("/api/fair/scores/npr/dqv?format={format}"), None).await;
        assert!(page.header("content-type").starts_with(kind));
    }
    let wrong = world.visit("", "nb", "/api/fair/scores/npr/dqv?format=x", None).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}
