//! The web shell: pages, forms, texts in three languages, sessions, problems as pages or JSON,
//! security headers, health, metrics and the embedded style and scripts.
//!
//! A context exports `routes(service) -> Routes`, `TEXTS` and `open_api()`; the composition hands
//! them to [`Web`], whose [`Web::router`] is the whole site. A handler takes a [`Visit`] and
//! answers `Result<Response, Failure>`.

mod assets;
mod errors;
mod failure;
mod form;
mod guard;
mod headers;
mod input;
mod navigation;
mod operation;
mod pages;
mod routes;
mod session;
mod shell;
pub mod telemetry;
pub mod testing;
mod texts;
pub mod ui;
mod visit;

pub use failure::Failure;
pub use form::Form;
pub use headers::with_form_target;
pub use input::{Id, Sent};
pub use navigation::NavigationItem;
pub use operation::{ReadyCheck, ReadyFuture};
pub use pages::is_own_path;
pub use routes::{RouteKind, RouteRecord, Routes};
pub use session::{
    ABSOLUTE, CONTEXT, Display, GRACE, HELD, HeldForm, HeldFormId, IDLE, RENEWAL, SESSION_ENDED, Session,
    SessionCookie, SessionEnded, SessionError, SessionId, Sessions,
};
pub use shell::{Authenticator, Web, WebConfig};
pub use texts::{Argument, DateLike, TEXTS, TextSource, Texts, TimeLike, Usage, date_in_words, number, time_in_words};
pub use visit::Visit;
