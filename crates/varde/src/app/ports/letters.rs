//! Mail of other parts of Varde: it goes through the outbox of those who take services into use.

use async_trait::async_trait;
use varde_core::{Actor, Component, Letter, Letters, PortError, ProblemKind};
use varde_onboarding::{EmailAddress, NotAnAddress, Notice, Onboarding};

/// The outbox, as one part of Varde sees it.
pub(in crate::app) struct Outbox {
    onboarding: Onboarding,
    writer: Component,
}

impl Outbox {
    /// The outbox for what that part writes.
    pub(in crate::app) fn new(onboarding: Onboarding, writer: Component) -> Self {
        Self { onboarding, writer }
    }
}

#[async_trait]
impl Letters for Outbox {
    fn is_address(&self, text: &str) -> bool {
        EmailAddress::parse(text).is_ok()
    }

    async fn put_down(&self, letter: &Letter) -> Result<bool, PortError> {
        let unusable = |error: NotAnAddress| PortError { kind: ProblemKind::Internal, message: error.to_string() };
        let notice = Notice {
            about: letter.about.clone(),
            to: EmailAddress::parse(&letter.to).map_err(unusable)?,
            language: letter.language,
            subject: letter.subject.clone(),
            body: letter.body.clone(),
        };
        self.onboarding.put_notice(&Actor::system(self.writer), &notice).await.map_err(PortError::of)
    }
}
