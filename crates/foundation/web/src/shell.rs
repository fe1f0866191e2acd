//! The shell around all routes: who asks, in which language, whether the request is honest, what
//! an error looks like, and the headers on everything.

use std::{fmt, future::Future, panic::AssertUnwindSafe, pin::Pin, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use futures::FutureExt as _;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use tracing::Instrument as _;
use url::Url;
use utoipa::openapi::OpenApi;
use varde_core::{Actor, Clock, Language, Randomness};
use varde_store::Store;

use crate::{
    Failure, NavigationItem, RouteRecord, Routes, Sessions, TextSource, Texts, Visit, errors,
    guard::{self, Origin},
    headers::SecurityHeaders,
    navigation,
    operation::{self, ReadyCheck},
    pages,
    session::{CookieJarExt as _, Found, Session},
    telemetry,
};

/// The cookie that remembers the language. Not personal, readable by nobody else.
pub(crate) const LANGUAGE_COOKIE: &str = "varde-sprak";

/// Settles who acts when a request carries an `Authorization` header; `oauth` implements it.
pub trait Authenticator: Send + Sync {
    /// The actor behind the header, `Ok(None)` when it is not of a kind this authenticator knows.
    /// Errors: the token is bad (401) or cannot be checked now (503).
    fn authenticate<'a>(
        &'a self,
        parts: &'a Parts,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Actor>, Failure>> + Send + 'a>>;

    /// What a program is told that came to our API with nothing (`WWW-Authenticate`).
    fn challenge(&self) -> Option<HeaderValue>;
}

/// How people reach the installation.
#[derive(Debug, Clone)]
pub struct WebConfig {
    /// The address people use, such as `https://varde.example`. Its scheme decides on secure
    /// cookies; its origin is what requests are compared with.
    pub base_url: Url,
    /// Other origins that forms lead to: the login provider's.
    pub form_targets: Vec<String>,
    /// Where people come after our own session has ended: a path of this site.
    pub after_logout: String,
    /// How long a handler may take before it answers (the body may stream longer).
    pub timeout: Duration,
    /// The same for uploads, whose handler answers when the last byte is in.
    pub upload_timeout: Duration,
}

impl WebConfig {
    /// The usual limits for an installation at that address.
    pub fn new(base_url: Url) -> Self {
        let timeout = Duration::from_secs(30);
        let after_logout = "/utlogget".to_owned();
        let upload_timeout = Duration::from_secs(30 * 60);
        Self { base_url, form_targets: Vec::new(), after_logout, timeout, upload_timeout }
    }

    /// Whether people reach us over https.
    pub fn secure(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    fn origin(&self) -> String {
        self.base_url.origin().ascii_serialization()
    }
}

/// Collects what the contexts export and makes the site of it.
pub struct Web {
    config: WebConfig,
    store: Store,
    routes: Routes,
    texts: Vec<TextSource>,
    open_apis: Vec<OpenApi>,
    navigation: Vec<NavigationItem>,
    authenticator: Option<Arc<dyn Authenticator>>,
    checks: Vec<ReadyCheck>,
}

impl Web {
    /// The shell alone: front page, privacy, accessibility, health.
    pub fn new(config: WebConfig, store: &Store) -> Self {
        Self {
            config,
            store: store.clone(),
            routes: pages::routes().merge(operation::routes()),
            texts: Vec::new(),
            open_apis: vec![operation::open_api()],
            navigation: navigation::MAIN.to_vec(),
            authenticator: None,
            checks: Vec::new(),
        }
    }

    /// Adds a context's routes.
    #[must_use]
    pub fn routes(mut self, routes: Routes) -> Self {
        self.routes = self.routes.merge(routes);
        self
    }

    /// Adds a context's texts.
    #[must_use]
    pub fn texts(mut self, source: TextSource) -> Self {
        self.texts.push(source);
        self
    }

    /// Adds a context's description of its API.
    #[must_use]
    pub fn open_api(mut self, open_api: OpenApi) -> Self {
        self.open_apis.push(open_api);
        self
    }

    /// Replaces the main navigation.
    #[must_use]
    pub fn navigation(mut self, items: Vec<NavigationItem>) -> Self {
        self.navigation = items;
        self
    }

    /// Sets who settles the actor of a request with an `Authorization` header.
    #[must_use]
    pub fn authenticator(mut self, authenticator: Arc<dyn Authenticator>) -> Self {
        self.authenticator = Some(authenticator);
        self
    }

    /// Adds something that must answer before the installation is ready, such as the log.
    #[must_use]
    pub fn ready_check(mut self, check: ReadyCheck) -> Self {
        self.checks.push(check);
        self
    }

    /// What every route is, for the authorisation matrix.
    pub fn records(&self) -> &[RouteRecord] {
        self.routes.records()
    }

    /// The whole site.
    pub fn router(self) -> Router {
        let secure = self.config.secure();
        let (router, from_anywhere) = self.routes.into_parts();
        let shell = Arc::new(Shell {
            from_anywhere,
            texts: Texts::new(self.texts),
            sessions: Sessions::new(&self.store, secure),
            navigation: self.navigation,
            clock: self.store.clock().clone(),
            randomness: self.store.randomness().clone(),
            headers: SecurityHeaders::new(secure, &self.config.form_targets),
            origin: self.config.origin(),
            after_logout: self.config.after_logout.clone(),
            authenticator: self.authenticator,
            checks: self.checks,
            open_api: operation::merge(self.open_apis).to_json().unwrap_or_default(),
            config: self.config,
        });
        router.fallback(async || Failure::not_found()).layer(from_fn_with_state(shell, serve))
    }
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Web").field("config", &self.config).finish_non_exhaustive()
    }
}

/// What every request needs.
pub(crate) struct Shell {
    pub(crate) texts: Texts,
    pub(crate) sessions: Sessions,
    pub(crate) navigation: Vec<NavigationItem>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) checks: Vec<ReadyCheck>,
    pub(crate) open_api: String,
    pub(crate) after_logout: String,
    randomness: Randomness,
    headers: SecurityHeaders,
    origin: String,
    from_anywhere: Vec<&'static str>,
    authenticator: Option<Arc<dyn Authenticator>>,
    config: WebConfig,
}

impl fmt::Debug for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shell")
    }
}

/// The outermost layer.
async fn serve(State(shell): State<Arc<Shell>>, request: Request, next: Next) -> Response {
    let request_id = hex::encode(shell.randomness.bytes::<16>());
    let route = telemetry::Route::of(&request);
    let span = telemetry::request_span(&request, &request_id, &route);
    let measure = telemetry::Measure::start(request.method());
    let mut response = answer(&shell, request, next, &request_id).instrument(span.clone()).await;
    shell.headers.apply(&mut response);
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", id);
    }
    measure.stop(&span, &response, route);
    response
}

async fn answer(shell: &Arc<Shell>, mut request: Request, next: Next, request_id: &str) -> Response {
    let api = errors::wants_json(&request);
    let language = language(request.headers());
    let path = page_path(&request, &shell.origin);
    let foreign = shell.is_foreign_form(&request);
    let found = match shell.found(request.headers(), foreign).await {
        Ok(found) => found,
        Err(failure) => {
            let visit = Visit::new(shell.clone(), Actor::anonymous(), language, path, request_id.to_owned(), None);
            return errors::show(&visit, api, failure.into_response());
        }
    };
    let (session, cookie) = match &found {
        Found::Good(session, cookie) => (Some(Session::clone(session)), cookie.clone()),
        Found::Nothing | Found::Ended(_) => (None, None),
    };
    let actor = session.as_ref().map_or_else(Actor::anonymous, |s| s.actor().clone());
    let mut visit = Visit::new(shell.clone(), actor, language, path, request_id.to_owned(), session);
    let response = match shell.admit(&mut visit, &found, request).await {
        Ok(admitted) => {
            request = admitted;
            request.extensions_mut().insert(visit.clone());
            shell.run(request, next).await
        }
        Err(refused) => *refused,
    };
    let response = errors::show(&visit, api, response);
    match cookie {
        // A handler that sets the session's cookie itself (login, logout) has the last word.
        Some(cookie) if !shell.sets_session(&response) => cookie.attach(response),
        _ => response,
    }
}

impl Shell {
    /// What a program is told that came with nothing.
    pub(crate) fn challenge(&self) -> Option<HeaderValue> {
        self.authenticator.as_ref().and_then(|authenticator| authenticator.challenge())
    }

    async fn found(&self, headers: &HeaderMap, foreign: bool) -> Result<Found, Failure> {
        match headers.cookie(self.sessions.cookie_name()) {
            Some(secret) if !secret.is_empty() && !foreign => Ok(self.sessions.find(secret).await?),
            _ => Ok(Found::Nothing),
        }
    }

    /// Whether another site posts to where that is let in: then nobody is logged in.
    fn is_foreign_form(&self, request: &Request) -> bool {
        guard::is_form(request.headers())
            && guard::origin(request.headers(), &self.origin) == Origin::Foreign
            && self.from_anywhere.contains(&request.uri().path())
    }

    /// Settles a token's actor, or lets the guard look at a browser's request.
    async fn admit(&self, visit: &mut Visit, found: &Found, request: Request) -> Result<Request, Box<Response>> {
        if request.headers().contains_key(header::AUTHORIZATION)
            && let Some(authenticator) = &self.authenticator
        {
            let (parts, body) = request.into_parts();
            let actor = authenticator.authenticate(&parts).await.map_err(|f| Box::new(f.into_response()))?;
            let request = Request::from_parts(parts, body);
            return match actor {
                Some(actor) => {
                    visit.act_as(actor);
                    Ok(request)
                }
                None => pages::held::guard(visit, found, &self.origin, request).await,
            };
        }
        if self.is_foreign_form(&request) {
            return Ok(request);
        }
        pages::held::guard(visit, found, &self.origin, request).await
    }

    /// Runs the handler; a panic or a time-out becomes a failure like any other.
    async fn run(&self, request: Request, next: Next) -> Response {
        let upload = guard::is_multipart(request.headers());
        let limit = if upload { self.config.upload_timeout } else { self.config.timeout };
        match tokio::time::timeout(limit, AssertUnwindSafe(next.run(request)).catch_unwind()).await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "web.panic").into_response(),
            Err(_) => Failure::new(StatusCode::SERVICE_UNAVAILABLE, "web.timeout").into_response(),
        }
    }

    fn sets_session(&self, response: &Response<Body>) -> bool {
        let start = format!("{}=", self.sessions.cookie_name());
        response.headers().get_all(header::SET_COOKIE).iter().any(|v| v.as_bytes().starts_with(start.as_bytes()))
    }
}

/// The language somebody chose, else the best their browser asks for.
fn language(headers: &HeaderMap) -> Language {
    let chosen = headers.cookie(LANGUAGE_COOKIE).and_then(|tag| tag.parse().ok());
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    chosen.or_else(|| asked.map(Language::from_accept_language)).unwrap_or_default()
}

/// The path one can come back to by a link: the request's own, or that of the page with the form
/// when the request posts (a page that answers a post may not exist for GET).
fn page_path(request: &Request, origin: &str) -> String {
    let own = request.uri().path_and_query().map_or("/", |p| p.as_str());
    if request.method() == Method::GET {
        return own.to_owned();
    }
    let referer = request.headers().get(header::REFERER).and_then(|v| v.to_str().ok());
    let page = referer.and_then(|r| r.strip_prefix(origin)).filter(|p| p.starts_with('/'));
    page.unwrap_or(own).to_owned()
}
