//! Concepts and represented variables: described, changed, shown with what hangs on them.

use jiff::civil::Date;
use serde::Serialize;
use varde_core::Actor;
use varde_ledger::Draft;

use super::{DESCRIBE, Harmonisation, READ, bench, end_of, view::RelationView};
use crate::{
    HarmonisationError, Version,
    concept::{Concept, ConceptId, Represented, RepresentedId},
    relation::{State, Target},
    store::{self, Of, Said},
};

/// A represented variable, and how many relations to it hold.
pub type Used = (Version<Represented, RepresentedId>, usize);

/// The workbench: all concepts with what hangs on them.
#[derive(Debug, Clone, Serialize)]
pub struct Workbench {
    /// The concepts by name, each with its represented variables and how many relations of those hold.
    pub concepts: Vec<(Version<Concept, ConceptId>, Vec<Used>)>,
    /// Relations that the actor may see, the newest first.
    pub relations: Vec<RelationView>,
}

/// A concept with its represented variables.
#[derive(Debug, Clone, Serialize)]
pub struct ConceptView {
    /// The concept.
    pub concept: Version<Concept, ConceptId>,
    /// Its represented variables by name, each with how many relations to it hold.
    pub represented: Vec<Used>,
    /// Its versions, the newest first.
    pub history: Vec<Version<Concept, ConceptId>>,
}

/// A represented variable with the variables that are related to it.
#[derive(Debug, Clone, Serialize)]
pub struct RepresentedView {
    /// The represented variable.
    pub represented: Version<Represented, RepresentedId>,
    /// Its concept.
    pub concept: Version<Concept, ConceptId>,
    /// Relations to it that the actor may see: those that hold first, by source.
    pub relations: Vec<RelationView>,
    /// Its versions, the newest first.
    pub history: Vec<Version<Represented, RepresentedId>>,
}

impl Harmonisation {
    /// Everything on the workbench, as at the end of a day, or now. Action `harmonisation.workbench.read`.
    ///
    /// # Errors
    /// Refusals; neighbours; the database.
    pub async fn workbench(&self, actor: &Actor, day: Option<Date>) -> Result<Workbench, HarmonisationError> {
        self.guard.check(actor, READ, &bench()).await?;
        let relations = self.said(actor, day).await?;
        let mut relations = self.views(actor, &relations, day).await?;
        relations.sort_by_key(|view| std::cmp::Reverse(view.id));
        let mut read = self.store.read(actor).await?;
        let mut concepts = store::all::<Concept>(read.connection(), day.map(end_of)).await?;
        let represented = store::all::<Represented>(read.connection(), day.map(end_of)).await?;
        drop(read);
        concepts.sort_by_cached_key(|one| one.content.name.nb.to_lowercase());
        let concepts = concepts.into_iter().map(|concept| {
            let own = of_concept(concept.id, &represented, &relations);
            (concept, own)
        });
        Ok(Workbench { concepts: concepts.collect(), relations })
    }

    /// A concept, as at the end of a day, or now. Action `harmonisation.workbench.read`.
    ///
    /// # Errors
    /// [`HarmonisationError::NotFound`]; refusals; the database.
    pub async fn concept(
        &self,
        actor: &Actor,
        id: ConceptId,
        day: Option<Date>,
    ) -> Result<ConceptView, HarmonisationError> {
        self.guard.check(actor, READ, &bench()).await?;
        let history = self.versions::<Concept>(actor, id, day).await?;
        let concept = history.first().cloned().ok_or(HarmonisationError::NotFound)?;
        let relations = self.said(actor, day).await?;
        let relations = self.views(actor, &relations, day).await?;
        let mut read = self.store.read(actor).await?;
        let represented = store::all::<Represented>(read.connection(), day.map(end_of)).await?;
        Ok(ConceptView { represented: of_concept(id, &represented, &relations), concept, history })
    }

    /// A represented variable with the variables that are related to it, as at the end of a day, or now.
    /// Action `harmonisation.workbench.read`.
    ///
    /// # Errors
    /// [`HarmonisationError::NotFound`]; refusals; neighbours; the database.
    pub async fn represented(
        &self,
        actor: &Actor,
        id: RepresentedId,
        day: Option<Date>,
    ) -> Result<RepresentedView, HarmonisationError> {
        self.guard.check(actor, READ, &bench()).await?;
        let history = self.versions::<Represented>(actor, id, day).await?;
        let represented = history.first().cloned().ok_or(HarmonisationError::NotFound)?;
        let concept = self.versions::<Concept>(actor, represented.content.concept, day).await?;
        let concept = concept.into_iter().next().ok_or(HarmonisationError::NotFound)?;
        let mut relations = self.said(actor, day).await?;
        relations.retain(|one| one.content.to == Target::Represented(id));
        let mut relations = self.views(actor, &relations, day).await?;
        relations.sort_by(|a, b| {
            let key = |one: &RelationView| (one.state != State::Accepted, one.from.source.nb.clone(), one.id);
            key(a).cmp(&key(b))
        });
        Ok(RepresentedView { represented, concept, relations, history })
    }

    /// Describes a concept: a new one, or (`seen`: the id, and the number of the version that the actor has
    /// seen) a new version of one. Action `harmonisation.concept.write`, entry
    /// `harmonisation.concept.described`.
    ///
    /// # Errors
    /// [`HarmonisationError::Invalid`], [`HarmonisationError::Changed`]; refusals; the database.
    pub async fn describe_concept(
        &self,
        actor: &Actor,
        seen: Option<(ConceptId, u32)>,
        concept: &Concept,
    ) -> Result<ConceptId, HarmonisationError> {
        let wrong = concept.check();
        let fresh = ConceptId::new(&**self.store.clock(), self.store.randomness());
        let (id, number) = seen.unwrap_or((fresh, 0));
        let entry = Draft::new("harmonisation.concept.described", "concept", id);
        self.describe::<Concept>(actor, (id, number), concept, wrong, entry).await
    }

    /// Describes a represented variable, as [`Self::describe_concept`]. Action
    /// `harmonisation.concept.write`, entry `harmonisation.represented.described`.
    ///
    /// # Errors
    /// [`HarmonisationError::Invalid`], [`HarmonisationError::Changed`], [`HarmonisationError::NotFound`]
    /// without its concept; refusals; the database.
    pub async fn describe_represented(
        &self,
        actor: &Actor,
        seen: Option<(RepresentedId, u32)>,
        represented: &Represented,
    ) -> Result<RepresentedId, HarmonisationError> {
        self.versions::<Concept>(actor, represented.concept, None).await?;
        let wrong = represented.check();
        let fresh = RepresentedId::new(&**self.store.clock(), self.store.randomness());
        let (id, number) = seen.unwrap_or((fresh, 0));
        let entry = Draft::new("harmonisation.represented.described", "represented", id)
            .with("concept", represented.concept)
            .with("codes", represented.codes.len());
        self.describe::<Represented>(actor, (id, number), represented, wrong, entry).await
    }

    async fn describe<T: Said>(
        &self,
        actor: &Actor,
        (id, seen): (T::Id, u32),
        content: &T,
        wrong: Vec<varde_core::FieldProblem>,
        entry: Draft,
    ) -> Result<T::Id, HarmonisationError> {
        let permission = self.guard.check(actor, DESCRIBE, &bench()).await?;
        if !wrong.is_empty() {
            return Err(HarmonisationError::Invalid(wrong));
        }
        if seen > 0 {
            let latest = self.versions::<T>(actor, id, None).await?;
            if latest.first().is_none_or(|latest| latest.number != seen) {
                return Err(HarmonisationError::Changed);
            }
        }
        let number = seen.saturating_add(1);
        let mut work = self.store.begin(actor).await?;
        if !store::add(work.connection(), (id, number), content, actor, self.now()).await? {
            return Err(HarmonisationError::Changed);
        }
        let entered = work.enter(entry.because(permission.legal_basis()).with("version", number)).await?;
        work.commit(entered).await?;
        Ok(id)
    }

    /// The versions of one, the newest first; there is one.
    pub(super) async fn versions<T: Said>(
        &self,
        actor: &Actor,
        id: T::Id,
        day: Option<Date>,
    ) -> Result<Vec<Of<T>>, HarmonisationError> {
        let mut read = self.store.read(actor).await?;
        let versions = store::of::<T>(read.connection(), id, day.map(end_of)).await?;
        if versions.is_empty() { Err(HarmonisationError::NotFound) } else { Ok(versions) }
    }
}

/// The represented variables of a concept by name, each with how many relations to it hold.
fn of_concept(id: ConceptId, represented: &[Of<Represented>], relations: &[RelationView]) -> Vec<Used> {
    let holds = |one: &Of<Represented>| {
        let to = Target::Represented(one.id);
        relations.iter().filter(|view| view.state == State::Accepted && view.to.target == to).count()
    };
    let own = represented.iter().filter(|one| one.content.concept == id);
    let mut own: Vec<_> = own.map(|one| (one.clone(), holds(one))).collect();
    own.sort_by_cached_key(|(one, _)| one.content.name.nb.to_lowercase());
    own
}
