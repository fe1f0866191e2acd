//! The whole site in this process, on a database of its own.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use tempfile::TempDir;
use tower::ServiceExt as _;
use uuid::Uuid;
use varde::{
    app::{App, contexts},
    config::{Config, RoomsSettings, WitnessConfig},
};
use varde_core::OrganisationId;
use varde_store::testing::{self, TestDatabase};

/// The site; the folder and the database live as long.
pub(crate) struct Site {
    pub(crate) app: App,
    router: Router,
    pub(crate) database: TestDatabase,
    _folder: TempDir,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }
}

impl Site {
    /// A demonstration, so that the routes of Test-ID are there too.
    pub(crate) async fn open() -> Self {
        Self::open_with(Vec::new()).await
    }

    /// One that asks witnesses.
    pub(crate) async fn open_with(witnesses: Vec<WitnessConfig>) -> Self {
        Self::open_as(|config| config.witnesses = witnesses).await
    }

    /// One that is configured otherwise.
    pub(crate) async fn open_as(change: impl FnOnce(&mut Config)) -> Self {
        let database = testing::database(&contexts()).await;
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config {
            data: folder.path().to_owned(),
            database_url: Some(database.url()),
            base_url: Some("http://127.0.0.1:8080/".parse().unwrap()),
            demo: true,
            access_body: Some(OrganisationId::from_uuid(Uuid::from_u128(1))),
            rooms: RoomsSettings { python: false, notebook: false, ..RoomsSettings::default() },
            log_name: "varde.test/log".to_owned(),
            ..Config::default()
        };
        change(&mut config);
        let app = App::open(config).await.unwrap();
        Self { router: app.router(), app, database, _folder: folder }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 16 << 20).await.unwrap();
        Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
    /// What is served at an address to anybody, which must be there.
    pub(crate) async fn bytes(&self, path: &str) -> Vec<u8> {
        let request = Request::builder().uri(path).header("host", "127.0.0.1:8080").body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()
    }
}
