//! The API, and a notebook that uses it.

use http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::world::World;

fn question() -> Value {
    json!({
        "dataset": "npr/contact",
        "only": { "code": { "variable": "code", "begins": ["I"] } },
        "by": [{ "variable": { "name": "code", "level": { "prefix": 3 } } }, "sex"],
    })
}

#[tokio::test]
async fn programs_see_what_is_open_ask_and_see_their_budget() {
    let world = World::new().await;
    let open = world.visit("", "en", "/api/exploration/datasets", None).await.json();
    assert_eq!(open[1]["path"], "npr/contact");
    assert_eq!(open[1]["variables"][1]["levels"], json!([{ "prefix": 4 }, { "prefix": 3 }, { "prefix": 1 }]));
    let refused = world.post_json("citizen", "/api/exploration/questions", &question()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let asked = world.post_json("notebook", "/api/exploration/questions", &question()).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    let asked = asked.json();
    assert_eq!((&asked["again"], &asked["standing"]["used"]["today"]), (&json!(false), &json!(1)));
    assert_eq!(asked["answer"]["groups"][0][0], json!({ "code": "I21" }));
    assert!(asked["answer"]["checked"]["rules"]["population"] == 1000 && asked["answer"]["cells"].is_array());
    assert!(asked.to_string().find("\"primary\"").is_none(), "which cells are unsafe is not told");
    let budget = world.visit("notebook", "en", "/api/exploration/budget", None).await.json();
    assert_eq!(budget["left_today"], 59);
    let mut wrong = question();
    wrong["by"] = json!([{ "age": { "width": 3 } }]);
    let wrong = world.post_json("notebook", "/api/exploration/questions", &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("\"by\""), "{}", wrong.text);
    let unknown = world
        .post_json("notebook", "/api/exploration/questions", &json!({ "dataset": "npr/contact", "sql": "x" }))
        .await;
    assert!(unknown.status.is_client_error() && !unknown.text.contains("cells"));
}

/// A notebook in another language gets the numbers that the page shows.
#[tokio::test]
async fn a_notebook_gets_the_numbers_of_the_page() {
    let world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let site = world.site();
    let server = tokio::spawn(async move { axum::serve(listener, site).await });
    let script = format!("{}/tests/it/notebook.py", env!("CARGO_MANIFEST_DIR"));
    let ran = tokio::process::Command::new("python3").args([script, format!("http://{address}")]).output().await;
    let ran = ran.expect("python3 is not installed: apt-get install python3");
    server.abort();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let told: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let fields = [("mal", "people"), ("variabel1", "code"), ("kode1", "I"), ("dim1", "code=prefix-3"), ("dim2", "sex")];
    let page = world.visit("explorer", "en", "/utforsk/data/npr/contact", Some(&fields)).await;
    let page = world.visit("explorer", "en", &page.location, None).await.text;
    let shown: Vec<&str> =
        page.split("<td data-value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let told: Vec<String> = told.as_array().unwrap().iter().map(Value::to_string).collect();
    assert!(shown.len() > 6 && shown == told, "{shown:?} {told:?}");
}
