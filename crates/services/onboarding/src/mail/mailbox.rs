//! The mailbox of a demonstration: mail stays here, for everybody to read.

use async_trait::async_trait;
use jiff::Timestamp;
use varde_core::{Actor, Component, Language, Problem};
use varde_ledger::Draft;
use varde_store::{ContextStore, Store};

use crate::{
    CONTEXT, OnboardingError,
    ports::{Letter, NotSent, Post},
    store,
};

/// How many letters are shown.
const SHOWN: i64 = 100;

/// Takes mail and keeps it. For demonstrations: everybody may read it.
#[derive(Clone)]
pub struct Mailbox(ContextStore);

/// A letter in the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// To whom.
    pub address: String,
    /// The language of its text.
    pub language: Language,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// When it came, UTC.
    pub received_at: Timestamp,
}

impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mailbox")
    }
}

impl Mailbox {
    /// The mailbox on a store that has migrated [`CONTEXT`].
    pub fn new(store: &Store) -> Self {
        Self(store.context(&CONTEXT))
    }

    /// The newest letters, the newest first, at most a hundred.
    ///
    /// # Errors
    /// The database.
    pub async fn newest(&self) -> Result<Vec<Received>, OnboardingError> {
        let mut read = self.0.read(&Actor::anonymous()).await?;
        store::mailbox::newest(read.connection(), SHOWN).await
    }

    async fn put(&self, letter: &Letter) -> Result<(), OnboardingError> {
        let mut work = self.0.begin(&Actor::system(Component::Flows)).await?;
        // A mailbox knows a letter by its id, as mail servers do: one that comes again is the same.
        if store::mailbox::put(work.connection(), letter, self.0.clock().now()).await? {
            let draft = Draft::new("onboarding.mailbox.received", "letter", &letter.message_id);
            let entered = work.enter(draft).await?;
            work.commit(entered).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Post for Mailbox {
    async fn send(&self, letter: &Letter) -> Result<(), NotSent> {
        self.put(letter).await.map_err(|error| NotSent::Later(format!("the mailbox: {}", error.code())))
    }
}
