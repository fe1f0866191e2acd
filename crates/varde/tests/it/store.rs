//! How the store of releases and deliveries stands, as the operator sees it.

use std::{fs, net::TcpListener};

use tokio_util::sync::CancellationToken;
use varde::config::{Config, PlatformSettings, S3Settings};
use varde_core::{LoginLevel, Role};

use crate::{house::site::Site, operations::Person, project::wait};

/// The page before the store was tried, and after.
async fn seen(change: impl FnOnce(&mut Config), then: &str) -> (String, String) {
    let site = Site::open_as(change).await;
    let operator = Person::log_in(&site, 9, LoginLevel::High, Role::Operator).await;
    let before = operator.get("/drift").await.body;
    let stop = CancellationToken::new();
    let running = tokio::spawn(site.app.background(stop.clone()));
    let after = wait("the store", async || {
        let page = operator.get("/drift").await.body;
        page.contains(then).then_some(page)
    })
    .await;
    stop.cancel();
    running.await.unwrap();
    (before, after)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_works_is_said_to_and_nothing_is_left_of_the_try() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let place = format!("file://{}", kept.display());
    let (before, after) = seen(|config| config.platform.store = Some(place), "Filer kan legges inn").await;
    assert!(before.contains("Ikke prøvd ennå") && !before.contains("Sist prøvd"), "{before}");
    for told in [kept.to_str().unwrap(), "Sist prøvd", "Er borte", "Ikke siden tjenesten startet", "Alle dataversjoner"]
    {
        assert!(after.contains(told), "{told} is not on the page\n{after}");
    }
    assert_eq!(fs::read_dir(kept.join("tried")).map_or(0, Iterator::count), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_away_is_said_to_be_without_what_it_is_used_by() {
    let folder = tempfile::tempdir().unwrap();
    let credentials_file = folder.path().join("key");
    fs::write(&credentials_file, "AKIDTESTS\nhemmelig-nok\n").unwrap();
    // A port that nobody listens at.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let s3 = S3Settings {
        endpoint: format!("http://127.0.0.1:{port}").parse().ok(),
        path_style: true,
        credentials_file: Some(credentials_file),
        ..S3Settings::default()
    };
    let platform = PlatformSettings { store: Some("s3://helse/varde".to_owned()), s3, ..PlatformSettings::default() };
    let (before, after) = seen(|config| config.platform = platform, "Lageret svarer ikke").await;
    assert!(before.contains("s3://helse/varde"), "{before}");
    assert!(after.contains("Noe trenger hjelp") && after.contains("Virker ikke"), "{after}");
    assert!(!after.contains("AKIDTESTS") && !after.contains("hemmelig"), "{after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_store_the_page_says_where_releases_lie() {
    let site = Site::open().await;
    let operator = Person::log_in(&site, 9, LoginLevel::High, Role::Operator).await;
    let page = operator.get("/drift").await.body;
    assert!(page.contains("ligger i datakatalogen på denne maskinen"), "{page}");
    assert!(!page.contains("Sist prøvd") && !page.contains("Sist ryddet"), "{page}");
}
