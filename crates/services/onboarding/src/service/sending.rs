//! Sending what was put down, by a job, again until the server has taken it.

use std::sync::Arc;

use varde_core::{Actor, Component};
use varde_ledger::Draft;
use varde_store::{Failure, Remedy, jobs::Run};

use super::Onboarding;
use crate::{
    OnboardingError,
    ports::{Letter, NotSent, Post},
    store::outbox::{self, Outgoing},
};

pub(super) fn postman() -> Actor {
    Actor::system(Component::Flows)
}

impl Onboarding {
    /// What takes mail.
    ///
    /// # Errors
    /// Where no mail leaves; to be tried again, since it may be configured tomorrow.
    pub(super) fn post(&self) -> Result<&Arc<dyn Post>, Failure> {
        let unset = || later("no mail server is configured: write [mail] in the configuration".to_owned());
        self.ports.post.as_ref().ok_or_else(unset)
    }

    /// Hands a letter over and notes how it went; `entry` makes the entry for `sent` or `failed`. Between
    /// the server's yes and our note of it lies a moment: killed there, we send again, with the same
    /// message id.
    pub(super) async fn deliver(
        &self,
        run: &Run,
        which: Outgoing,
        letter: &Letter,
        entry: impl Fn(&str) -> Draft,
    ) -> Result<(), Failure> {
        match self.post()?.send(letter).await {
            Ok(()) => Ok(self.note_sent(run, which, entry("sent")).await?),
            Err(NotSent::Later(why)) => Err(later(why)),
            Err(NotSent::Never(why)) => {
                self.note_failed(which, &why, entry("failed")).await?;
                Err(Failure::give_up(why))
            }
        }
    }

    async fn note_sent(&self, run: &Run, which: Outgoing, entry: Draft) -> Result<(), OnboardingError> {
        let mut work = self.store.begin(&postman()).await?;
        outbox::sent(work.connection(), which, self.now()).await?;
        work.finish(run).await?;
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(())
    }

    async fn note_failed(&self, which: Outgoing, why: &str, entry: Draft) -> Result<(), OnboardingError> {
        let mut work = self.store.begin(&postman()).await?;
        outbox::failed(work.connection(), which, why, self.now()).await?;
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(())
    }

    pub(super) fn message_id(&self, id: impl std::fmt::Display) -> String {
        let host = self.address.split_once("://").map_or(&*self.address, |(_, rest)| rest);
        let host = host.split(['/', ':']).next().unwrap_or_default();
        format!("{id}@{host}")
    }
}

/// A subject as a header can have it.
pub(super) fn one_line(subject: &str) -> String {
    subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn later(reason: String) -> Failure {
    Failure { reason, remedy: Remedy::Wait }
}
