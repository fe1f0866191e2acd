//! Reminding the owners of deviations before they end.

use varde_core::{Actor, Component, clock::norway, reminder_due};
use varde_web::{Argument, date_in_words};

use super::{Architecture, end_of};
use crate::{ArchitectureError, Deviation, REMINDERS_DAYS, State, Version, ports::Letter, store};

impl Architecture {
    /// Tells owners by mail of deviations that end in 60, 14 and 1 days, each once. To be done every now
    /// and then; several instances may. Says how many mails were put down.
    ///
    /// # Errors
    /// When the store fails. What concerns one deviation alone is logged and done again.
    pub async fn remind(&self) -> Result<usize, ArchitectureError> {
        let Some(letters) = &self.ports.letters else { return Ok(0) };
        let flows = Actor::system(Component::Flows);
        let mut read = self.store.read(&flows).await?;
        let all = store::all::<Deviation>(read.connection(), None).await?;
        drop(read);
        let mut told = 0;
        for one in all.iter().filter(|one| one.content.state == State::Granted) {
            // It holds to the end of its last day.
            let Some(days) = reminder_due(end_of(one.content.expires), self.now(), &REMINDERS_DAYS) else { continue };
            match letters.put_down(&self.letter(one, days)).await {
                Ok(new) => told += usize::from(new),
                Err(error) => {
                    tracing::warn!(deviation = one.id, %error, "the owner of a deviation could not be reminded");
                }
            }
        }
        Ok(told)
    }

    fn letter(&self, one: &Version<Deviation>, days: u32) -> Letter {
        let Deviation { owner, expires, requirement, .. } = &one.content;
        let language = owner.language;
        let decided = one.at.to_zoned(norway()).date();
        let arguments = [
            ("requirement", Argument::from(requirement.as_str())),
            ("date", date_in_words(language, *expires).into()),
            ("decided", date_in_words(language, decided).into()),
            ("days", days.into()),
            ("link", format!("{}/arkitektur/avvik/{}", self.address, one.id).into()),
        ];
        let text = |key: &str| self.texts.get_with(language, key, &arguments);
        Letter {
            about: format!("architecture.deviation:{}:{expires}:{days}", one.id),
            to: owner.email.clone(),
            language,
            subject: text("architecture-mail-subject"),
            body: text("architecture-mail-body"),
        }
    }
}
