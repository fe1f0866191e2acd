//! Telling vendors before a client is locked out because its last key ends.

use jiff::{SignedDuration, Timestamp};
use varde_core::reminder_due;
use varde_web::{Argument, time_in_words};

use super::{Belonging, SelfService};
use crate::{
    ClientId, Contact, SelfServiceError, State,
    ports::{Letter, Letters},
};

/// How many days before the end a vendor is told.
const REMINDERS_DAYS: [u32; 3] = [30, 7, 1];

impl SelfService {
    /// Tells the contacts of products by mail of clients whose last key ends in 30, 7 and 1 days: each
    /// once, and nobody where a newer key is good for longer. To be done every now and then; several
    /// instances may. Says how many mails were put down.
    ///
    /// # Errors
    /// When the store or the registry fails. What concerns one client alone is logged and done again.
    pub async fn remind_of_keys(&self) -> Result<usize, SelfServiceError> {
        let Some(letters) = &self.ports.letters else { return Ok(0) };
        let now = self.store.clock().now();
        let longest = REMINDERS_DAYS.into_iter().max().unwrap_or_default();
        let horizon = now + SignedDuration::from_hours(i64::from(longest) * 24);
        let mut told = 0;
        for (client, ends) in self.ports.registry.ending(horizon).await? {
            let Some(days) = reminder_due(ends, now, &REMINDERS_DAYS) else { continue };
            match self.remind(&**letters, client, ends, days).await {
                Ok(new) => told += usize::from(new),
                Err(error) => tracing::warn!(%client, %error, "nobody could be told that a client's key ends"),
            }
        }
        Ok(told)
    }

    async fn remind(
        &self,
        letters: &dyn Letters,
        client: ClientId,
        ends: Timestamp,
        days: u32,
    ) -> Result<bool, SelfServiceError> {
        let of = match self.load_client(client).await {
            Ok(of) => of,
            // Registered by the operator: whoever did so knows of its keys.
            Err(SelfServiceError::NoSuchClient) => return Ok(false),
            Err(error) => return Err(error),
        };
        match (&of.system.product.contact, of.client.state) {
            (Some(contact), State::Active) => Ok(letters.put_down(&self.letter(&of, contact, ends, days)).await?),
            _ => Ok(false),
        }
    }

    fn letter(&self, of: &Belonging, contact: &Contact, ends: Timestamp, days: u32) -> Letter {
        let language = contact.language;
        let arguments = [
            ("system", Argument::from(of.system.product.name.as_str())),
            ("organisation", of.owner.name.as_str().into()),
            ("date", time_in_words(language, ends).into()),
            ("days", days.into()),
            ("link", format!("{}/klienter/klient/{}", self.ports.registry.issuer(), of.client.id).into()),
        ];
        let text = |key: &str| self.texts.get_with(language, key, &arguments);
        Letter {
            about: format!("self_service.key:{}:{}:{days}", of.client.id, ends.as_second()),
            to: contact.email.clone(),
            language,
            subject: text("self_service-mail-key-subject"),
            body: text("self_service-mail-key-body"),
        }
    }
}
