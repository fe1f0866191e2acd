//! Mails: put down with the change that they tell of, written and sent by a job, again until the
//! server has taken them.

use async_trait::async_trait;
use varde_core::Language;
use varde_ledger::Draft;
use varde_store::{
    Failure, Work,
    jobs::{Handler, Job, Run},
};
use varde_web::{Argument, time_in_words};

use super::{
    Onboarding,
    sending::{one_line, postman},
};
use crate::{
    Contact, Fate, Mail, MailId, MailKind, OnboardingError, Order, Step, TermsVersion,
    ports::Letter,
    store::{self, outbox::Outgoing},
};

/// The kind of the job that sends a mail.
const SEND: &str = "onboarding.mail";

impl Onboarding {
    /// Tells of a step those who wait for it.
    pub(super) async fn tell(&self, work: &mut Work, order: &Order, step: Step) -> Result<(), OnboardingError> {
        let kind = match step {
            Step::Submit => MailKind::Received,
            Step::Grant => MailKind::Granted,
            Step::Refuse => MailKind::Refused,
            Step::End => MailKind::Ended,
            _ => return Ok(()),
        };
        self.put_down(work, order, kind, &order.wanted.contact, None).await?;
        if step == Step::Submit
            && let Some(latest) = store::services::latest(work.connection(), &order.service).await?
        {
            self.put_down(work, order, MailKind::Waiting, &latest.service.contact, None).await?;
        }
        Ok(())
    }

    /// Asks those who use a service to accept its new terms.
    pub(super) async fn ask(
        &self,
        work: &mut Work,
        order: &Order,
        terms: &TermsVersion,
        kind: MailKind,
        days: u32,
    ) -> Result<(), OnboardingError> {
        self.put_down(work, order, kind, &order.wanted.contact, Some((terms.version, days))).await
    }

    /// Puts a mail down to be sent after the commit. What it is about is told once: a state of an order
    /// by the revision that it came with, terms by their version and the days that are left.
    async fn put_down(
        &self,
        work: &mut Work,
        order: &Order,
        kind: MailKind,
        to: &Contact,
        terms: Option<(u32, u32)>,
    ) -> Result<(), OnboardingError> {
        if self.ports.post.is_none() {
            return Ok(());
        }
        let about = match terms {
            None => format!("{}:{}:{}", order.id, kind.name(), order.revision),
            Some((version, days)) => format!("{}:{}:{version}:{days}", order.id, kind.name()),
        };
        let mail = Mail {
            id: MailId::new(&**self.store.clock(), self.store.randomness()),
            about,
            kind,
            order: order.id,
            terms: terms.map(|(version, _)| version),
            days: terms.map(|(_, days)| days),
            address: to.email.clone(),
            language: to.language,
        };
        if store::mails::add(work.connection(), &mail, self.now()).await? {
            work.enqueue(&Job::new(SEND, mail.id, &mail.id)).await?;
        }
        Ok(())
    }

    /// Sends a mail that has not been sent.
    async fn send(&self, run: &Run, id: MailId) -> Result<(), Failure> {
        self.post()?;
        let mut read = self.store.read(&postman()).await.map_err(OnboardingError::from)?;
        let found = store::mails::get(read.connection(), id).await?;
        drop(read);
        let Some((mail, fate)) = found else { return Err(Failure::give_up("there is no such mail")) };
        if fate == Fate::Sent {
            return Ok(());
        }
        let letter = self.write(&mail).await?;
        self.deliver(run, Outgoing::Mail(id), &letter, |how| about(&mail, &format!("onboarding.mail.{how}"))).await
    }

    /// Writes a mail in its language. There is nothing in it about a person, and nothing that the
    /// order's own page does not show to those who may see it.
    async fn write(&self, mail: &Mail) -> Result<Letter, OnboardingError> {
        let mut read = self.store.read(&postman()).await?;
        let order = store::orders::get(read.connection(), mail.order).await?;
        let terms = store::terms::of_service(read.connection(), &order.service).await?;
        drop(read);
        let service = self.ordered(&order).await?.service;
        let organisation = self.organisation(order.organisation).await?;
        let language = mail.language;
        let decision = order.decision.as_ref();
        let class = decision.and_then(|decision| decision.class.as_ref()).unwrap_or(&order.wanted.class);
        let class = service.class(class).map_or("", |class| class.title.get(language));
        let reason = decision.map_or("", |decision| decision.reason.as_str());
        let applies = terms.iter().find(|terms| Some(terms.version) == mail.terms).map(|terms| terms.applies_from);
        let date = applies.map_or_else(String::new, |at| time_in_words(language, at));
        let arguments = [
            ("service", Argument::from(service.title.get(language))),
            ("organisation", organisation.name.as_str().into()),
            ("class", class.into()),
            ("reference", order.reference.as_str().into()),
            ("reason", self.reason(language, reason).into()),
            ("date", date.into()),
            ("days", mail.days.unwrap_or_default().into()),
            ("link", self.link(&order, mail.kind).into()),
        ];
        let text = |part: &str| {
            let key = format!("onboarding-mail-{}-{part}", mail.kind.name());
            self.texts.get_with(language, &key, &arguments)
        };
        let subject = one_line(&text("subject"));
        let whole = format!("{}\n\n{}", text("body"), self.texts.get(language, "onboarding-mail-sender"));
        // Where nothing was said no empty paragraph is left.
        let paragraphs: Vec<&str> = whole.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).collect();
        let body = format!("{}\n", paragraphs.join("\n\n"));
        Ok(Letter { message_id: self.message_id(mail.id), to: mail.address.clone(), language, subject, body })
    }

    /// What the owner said, as a paragraph of its own; empty when nothing was said.
    fn reason(&self, language: Language, reason: &str) -> String {
        if reason.trim().is_empty() {
            return String::new();
        }
        self.texts.get_with(language, "onboarding-mail-reason", &[("reason", reason.into())])
    }

    fn link(&self, order: &Order, kind: MailKind) -> String {
        let place = if kind == MailKind::Waiting { "behandling" } else { "bestillinger" };
        format!("{}/tjenester/{place}/{}", self.address, order.id)
    }
}

fn about(mail: &Mail, entry: &str) -> Draft {
    Draft::new(entry, "service_order", mail.order).with("mail", mail.id).with("kind", mail.kind.name())
}

/// Sends mails.
#[derive(Debug, Clone)]
pub struct SendMail(pub Onboarding);

#[async_trait]
impl Handler for SendMail {
    fn kind(&self) -> &'static str {
        SEND
    }

    async fn run(&self, run: &Run) -> Result<(), Failure> {
        self.0.send(run, run.payload()?).await
    }
}
