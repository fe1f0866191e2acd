//! Mails that other parts of Varde want sent: put down once, sent by a job as those about orders are.

use async_trait::async_trait;
use varde_core::Actor;
use varde_ledger::Draft;
use varde_policy::Resource;
use varde_store::{
    Failure,
    jobs::{Handler, Job, Run},
};

use super::{
    Onboarding,
    sending::{one_line, postman},
};
use crate::{
    Fate, Notice, NoticeId, OnboardingError,
    ports::Letter,
    store::{self, outbox::Outgoing},
};

/// The kind of the job that sends a notice.
const SEND: &str = "onboarding.notice";

impl Onboarding {
    /// Puts a mail down for another part of Varde, to be sent however long the mail server is away; says
    /// whether it did. What was told before is not told again, and nothing is put down where no mail
    /// leaves. Action `onboarding.notice.put_down`, entry of the same name.
    ///
    /// # Errors
    /// Refusals (only parts of Varde put notices down); the database.
    pub async fn put_notice(&self, actor: &Actor, notice: &Notice) -> Result<bool, OnboardingError> {
        let outbox = Resource::new("MailOutbox");
        let permission = self.guard.check(actor, "onboarding.notice.put_down", &outbox).await?;
        if self.ports.post.is_none() {
            return Ok(false);
        }
        let id = NoticeId::new(&**self.store.clock(), self.store.randomness());
        let mut work = self.store.begin(actor).await?;
        if !store::notices::add(work.connection(), id, notice, self.now()).await? {
            return Ok(false);
        }
        work.enqueue(&Job::new(SEND, id, &id)).await?;
        let draft = about(id, notice, "onboarding.notice.put_down").because(permission.legal_basis());
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(true)
    }

    /// Sends a notice that has not been sent.
    async fn send_notice(&self, run: &Run, id: NoticeId) -> Result<(), Failure> {
        self.post()?;
        let mut read = self.store.read(&postman()).await.map_err(OnboardingError::from)?;
        let found = store::notices::get(read.connection(), id).await?;
        drop(read);
        let Some((notice, fate)) = found else { return Err(Failure::give_up("there is no such notice")) };
        if fate == Fate::Sent {
            return Ok(());
        }
        let letter = self.as_letter(id, &notice);
        let entry = |how: &str| about(id, &notice, &format!("onboarding.notice.{how}"));
        self.deliver(run, Outgoing::Notice(id), &letter, entry).await
    }

    fn as_letter(&self, id: NoticeId, notice: &Notice) -> Letter {
        let sender = self.texts.get(notice.language, "onboarding-mail-sender");
        Letter {
            message_id: self.message_id(id),
            to: notice.to.clone(),
            language: notice.language,
            subject: one_line(&notice.subject),
            body: format!("{}\n\n{sender}\n", notice.body.trim()),
        }
    }
}

fn about(id: NoticeId, notice: &Notice, entry: &str) -> Draft {
    Draft::new(entry, "notice", id).with("about", &notice.about)
}

/// Sends notices.
#[derive(Debug, Clone)]
pub struct SendNotice(pub Onboarding);

#[async_trait]
impl Handler for SendNotice {
    fn kind(&self) -> &'static str {
        SEND
    }

    async fn run(&self, run: &Run) -> Result<(), Failure> {
        self.0.send_notice(run, run.payload()?).await
    }
}
