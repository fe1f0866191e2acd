//! Everything a page needs to know about the request: who, in which language, where.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use varde_core::{Actor, Clock, Language, LocalisedText, Role};

use crate::{
    Argument, DateLike, Failure, TimeLike, assets, form::CSRF_FIELD, navigation::NavigationItem, session::Session,
    shell::Shell, texts,
};

/// A request as a page sees it. Handlers take it as an argument; templates have it as `visit`.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Who acts.
    pub actor: Actor,
    /// The language of the answer.
    pub language: Language,
    path: String,
    request_id: String,
    session: Option<Session>,
    shell: Arc<Shell>,
}

impl Visit {
    pub(crate) fn new(
        shell: Arc<Shell>,
        actor: Actor,
        language: Language,
        path: String,
        request_id: String,
        session: Option<Session>,
    ) -> Self {
        Self { actor, language, path, request_id, session, shell }
    }

    /// The text of that key.
    pub fn t(&self, key: &str) -> String {
        self.shell.texts.get(self.language, key)
    }

    /// The text of that key with values for its variables.
    pub fn t_with(&self, key: &str, arguments: &[(&str, Argument)]) -> String {
        self.shell.texts.get_with(self.language, key, arguments)
    }

    /// The text of a code from a closed list: `visit.t_of("access-status", "submitted")` is the
    /// text `access-status-submitted`.
    pub fn t_of(&self, prefix: &str, code: &str) -> String {
        self.t(&format!("{prefix}-{code}"))
    }

    /// A text that comes in all languages, in the visit's.
    pub fn local<'t>(&self, text: &'t LocalisedText) -> &'t str {
        text.get(self.language)
    }

    /// A date with the month as a word.
    pub fn date(&self, date: impl DateLike) -> String {
        texts::date_in_words(self.language, date.as_date())
    }

    /// A time in Norway with the month as a word.
    pub fn time(&self, time: impl TimeLike) -> String {
        texts::time_in_words(self.language, time.as_time())
    }

    /// A whole number in groups of three.
    pub fn number(&self, number: impl Into<Argument>) -> String {
        match number.into() {
            Argument::Number(number) => texts::number(self.language, number),
            Argument::Text(text) => text,
        }
    }

    /// A size in bytes, or thousands, millions or milliards of them.
    pub fn size(&self, bytes: u64) -> String {
        texts::size(self.language, bytes)
    }

    /// The hidden field every form needs, put right after `<form …>`; write `|safe` behind it.
    /// Empty when nobody is logged in: a form without a login has nothing to forge.
    pub fn csrf_field(&self) -> String {
        let Some(session) = &self.session else { return String::new() };
        format!(r#"<input type="hidden" name="{CSRF_FIELD}" value="{}">"#, session.csrf())
    }

    /// The page in the response, status 200. The template has a field `visit` and extends
    /// `layout.html`.
    pub fn page(&self, template: impl Template) -> Response {
        self.page_with(StatusCode::OK, template)
    }

    /// The page with another status, such as 422 for a form with errors.
    pub fn page_with(&self, status: StatusCode, template: impl Template) -> Response {
        match template.render() {
            Ok(html) => {
                let kind = [
                    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                    (header::CONTENT_LANGUAGE, self.language.tag()),
                ];
                (status, kind, html).into_response()
            }
            Err(error) => {
                tracing::error!(template.error = %error, "a template failed");
                Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "web.template").into_response()
            }
        }
    }

    /// After a successful post: see that page (303), so that reloading does not post again.
    pub fn see(&self, path: &str) -> Response {
        Redirect::to(path).into_response()
    }

    /// The path and query of the request, as it is written in links.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The id of this request, shown on error pages so that the operator can find it.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Whether somebody is logged in.
    pub fn logged_in(&self) -> bool {
        self.actor.person().is_some()
    }

    /// The session, when somebody is logged in by one.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// The name of who is logged in, for the header.
    pub fn display_name(&self) -> &str {
        self.session.as_ref().map_or("", |s| &s.display().person)
    }

    /// The name of the organisation acted for, empty when there is none.
    pub fn display_organisation(&self) -> &str {
        self.session.as_ref().and_then(|s| s.display().organisation.as_deref()).unwrap_or("")
    }

    /// The clock, for handlers that show "today".
    pub fn clock(&self) -> &dyn Clock {
        &*self.shell.clock
    }

    /// The address of an asset by its plain name, with the digest of its content in it.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    /// All languages, for the switch.
    pub fn languages(&self) -> [Language; 3] {
        Language::ALL
    }

    /// The address that shows this page in another language.
    pub fn in_language(&self, language: &Language) -> String {
        let back: String = url::form_urlencoded::byte_serialize(self.path.as_bytes()).collect();
        format!("/sprak/{language}?til={back}")
    }

    /// The address of the login that comes back here.
    pub fn login_address(&self) -> String {
        let back: String = url::form_urlencoded::byte_serialize(self.path.as_bytes()).collect();
        format!("/logg-inn?til={back}")
    }

    /// The roles worth naming in the header: all but citizen, which everybody is.
    pub fn shown_roles(&self) -> Vec<String> {
        let roles = self.actor.roles.iter().filter(|r| **r != Role::Citizen);
        roles.map(|r| self.t(&format!("role-{}", r.name()))).collect()
    }

    /// The main navigation for this actor.
    pub fn navigation(&self) -> Vec<&NavigationItem> {
        self.shell.navigation.iter().filter(|item| item.is_for(&self.actor)).collect()
    }

    /// Whether this link of the main navigation leads to this page, or closer to it than the others do:
    /// gives `aria-current`.
    pub fn is_here(&self, item: &NavigationItem) -> bool {
        let navigation = self.navigation();
        let closest = navigation.iter().filter(|one| self.is_below(one.href)).max_by_key(|one| one.href.len());
        closest.is_some_and(|one| one.href == item.href)
    }

    /// Whether the link leads to this page or one above it.
    pub(crate) fn is_below(&self, href: &str) -> bool {
        let path = self.path.split('?').next().unwrap_or("");
        path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'))
    }

    /// A program acts by its token, not by the browser's session.
    pub(crate) fn act_as(&mut self, actor: Actor) {
        self.actor = actor;
        self.session = None;
    }

    pub(crate) fn shell(&self) -> &Arc<Shell> {
        &self.shell
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let visit = parts.extensions.get::<Self>().cloned();
        visit.ok_or_else(|| Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "web.outside_the_shell"))
    }
}
