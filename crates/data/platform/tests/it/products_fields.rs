//! A product is declared and changed in fields, and nothing that was typed is lost on the way.

use axum::http::StatusCode;

use crate::{
    pages::Site,
    products::{HEART, Products, organisation},
};

const NEW: &str = "/register/produkter/ny";
const DRAFT: &str = "/register/produkter/heart/failure/utkast";

/// A text as a form sends it.
pub(crate) fn sent(text: &str) -> String {
    let byte =
        |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(byte).collect()
}

/// Fields as a form sends them, the later ones in the place of earlier ones.
fn form(fields: &[&[(&str, &str)]]) -> String {
    let fields: Vec<(&str, &str)> = fields.concat();
    let last = |at: usize| fields[at + 1..].iter().all(|(name, _)| *name != fields[at].0);
    let kept = (0..fields.len()).filter(|at| last(*at)).map(|at| format!("{}={}", fields[at].0, sent(fields[at].1)));
    kept.collect::<Vec<_>>().join("&")
}

/// What is chosen of a list, or typed in a field.
fn holds(page: &str, name: &str, value: &str) -> bool {
    let (_, field) = page.split_once(&format!("id=\"f-{name}\"")).unwrap_or_else(|| panic!("{name}: {page}"));
    let field = field.split("class=\"ds-field").next().unwrap();
    field.contains(&format!("value=\"{value}\" selected")) || field.contains(&format!("value=\"{value}\""))
}

/// A site of a steward who answers for both sources.
async fn site() -> Site {
    let products = Products::with(&[&varde_web::CONTEXT]).await;
    products.shelf.hold("pharmacy", organisation(8));
    for request in [&products.stay, &products.sale] {
        products.world.approved(request).await;
    }
    let mut site = Site::of(products.world);
    site.log_in().await;
    site
}

const BEGUN: &[(&str, &str)] = &[
    ("by", "fields"),
    ("then", "save"),
    ("dataset", "heart/failure"),
    ("name_nb", "Hjertesvikt & mer"),
    ("sources", "hospital/stay"),
    ("period_from", "2024-01-01"),
    ("cohort", "code"),
    ("cohort_variable", "hospital/stay/code"),
    ("cohort_prefixes", "i50"),
    ("index", "none"),
];

const COLUMN: &[(&str, &str)] = &[
    ("column", "0"),
    ("name_0", "stays"),
    ("variable_0", "hospital/stay/code"),
    ("aggregate_0", "count"),
    ("granularity_0", "as_is"),
];

#[tokio::test]
async fn a_steward_declares_a_product_in_fields() {
    let site = site().await;
    let page = site.page(NEW).await;
    assert!(page.contains("<option value=\"pharmacy/sale\">"), "{page}");
    // A dataset, and then a column of it: shown again with all that was typed, and nothing is saved yet.
    let more: &[(&str, &str)] = &[("then", "sources"), ("sources", ""), ("source_more", "hospital/stay")];
    let (status, page) = site.post(NEW, &form(&[BEGUN, more])).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(
        page.contains("value=\"Hjertesvikt &#38; mer\"") && page.contains("value=\"hospital/stay\" checked"),
        "{page}"
    );
    assert!(page.contains("<option value=\"hospital/stay/age\">"), "its variables can be chosen: {page}");
    let more: &[(&str, &str)] = &[("then", "columns"), ("variable_more", "hospital/stay/code")];
    let (_, page) = site.post(NEW, &form(&[BEGUN, more])).await;
    assert!(holds(&page, "name_0", "code") && holds(&page, "aggregate_0", "count"), "{page}");
    assert!(site.page("/register/produkter").await.contains("Ingen dataprodukter ennå"));

    // What cannot be read is told beside its field, all of it at once, and stays as it was typed.
    let wrong: &[(&str, &str)] = &[("dataset", "heart failure"), ("period_from", "i fjor"), ("window_from_0", "x")];
    let (status, page) = site.post(NEW, &form(&[BEGUN, COLUMN, wrong])).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for (field, value) in wrong {
        assert!(page.contains(&format!("id=\"e-{field}\"")) && holds(&page, field, value), "{field}: {page}");
    }
    let json: &[(&str, &str)] = &[("cohort", "other"), ("population_json", "{\n \"any\": 7 }")];
    let (status, page) = site.post(NEW, &form(&[BEGUN, COLUMN, json])).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("id=\"e-population_json\"") && page.contains("population 2:"), "{page}");
    let nobody: &[(&str, &str)] = &[("dataset", "nowhere/failure")];
    let (status, page) = site.post(NEW, &form(&[BEGUN, COLUMN, nobody])).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("id=\"e-dataset\"") && holds(&page, "name_0", "stays"), "{page}");

    // What cannot be made is saved, and told beside the fields of the draft.
    let month: &[(&str, &str)] = &[("granularity_0", "month")];
    let (status, page) = site.post(NEW, &form(&[BEGUN, COLUMN, month])).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    let page = site.page(DRAFT).await;
    assert!(page.contains("id=\"e-granularity_0\"") && holds(&page, "cohort_prefixes", "I50"), "{page}");
    let (status, _) = site.post(NEW, &form(&[BEGUN, COLUMN])).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let page = site.page("/register/produkter/heart/failure").await;
    assert!(page.contains("/i-kraft") && page.contains("Antall rader med verdi"), "{page}");
    assert!(page.contains("I50 i hospital/stay/code") && page.contains("Fra 1. januar 2024"), "{page}");
}

#[tokio::test]
async fn what_somebody_else_changed_meanwhile_is_told_and_nothing_is_lost() {
    let site = site().await;
    site.post(NEW, &format!("document={}", sent(HEART))).await;
    let page = site.page(DRAFT).await;
    assert!(holds(&page, "variable_2", "pharmacy/sale/atc") && holds(&page, "event_date", "0"), "{page}");
    let seen = |page: &str| page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let old = seen(&page);
    site.post(NEW, &form(&[BEGUN, COLUMN])).await;
    let mine: &[(&str, &str)] = &[("name_nb", "Mitt navn"), ("product", "heart/failure")];
    let (status, page) = site.post(NEW, &form(&[BEGUN, COLUMN, mine, &[("seen", &old)]])).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Noen andre har endret utkastet") && holds(&page, "name_nb", "Mitt navn"), "{page}");
    let (status, _) = site.post(NEW, &form(&[BEGUN, COLUMN, mine, &[("seen", &seen(&page))]])).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(site.page("/register/produkter/heart/failure").await.contains("Mitt navn"));
    // The same for who has it as JSON.
    let document = format!("by=document&seen={old}&document={}", sent(HEART));
    let (status, page) = site.post(NEW, &document).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Noen andre har endret utkastet") && page.contains("Personer med hjertesvikt"), "{page}");
}

#[tokio::test]
async fn what_the_fields_cannot_say_is_changed_as_json_and_a_rule_without_fields_in_one() {
    let site = site().await;
    let any =
        HEART.replace("{ \"has_code\"", "{ \"any\": [{ \"has_code\"").replace("[\"I50\"] } }", "[\"I50\"] } }] }");
    site.post(NEW, &format!("document={}", sent(&any))).await;
    let page = site.page(DRAFT).await;
    assert!(page.contains("id=\"f-name_0\"") && page.contains("&#34;any&#34;"), "{page}");
    let small = HEART.replace(
        "\"aggregate\": \"count\"",
        "\"aggregate\": \"count\", \"having\": { \"variable\": \"hospital/stay/code\", \"prefixes\": [\"i50\"] }",
    );
    site.post(NEW, &format!("document={}", sent(&small))).await;
    let page = site.page(DRAFT).await;
    assert!(!page.contains("id=\"f-name_0\"") && page.contains("noe som feltene ikke kan vise"), "{page}");
}
