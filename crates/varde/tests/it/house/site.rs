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
    config::{Config, RoomsSettings},
};
use varde_core::OrganisationId;
use varde_store::testing::{self, TestDatabase};

/// The site; the folder and the database live as long.
pub(super) struct Site {
    pub(super) app: App,
    router: Router,
    _database: TestDatabase,
    _folder: TempDir,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }
}

impl Site {
    /// A demonstration, so that the routes of Test-ID are there too.
    pub(super) async fn open() -> Self {
        let database = testing::database(&contexts()).await;
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            data: folder.path().to_owned(),
            database_url: Some(database.url()),
            base_url: Some("http://127.0.0.1:8080/".parse().unwrap()),
            demo: true,
            access_body: Some(OrganisationId::from_uuid(Uuid::from_u128(1))),
            rooms: RoomsSettings { python: false, notebook: false, ..RoomsSettings::default() },
            log_name: "varde.test/log".to_owned(),
            ..Config::default()
        };
        let app = App::open(config).await.unwrap();
        Self { router: app.router(), app, _database: database, _folder: folder }
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 16 << 20).await.unwrap();
        Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }
}
