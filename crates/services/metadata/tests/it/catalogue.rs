use jiff::civil::date;
use varde_core::{Actor, Problem, ProblemKind};
use varde_metadata::{
    AsAt, DataSource, DataType, LinkKind, MetadataError,
    codebook::{CLASSIC, SourceDescription},
};

use crate::world::{World, contacts, operator, organisation, path, researcher, source, steward, variable};

#[tokio::test]
async fn an_edition_is_seen_when_it_is_published() {
    let world = World::new().await;
    let catalogue = &world.catalogue;
    let imported = catalogue.import(&operator(), &contacts(), "catalogue").await.unwrap();
    assert_eq!((imported.number, imported.unchanged, imported.variables), (1, false, 4));
    let anybody = Actor::anonymous();
    assert!(catalogue.sources(&anybody, AsAt::default()).await.unwrap().is_empty(), "a draft is not shown");
    catalogue.publish(&operator(), imported.edition).await.unwrap();
    let sources = catalogue.sources(&anybody, AsAt::default()).await.unwrap();
    assert_eq!(sources.len(), 1);
    let view = catalogue.source(&anybody, &path("npr"), AsAt::default()).await.unwrap().unwrap();
    assert_eq!(view.datasets[0].1, 4);
    let view = catalogue.dataset(&anybody, &path("npr/contact"), AsAt::default()).await.unwrap().unwrap();
    assert_eq!(view.dataset.variables, contacts().datasets[0].variables);
    let view = catalogue.variable(&anybody, &path("npr/contact/sex"), AsAt::default()).await.unwrap().unwrap();
    assert_eq!(view.description.codes.len(), 2);
    assert!(catalogue.variable(&anybody, &path("npr/contact/nothing"), AsAt::default()).await.unwrap().is_none());
}

#[tokio::test]
async fn the_same_content_twice_changes_nothing() {
    let world = World::new().await;
    let first = world.publish(&contacts()).await;
    let again = world.catalogue.import(&operator(), &contacts(), "catalogue").await.unwrap();
    assert!(again.unchanged);
    assert_eq!((again.edition, again.number), (first.edition, 1));
    world.catalogue.publish(&operator(), first.edition).await.unwrap();
    let view = world.catalogue.source(&operator(), &path("npr"), AsAt::default()).await.unwrap().unwrap();
    assert_eq!(view.history.len(), 1);
}

#[tokio::test]
async fn the_catalogue_can_be_read_as_it_was() {
    let world = World::new().await;
    let before = world.publish(&contacts()).await;
    let then = AsAt { recorded: Some(varde_store::testing::START), valid: None };
    world.later();
    let mut next = contacts();
    next.datasets[0].variables.remove(2);
    next.datasets[0].variables[0].versions[0].name.nb = "Hoveddiagnose".to_owned();
    let imported = world.publish(&next).await;
    let difference = imported.difference.unwrap();
    assert_eq!(difference.removed[0].path, path("npr/contact/admitted"));
    assert_eq!(difference.changed[0].path, path("npr/contact/main_condition"));
    let anybody = Actor::anonymous();
    let gone = path("npr/contact/admitted");
    assert!(world.catalogue.variable(&anybody, &gone, AsAt::default()).await.unwrap().is_none());
    assert!(world.catalogue.variable(&anybody, &gone, then).await.unwrap().is_some());
    let (_, difference) = world.catalogue.difference(&anybody, before.edition, imported.edition).await.unwrap();
    assert_eq!(difference.removed.len(), 1);
    let stale = world.catalogue.publish(&operator(), before.edition).await.unwrap_err();
    assert!(matches!(stale, MetadataError::StaleEdition), "{stale}");
    assert!(AsAt::day(date(2026, 11, 22)).recorded.is_some());
}

#[tokio::test]
async fn a_source_that_does_not_hold_together_changes_nothing() {
    let world = World::new().await;
    let mut wrong = contacts();
    wrong.datasets[0].variables[1].path = path("npr/contact/main_condition");
    wrong.datasets[0].variables[2].versions.clear();
    let error = world.catalogue.import(&operator(), &wrong, "catalogue").await.unwrap_err();
    let MetadataError::WrongSource(faults) = error else { panic!("{error}") };
    assert_eq!(faults.len(), 2, "{faults:?}");
    let empty = DataSource { datasets: Vec::new(), ..contacts() };
    assert!(world.catalogue.import(&operator(), &empty, "catalogue").await.is_err());
    assert!(world.catalogue.sources(&operator(), AsAt::default()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_codebook_becomes_a_source_and_a_wrong_one_nothing() {
    let world = World::new().await;
    let about = SourceDescription::new(path("kvalitet"), "Kvalitetsregisteret", LinkKind::National);
    let row = |cells: [(&str, &str); 6]| {
        CLASSIC.map(|c| cells.iter().find(|(name, _)| *name == c).map_or("", |(_, v)| *v)).join(";")
    };
    let cells = |kind| {
        [
            ("skjemanavn", "Prosedyre"),
            ("ledetekst", "Blodtrykk"),
            ("type", kind),
            ("tabell", "pros"),
            ("fysisk_feltnavn", "BT"),
            ("variabel_id", "PROS_BT"),
        ]
    };
    let file = |kind| format!("{}\n{}\n", CLASSIC.join(";"), row(cells(kind)));
    let wrong = world.catalogue.import_codebook(&operator(), &about, file("Talvariabel").as_bytes()).await.unwrap_err();
    assert_eq!(wrong.kind(), ProblemKind::Invalid);
    assert_eq!(wrong.fields()[0].field, "2:type");
    let right = file("Tallvariabel");
    let imported = world.catalogue.import_codebook(&operator(), &about, right.as_bytes()).await.unwrap();
    assert_eq!((imported.number, imported.variables), (1, 1), "the wrong file left nothing behind");
    world.catalogue.publish(&operator(), imported.edition).await.unwrap();
    let view = world.catalogue.codebook_for(&operator(), &path("kvalitet/pros")).await.unwrap().unwrap();
    assert_eq!(view.dataset.variables[0].column, "BT");
}

#[tokio::test]
async fn only_the_holder_changes_a_source() {
    let world = World::new().await;
    let (owner, other) = (organisation(), organisation());
    let owned = DataSource { holder: Some(owner), ..contacts() };
    let refused = |error: MetadataError| assert_eq!(error.kind(), ProblemKind::Forbidden, "{error}");
    refused(world.catalogue.import(&researcher(), &owned, "catalogue").await.unwrap_err());
    let stranger = world.catalogue.import(&Actor::anonymous(), &owned, "catalogue").await.unwrap_err();
    assert_eq!(stranger.kind(), ProblemKind::Unauthenticated);
    refused(world.catalogue.import(&steward(other), &owned, "catalogue").await.unwrap_err());
    let imported = world.catalogue.import(&steward(owner), &owned, "catalogue").await.unwrap();
    refused(world.catalogue.publish(&steward(other), imported.edition).await.unwrap_err());
    world.catalogue.publish(&steward(owner), imported.edition).await.unwrap();
    let taken = DataSource { holder: Some(other), ..contacts() };
    refused(world.catalogue.import(&steward(other), &taken, "catalogue").await.unwrap_err());
}

#[tokio::test]
async fn what_other_services_ask_keeps_their_order_and_leaves_out_the_unknown() {
    let world = World::new().await;
    world.publish(&contacts()).await;
    let asked = ["npr/contact/sex", "npr/contact/nothing", "npr/contact/admitted"].map(path);
    let found = world.catalogue.describe(&operator(), &asked, AsAt::default()).await.unwrap();
    assert_eq!(found.iter().map(|d| d.path.clone()).collect::<Vec<_>>(), [asked[0].clone(), asked[2].clone()]);
    assert_eq!(found[1].data_type, DataType::Date);
    assert_eq!(found[1].source_name.en, "The npr register");
}

#[tokio::test]
async fn two_imports_at_once_make_two_editions() {
    let world = World::new().await;
    let (one, two) = (contacts(), source("npr", vec![variable("npr/contact/x", "X", DataType::Text)]));
    let actor = operator();
    let (a, b) = tokio::join!(
        world.catalogue.import(&actor, &one, "catalogue"),
        world.catalogue.import(&actor, &two, "catalogue")
    );
    let mut numbers = [a.unwrap().number, b.unwrap().number];
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2]);
}

#[tokio::test]
async fn a_published_codebook_is_imported_searched_and_followed_by_its_next_edition() {
    let root = std::env::var_os("VARDE_SHARED_REAL").map_or_else(
        || std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real"),
        std::path::PathBuf::from,
    );
    let file = |name: &str| std::fs::read(root.join("codebooks").join(name));
    let (Ok(first), Ok(second), Ok(large)) = (
        file("AblaNor_klokeboken_29.11.2023.csv"),
        file("ablanor_klokeboken_16.01.2024_v002.csv"),
        file("NORIC_klokeboken_18.03.2025.csv"),
    ) else {
        println!("skipped: the published codebooks are not on this machine");
        return;
    };
    let world = World::new().await;
    let about = |at: &str| SourceDescription::new(path(at), "Kvalitetsregister", LinkKind::National);
    for (at, bytes) in [("ablanor", &first), ("noric", &large), ("ablanor", &second)] {
        let imported = world.catalogue.import_codebook(&operator(), &about(at), bytes).await.unwrap();
        world.catalogue.publish(&operator(), imported.edition).await.unwrap();
        if bytes == &second {
            let difference = imported.difference.unwrap();
            assert_eq!((imported.number, difference.added.len(), difference.removed.len()), (2, 55, 2));
        }
        world.later();
    }
    let query = varde_metadata::SearchQuery { text: "blodtrykk".into(), ..Default::default() };
    assert!(world.catalogue.search(&Actor::anonymous(), &query).await.unwrap().total > 0);
    let sources = world.catalogue.sources(&operator(), AsAt::default()).await.unwrap();
    assert_eq!(sources.iter().map(|s| s.edition.variables).collect::<Vec<_>>(), [286, 871]);
}
