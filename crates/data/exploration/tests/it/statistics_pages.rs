//! The pages of statistics.

use http::StatusCode;
use varde_exploration::model::{Condition, Dimension, Measure};
use varde_web::testing::Page;

use crate::{
    statistics::{content, made},
    world::{World, ask, by_code, code, flows},
};

const LANGUAGES: [&str; 3] = ["nb", "nn", "en"];
const ORDER: &str = "/statistikk/bestill/npr/contact";

/// All that the form asks for.
fn fields<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![
        ("tittel", "Hjerte <&> kar"),
        ("mal", "people"),
        ("formal", "research"),
        ("bruk", "En rapport"),
        ("soker", "Forsker"),
        ("mottaker", "Allmennheten"),
        ("vern", "Brukes ikke til annet"),
    ];
    all.retain(|(name, _)| !more.iter().any(|(other, _)| name == other));
    all.extend(more);
    all
}

async fn posted(world: &World, more: &[(&str, &str)]) -> String {
    let page = world.visit("explorer", "nb", ORDER, Some(&fields(more))).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.location
}

async fn decided(world: &World, at: &str, outcome: &str) -> Page {
    let form = [("outcome", outcome), ("risks", "Ingen"), ("reasons", "Formålet er tillatt")];
    world.visit("handler", "nb", &format!("{at}/vedtak"), Some(&form)).await
}

async fn make(world: &World, at: &str) {
    let id = at.rsplit('/').next().unwrap().parse().unwrap();
    assert!(world.service.make_statistic(&flows(), id, None).await.unwrap());
}

async fn complete(world: &World, who: &str, path: &str) -> String {
    let mut last = String::new();
    for language in LANGUAGES {
        let page = world.visit(who, language, path, None).await;
        assert_eq!(page.status, StatusCode::OK, "{path} {}", page.text);
        for missing in ["exploration-", "statistics-"] {
            assert!(!page.text.contains(missing), "{path}: a text is missing in {language}: {}", page.text);
        }
        assert!(!page.text.contains("<&>"), "{path}: a text is not escaped");
        last = page.text;
    }
    last
}

#[tokio::test]
async fn the_whole_way_in_every_language() {
    let world = World::new().await;
    assert!(complete(&world, "", "/statistikk").await.contains("No table is published yet"));
    complete(&world, "explorer", "/statistikk/bestill").await;
    complete(&world, "explorer", ORDER).await;
    assert!(complete(&world, "handler", "/statistikk/saker").await.contains("Nobody has asked"));
    let draft = posted(&world, &[("dim1", "sex"), ("handling", "kladd")]).await;
    assert!(complete(&world, "explorer", &draft).await.contains("Draft"));
    complete(&world, "explorer", &format!("{draft}/endre")).await;
    let changed = fields(&[("dim1", "code=prefix-3"), ("dim2", "sex"), ("handling", "send")]);
    let sent = world.visit("explorer", "nb", &format!("{draft}/endre"), Some(&changed)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert!(complete(&world, "handler", "/statistikk/saker").await.contains(&draft));
    let case = complete(&world, "handler", &draft).await;
    assert!(
        case.contains("No table is published from the same datasets") && case.contains("name=\"outcome\""),
        "{case}"
    );
    assert!(!complete(&world, "explorer", &draft).await.contains("name=\"outcome\""), "the applicant decides nothing");
    let empty = world.visit("handler", "nb", &format!("{draft}/vedtak"), Some(&[("outcome", "approved")])).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text.contains("#f-risks"), "{}", empty.text);
    assert_eq!(decided(&world, &draft, "approved").await.status, StatusCode::SEE_OTHER);
    assert!(complete(&world, "explorer", &draft).await.contains("The table is being made"));
    make(&world, &draft).await;
    let done = complete(&world, "explorer", &draft).await;
    let table = done.split("class=\"ds-button\" href=\"/statistikk/").nth(1).unwrap().split('"').next().unwrap();
    let table = format!("/statistikk/{table}");
    let page = complete(&world, "", &table).await;
    assert!(!page.contains("Allmennheten") && !page.contains("En rapport"), "what was written to the body is not told");
    assert!(complete(&world, "", "/statistikk").await.contains(&table));
    for path in [draft.as_str(), "/statistikk/bestill", "/statistikk/saker"] {
        let page = world.visit("citizen", "nb", path, None).await;
        assert!(page.status.is_client_error(), "{path}: {}", page.status);
    }
}

#[tokio::test]
async fn plot_table_and_files_have_the_same_numbers() {
    let world = World::new().await;
    let plan = ask(Condition::default(), &[by_code(3), Dimension::Sex], Measure::People);
    let published = made(&world, content("Diagnoser", plan)).await.unwrap();
    let at = format!("/statistikk/{}", published.id);
    let page = world.visit("", "nb", &at, None).await.text;
    let after = |part: &str, mark: &str| -> Vec<String> {
        part.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let statistic = &published.statistic;
    let number = |place: &[Option<usize>]| statistic.grid().at(place).unwrap().people;
    let (plot, table) = page.split_once("</figure>").unwrap();
    let shown = |people: Option<u64>| people.map(|people| people.to_string()).unwrap_or_default();
    let bars: Vec<String> = (0..statistic.groups[0].len()).map(|at| shown(number(&[Some(at), None]))).collect();
    assert_eq!(after(plot, "focusable=\"false\" data-value=\""), bars);
    let mut cells = Vec::new();
    for row in (0..statistic.groups[0].len()).map(Some).chain([None]) {
        for column in (0..statistic.groups[1].len()).map(Some).chain([None]) {
            cells.push(shown(number(&[row, column])));
        }
    }
    let told: Vec<String> = cells.iter().filter(|cell| !cell.is_empty()).cloned().collect();
    assert_eq!(after(table, "<td data-value=\""), told);
    let file = world.visit("", "nb", &format!("{at}/tabell.csv"), None).await.text;
    let lines: Vec<&str> = file.lines().filter(|line| !line.starts_with('#')).collect();
    let numbers: Vec<String> = lines[1..].iter().map(|line| line.rsplit(',').next().unwrap().to_owned()).collect();
    assert_eq!(numbers, cells);
    let described = world.visit("", "nb", &format!("{at}/tabell.csv-metadata.json"), None).await.text;
    assert!(described.contains(&statistic.checked.output.to_string()));
    let json = world.visit("", "nb", &format!("{at}/tabell.json"), None).await.text;
    let read: varde_exploration::model::statistics::Statistic = serde_json::from_str(&json).unwrap();
    assert_eq!((&read, read.output()), (statistic, statistic.checked.output));
    assert!(world.visit("explorer", "nb", &format!("{at}/kontroll.json"), None).await.status.is_client_error());
    let record = world.visit("handler", "nb", &format!("{at}/kontroll.json"), None).await.text;
    assert!(record.contains("small_count"), "{record}");
}

#[tokio::test]
async fn what_is_withdrawn_stays_at_its_address_without_numbers() {
    let world = World::new().await;
    let published = made(&world, content("Diagnoser", ask(code("I50"), &[Dimension::County], Measure::Events))).await;
    let at = format!("/statistikk/{}", published.unwrap().id);
    assert!(complete(&world, "handler", &at).await.contains("name=\"because\""));
    let bare = world.visit("handler", "nb", &format!("{at}/trekk"), Some(&[])).await;
    assert!(bare.status == StatusCode::UNPROCESSABLE_ENTITY && bare.text.contains("#f-because"), "{}", bare.text);
    let other = world.visit("explorer", "nb", &format!("{at}/trekk"), Some(&[("because", "x")])).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
    world.visit("handler", "nb", &format!("{at}/trekk"), Some(&[("because", "Feil <i> kilden")])).await;
    let page = complete(&world, "", &at).await;
    assert!(page.contains("Feil &#60;i&#62; kilden") && !page.contains("data-value"), "{page}");
    assert_eq!(world.visit("", "nb", &format!("{at}/tabell.csv"), None).await.status, StatusCode::NOT_FOUND);
    assert!(complete(&world, "", "/statistikk").await.contains("Withdrawn"));
}

#[tokio::test]
async fn why_no_table_was_made_is_said_in_words() {
    let world = World::new().await;
    made(&world, content("Alle", ask(Condition::default(), &[Dimension::Sex], Measure::People))).await.unwrap();
    world.around.excluded.lock().unwrap().extend([7, 8]);
    let at = posted(&world, &[("dim1", "sex"), ("handling", "send")]).await;
    decided(&world, &at, "approved").await;
    make(&world, &at).await;
    let page = complete(&world, "explorer", &at).await;
    assert!(page.contains("nearly the same people") && !page.contains("12,000") && !page.contains("11,998"), "{page}");
    let at = posted(&world, &[("dim1", "sex"), ("handling", "send")]).await;
    assert!(complete(&world, "handler", &at).await.contains("One table is published"));
    decided(&world, &at, "refused").await;
    assert!(complete(&world, "explorer", &at).await.contains("Refused"));
}

#[tokio::test]
async fn published_tables_are_found_and_paged() {
    let world = World::new().await;
    for title in ["Hjertesvikt", "Lunger 100 %"] {
        made(&world, content(title, ask(Condition::default(), &[Dimension::Sex], Measure::People))).await.unwrap();
    }
    let found = |query: &'static str| {
        let world = &world;
        async move { world.visit("", "nb", &format!("/statistikk?{query}"), None).await.text }
    };
    let one = found("q=hjerte").await;
    assert!(one.contains("Hjertesvikt") && !one.contains("Lunger") && one.contains("Én tabell"), "{one}");
    assert!(found("q=100+%25").await.contains("Lunger") && !found("q=100+%25").await.contains("Hjertesvikt"));
    assert!(found("q=npr%2Fcontact").await.contains("2 tabeller"));
    assert!(found("q=finnes+ikke").await.contains("Ingen tabeller passer"));
    assert!(found("side=9").await.contains("side 1 av 1"), "a page that is not there is the first one");
}

#[tokio::test]
async fn what_is_wrong_stands_beside_the_field() {
    let world = World::new().await;
    let page = world
        .visit(
            "explorer",
            "nb",
            ORDER,
            Some(&fields(&[("bruk", ""), ("avrunding", "5"), ("mal", "events"), ("handling", "send")])),
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("#f-bruk") && page.text.contains("#f-avrunding"), "{}", page.text);
    assert!(page.text.contains("Hjerte &#60;&#38;&#62; kar"), "what was written stays");
    let page = world.visit("explorer", "nb", ORDER, Some(&fields(&[("formal", "moro"), ("fra", "2023")]))).await;
    assert!(page.text.contains("#f-formal") && page.text.contains("#f-fra"), "{}", page.text);
}
