//! Reminding those who answer for a source that its description must be confirmed.

use std::{fmt, sync::Arc};

use varde_core::{Actor, Component, Language, Letter, Letters};
use varde_ledger::Draft;
use varde_web::{Argument, Texts, date_in_words};

use super::{CatalogueService, DeskSource, Responsible};
use crate::{
    GOVERNANCE_TEXTS, MetadataError,
    model::governance::Standing,
    store::{edition, governance},
};

/// How reminders go out by mail.
pub struct Reminders {
    letters: Arc<dyn Letters>,
    texts: Texts,
    /// Where people reach the installation, without a slash at its end.
    address: String,
}

impl fmt::Debug for Reminders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reminders")
    }
}

impl Reminders {
    /// By what takes mail; `address` is where people reach the installation.
    pub fn new(letters: Arc<dyn Letters>, address: &str) -> Self {
        let texts = Texts::new([GOVERNANCE_TEXTS]);
        Self { letters, texts, address: address.trim_end_matches('/').to_owned() }
    }

    /// The mail about one source, to its steward, else its owner; none when neither has an address that
    /// mail can be sent to. Units and functions have chosen no language: they are written to in bokmål.
    fn letter(&self, stands: &DeskSource, responsible: &[Responsible]) -> Option<Letter> {
        let path = &stands.source.path;
        let of_source = || responsible.iter().filter(|one| one.path == *path);
        let by_role = ["steward", "owner"].into_iter().flat_map(|role| of_source().filter(move |r| r.role == role));
        let to = by_role.map(|one| one.contact.trim()).find(|contact| self.letters.is_address(contact))?;
        let language = Language::Nb;
        let arguments = [
            ("source", Argument::from(stands.source.name.get(language))),
            ("date", date_in_words(language, stands.due).into()),
            ("link", format!("{}/katalog/forvaltning/kilde/{path}", self.address).into()),
        ];
        let body = match stands.standing {
            Standing::Overdue => "governance-mail-overdue",
            _ => "governance-mail-body",
        };
        Some(Letter {
            about: format!("metadata.confirmation:{path}:{}:{}", stands.due, stands.standing.name()),
            to: to.to_owned(),
            language,
            subject: self.texts.get_with(language, "governance-mail-subject", &arguments),
            body: self.texts.get_with(language, body, &arguments),
        })
    }
}

impl CatalogueService {
    /// Gives the reminders that are due, each once: 30 and 7 days before a source must be confirmed again,
    /// and when the day has passed. The mail is put down before the reminder is noted, so that none is lost;
    /// what cannot be put down is tried again. To be done every now and then; several instances may. Gives
    /// how many it gave.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn remind(&self, by_mail: Option<&Reminders>) -> Result<usize, MetadataError> {
        let actor = Actor::system(Component::Flows);
        let mut read = self.store.read(&actor).await?;
        let now = self.store.clock().now();
        let mut due = Vec::new();
        for found in edition::all_at(read.connection(), now).await? {
            let stands = self.standing_of(read.connection(), found.about).await?;
            let path = &stands.source.path;
            let waits = stands.standing != Standing::Confirmed
                && !governance::is_reminded(read.connection(), path, stands.due, stands.standing).await?;
            if waits {
                let responsible = governance::responsible(read.connection(), path, now).await?;
                due.push((stands, responsible));
            }
        }
        drop(read);
        let mut given = 0;
        for (stands, responsible) in due {
            given += usize::from(self.remind_of(&actor, &stands, &responsible, by_mail).await?);
        }
        Ok(given)
    }

    async fn remind_of(
        &self,
        actor: &Actor,
        stands: &DeskSource,
        responsible: &[Responsible],
        by_mail: Option<&Reminders>,
    ) -> Result<bool, MetadataError> {
        let path = &stands.source.path;
        let letter = by_mail.and_then(|mail| Some((mail, mail.letter(stands, responsible)?)));
        if let Some((mail, letter)) = &letter
            && let Err(error) = mail.letters.put_down(letter).await
        {
            tracing::warn!(source = %path, %error, "nobody could be told by mail that a source must be confirmed");
            return Ok(false);
        }
        let mut work = self.store.begin(actor).await?;
        let now = self.store.clock().now();
        if !governance::remind(work.connection(), path, stands.due, stands.standing, now).await? {
            return Ok(false);
        }
        let entry = Draft::new("metadata.confirmation.reminded", "source", path)
            .with("due", stands.due)
            .with("standing", stands.standing)
            .with("mail", letter.is_some());
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(true)
    }
}
