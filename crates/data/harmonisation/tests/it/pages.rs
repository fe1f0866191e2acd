//! Pages and the API over HTTP.

use http::StatusCode;
use varde_harmonisation::relation::Target;
use varde_rdf::{Format, Limits, NamedNode, read, vocabulary::SKOS};

use crate::world::{World, heart, path, reviewer, smoking, steward};

const LANGUAGES: [&str; 3] = ["nb", "nn", "en"];

#[tokio::test]
async fn every_page_in_every_language_without_a_missing_text() {
    let world = World::new().await;
    let empty = world.visit("", "nb", "/harmonisering", None).await;
    assert!(empty.text.contains("Ingen begreper ennå") && empty.text.contains("Ingen relasjoner å vise"));
    let to = world.represented().await;
    let held = world.propose(to, &[("0", Some("N")), ("1", None)]).await;
    world.service.decide(&reviewer(), held, 1, true, "Sett over.").await.unwrap();
    let weight = smoking(Target::Variable(path("fodsel/mor/smoking")), &[]);
    let waits = world.service.propose(&steward(), weight).await.unwrap();
    let concept = world.service.workbench(&steward(), None).await.unwrap().concepts[0].0.id;
    let today = world.service.today();
    let paths = [
        "/harmonisering".to_owned(),
        format!("/harmonisering?dag={today}&q=røyk&status=accepted&relasjon=equivalent"),
        "/harmonisering/begreper/nytt".to_owned(),
        format!("/harmonisering/begreper/{concept}"),
        format!("/harmonisering/begreper/{concept}/endre"),
        format!("/harmonisering/begreper/{concept}/ny"),
        format!("/harmonisering/variabler/{to}"),
        format!("/harmonisering/variabler/{to}?dag={today}"),
        format!("/harmonisering/variabler/{to}/endre"),
        "/harmonisering/liknende/hjerte/besok/smoking".to_owned(),
        "/harmonisering/like".to_owned(),
        "/harmonisering/forslag".to_owned(),
        "/harmonisering/forslag?fra=hjerte/besok/weight&til=fodsel/mor/weight".to_owned(),
        format!("/harmonisering/forslag?fra=hjerte/besok/smoking&til_felles={to}&valgt=ja"),
        "/harmonisering/bord".to_owned(),
        format!("/harmonisering/relasjoner/{held}"),
        format!("/harmonisering/relasjoner/{waits}"),
        "/harmonisering/import".to_owned(),
    ];
    for path in &paths {
        for language in LANGUAGES {
            let page = world.visit("steward", language, path, None).await;
            assert_eq!(page.status, StatusCode::OK, "{path} {}", page.text);
            assert!(!page.text.contains("harmonisation-"), "{path}: a text is missing in {language}");
            assert!(!page.text.contains("<&>"), "{path}: a name is not escaped");
        }
    }
}

#[tokio::test]
async fn partial_is_told_as_partial_everywhere() {
    let world = World::new().await;
    world.publish(&heart(&["0", "1", "2", "3"])).await;
    let to = world.represented().await;
    let id = world.propose(to, &[("0", Some("N")), ("2", Some("D")), ("3", None)]).await;
    world.service.decide(&reviewer(), id, 1, true, "Godt nok.").await.unwrap();
    for path in [
        format!("/harmonisering/relasjoner/{id}"),
        format!("/harmonisering/variabler/{to}"),
        "/harmonisering".to_owned(),
        "/harmonisering/liknende/hjerte/besok/smoking".to_owned(),
    ] {
        let page = world.visit("", "nb", &path, None).await;
        assert!(page.text.contains("2 av 4 koder er koblet; delvis harmonisert"), "{path}: {}", page.text);
        assert!(!page.text.contains("Alle 4 koder"), "{path}");
    }
    let json = world.visit("", "en", &format!("/api/harmonisation/relations/{id}"), None).await.text;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["coverage"], serde_json::json!({ "extent": "partly", "mapped": 2, "of": 4 }));
    assert_eq!(json["skos"], "exactMatch");
    assert!(json.get("proposer").is_none(), "who the people were is not told");
    let table = world.visit("", "en", "/api/harmonisation/relations.sssom.tsv", None).await.text;
    assert!(table.contains("2 of 4 codes are mapped; partly harmonised.") && table.contains("coverage=partly"));
    assert!(table.contains("source:hjerte#column/besok/smoking\tRøyking\tskos:exactMatch\trepresented:"), "{table}");
    assert!(table.starts_with("#sssom_version: \"1.0\"\n#mapping_set_id: \"http://varde.test/"), "{table}");
}

#[tokio::test]
async fn what_holds_is_told_in_skos_in_every_format() {
    let world = World::new().await;
    let to = world.represented().await;
    let id = world.propose(to, &[("0", Some("N"))]).await;
    let ask = async |format: Format| {
        let path = format!("/api/harmonisation/mappings?format={}", format.name());
        let page = world.visit("", "en", &path, None).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        read(page.text.as_bytes(), format, None, Limits::default()).unwrap().graph
    };
    let exact = SKOS.term("exactMatch");
    let variable = NamedNode::new("http://varde.test/api/dcat/sources/hjerte#column/besok/smoking").unwrap();
    assert!(!ask(Format::Turtle).await.iter().any(|triple| triple.predicate == exact), "it waits");
    world.service.decide(&reviewer(), id, 1, true, "Ja.").await.unwrap();
    for format in Format::ALL {
        let graph = ask(format).await;
        let told = graph.iter().filter(|triple| triple.predicate == exact).collect::<Vec<_>>();
        assert!(told.len() == 1 && told[0].subject == variable.as_ref().into(), "{format:?}");
    }
    let wrong = world.visit("", "en", "/api/harmonisation/mappings?format=xls", None).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        world.visit("", "en", "/api/harmonisation/relations?day=2999-01-01", None).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test]
async fn similar_variables_are_told_part_by_part() {
    let world = World::new().await;
    let page = world.visit("", "nb", "/harmonisering/liknende/hjerte/besok/smoking", None).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in ["Mors røyking", "felles ord", "2 felles koder av 3 og 2", "Ingen har talt opp verdiene", "teller"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert!(!page.text.contains("/harmonisering/forslag"), "who may not propose is not led there");
    let json = world.visit("", "en", "/api/harmonisation/similar/hjerte/besok/smoking", None).await.text;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["similar"][0]["variable"], "fodsel/mor/smoking");
    assert_eq!(json["similar"][0]["score"]["parts"].as_array().unwrap().len(), 5);
    let gone = world.visit("", "nb", "/harmonisering/liknende/hjerte/besok/ukjent", None).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_steward_proposes_and_a_reviewer_decides_by_the_forms() {
    let world = World::new().await;
    let to = world.represented().await;
    let address = format!("/harmonisering/forslag?fra=hjerte/besok/smoking&til_felles={to}");
    let form = world.visit("steward", "nb", &address, None).await.text;
    let seen = form.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(form.contains("<option value=\"=N\" selected>"), "codes called the same are put forward: {form}");
    let to = to.to_string();
    let mut fields = vec![
        ("fra", "hjerte/besok/smoking"),
        ("til_felles", to.as_str()),
        ("seen", seen.as_str()),
        ("kode-0", "=N"),
        ("kode-1", "-"),
        ("kode-2", "=D"),
    ];
    let missing = world.visit("steward", "nb", "/harmonisering/forslag", Some(&fields)).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.text.contains("#f-relasjon") && missing.text.contains("#f-reason"));
    fields.extend([("relasjon", "equivalent"), ("reason", "Samme spørsmål.")]);
    let made = world.visit("steward", "nb", "/harmonisering/forslag", Some(&fields)).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let own = world.visit("steward", "nb", &made.location, None).await.text;
    assert!(own.contains("En annen person må avgjøre den") && !own.contains("/avgjor"));
    assert_eq!(world.visit("", "nb", &made.location, None).await.status, StatusCode::NOT_FOUND);
    let decide = format!("{}/avgjor", made.location);
    let none = world.visit("reviewer", "nb", &decide, Some(&[("seen", "1")])).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let yes = [("seen", "1"), ("decision", "accept"), ("reason", "Kodene er sett over.")];
    assert_eq!(world.visit("steward", "nb", &decide, Some(&yes)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.visit("reviewer", "nb", &decide, Some(&yes)).await.status, StatusCode::SEE_OTHER);
    let public = world.visit("", "nb", &made.location, None).await.text;
    assert!(public.contains("Gjelder") && public.contains("2 av 3 koder er koblet"), "{public}");
    let back = [("seen", "2"), ("why", "")];
    let withdraw = format!("{}/trekk", made.location);
    let unsaid = world.visit("reviewer", "nb", &withdraw, Some(&back)).await;
    assert!(unsaid.status == StatusCode::UNPROCESSABLE_ENTITY && unsaid.text.contains("#f-why"));
}

#[tokio::test]
async fn a_file_is_taken_in_by_the_form() {
    let world = World::new().await;
    let file = "source,source dataset,source variables,target,target dataset,target variable,match\n\
                hjerte,besok,weight,fodsel,mor,weight,complete\nhjerte,besok,height,fodsel,mor,weight,complete\n";
    let page = world.upload("steward", "/harmonisering/import", file).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("2 rader: 1 forslag") && page.text.contains("hjerte/besok/height"));
    assert_eq!(world.upload("researcher", "/harmonisering/import", file).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.upload("steward", "/harmonisering/import", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}
