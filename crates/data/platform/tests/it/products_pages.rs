//! Data products as a steward sees them in a browser, and a program by the JSON routes.

use axum::http::{Method, StatusCode};

use crate::{
    pages::Site,
    products::{HEART, Products, organisation},
    products_fields::sent,
    support::system,
    world::path,
};

#[tokio::test]
async fn a_steward_declares_a_product_by_pages_and_reads_its_lineage() {
    let products = Products::with(&[&varde_web::CONTEXT]).await;
    // Everything is the steward's own organisation's: nobody else is asked.
    products.shelf.hold("pharmacy", organisation(8));
    for request in [&products.stay, &products.sale] {
        products.world.approved(request).await;
    }
    let platform = products.platform.clone();
    let mut site = Site::of(products.world);
    let (status, ..) = site.send(Method::GET, "/register/produkter", "").await;
    assert!(
        status == StatusCode::FORBIDDEN || status == StatusCode::UNAUTHORIZED || status == StatusCode::SEE_OTHER,
        "{status}"
    );
    site.log_in().await;
    let page = site.page("/register/produkter").await;
    assert!(page.contains("Ingen dataprodukter ennå"), "{page}");
    assert!(site.page("/register/produkter/ny").await.contains("kilde/produkt"));
    let (status, page) = site.post("/register/produkter/ny", "document=%7B").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Erklæringen kan ikke lagres") && page.contains("1:1"), "{page}");
    let wrong = HEART.replace("{ \"prefix\": 1 }", "\"month\"");
    let (status, _) = site.post("/register/produkter/ny", &format!("document={}", sent(&wrong))).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let address = "/register/produkter/heart/failure";
    let page = site.page(address).await;
    assert!(page.contains("columns[2].granularity") && !page.contains("/i-kraft"), "{page}");
    assert!(site.page(&format!("{address}/utkast")).await.contains("heart/failure"));
    let (status, _) = site.post("/register/produkter/ny", &format!("document={}", sent(HEART))).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(site.page(address).await.contains("/i-kraft"));
    let (status, page) = site.post(&format!("{address}/i-kraft"), "").await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    let page = site.page(address).await;
    assert!(page.contains("Produktet lages av kildene"), "{page}");
    let built = platform.make_product(&system(), &path("heart/failure"), 1, None).await.unwrap().unwrap();
    let release = built.release.unwrap();
    let page = site.page(address).await;
    assert!(page.contains("Venter på godkjenning") && page.contains(&format!("/register/{release}/opphav")), "{page}");
    let page = site.page(&format!("/register/{release}/opphav")).await;
    assert!(page.contains("pharmacy/sale/atc"), "{page}");
    let told: serde_json::Value =
        serde_json::from_str(&site.page(&format!("/api/releases/{release}/lineage")).await).unwrap();
    assert_eq!(told["made_of"].as_array().unwrap().len(), 2);
    let source = told["made_of"][0]["release"].as_str().unwrap();
    assert!(site.page(&format!("/register/{source}/opphav")).await.contains("heart/failure"));
    let listed: serde_json::Value = serde_json::from_str(&site.page("/api/products").await).unwrap();
    assert_eq!(listed[0]["freshness"], "to_approve");
    let one: serde_json::Value = serde_json::from_str(&site.page("/api/products/heart/failure").await).unwrap();
    assert_eq!(one["versions"][0]["declaration"]["dataset"], "heart/failure");
    assert!(site.page("/register/produkter").await.contains("Personer med hjertesvikt"));
    let (status, page) = site.post(&format!("{address}/avslutt"), "because=").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    let (status, _) = site.post(&format!("{address}/avslutt"), "because=ikke+mer+bruk").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(site.page(address).await.contains("Ikke i kraft"));
    let (status, ..) = site.send(Method::GET, "/register/produkter/no/such", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
