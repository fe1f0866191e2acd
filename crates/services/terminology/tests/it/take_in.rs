//! Files in, differences, losses.

use jiff::civil::date;
use varde_core::{Actor, Problem as _, ProblemKind};
use varde_terminology::{Confirmed, Kind, Status, TerminologyError, import::Described};

use crate::world::{FIRST, SECOND, World, animals, key, machine};

#[tokio::test]
async fn a_file_becomes_a_draft_and_the_same_file_changes_nothing() {
    let world = World::new().await;
    let described = animals("2025");
    let (first, _) = world.service.import_file(&machine(), FIRST.as_bytes(), &described, None).await.unwrap();
    assert_eq!((first[0].size, first[0].unchanged, first[0].revision), (11, false, 1));
    let (again, _) = world.service.import_file(&machine(), FIRST.as_bytes(), &described, None).await.unwrap();
    assert!(again[0].unchanged);
    assert_eq!(again[0].edition, first[0].edition);
    assert_eq!(world.entries().await, ["terminology.edition.imported"]);
    // A draft is not for everybody.
    let (kind, key) = key();
    let hidden = world.service.editions_of(&Actor::anonymous(), kind, &key).await.unwrap_err();
    assert!(matches!(hidden, TerminologyError::NotFound(_)));
    let seen = world.service.editions_of(&machine(), kind, &key).await.unwrap();
    assert_eq!(seen[0].status, Status::Draft);
    assert_eq!(seen[0].valid.from, date(2025, 1, 1));
}

#[tokio::test]
async fn the_difference_of_two_years_is_told_in_full() {
    let world = World::new().await;
    let all = world.animals().await;
    let (_, _, difference) =
        world.service.difference(&Actor::anonymous(), all[0].edition, all[1].edition).await.unwrap();
    let codes =
        |lines: &[varde_terminology::difference::Line]| lines.iter().map(|l| l.code.clone()).collect::<Vec<_>>();
    assert_eq!(codes(&difference.added), ["D25"]);
    assert_eq!(difference.removed.iter().map(|g| g.code.as_str()).collect::<Vec<_>>(), ["D99"]);
    assert_eq!((difference.renamed[0].from.as_str(), difference.renamed[0].to.as_str()), ("Kvalar", "Hval"));
    assert_eq!(
        (difference.moved[0].code.as_str(), difference.moved[0].to.as_slice()),
        ("D22", ["D".to_owned()].as_slice())
    );
    assert_eq!((difference.retired[0].code.as_str(), difference.retired[0].successors[0].as_str()), ("D23", "D21"));
    assert_eq!(difference.touched().len(), 4);
    assert_eq!(all[1].difference.as_ref(), Some(&difference));
    assert_eq!(all[1].predecessor.as_deref(), Some("2025"));
}

#[tokio::test]
async fn an_edition_that_loses_too_much_is_a_question_and_no_edition() {
    let world = World::new().await;
    world.animals().await;
    let truncated: String = SECOND.lines().take(8).map(|line| format!("{line}\n")).collect();
    let described = animals("2027");
    let asked = world.service.import_file(&machine(), truncated.as_bytes(), &described, None).await.unwrap_err();
    assert_eq!(asked.kind(), ProblemKind::Conflict);
    let TerminologyError::Loss(loss) = &asked else { panic!("{asked}") };
    assert_eq!((loss.lost, loss.of, loss.now, loss.limit), (4, 11, 7, 10));
    assert_eq!(loss.examples[0], ("D22".to_owned(), "Strutsefugl".to_owned()));
    let (kind, key) = key();
    assert_eq!(world.service.editions_of(&machine(), kind, &key).await.unwrap().len(), 2, "no new edition");
    let why = Confirmed::because(" De ble slått sammen. ").unwrap();
    let (taken, _) = world.service.import_file(&machine(), truncated.as_bytes(), &described, Some(&why)).await.unwrap();
    let edition = world.service.edition(&machine(), taken[0].edition).await.unwrap();
    assert_eq!(edition.loss_reason.as_deref(), Some("De ble slått sammen."));
    assert_eq!(Confirmed::because("  "), None);
}

#[tokio::test]
async fn a_corrected_file_supersedes_the_text_of_its_year() {
    let world = World::new().await;
    world.animals().await;
    let corrected = SECOND.replace("Strutsefugl", "Struts");
    let imported = world.publish(&animals("2026"), &corrected).await;
    assert_eq!((imported[0].revision, imported[0].predecessor.as_deref()), (2, Some("2026")));
    let (kind, key) = key();
    let editions = world.service.editions_of(&Actor::anonymous(), kind, &key).await.unwrap();
    let shown: Vec<(&str, i32, Status)> = editions.iter().map(|e| (e.version.as_str(), e.revision, e.status)).collect();
    assert_eq!(
        shown,
        [("2026", 2, Status::Published), ("2026", 1, Status::Superseded), ("2025", 1, Status::Published)]
    );
}

#[tokio::test]
async fn a_name_and_an_address_belong_together() {
    let world = World::new().await;
    world.animals().await;
    let import = async |described: Described| {
        world.service.import_file(&machine(), FIRST.as_bytes(), &described, None).await.unwrap_err()
    };
    let other_key = Described { key: Some("fisk".parse().unwrap()), ..animals("2027") };
    assert!(matches!(import(other_key).await, TerminologyError::UrlTaken(_)));
    let other_url = Described { url: Some("urn:fisk".to_owned()), ..animals("2027") };
    assert!(matches!(import(other_url).await, TerminologyError::KeyTaken(_)));
    let nothing = Described { key: Some("fisk".parse().unwrap()), ..Described::default() };
    assert_eq!(import(nothing).await.fields()[0].field, "url");
    let no_day = Described { version: Some("vår".to_owned()), ..animals("") };
    assert_eq!(import(no_day).await.fields()[0].field, "from");
}

#[tokio::test]
async fn others_learn_what_a_code_meant_on_a_day() {
    let world = World::new().await;
    world.animals().await;
    let nobody = Actor::anonymous();
    let on = async |year: i16| world.service.concept_on(&nobody, "dyr", "D13", date(year, 6, 1)).await.unwrap();
    assert_eq!(on(2025).await.unwrap().display.get("nb"), "Kvalar");
    assert_eq!(on(2026).await.unwrap().display.get("nb"), "Hval");
    for name in ["dyr", "http://varde.test/fhir/CodeSystem/dyr", "urn:oid:2.999.1"] {
        let known = world.service.known(&nobody, name, date(2025, 3, 1)).await.unwrap().unwrap();
        assert_eq!((known.key.as_str(), known.version.as_str(), known.holds), ("dyr", "2025", true), "{name}");
    }
    assert_eq!(world.service.known(&nobody, "fisk", date(2025, 3, 1)).await.unwrap(), None);
    let mut all = Vec::new();
    world
        .service
        .each_concept(&nobody, |edition, concept| all.push((edition.version.clone(), concept.code.clone())))
        .await
        .unwrap();
    assert_eq!((all.len(), all[0].0.as_str()), (11, "2026"));
}

#[tokio::test]
async fn maps_and_value_sets_come_as_fhir_and_keep_what_nobody_knows() {
    let world = World::new().await;
    let map = r#"{"resourceType":"ConceptMap","url":"urn:map","version":"1","name":"DyrTilFarge","status":"draft",
        "date":"2026-01-01","publisher":"Etaten","experimental":true,"group":[{"source":"http://varde.test/fhir/CodeSystem/dyr",
        "target":"urn:farge|3","element":[{"code":"D11","target":[{"code":"brun","equivalence":"wider","comment":"oftest"}]},
        {"code":"D12","noMap":true}]}]}"#;
    let imported = world.publish(&Described::default(), map).await;
    assert_eq!((imported[0].kind, imported[0].key.as_str(), imported[0].size), (Kind::ConceptMap, "dyrtilfarge", 2));
    let mapped =
        world.service.mapped(&Actor::anonymous(), "http://varde.test/fhir/CodeSystem/dyr", "D11").await.unwrap();
    let target = &mapped[0].mapping.targets[0];
    assert_eq!(
        (target.code.as_str(), target.relation.short(), target.system.version.as_deref()),
        ("brun", "narrower", Some("3"))
    );
    assert_eq!(mapped[0].map.decided.as_ref().unwrap().by, "Etaten");
    assert_eq!(mapped[0].map.other["experimental"], true);
    let back = world.service.mapped(&Actor::anonymous(), "urn:farge", "brun").await.unwrap();
    assert!(!back[0].forward);
}
