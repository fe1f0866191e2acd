//! Routes that remember what they are for: the authorisation matrix and the house tests read the
//! record, axum gets the router.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    http::Method,
    middleware::map_response,
    response::Response,
    routing::{MethodFilter, any, on},
};

use crate::headers::OwnPolicy;

/// What a route is, for the authorisation matrix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RouteRecord {
    /// The method, such as `GET`.
    pub method: String,
    /// The path in axum's form, such as `/soknader/{id}`.
    pub path: String,
    /// The policy's action, such as `access.application.read`; what it is for when it is open.
    pub action: &'static str,
    /// Page or API.
    pub kind: RouteKind,
    /// Whether everybody may use it without logging in, by design rather than by policy.
    pub open: bool,
}

/// Whether people or programs use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RouteKind {
    /// HTML, `/katalog`.
    Page,
    /// JSON, `/api/catalogue`.
    Api,
}

/// The routes of a context. `S` is the state its handlers take; [`Routes::with_state`] settles it.
#[derive(Debug)]
pub struct Routes<S = ()> {
    router: Router<S>,
    records: Vec<RouteRecord>,
    /// Paths that take forms from other sites.
    from_anywhere: Vec<&'static str>,
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self { router: Router::new(), records: Vec::new(), from_anywhere: Vec::new() }
    }
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every method below a path, handled by one handler, for a gateway to another program: write the
    /// path as `/rom/{id}/verktoy/{*rest}`. Recorded once, with the method `*`.
    #[must_use]
    pub fn gateway<H, T>(mut self, path: &str, action: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.router = self.router.route(path, any(handler));
        let (method, kind) = ("*".to_owned(), RouteKind::Page);
        self.records.push(RouteRecord { method, path: path.to_owned(), action, kind, open: false });
        self
    }

    /// A page whose use case checks `action` with the policy.
    #[must_use]
    pub fn page<H, T>(self, method: Method, path: &str, action: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.add(method, path, action, RouteKind::Page, false, handler)
    }

    /// A page for everybody: nothing is checked. `what` says what it is for.
    #[must_use]
    pub fn open_page<H, T>(self, method: Method, path: &str, what: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.add(method, path, what, RouteKind::Page, true, handler)
    }

    /// A JSON route whose use case checks `action` with the policy.
    #[must_use]
    pub fn api<H, T>(self, method: Method, path: &str, action: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.add(method, path, action, RouteKind::Api, false, handler)
    }

    /// A JSON route for everybody: nothing is checked.
    #[must_use]
    pub fn open_api<H, T>(self, method: Method, path: &str, what: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.add(method, path, what, RouteKind::Api, true, handler)
    }

    /// Changes the routes so far by a tower layer, such as `DefaultBodyLimit::max` for uploads.
    #[must_use]
    pub fn map_router(mut self, change: impl FnOnce(Router<S>) -> Router<S>) -> Self {
        self.router = change(self.router);
        self
    }

    /// Lets the routes so far take bodies of up to that many bytes instead of 2 MiB, for uploads.
    #[must_use]
    pub fn body_limit(self, bytes: usize) -> Self {
        self.map_router(|router| router.layer(DefaultBodyLimit::max(bytes)))
    }

    /// Lets the routes so far answer with a content security policy and framing rules of their own,
    /// for a tool such as Jupyter that is served below a path of its own. What they do not set
    /// themselves is set as everywhere.
    #[must_use]
    pub fn with_own_policy(self) -> Self {
        self.map_router(|router| {
            router.layer(map_response(async |mut response: Response| {
                response.extensions_mut().insert(OwnPolicy);
                response
            }))
        })
    }

    /// Lets a path (without parameters) take forms from other sites, where a standard wants it. Such a
    /// request is served as if nobody were logged in, so that another site can do nothing in a person's name.
    #[must_use]
    pub fn from_anywhere(mut self, path: &'static str) -> Self {
        self.from_anywhere.push(path);
        self
    }

    /// Gives the handlers their state.
    #[must_use]
    pub fn with_state<S2>(self, state: S) -> Routes<S2> {
        Routes { router: self.router.with_state(state), records: self.records, from_anywhere: self.from_anywhere }
    }

    /// These routes and those.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.records.extend(other.records);
        self.from_anywhere.extend(other.from_anywhere);
        self
    }

    /// What the routes are.
    pub fn records(&self) -> &[RouteRecord] {
        &self.records
    }

    /// The router, and the paths that take forms from other sites.
    pub(crate) fn into_parts(self) -> (Router<S>, Vec<&'static str>) {
        (self.router, self.from_anywhere)
    }

    fn add<H, T>(
        mut self,
        method: Method,
        path: &str,
        action: &'static str,
        kind: RouteKind,
        open: bool,
        handler: H,
    ) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        // axum panics on a method it has no filter for; those are not ours either.
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        self.router = self.router.route(path, on(filter, handler));
        self.records.push(RouteRecord { method: method.to_string(), path: path.to_owned(), action, kind, open });
        self
    }
}
