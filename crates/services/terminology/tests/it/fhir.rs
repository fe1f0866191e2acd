//! FHIR's terminology operations, exchange by exchange.

use http::{Request, StatusCode};
use serde_json::{Value, json};
use varde_core::Language;
use varde_terminology::import::Described;

use crate::{
    site::{ask, get, send, site},
    world::World,
};

const SYSTEM: &str = "http://varde.test/fhir/CodeSystem/dyr";

/// The header that says which sites may read.
const READABLE_FROM: &str = "access-control-allow-origin";

/// A parameter's value by name.
fn parameter<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let found = answer["parameter"].as_array().unwrap().iter().find(|p| p["name"] == name);
    found.map_or(&Value::Null, |p| p.as_object().unwrap().iter().find(|(m, _)| m.as_str() != "name").unwrap().1)
}

/// The codes of an expansion.
fn codes(answer: &Value) -> Vec<&str> {
    let contains = answer["expansion"]["contains"].as_array();
    contains.into_iter().flatten().map(|item| item["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn lookup_tells_all_about_a_code() {
    let world = World::new().await;
    world.animals().await;
    let site = site(&world);
    let page = get(&site, &format!("/fhir/r4/CodeSystem/$lookup?system={SYSTEM}&code=D23")).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "application/fhir+json; charset=utf-8"));
    let answer = page.json();
    assert_eq!(answer["resourceType"], "Parameters");
    for (name, value) in
        [("name", json!("Dyr")), ("version", json!("2026")), ("display", json!("Måke")), ("abstract", json!(false))]
    {
        assert_eq!(*parameter(&answer, name), value, "{name}");
    }
    let properties: Vec<(Value, Value)> = answer["parameter"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|p| p["name"] == "property")
        .map(|p| {
            let parts = p["part"].as_array().unwrap();
            let value = parts[1].as_object().unwrap().iter().find(|(m, _)| m.starts_with("value")).unwrap().1.clone();
            (parts[0]["valueCode"].clone(), value)
        })
        .collect();
    assert_eq!(
        properties,
        [
            (json!("inactive"), json!(true)),
            (json!("parent"), json!("D2")),
            (json!("legs"), json!("2")),
            (json!("successor"), json!("D21")),
        ]
    );
    let old =
        get(&site, "/fhir/r5/CodeSystem/$lookup?system=urn:oid:2.999.1&version=2025&code=D13&displayLanguage=en").await;
    assert_eq!(*parameter(&old.json(), "display"), json!("Whale"));
    let coding = json!([{ "name": "coding", "valueCoding": { "system": SYSTEM, "version": "2025", "code": "D13" } }]);
    assert_eq!(
        *parameter(&send(&site, "/fhir/r4/CodeSystem/$lookup", coding).await.json(), "display"),
        json!("Kvalar")
    );
}

#[tokio::test]
async fn what_is_wrong_is_an_operation_outcome_with_the_right_code() {
    let world = World::new().await;
    world.animals().await;
    let site = site(&world);
    let query = |rest: &str| format!("/fhir/r4/{rest}");
    for (path, status, code) in [
        (query(&format!("CodeSystem/$lookup?system={SYSTEM}&code=X")), 404, "not-found"),
        (query(&format!("CodeSystem/$lookup?system={SYSTEM}&version=1&code=D1")), 404, "not-found"),
        (query("CodeSystem/$lookup?system=urn:other&code=X"), 404, "not-found"),
        (query(&format!("CodeSystem/$lookup?system={SYSTEM}")), 400, "required"),
        (query("ValueSet/$expand"), 400, "required"),
        (query("ValueSet/$expand?url=urn:none"), 404, "not-found"),
        (query(&format!("ValueSet/$expand?url={SYSTEM}?fhir_vs&count=many")), 400, "invalid"),
        (query("ConceptMap/$translate?system=urn:a"), 400, "required"),
        (query("CodeSystem/no-id"), 404, "not-found"),
        (query("metadata?_format=xml"), 406, "not-supported"),
        ("/fhir/r3/metadata".to_owned(), 404, "not-found"),
    ] {
        let page = get(&site, &path).await;
        assert_eq!(page.status.as_u16(), status, "{path}: {}", page.text);
        let answer = page.json();
        assert_eq!(answer["resourceType"], "OperationOutcome", "{path}");
        assert_eq!(answer["issue"][0]["code"], code, "{path}");
    }
    let post = ask(
        &site,
        "",
        Language::Nb,
        Request::post("/fhir/r4/CodeSystem/$lookup").header("content-type", "application/json"),
        "{".to_owned(),
    )
    .await;
    assert_eq!(
        (post.status.as_u16(), post.json()["issue"][0]["code"].as_str().unwrap().to_owned()),
        (400, "invalid".to_owned())
    );
}

#[tokio::test]
async fn a_code_is_validated_in_its_system() {
    let world = World::new().await;
    world.animals().await;
    let site = site(&world);
    let ask = async |query: &str| {
        let page = get(&site, &format!("/fhir/r4/CodeSystem/$validate-code?url={SYSTEM}&{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        page.json()
    };
    let good = ask("code=D11&display=dog").await;
    assert_eq!((parameter(&good, "result"), parameter(&good, "display")), (&json!(true), &json!("Hund")));
    let wrong_text = ask("code=D11&display=Katt").await;
    assert_eq!(*parameter(&wrong_text, "result"), json!(false));
    assert_eq!(parameter(&wrong_text, "issues")["issue"][0]["details"]["coding"][0]["code"], "invalid-display");
    let unknown = ask("code=D77").await;
    assert_eq!(
        parameter(&unknown, "message"),
        &json!(format!("Unknown code 'D77' in the CodeSystem '{SYSTEM}' version '2026'"))
    );
    assert_eq!(parameter(&unknown, "issues")["issue"][0]["code"], "code-invalid");
    let old = ask("code=D23").await;
    assert_eq!((parameter(&old, "result"), parameter(&old, "inactive")), (&json!(true), &json!(true)));
    let concept = json!([{ "name": "codeableConcept", "valueCodeableConcept": { "coding": [
        { "system": "urn:other", "code": "1" }, { "system": SYSTEM, "code": "d11" } ] } }]);
    let any = send(&site, "/fhir/r4/CodeSystem/$validate-code", concept).await.json();
    assert_eq!((parameter(&any, "result"), parameter(&any, "code")), (&json!(true), &json!("D11")));
}

#[tokio::test]
async fn one_code_subsumes_another() {
    let world = World::new().await;
    world.animals().await;
    let site = site(&world);
    for (a, b, outcome) in [
        ("D", "D11", "subsumes"),
        ("D11", "D1", "subsumed-by"),
        ("D11", "d11", "equivalent"),
        ("D11", "D21", "not-subsumed"),
    ] {
        let page = get(&site, &format!("/fhir/r5/CodeSystem/$subsumes?system={SYSTEM}&codeA={a}&codeB={b}")).await;
        assert_eq!(*parameter(&page.json(), "outcome"), json!(outcome), "{a} {b}");
    }
}

#[tokio::test]
async fn a_system_expands_with_filter_pages_and_languages() {
    let world = World::new().await;
    world.animals().await;
    let site = site(&world);
    let expand = async |query: &str| {
        let page = get(&site, &format!("/fhir/r4/ValueSet/$expand?url={SYSTEM}%3Ffhir_vs{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.text);
        page.json()
    };
    let all = expand("").await;
    assert_eq!((all["expansion"]["total"].as_u64(), codes(&all).len()), (Some(11), 11));
    assert_eq!(all["expansion"]["contains"][0]["abstract"], true);
    assert_eq!(codes(&expand("&activeOnly=true").await).len(), 10);
    let found = expand("&filter=fug").await;
    assert_eq!(codes(&found), ["D2"]);
    let english = expand("&filter=dog&displayLanguage=en&includeDesignations=true").await;
    assert_eq!(english["expansion"]["contains"][0]["display"], "Dog");
    assert!(english["expansion"]["contains"][0]["designation"].as_array().unwrap().len() >= 3);
    // Pages laid side by side are the whole, and each says how much there is.
    let mut pages = Vec::new();
    for offset in [0, 4, 8, 12] {
        let page = expand(&format!("&count=4&offset={offset}")).await;
        assert_eq!(
            (page["expansion"]["total"].as_u64(), page["expansion"]["offset"].as_u64()),
            (Some(11), Some(offset))
        );
        pages.extend(codes(&page).into_iter().map(str::to_owned));
    }
    assert_eq!(pages, codes(&all));
    assert_eq!(codes(&expand("&count=0").await).len(), 0);
    let nested = expand("&excludeNested=false").await;
    assert_eq!(codes(&nested), ["D"]);
    let below: Vec<&Value> = nested["expansion"]["contains"][0]["contains"].as_array().unwrap().iter().collect();
    assert_eq!(below.iter().map(|c| c["code"].as_str().unwrap()).collect::<Vec<_>>(), ["D1", "D2", "D22"]);
    assert_eq!(expand("").await["expansion"]["identifier"], all["expansion"]["identifier"], "the same is the same");
}

/// A value set with these rules, sent with the request.
fn with_rules(include: Value, exclude: Value) -> Value {
    json!([{ "name": "valueSet", "resource": { "resourceType": "ValueSet", "url": "urn:set", "status": "active",
        "compose": { "include": include, "exclude": exclude } } }])
}

#[tokio::test]
async fn every_kind_of_rule_chooses_its_codes() {
    let world = World::new().await;
    world.animals().await;
    let site = site(&world);
    let filtered = |property: &str, op: &str, value: &str| json!([{ "system": SYSTEM, "filter": [{ "property": property, "op": op, "value": value }] }]);
    for (rule, expected) in [
        (filtered("concept", "is-a", "D1"), vec!["D1", "D11", "D12", "D13"]),
        (filtered("concept", "descendent-of", "D1"), vec!["D11", "D12", "D13"]),
        (filtered("concept", "is-not-a", "D2"), vec!["D", "D1", "D11", "D12", "D13", "D22"]),
        (filtered("concept", "child-of", "D"), vec!["D1", "D2", "D22"]),
        (filtered("concept", "descendent-leaf", "D2"), vec!["D21", "D23", "D24", "D25"]),
        (filtered("concept", "generalizes", "D11"), vec!["D", "D1", "D11"]),
        (filtered("concept", "in", "D11,D12,X"), vec!["D11", "D12"]),
        (filtered("legs", "=", "0"), vec!["D13"]),
        (filtered("legs", "not-in", "2,4"), vec!["D", "D13"]),
        (filtered("legs", "exists", "false"), vec!["D"]),
        (filtered("code", "regex", "D2[1-3]"), vec!["D21", "D22", "D23"]),
        (filtered("inactive", "=", "true"), vec!["D23"]),
        (filtered("parent", "=", "D2"), vec!["D21", "D23", "D24", "D25"]),
        (
            json!([{ "system": SYSTEM, "version": "2025", "concept": [{ "code": "D99" }, { "code": "X" }] }]),
            vec!["D99"],
        ),
    ] {
        let page = send(&site, "/fhir/r4/ValueSet/$expand", with_rules(rule.clone(), json!([]))).await;
        assert_eq!(codes(&page.json()), expected, "{rule}");
    }
    let less = with_rules(filtered("concept", "is-a", "D1"), filtered("concept", "=", "D12"));
    assert_eq!(codes(&send(&site, "/fhir/r4/ValueSet/$expand", less).await.json()), ["D1", "D11", "D13"]);
    for (rule, place) in [
        (filtered("concept", "is-a", ""), "ValueSet.compose.include[0].filter[0].value"),
        (filtered("concept", "sounds-like", "D"), "ValueSet.compose.include[0].filter[0].op"),
        (filtered("concept", "is-a", "X"), "ValueSet.compose.include[0].filter[0].value"),
        (filtered("code", "regex", "D("), "ValueSet.compose.include[0].filter[0].value"),
        (filtered("legs", "is-a", "2"), "ValueSet.compose.include[0].filter[0].property"),
    ] {
        let page = send(&site, "/fhir/r4/ValueSet/$expand", with_rules(rule.clone(), json!([]))).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{rule}");
        assert_eq!(page.json()["issue"][0]["expression"][0], place, "{rule}");
    }
}

#[tokio::test]
async fn an_evil_pattern_takes_no_time() {
    let world = World::new().await;
    world.animals().await;
    let site = site(&world);
    let text = format!("{}!", "a".repeat(10_000));
    let sent = json!([
        { "name": "tx-resource", "resource": { "resourceType": "CodeSystem", "url": "urn:a", "status": "active",
            "content": "complete", "concept": [{ "code": "1", "display": text }] } },
        { "name": "valueSet", "resource": { "resourceType": "ValueSet", "url": "urn:set", "status": "active", "compose": {
            "include": [{ "system": "urn:a", "filter": [{ "property": "display", "op": "regex", "value": "(a+)+b" }] }] } } }
    ]);
    let page = tokio::time::timeout(std::time::Duration::from_secs(5), send(&site, "/fhir/r4/ValueSet/$expand", sent));
    assert_eq!(codes(&page.await.unwrap().json()).len(), 0);
    let large = with_rules(
        json!([{ "system": SYSTEM, "filter": [{ "property": "code", "op": "regex", "value": "(((a{100}){100}){100}){100}" }] }]),
        json!([]),
    );
    assert_eq!(send(&site, "/fhir/r4/ValueSet/$expand", large).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_code_is_validated_in_a_value_set_that_came_with_the_request() {
    let world = World::new().await;
    world.animals().await;
    let site = site(&world);
    let resources = [
        json!({ "name": "tx-resource", "resource": { "resourceType": "ValueSet", "url": "urn:birds", "version": "1",
            "status": "active", "compose": { "include": [{ "system": SYSTEM,
                "filter": [{ "property": "concept", "op": "descendent-of", "value": "D2" }] }] } } }),
        json!({ "name": "tx-resource", "resource": { "resourceType": "ValueSet", "url": "urn:circle", "version": "1",
            "status": "active", "compose": { "include": [{ "valueSet": ["urn:circle2"] }] } } }),
        json!({ "name": "tx-resource", "resource": { "resourceType": "ValueSet", "url": "urn:circle2", "version": "1",
            "status": "active", "compose": { "include": [{ "valueSet": ["urn:circle"] }] } } }),
    ];
    let ask = async |url: &str, more: &[Value]| {
        let mut all = resources.to_vec();
        all.push(json!({ "name": "url", "valueUri": url }));
        all.extend_from_slice(more);
        send(&site, "/fhir/r5/ValueSet/$validate-code", Value::Array(all)).await
    };
    let coding = |code: &str| vec![json!({ "name": "coding", "valueCoding": { "system": SYSTEM, "code": code } })];
    let good = ask("urn:birds", &coding("D21")).await.json();
    assert_eq!((parameter(&good, "result"), parameter(&good, "display")), (&json!(true), &json!("Ørn")));
    let other = ask("urn:birds", &coding("D11")).await.json();
    assert_eq!(*parameter(&other, "result"), json!(false));
    let issue = &parameter(&other, "issues")["issue"][0];
    assert_eq!((issue["code"].as_str(), issue["expression"][0].as_str()), (Some("code-invalid"), Some("Coding.code")));
    assert_eq!(
        issue["details"]["text"],
        format!("The provided code '{SYSTEM}#D11' was not found in the value set 'urn:birds|1'")
    );
    let inferred =
        [json!({ "name": "code", "valueCode": "D24" }), json!({ "name": "inferSystem", "valueBoolean": true })];
    let inferred = ask("urn:birds", &inferred).await.json();
    assert_eq!((parameter(&inferred, "result"), parameter(&inferred, "system")), (&json!(true), &json!(SYSTEM)));
    let circle = ask("urn:circle", &coding("D21")).await;
    assert_eq!(circle.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(circle.json()["issue"][0]["code"], "processing");
}

#[tokio::test]
async fn codes_are_translated_there_and_back_in_both_releases() {
    let world = World::new().await;
    world.animals().await;
    let map = json!({ "resourceType": "ConceptMap", "url": "urn:map", "version": "1", "name": "DyrTilFarge", "status": "draft",
        "date": "2026-01-01", "group": [{ "source": SYSTEM, "target": "urn:farge", "element": [
            { "code": "D11", "target": [{ "code": "brun", "equivalence": "wider" }] },
            { "code": "D12", "target": [{ "code": "grå", "equivalence": "disjoint" }] }] }] });
    world.publish(&Described::default(), &map.to_string()).await;
    let site = site(&world);
    let translate = async |path: &str| get(&site, path).await.json();
    let there = translate(&format!("/fhir/r4/ConceptMap/$translate?system={SYSTEM}&code=D11")).await;
    let parts = parameter(&there, "match");
    assert_eq!(*parameter(&there, "result"), json!(true));
    assert_eq!((&parts[0]["valueCode"], &parts[1]["valueCoding"]["code"]), (&json!("wider"), &json!("brun")));
    let there =
        translate(&format!("/fhir/r5/ConceptMap/$translate?system={SYSTEM}&sourceCode=D11&targetSystem=urn:farge"))
            .await;
    assert_eq!(parameter(&there, "match")[0]["valueCode"], "source-is-narrower-than-target");
    let back = translate("/fhir/r5/ConceptMap/$translate?targetSystem=urn:farge&targetCode=brun").await;
    assert_eq!(parameter(&back, "match")[0]["valueCode"], "source-is-broader-than-target");
    assert_eq!(parameter(&back, "match")[1]["valueCoding"]["code"], "D11");
    for nowhere in [format!("system={SYSTEM}&code=D12"), format!("system={SYSTEM}&code=D13")] {
        let answer = translate(&format!("/fhir/r4/ConceptMap/$translate?{nowhere}")).await;
        assert_eq!(*parameter(&answer, "result"), json!(false), "{nowhere}");
    }
}

#[tokio::test]
async fn resources_are_found_read_and_taken_in_again_without_loss() {
    let world = World::new().await;
    world.animals().await;
    let site = site(&world);
    let bundle = get(&site, &format!("/fhir/r4/CodeSystem?url={SYSTEM}&version=2026")).await.json();
    assert_eq!((bundle["type"].as_str(), bundle["total"].as_u64()), (Some("searchset"), Some(1)));
    let resource = &bundle["entry"][0]["resource"];
    assert_eq!(resource["meta"]["tag"][0]["code"], "SUBSETTED");
    let path = format!("/fhir/r5/CodeSystem/{}", resource["id"].as_str().unwrap());
    let mut whole = get(&site, &path).await.json();
    assert_eq!((whole["count"].as_u64(), whole["hierarchyMeaning"].as_str()), (Some(11), Some("is-a")));
    let described = varde_terminology::import::Described {
        key: Some("kopi".parse().unwrap()),
        url: Some("urn:kopi".to_owned()),
        oid: Some("2.999.9".to_owned()),
        ..Described::default()
    };
    whole["experimental"] = json!(true);
    let imported = world.publish(&described, &whole.to_string()).await;
    let nobody = varde_core::Actor::anonymous();
    let copy = world.service.shown(&nobody, &"kopi".parse().unwrap(), None).await.unwrap();
    let original = world.service.shown(&nobody, &"dyr".parse().unwrap(), None).await.unwrap();
    for concept in original.content.concepts() {
        let copied = copy.content.get(&concept.code).unwrap();
        assert_eq!(
            (&concept.display, &concept.parents, concept.active, concept.selectable, &concept.successors),
            (&copied.display, &copied.parents, copied.active, copied.selectable, &copied.successors),
            "{}",
            concept.code
        );
    }
    let again = get(&site, &format!("/fhir/r4/CodeSystem/{}", imported[0].edition)).await.json();
    assert_eq!(again["experimental"], true, "what nobody knows is kept");
    assert_eq!(get(&site, "/fhir/r4/CodeSystem?title=dyrea").await.json()["total"], 3);
    let capability = get(&site, "/fhir/r5/metadata").await.json();
    assert_eq!(
        (capability["fhirVersion"].as_str(), capability["rest"][0]["resource"].as_array().map(Vec::len)),
        (Some("5.0.0"), Some(3))
    );
    let terminology = get(&site, "/fhir/r4/metadata?mode=terminology").await.json();
    assert_eq!(terminology["codeSystem"][0]["version"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn several_questions_go_in_one_bundle() {
    let world = World::new().await;
    world.animals().await;
    let site = site(&world);
    let post = async |bundle: Value| {
        let request = Request::post("/fhir/r4").header("content-type", "application/fhir+json");
        ask(&site, "", Language::Nb, request, bundle.to_string()).await
    };
    let get = |url: &str| json!({ "request": { "method": "GET", "url": url } });
    let body = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "url", "valueUri": SYSTEM }, { "name": "code", "valueCode": "D77" } ] });
    let good = get(&format!("/CodeSystem/$lookup?system={SYSTEM}&code=D11"));
    let wrong = get("CodeSystem/$lookup?system=urn:none&code=X");
    let checked = json!({ "resource": body, "request": { "method": "POST", "url": "CodeSystem/$validate-code" } });
    let entries = json!([good, wrong, checked, get(&format!("http://varde.test/fhir/r4/CodeSystem?url={SYSTEM}")),
        get("metadata"), { "request": { "method": "DELETE", "url": "CodeSystem/1" } }, get("Patient/1")]);
    let answer = post(json!({ "resourceType": "Bundle", "type": "batch", "entry": entries })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let answer = answer.json();
    assert_eq!(answer["type"], "batch-response");
    let entries = answer["entry"].as_array().unwrap();
    let statuses: Vec<&str> = entries.iter().map(|e| e["response"]["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["200", "404", "200", "200", "200", "400", "404"]);
    assert_eq!(*parameter(&entries[0]["resource"], "display"), json!("Hund"));
    assert_eq!(entries[1]["response"]["outcome"]["issue"][0]["code"], "not-found");
    assert_eq!(*parameter(&entries[2]["resource"], "result"), json!(false));
    assert_eq!(
        (entries[3]["resource"]["total"].as_u64(), &entries[4]["resource"]["kind"]),
        (Some(2), &json!("instance"))
    );
    // A transaction is answered as a whole or not at all.
    let all = post(json!({ "resourceType": "Bundle", "type": "transaction", "entry": [good] })).await;
    assert_eq!(all.json()["type"], "transaction-response");
    let none = post(json!({ "resourceType": "Bundle", "type": "transaction", "entry": [good, wrong] })).await;
    assert_eq!((none.status, none.json()["resourceType"].clone()), (StatusCode::NOT_FOUND, json!("OperationOutcome")));
    let many = vec![good.clone(); 101];
    let many = post(json!({ "resourceType": "Bundle", "type": "batch", "entry": many })).await;
    assert_eq!(many.json()["issue"][0]["code"], "too-costly");
    assert_eq!(post(json!({ "resourceType": "Bundle", "type": "history" })).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn pages_of_other_sites_may_read_without_credentials() {
    let world = World::new().await;
    world.animals().await;
    let site = site(&world);
    let path = format!("/fhir/r4/CodeSystem/$lookup?system={SYSTEM}&code=D11");
    let elsewhere = |request: http::request::Builder| {
        request.header("origin", "https://elsewhere.example").header("sec-fetch-site", "cross-site")
    };
    let first = elsewhere(Request::options(&path)).header("access-control-request-method", "GET");
    let asked = ask(&site, "", Language::Nb, first, String::new()).await;
    assert_eq!((asked.status, asked.header(READABLE_FROM)), (StatusCode::NO_CONTENT, "*"));
    let read = ask(&site, "", Language::Nb, elsewhere(Request::get(&path)), String::new()).await;
    assert_eq!((read.status, read.header(READABLE_FROM)), (StatusCode::OK, "*"));
    let post = elsewhere(Request::post("/fhir/r4/CodeSystem/$lookup")).header("content-type", "application/fhir+json");
    let post = ask(&site, "", Language::Nb, post, "{}").await;
    assert_eq!(post.status, StatusCode::FORBIDDEN, "other sites read, and post nothing");
    let wrong = ask(&site, "", Language::Nb, elsewhere(Request::get("/fhir/r4/CodeSystem/x")), String::new()).await;
    assert_eq!((wrong.status, wrong.header(READABLE_FROM)), (StatusCode::NOT_FOUND, "*"), "the reason can be read");
    assert!(get(&site, "/kodeverk").await.header(READABLE_FROM).is_empty(), "pages are not for other sites");
    let said = get(&site, "/fhir/r4/metadata").await.json();
    assert_eq!(said["rest"][0]["security"]["cors"], true);
}

#[tokio::test]
async fn a_code_without_a_system_is_wrong_and_so_is_a_comparison_without_one() {
    let world = World::new().await;
    world.animals().await;
    let site = site(&world);
    let coding = json!([{ "name": "coding", "valueCoding": { "code": "D11" } }]);
    let answer = send(&site, "/fhir/r4/CodeSystem/$validate-code", coding).await.json();
    let issue = &parameter(&answer, "issues")["issue"][0];
    assert_eq!(*parameter(&answer, "result"), json!(false));
    assert_eq!(
        (&issue["severity"], &issue["code"], &issue["expression"][0]),
        (&json!("error"), &json!("invalid"), &json!("Coding"))
    );
    let compared = get(&site, "/fhir/r4/CodeSystem/$subsumes?codeA=D1&codeB=D11").await;
    assert_eq!((compared.status, &compared.json()["issue"][0]["code"]), (StatusCode::BAD_REQUEST, &json!("invalid")));
}
