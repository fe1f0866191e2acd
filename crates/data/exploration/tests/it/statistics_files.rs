//! A published table's files: what the description says of the CSV file is so ("Metadata Vocabulary for Tabular
//! Data", W3C 2015). Another library reads them in `web/tests/interop/tables.py`.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};
use varde_core::Language;
use varde_exploration::{
    Published,
    model::{Condition, Dimension, Measure, Question},
};
use varde_permit::Granularity;

use crate::{
    statistics::{content, made},
    world::{World, ask, by_code, code, handler},
};

/// A published table and the address of its CSV file.
async fn published(world: &World, plan: Question) -> (Published, String) {
    let published = made(world, content("Diagnoser, «alle»", plan)).await.unwrap();
    let at = format!("/statistikk/{}/tabell.csv", published.id);
    (published, at)
}

/// The file and its description as somebody who reads the language gets them.
async fn files(world: &World, at: &str, language: &str) -> (String, Value) {
    let file = world.visit("", language, at, None).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(file.header("content-language"), language);
    let link = "<tabell.csv-metadata.json>; rel=\"describedby\"; type=\"application/csvm+json\"";
    assert_eq!(file.header("link"), link);
    let description = world.visit("", language, &format!("{at}-metadata.json"), None).await;
    assert_eq!(description.header("content-type"), "application/csvm+json");
    (file.text, serde_json::from_str(&description.text).unwrap())
}

/// The rows of a file, when they are what the description says: what its columns are called, which must hold
/// something and of which type, which codes there are, and that no two rows have the same key.
fn fits(file: &str, description: &Value) -> Result<Vec<Vec<String>>, String> {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let columns = description["tableSchema"]["columns"].as_array().ok_or("no columns")?;
    let titles: Vec<&str> = columns.iter().filter_map(|column| column["titles"]["und"].as_str()).collect();
    let headers = reader.headers().map_err(|error| error.to_string())?;
    if headers.iter().collect::<Vec<_>>() != titles {
        return Err(format!("{headers:?} are not {titles:?}"));
    }
    let key: Vec<usize> = description["tableSchema"]["primaryKey"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| columns.iter().position(|column| column["name"] == *name))
        .collect();
    let (mut rows, mut keys) = (Vec::new(), BTreeSet::new());
    for record in reader.records() {
        let row: Vec<String> = record.map_err(|error| error.to_string())?.iter().map(str::to_owned).collect();
        for (cell, column) in row.iter().zip(columns) {
            is_cell(cell, column)?;
        }
        let of_row: Vec<String> = key.iter().map(|at| row[*at].clone()).collect();
        if !key.is_empty() && !keys.insert(of_row) {
            return Err(format!("two rows have the key of {row:?}"));
        }
        rows.push(row);
    }
    Ok(rows)
}

fn is_cell(cell: &str, column: &Value) -> Result<(), String> {
    if cell.is_empty() {
        let may = column["required"] == false && column["null"] == "";
        return if may { Ok(()) } else { Err(format!("nothing in {}", column["name"])) };
    }
    let datatype = column["datatype"].as_str().or(column["datatype"]["base"].as_str()).unwrap_or_default();
    let is = match datatype {
        "nonNegativeInteger" => cell.parse::<u64>().is_ok(),
        "decimal" => cell.parse::<f64>().is_ok() && !cell.contains(['e', 'E', 'N', 'i']),
        "string" => true,
        _ => false,
    };
    let listed = column["schema:valueReference"].as_array();
    let known = listed.is_none_or(|codes| codes.iter().any(|code| code["schema:value"] == cell));
    if is && known { Ok(()) } else { Err(format!("{cell} in {}", column["name"])) }
}

fn names(description: &Value) -> Vec<&str> {
    let columns = description["tableSchema"]["columns"].as_array().unwrap();
    columns.iter().filter_map(|column| column["name"].as_str()).collect()
}

#[tokio::test]
async fn the_description_fits_the_file_in_every_language() {
    let world = World::new().await;
    let plan = ask(Condition::default(), &[by_code(3), Dimension::Sex], Measure::People);
    let (Published { id, statistic, .. }, at) = published(&world, plan).await;
    let mut codes = BTreeSet::new();
    for language in Language::ALL.map(Language::tag) {
        let (file, description) = files(&world, &at, language).await;
        let rows = fits(&file, &description).unwrap();
        assert_eq!(description["lang"], language);
        assert_eq!(names(&description), ["code", "code_text", "sex", "sex_text", "people"]);
        assert_eq!(description["tableSchema"]["primaryKey"], json!(["code", "sex"]));
        assert_eq!(rows.len(), statistic.cells.len());
        let told = rows.iter().filter(|row| !row[4].is_empty()).count() as u64;
        assert_eq!(told, statistic.checked.shown, "what is withheld is empty, and nothing else");
        assert!(rows.iter().any(|row| (row[2].as_str(), row[0].as_str()) == ("_T", "_T")), "the total is there");
        codes.insert(rows.into_iter().map(|row| [row[0].clone(), row[2].clone(), row[4].clone()]).collect::<Vec<_>>());
        assert_eq!(
            (&description["url"], &description["@id"]),
            (&json!("tabell.csv"), &json!(format!("/statistikk/{id}")))
        );
        assert_eq!(description["dc:title"], "Diagnoser, «alle»");
        assert_eq!(description["dc:license"], json!({ "@id": "https://data.norge.no/nlod/no/2.0" }));
        assert_eq!(description["dc:source"], json!({ "@id": "/katalog/npr/contact" }));
        assert_eq!(description["dc:issued"]["@value"], json!(statistic.made_at));
        assert_eq!(description["schema:isBasedOn"]["schema:sha256"], json!(statistic.dataset.digest));
        let checked = description["schema:additionalProperty"].as_array().unwrap();
        let output = checked.iter().find(|one| one["schema:propertyID"] == "output").unwrap();
        assert_eq!(output["schema:value"], json!(statistic.checked.output), "what was checked goes with the file");
        let page = world.visit("", language, &format!("/statistikk/{id}"), None).await.text;
        assert!(page.contains(&format!("href=\"{at}-metadata.json\"")), "the page lists it");
    }
    assert_eq!(codes.len(), 1, "codes and numbers are the same in every language");
}

#[tokio::test]
async fn words_are_told_in_three_languages() {
    let world = World::new().await;
    let urgent = Dimension::Variable { name: "urgent".to_owned(), level: Granularity::AsIs };
    let (_, at) = published(&world, ask(code("I"), &[Dimension::Sex, urgent], Measure::People)).await;
    let (_, description) = files(&world, &at, "nb").await;
    let columns = description["tableSchema"]["columns"].as_array().unwrap();
    let column = |name: &str| columns.iter().find(|column| column["name"] == name).unwrap();
    let titles = json!({ "und": "sex", "nb": "Kjønn (kode)", "nn": "Kjønn (kode)", "en": "Sex (code)" });
    assert_eq!(column("sex")["titles"], titles);
    assert_eq!(column("sex_text")["titles"]["en"], "Sex");
    let tagged = |language: &str, text: &str| json!({ "@value": text, "@language": language });
    let women = json!({
        "schema:value": "female",
        "schema:name": [tagged("nb", "Kvinne"), tagged("nn", "Kvinne"), tagged("en", "Female")],
    });
    assert!(column("sex")["schema:valueReference"].as_array().unwrap().contains(&women), "{}", column("sex"));
    let yes =
        json!({ "schema:value": "true", "schema:name": [tagged("nb", "Ja"), tagged("nn", "Ja"), tagged("en", "Yes")] });
    assert!(column("urgent")["schema:valueReference"].as_array().unwrap().contains(&yes), "{}", column("urgent"));
    assert_eq!(column("urgent")["schema:propertyID"], "npr/contact/urgent");
    let told = column("people")["dc:description"].as_array().unwrap();
    assert!(told.len() == 3 && told[2]["@value"].as_str().unwrap().starts_with("A cell without a number is withheld"));
    let about = description["dc:description"].as_array().unwrap();
    assert!(about[0]["@value"].as_str().unwrap().contains("Hovedtilstand begynner med I"), "{}", about[0]);
    assert!(!description.to_string().contains("-note-"), "no text is missing: {description}");
    let list = world.visit("", "en", "/statistikk", None).await.text;
    assert!(
        list.contains("Contacts &#60;&#38;&#62;") && !list.contains("npr/contact"),
        "the dataset by its name: {list}"
    );
}

#[tokio::test]
async fn amounts_are_decimals_and_one_number_has_no_key() {
    let world = World::new().await;
    let mean = ask(code("I"), &[Dimension::County], Measure::Mean("days".to_owned()));
    let (_, at) = published(&world, mean).await;
    let (file, description) = files(&world, &at, "en").await;
    let rows = fits(&file, &description).unwrap();
    assert_eq!(names(&description), ["county", "county_text", "people", "mean_days"]);
    assert_eq!(description["tableSchema"]["columns"][3]["schema:propertyID"], "npr/contact/days");
    assert!(rows.iter().any(|row| row[3].contains('.')), "{rows:?}");
    let (_, at) = published(&world, ask(code("J"), &[], Measure::Events)).await;
    let (file, description) = files(&world, &at, "nn").await;
    assert_eq!((fits(&file, &description).unwrap().len(), names(&description)), (1, vec!["people", "events"]));
    assert!(description["tableSchema"].get("primaryKey").is_none());
}

#[tokio::test]
async fn what_is_altered_no_longer_fits() {
    let world = World::new().await;
    let (_, at) = published(&world, ask(Condition::default(), &[Dimension::Sex], Measure::People)).await;
    let (file, description) = files(&world, &at, "nb").await;
    fits(&file, &description).unwrap();
    let last = file.lines().last().unwrap();
    for altered in [
        format!("{file}{last}\n"),
        file.replace("female", "woman"),
        file.replace("female", ""),
        file.replacen(",6000", ",noen", 1),
        file.replacen("sex,", "kjonn,", 1),
    ] {
        assert_ne!(altered, file, "something is altered");
        assert!(fits(&altered, &description).is_err(), "{altered}");
    }
}

#[tokio::test]
async fn what_is_withdrawn_is_no_longer_described() {
    let world = World::new().await;
    let (Published { id, .. }, at) = published(&world, ask(code("I"), &[Dimension::Sex], Measure::People)).await;
    world.service.withdraw_statistic(&handler(), id, "Feil i kilden").await.unwrap();
    for path in [at.clone(), format!("{at}-metadata.json")] {
        assert_eq!(world.visit("", "nb", &path, None).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
