//! The mailbox of a demonstration.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_core::Language;
use varde_web::{Failure, Visit};

use crate::{Mailbox, Received};

struct Shown {
    subject: String,
    address: String,
    when: String,
    language: Language,
    body: String,
}

#[derive(Template)]
#[template(path = "mailbox.html")]
struct MailboxPage<'a> {
    visit: &'a Visit,
    letters: Vec<Shown>,
}

/// `GET /demo/postkasse`
pub(super) async fn show(State(mailbox): State<Mailbox>, visit: Visit) -> Result<Response, Failure> {
    let shown = |letter: Received| Shown {
        when: visit.time(letter.received_at),
        subject: letter.subject,
        address: letter.address,
        language: letter.language,
        body: letter.body,
    };
    let letters = mailbox.newest().await?.into_iter().map(shown).collect();
    Ok(visit.page(MailboxPage { visit: &visit, letters }))
}
