//! The pages.

use http::StatusCode;

use crate::world::{World, explorer};

const LANGUAGES: [&str; 3] = ["nb", "nn", "en"];

/// Asks by the form; gives the address of what came of it.
async fn posted(world: &World, fields: &[(&str, &str)]) -> String {
    let page = world.visit("explorer", "nb", "/utforsk/data/npr/contact", Some(fields)).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.location
}

#[tokio::test]
async fn every_page_in_every_language_without_a_missing_text() {
    let world = World::new().await;
    let one = posted(&world, &[("mal", "people")]).await;
    let two = posted(&world, &[("mal", "mean=days"), ("dim1", "code=prefix-1"), ("dim2", "sex"), ("kjonn", "")]).await;
    let three = posted(
        &world,
        &[
            ("mal", "events"),
            ("dim1", "sex"),
            ("dim2", "county"),
            ("dim3", "urgent=all"),
            ("variabel1", "lmr/dispensing/atc"),
            ("hvordan1", "ikke"),
            ("kode1", "c07"),
            ("fra", "2023-01"),
            ("til", "2023-11"),
            ("alder-fra", "20"),
            ("alder-til", "89"),
        ],
    )
    .await;
    let none = posted(&world, &[("mal", "people"), ("alder-fra", "20"), ("alder-til", "24"), ("fylke", "03")]).await;
    let paths = [
        "/utforsk".to_owned(),
        "/utforsk/data/npr/contact".to_owned(),
        "/utforsk/data/npr/contact?dim1=sex&mal=people".to_owned(),
        "/utforsk/data/lmr/dispensing".to_owned(),
        one,
        two,
        three,
        none.clone(),
    ];
    for path in &paths {
        for language in LANGUAGES {
            let page = world.visit("explorer", language, path, None).await;
            assert_eq!(page.status, StatusCode::OK, "{path} {}", page.text);
            assert!(!page.text.contains("exploration-"), "{path}: a text is missing in {language}");
            assert!(!page.text.contains("<&>"), "{path}: a name is not escaped");
        }
    }
    let page = world.visit("explorer", "nb", &none, None).await.text;
    assert!(page.contains("færre enn 1000 personer") && !page.contains("<table"), "{page}");
}

#[tokio::test]
async fn the_plot_and_the_table_have_the_same_numbers_as_the_answer() {
    let world = World::new().await;
    let at = posted(&world, &[("mal", "people"), ("dim1", "code=prefix-3"), ("dim2", "sex")]).await;
    let page = world.visit("explorer", "nb", &at, None).await.text;
    let id = at.rsplit('/').next().unwrap().parse().unwrap();
    let (_, answer, _) = world.service.shown(&explorer(), id).await.unwrap();
    let answer = answer.unwrap();
    let after = |part: &str, mark: &str| -> Vec<String> {
        part.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let (plot, table) = page.split_once("</figure>").unwrap();
    let margin = |at| answer.at(&[Some(at), None]).unwrap().people.unwrap().to_string();
    let wanted: Vec<String> = (0..answer.groups[0].len()).map(margin).collect();
    assert_eq!(after(plot, "focusable=\"false\" data-value=\""), wanted, "the bars are the table's margins");
    let told = after(table, "<td data-value=\"");
    let mut cells: Vec<String> = Vec::new();
    for row in (0..answer.groups[0].len()).map(Some).chain([None]) {
        for column in (0..answer.groups[1].len()).map(Some).chain([None]) {
            cells.push(answer.at(&[row, column]).unwrap().people.unwrap().to_string());
        }
    }
    assert_eq!(told, cells);
    let file = world.visit("explorer", "nb", &format!("{at}/tabell.csv"), None).await.text;
    let lines: Vec<&str> = file.lines().filter(|line| !line.starts_with('#')).collect();
    let numbers: Vec<String> = lines[1..].iter().map(|line| line.rsplit(',').next().unwrap().to_owned()).collect();
    assert_eq!(numbers, cells);
    assert!(file.contains("\"checked\"") && file.contains(&answer.digest.to_string()));
}

#[tokio::test]
async fn who_has_no_right_sees_why_and_how() {
    let world = World::new().await;
    for who in ["", "citizen"] {
        let home = world.visit(who, "nb", "/utforsk", None).await;
        assert!(home.status == StatusCode::OK && home.text.contains("Be den som styrer roller"), "{}", home.text);
        let form = world.visit(who, "nb", "/utforsk/data/npr/contact", None).await;
        assert!(form.text.contains("ikke spørre") && !form.text.contains("<form method=\"post\" action=\"/utforsk"));
    }
    let asked = world.visit("citizen", "nb", "/utforsk/data/npr/contact", Some(&[("mal", "people")])).await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    let own = posted(&world, &[("mal", "people")]).await;
    assert_eq!(
        world.visit("colleague", "nb", &own, None).await.status,
        StatusCode::NOT_FOUND,
        "questions are one's own"
    );
    assert_eq!(world.visit("explorer", "nb", "/utforsk/data/dar/death", None).await.status, StatusCode::NOT_FOUND);
    *world.around.closed.lock().unwrap() = true;
    let empty = world.visit("explorer", "nb", "/utforsk", None).await.text;
    assert!(empty.contains("Ingen datasett er åpne ennå"));
}

#[tokio::test]
async fn what_is_wrong_stands_beside_the_field_and_what_was_chosen_stays() {
    let world = World::new().await;
    let fields = [("mal", "people"), ("variabel1", "code"), ("kode1", ""), ("alder-fra", "20"), ("dim1", "sex")];
    let page = world.visit("explorer", "nb", "/utforsk/data/npr/contact", Some(&fields)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("#f-kode1") && page.text.contains("<option value=\"20\" selected>"), "{}", page.text);
    let twice = [("mal", "people"), ("dim1", "sex"), ("dim2", "sex")];
    let page = world.visit("explorer", "nb", "/utforsk/data/npr/contact", Some(&twice)).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.text.contains("kan bare være én dimensjon"));
}

#[tokio::test]
async fn a_question_is_kept_changed_and_applied_with() {
    let world = World::new().await;
    let wide = posted(&world, &[("mal", "people")]).await;
    let at =
        posted(&world, &[("mal", "people"), ("variabel1", "code"), ("kode1", "I50"), ("dim1", "code=prefix-3")]).await;
    let page = world.visit("explorer", "nb", &at, None).await.text;
    assert!(page.contains(&wide) && page.contains("Alle i datasettet"), "the step before is shown with its count");
    let refine = page.split("href=\"/utforsk/data/npr/contact?").nth(1).unwrap().split('"').next().unwrap();
    let refine = format!("/utforsk/data/npr/contact?{}", refine.replace("&#38;", "&"));
    assert!(world.visit("explorer", "nb", &refine, None).await.text.contains("value=\"I50\""));
    let named = world.visit("explorer", "nb", &format!("{at}/navn"), Some(&[("name", "Hjertesvikt <b>")])).await;
    assert_eq!((named.status, named.location.as_str()), (StatusCode::SEE_OTHER, at.as_str()));
    let home = world.visit("explorer", "nb", "/utforsk", None).await.text;
    assert!(home.contains("Lagret") && home.contains("Hjertesvikt &#60;b&#62;"), "{home}");
    let other = world.visit("colleague", "nb", &format!("{at}/navn"), Some(&[("name", "Min")])).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    let applied = world.visit("explorer", "nb", &format!("{at}/sok"), Some(&[])).await;
    assert!(applied.location.starts_with("/soknader/ny?liste="), "{}", applied.location);
    let lists = world.around.lists.lock().unwrap().clone();
    assert_eq!(lists, [("Hjertesvikt <b>".to_owned(), vec![crate::world::path("npr/contact/code")])]);
}

#[tokio::test]
async fn a_refusal_is_told_in_words() {
    let world = World::with(varde_exploration::model::Budget { a_day: 1, of_a_population: 9 }).await;
    posted(&world, &[("mal", "people")]).await;
    let page = world.visit("explorer", "nb", "/utforsk/data/npr/contact", Some(&[("mal", "events")])).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.text.contains("brukt opp spørsmålene for i dag") && page.text.contains("0 av 1 spørsmål igjen"));
}
