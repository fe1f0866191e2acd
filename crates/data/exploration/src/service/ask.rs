//! Asking: the question is entered before the answer leaves, and so is every refusal.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::{Timestamp, ToSpan};
use varde_core::{Actor, CataloguePath, Problem as _};
use varde_ledger::Draft;
use varde_policy::Permission;
use varde_tables::Job;

use super::{Exploration, Standing, asker};
use crate::{
    ExplorationError,
    model::{
        Answer, Condition, Explorable, Question, catalogue,
        sequence::{self, Before},
    },
    store::{self, New, QuestionId},
};

/// What came of a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The question's id, to keep it by.
    pub id: QuestionId,
    /// The answer.
    pub answer: Answer,
    /// Whether the same was told to the same before, which costs nothing.
    pub again: bool,
    /// How the budget stands now.
    pub standing: Standing,
}

/// How many earlier questions of a dataset are looked at.
const LOOKED_AT: i64 = 200;
/// How many hours back.
const HOURS: i64 = 24;

impl Exploration {
    /// Answers a question. The same question of the same release has the same answer. Action
    /// `exploration.question.ask`, entry `exploration.question.asked` or `exploration.question.refused`.
    ///
    /// # Errors
    /// [`ExplorationError::Invalid`] with what is wrong; [`ExplorationError::UsedUp`],
    /// [`ExplorationError::Sequence`], [`ExplorationError::TooFine`], [`ExplorationError::Negative`], all of
    /// them entered; refusals; neighbours; the database.
    pub async fn ask(&self, actor: &Actor, question: Question) -> Result<Asked, ExplorationError> {
        let permission = self.permitted(actor).await?;
        let (question, open) = (question.canonical(), self.open().await?);
        let wrong = catalogue::check(&question, &open);
        if !wrong.is_empty() {
            return Err(ExplorationError::Invalid(wrong));
        }
        let dataset = open.iter().find(|one| one.path == question.dataset).ok_or(ExplorationError::NotFound)?.clone();
        let asking = Asking { actor, permission: &permission, question: &question, dataset: &dataset };
        match self.answered(&asking, &open).await {
            Err(
                refused @ (ExplorationError::UsedUp(_)
                | ExplorationError::Sequence(_)
                | ExplorationError::TooFine(_)
                | ExplorationError::Negative),
            ) => {
                self.refuse(&asking, refused.code()).await?;
                Err(refused)
            }
            other => other,
        }
    }

    async fn answered(&self, asking: &Asking<'_>, open: &[Explorable]) -> Result<Asked, ExplorationError> {
        let (asker, release) = (asker(asking.actor), asking.dataset.release);
        let mut read = self.store.read(asking.actor).await?;
        let again = store::was_told(read.connection(), &asker, release, &asking.question.digest()).await?;
        if !again {
            let population = asking.question.population();
            let standing = self.stands(read.connection(), &asker, Some(&population)).await?;
            asking.allowed(standing)?;
            let before = store::questions_of(read.connection(), &asker, Some(&asking.dataset.path), LOOKED_AT).await?;
            asking.looked_at(&before, self.now())?;
        }
        let kept = store::answer(read.connection(), release, &asking.question.digest()).await?;
        drop(read);
        let answer = match kept {
            Some(kept) => kept,
            None => self.count(asking, open).await?,
        };
        self.tell(asking, answer, again).await
    }

    /// Counts, away from the requests.
    async fn count(&self, asking: &Asking<'_>, open: &[Explorable]) -> Result<Answer, ExplorationError> {
        let data = &self.parts.data;
        let approved = data.releases().await?;
        let own = approved.iter().find(|one| one.id == asking.dataset.release).ok_or(ExplorationError::NotFound)?;
        let mut releases = BTreeMap::new();
        for dataset in needed(asking.question) {
            let one = open.iter().find(|one| one.path == dataset).ok_or(ExplorationError::NotFound)?;
            releases.insert(dataset, data.open(one.release).await?);
        }
        let mut sources: Vec<String> =
            releases.keys().filter_map(|path| path.parts().next()).map(str::to_owned).collect();
        sources.dedup();
        let abandoned = Abandoned::default();
        let job = Job {
            question: asking.question.clone(),
            pinned: asking.dataset.pinned(),
            releases,
            exclusions: data.exclusions(&sources).await?,
            known: self.facts.at(data.as_ref(), own.approved_at).await?,
            keys: Arc::clone(&self.keys),
            threads: self.parts.threads,
            sets: false,
            now: self.now(),
            stop: Arc::clone(&abandoned.0),
        };
        let counted = tokio::task::spawn_blocking(move || job.run()).await;
        Ok(counted.map_err(|_| ExplorationError::Stopped)??)
    }

    /// Keeps the answer and the question with their entry; only then the answer leaves.
    async fn tell(&self, asking: &Asking<'_>, answer: Answer, again: bool) -> Result<Asked, ExplorationError> {
        let (asker, now) = (asker(asking.actor), self.now());
        let mut work = self.store.begin(asking.actor).await?;
        store::one_by_one(work.connection(), &asker).await?;
        let population = asking.question.population();
        let again = again || store::was_told(work.connection(), &asker, answer.release, &answer.digest).await?;
        if !again {
            // Others of the same asker may have been told meanwhile.
            asking.allowed(self.stands(work.connection(), &asker, Some(&population)).await?)?;
        }
        let answer = if store::keep(work.connection(), &answer).await? {
            answer
        } else {
            // Asked twice at once: the other one was first, and is the answer.
            let (release, digest) = (answer.release, answer.digest);
            store::answer(work.connection(), release, &digest).await?.unwrap_or(answer)
        };
        let outcome = match (again, answer.withheld) {
            (true, _) => "again",
            (false, Some(_)) => "withheld",
            (false, None) => "answered",
        };
        let id = QuestionId::new(self.store.clock().as_ref(), self.store.randomness());
        let new = New {
            id,
            asker: &asker,
            at: now,
            release: answer.release,
            question: asking.question,
            outcome,
            reason: answer.withheld.map(crate::model::Withheld::name),
            about: answer.about,
        };
        store::insert(work.connection(), &new).await?;
        let standing = self.stands(work.connection(), &asker, Some(&population)).await?;
        let draft = asking.draft("exploration.question.asked", id).with("outcome", outcome);
        let draft = draft.with("output", answer.output()).with("withheld", answer.withheld);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(Asked { id, answer, again, standing })
    }

    /// Enters that a question was refused.
    async fn refuse(&self, asking: &Asking<'_>, reason: &str) -> Result<(), ExplorationError> {
        let asker = asker(asking.actor);
        let id = QuestionId::new(self.store.clock().as_ref(), self.store.randomness());
        let mut work = self.store.begin(asking.actor).await?;
        let new = New {
            id,
            asker: &asker,
            at: self.now(),
            release: asking.dataset.release,
            question: asking.question,
            outcome: "refused",
            reason: Some(reason),
            about: None,
        };
        store::insert(work.connection(), &new).await?;
        let draft = asking.draft("exploration.question.refused", id).with("reason", reason).denied();
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }
}

/// A question that somebody asks.
struct Asking<'a> {
    actor: &'a Actor,
    permission: &'a Permission,
    question: &'a Question,
    dataset: &'a Explorable,
}

impl Asking<'_> {
    fn allowed(&self, standing: Standing) -> Result<(), ExplorationError> {
        match standing.budget.exceeded(standing.used) {
            None => Ok(()),
            Some(limit) => Err(ExplorationError::UsedUp(limit)),
        }
    }

    fn looked_at(&self, before: &[store::Kept], now: Timestamp) -> Result<(), ExplorationError> {
        let since = now.checked_sub(HOURS.hours()).unwrap_or(Timestamp::MIN);
        let mut lately: Vec<Before> = Vec::new();
        for kept in before.iter().filter(|kept| kept.at >= since && kept.outcome != "refused") {
            let one = Before { parts: kept.question.parts(), about: kept.about };
            // The same people crossed otherwise are one step, not several.
            if !lately.iter().any(|other| other.parts == one.parts) {
                lately.push(one);
            }
        }
        match sequence::pattern(&self.question.parts(), &lately) {
            None => Ok(()),
            Some(pattern) => Err(ExplorationError::Sequence(pattern)),
        }
    }

    /// The entry: what was asked by its digests, nothing of anybody.
    fn draft(&self, kind: &str, id: QuestionId) -> Draft {
        Draft::new(kind, "question", id)
            .because(self.permission.legal_basis())
            .with("dataset", &self.dataset.path)
            .with("release_digest", self.dataset.digest)
            .with("question", self.question.digest())
            .with("population", self.question.population())
    }
}

/// The datasets that a question reads, each once, in order.
fn needed(question: &Question) -> Vec<CataloguePath> {
    let others = question.only.leaves().into_iter().filter_map(|leaf| match leaf {
        Condition::Has { variable, .. } => variable.parent(),
        _ => None,
    });
    let mut all: Vec<CataloguePath> = others.chain([question.dataset.clone()]).collect();
    all.sort();
    all.dedup();
    all
}

/// Tells the counting that nobody waits for it any more.
#[derive(Debug, Default)]
pub(super) struct Abandoned(pub(super) Arc<AtomicBool>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
