//! Relations: proposed, decided, taken back; and the desk of those who decide.

use jiff::civil::Date;
use varde_core::{Actor, CataloguePath, Digest, FieldProblem};
use varde_ledger::Draft;
use varde_policy::Permission;
use varde_store::Work;

use super::{
    DECIDE, Harmonisation, PROPOSALS, PROPOSE, READ, WITHDRAW, bench, end_of, key_of, related,
    view::{RelationVersion, RelationView, Side},
};
use crate::{
    HarmonisationError,
    code::CodeMatch,
    model::text::{self, LONG},
    relation::{Decision, Ending, Origin, Pin, Relation, RelationId, RelationKind, State, Target},
    store::{self, Of},
};

/// A relation that somebody proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRelation {
    /// The variable that it starts from.
    pub from: CataloguePath,
    /// What it is related to.
    pub to: Target,
    /// How it stands to it.
    pub kind: RelationKind,
    /// What becomes of its codes.
    pub codes: Vec<CodeMatch>,
    /// What must be done with its values; may be empty.
    pub transformation: String,
    /// Why.
    pub reason: String,
    /// [`Form::seen`] of what the proposer has looked at; `None` when nothing depends on it.
    pub seen: Option<Digest>,
}

/// What a form for a relation needs to know of the two.
#[derive(Debug, Clone)]
pub struct Form {
    /// The variable that it starts from.
    pub from: Side,
    /// The other.
    pub to: Side,
    /// The digest of both as they are: it is another one when the catalogue changes meanwhile.
    pub seen: Digest,
}

/// What waits for those who decide.
#[derive(Debug, Clone)]
pub struct Desk {
    /// What was proposed, the oldest first.
    pub waiting: Vec<RelationView>,
    /// What holds and must be looked at again, the oldest first.
    pub again: Vec<RelationView>,
}

impl Harmonisation {
    /// Relations that the actor may see, about a variable or all of them, as at the end of a day, or now.
    /// Action `harmonisation.workbench.read`.
    ///
    /// # Errors
    /// Refusals; neighbours; the database.
    pub async fn relations(
        &self,
        actor: &Actor,
        about: Option<&CataloguePath>,
        day: Option<Date>,
    ) -> Result<Vec<RelationView>, HarmonisationError> {
        self.guard.check(actor, READ, &bench()).await?;
        let mut said = self.said(actor, day).await?;
        said.retain(|one| about.is_none_or(|path| one.content.is_about(path)));
        self.views(actor, &said, day).await
    }

    /// A relation with its versions, the newest first, as at the end of a day, or now. Action
    /// `harmonisation.workbench.read`; what was never decided to hold, `harmonisation.proposal.read`.
    ///
    /// # Errors
    /// [`HarmonisationError::NotFound`], also for who may not know of it; neighbours; the database.
    pub async fn relation(
        &self,
        actor: &Actor,
        id: RelationId,
        day: Option<Date>,
    ) -> Result<(RelationView, Vec<RelationVersion>), HarmonisationError> {
        self.guard.check(actor, READ, &bench()).await?;
        let versions = self.versions::<Relation>(actor, id, day).await?;
        let views = self.views(actor, &versions[..1], day).await?;
        let view = views.into_iter().next().ok_or(HarmonisationError::NotFound)?;
        Ok((view, versions))
    }

    /// What was proposed and what must be looked at again. Action `harmonisation.proposal.read`.
    ///
    /// # Errors
    /// Refusals; neighbours; the database.
    pub async fn desk(&self, actor: &Actor) -> Result<Desk, HarmonisationError> {
        self.guard.check(actor, PROPOSALS, &bench()).await?;
        let said = self.said(actor, None).await?;
        let views = self.views(actor, &said, None).await?;
        let (waiting, others): (Vec<_>, Vec<_>) = views.into_iter().partition(|view| view.state == State::Proposed);
        Ok(Desk { waiting, again: others.into_iter().filter(RelationView::must_be_looked_at).collect() })
    }

    /// The two that a form is to relate. Action `harmonisation.relation.propose`.
    ///
    /// # Errors
    /// [`HarmonisationError::NotFound`] for one that is not there; refusals; the database.
    pub async fn form(&self, actor: &Actor, from: &CataloguePath, to: &Target) -> Result<Form, HarmonisationError> {
        let form = self.two(actor, from, to).await?;
        self.check_two(actor, PROPOSE, &form.from, &form.to).await?;
        Ok(form)
    }

    async fn two(&self, actor: &Actor, from: &CataloguePath, to: &Target) -> Result<Form, HarmonisationError> {
        let lookup = self.lookup(actor, &[], None).await?;
        let (from, to) = (lookup.side(&Target::Variable(from.clone())), lookup.side(to));
        if !from.known || !to.known {
            return Err(HarmonisationError::NotFound);
        }
        let seen = serde_json::to_value((&from.pin, &to.pin)).unwrap_or_default().to_string();
        Ok(Form { seen: Digest::of(seen.as_bytes()), from, to })
    }

    async fn check_two(
        &self,
        actor: &Actor,
        action: &str,
        from: &Side,
        to: &Side,
    ) -> Result<Permission, HarmonisationError> {
        let id = match (&from.target, &to.target) {
            (Target::Variable(from), to) => format!("{from} {to}"),
            (from, to) => format!("{from} {to}"),
        };
        let resource = related(id, from.holder.into_iter().chain(to.holder), None);
        Ok(self.guard.check(actor, action, &resource).await?)
    }

    /// Proposes a relation. Action `harmonisation.relation.propose`, entry
    /// `harmonisation.relation.proposed`.
    ///
    /// # Errors
    /// [`HarmonisationError::Invalid`], [`HarmonisationError::NotFound`] for one that is not there,
    /// [`HarmonisationError::Changed`], [`HarmonisationError::Already`]; refusals; the database.
    pub async fn propose(&self, actor: &Actor, new: NewRelation) -> Result<RelationId, HarmonisationError> {
        let two = self.two(actor, &new.from, &new.to).await?;
        let permission = self.check_two(actor, PROPOSE, &two.from, &two.to).await?;
        if new.seen.is_some_and(|seen| seen != two.seen) {
            return Err(HarmonisationError::Changed);
        }
        let relation = proposed(actor, new, Origin::Form);
        let wrong = relation.check(&two.from.coding, &two.to.coding);
        if !wrong.is_empty() {
            return Err(HarmonisationError::Invalid(wrong));
        }
        let id = RelationId::new(&**self.store.clock(), self.store.randomness());
        let mut work = self.store.begin(actor).await?;
        store::lock(work.connection()).await?;
        let others = store::all::<Relation>(work.connection(), None).await?;
        if is_said(&others, &relation) {
            return Err(HarmonisationError::Already);
        }
        self.add(&mut work, (id, 1), &relation).await?;
        let entry = entry("proposed", id, &relation).because(permission.legal_basis());
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(id)
    }

    /// Decides a proposal, or decides anew what must be looked at again. A later decision on the same two
    /// takes the place of the one before. Action `harmonisation.relation.decide`, entries
    /// `harmonisation.relation.decided` and `harmonisation.relation.superseded`.
    ///
    /// # Errors
    /// [`HarmonisationError::NotNow`], [`HarmonisationError::Changed`] when another version than `seen` is
    /// the latest, [`HarmonisationError::Invalid`] without a reason, [`HarmonisationError::NotFound`];
    /// refusals; the database.
    pub async fn decide(
        &self,
        actor: &Actor,
        id: RelationId,
        seen: u32,
        accepted: bool,
        reason: &str,
    ) -> Result<(), HarmonisationError> {
        let (view, permission) = self.for_change(actor, DECIDE, id, seen, reason).await?;
        let (from, to) = (view.from.pin.clone(), view.to.pin.clone());
        // What is no more can only be turned down.
        if accepted && (from.is_none() || to.is_none()) {
            let problem = FieldProblem::new("decision", "harmonisation-error-gone");
            return Err(HarmonisationError::Invalid(vec![problem]));
        }
        // Versions begin at 1: nothing new rests on what was there.
        let nothing = Pin::Represented(0);
        let decision = Decision {
            accepted,
            by: key_of(actor),
            organisation: actor.organisation,
            at: self.now(),
            reason: reason.trim().to_owned(),
            from: from.unwrap_or_else(|| nothing.clone()),
            to: to.unwrap_or(nothing),
        };
        self.carry_out(actor, &view, decision, &permission).await
    }

    async fn carry_out(
        &self,
        actor: &Actor,
        view: &RelationView,
        decision: Decision,
        permission: &Permission,
    ) -> Result<(), HarmonisationError> {
        let mut work = self.store.begin(actor).await?;
        store::lock(work.connection()).await?;
        let all = store::all::<Relation>(work.connection(), None).await?;
        let latest = all.iter().find(|one| one.id == view.id).ok_or(HarmonisationError::NotFound)?;
        if latest.number != view.version {
            return Err(HarmonisationError::Changed);
        }
        let accepted = decision.accepted;
        let decided = latest.content.decided(decision, view.must_be_looked_at())?;
        self.add(&mut work, (view.id, latest.number.saturating_add(1)), &decided).await?;
        let before = all.iter().filter(|one| one.id != view.id && one.content.state == State::Accepted);
        for old in before.filter(|one| accepted && one.content.same_two(&decided.from, &decided.to)) {
            let ending =
                Ending { organisation: actor.organisation, at: self.now(), reason: String::new(), by: Some(view.id) };
            let ended = old.content.superseded(ending)?;
            self.add(&mut work, (old.id, old.number.saturating_add(1)), &ended).await?;
            let entry = entry("superseded", old.id, &ended).because(permission.legal_basis()).with("by", view.id);
            let _each_with_its_own = work.enter(entry).await?;
        }
        let coverage = view.coverage.name();
        let entry = entry("decided", view.id, &decided).with("accepted", accepted).with("coverage", coverage);
        let entered = work.enter(entry.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Takes a proposal or a relation that holds back. Action `harmonisation.relation.withdraw`, entry
    /// `harmonisation.relation.withdrawn`.
    ///
    /// # Errors
    /// As [`Self::decide`].
    pub async fn withdraw(
        &self,
        actor: &Actor,
        id: RelationId,
        seen: u32,
        reason: &str,
    ) -> Result<(), HarmonisationError> {
        let (view, permission) = self.for_change(actor, WITHDRAW, id, seen, reason).await?;
        let latest = self.versions::<Relation>(actor, id, None).await?.remove(0);
        let reason = reason.trim().to_owned();
        let ending = Ending { organisation: actor.organisation, at: self.now(), reason, by: None };
        let ended = latest.content.withdrawn(ending)?;
        let mut work = self.store.begin(actor).await?;
        self.add(&mut work, (id, view.version.saturating_add(1)), &ended).await?;
        let entered = work.enter(entry("withdrawn", id, &ended).because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// The relation, when the actor may do that with it, gives a reason, and has seen its latest version.
    async fn for_change(
        &self,
        actor: &Actor,
        action: &str,
        id: RelationId,
        seen: u32,
        reason: &str,
    ) -> Result<(RelationView, Permission), HarmonisationError> {
        let (view, _) = self.relation(actor, id, None).await?;
        let permission = self.guard.check(actor, action, &view.resource()).await?;
        if let Some(problem) = text::check("reason", reason, LONG) {
            return Err(HarmonisationError::Invalid(vec![problem]));
        }
        if view.version != seen {
            return Err(HarmonisationError::Changed);
        }
        Ok((view, permission))
    }

    /// Whether the actor may do that with the relation.
    pub(crate) fn may_with(&self, actor: &Actor, action: &str, view: &RelationView) -> bool {
        self.guard.would_allow(actor, action, &view.resource())
    }

    /// Whether the actor has proposed it.
    pub(crate) fn is_own(&self, actor: &Actor, view: &RelationView) -> bool {
        key_of(actor) == view.proposer
    }

    /// Refuses whoever may not do that with the relation.
    ///
    /// # Errors
    /// Refusals.
    pub(crate) async fn check_with(
        &self,
        actor: &Actor,
        action: &str,
        view: &RelationView,
    ) -> Result<(), HarmonisationError> {
        self.guard.check(actor, action, &view.resource()).await?;
        Ok(())
    }

    /// Refuses, on the log, whoever answers for no source at all.
    ///
    /// # Errors
    /// Refusals.
    pub(crate) async fn check_proposes(&self, actor: &Actor) -> Result<(), HarmonisationError> {
        self.guard.check(actor, PROPOSE, &related("", actor.organisation, None)).await?;
        Ok(())
    }

    /// Whether the actor may propose something of the two.
    pub(super) fn may_propose(&self, actor: &Actor, from: &Side, to: &Side) -> bool {
        self.guard.would_allow(actor, PROPOSE, &related("", from.holder.into_iter().chain(to.holder), None))
    }

    pub(super) async fn add(
        &self,
        work: &mut Work,
        version: (RelationId, u32),
        relation: &Relation,
    ) -> Result<(), HarmonisationError> {
        let (actor, now) = (work.actor().clone(), self.now());
        match store::add(work.connection(), version, relation, &actor, now).await? {
            true => Ok(()),
            false => Err(HarmonisationError::Changed),
        }
    }

    /// All relations that hold at the end of a day, or now, as they are told to other programs.
    pub(super) async fn holding(
        &self,
        actor: &Actor,
        day: Option<Date>,
    ) -> Result<Vec<RelationView>, HarmonisationError> {
        self.guard.check(actor, READ, &bench()).await?;
        let mut read = self.store.read(actor).await?;
        let mut said = store::all::<Relation>(read.connection(), day.map(end_of)).await?;
        drop(read);
        said.retain(|one| one.content.state == State::Accepted);
        self.views(actor, &said, day).await
    }
}

/// A relation as it is when somebody has proposed it.
pub(super) fn proposed(actor: &Actor, new: NewRelation, origin: Origin) -> Relation {
    Relation {
        from: new.from,
        to: new.to,
        kind: new.kind,
        codes: new.codes,
        transformation: new.transformation.trim().to_owned(),
        reason: new.reason.trim().to_owned(),
        origin,
        proposer: key_of(actor),
        proposed_for: actor.organisation,
        state: State::Proposed,
        decision: None,
        ending: None,
    }
}

/// Whether a relation of the two waits already, or one that says the same holds.
pub(super) fn is_said(all: &[Of<Relation>], new: &Relation) -> bool {
    let same = all.iter().map(|one| &one.content).filter(|one| one.same_two(&new.from, &new.to));
    let says_the_same = |one: &Relation| {
        let content = |of: &Relation| (of.from.clone(), of.kind, of.codes.clone(), of.transformation.clone());
        content(one) == content(new)
    };
    let mut still = same.filter(|one| !one.state.is_over());
    still.any(|one| one.state == State::Proposed || says_the_same(one))
}

fn entry(what: &str, id: RelationId, relation: &Relation) -> Draft {
    Draft::new(&format!("harmonisation.relation.{what}"), "relation", id)
        .with("from", &relation.from)
        .with("to", relation.to.to_string())
        .with("kind", relation.kind.name())
}
