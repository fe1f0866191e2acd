//! Relations with everything that is shown of them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use varde_core::{Actor, CataloguePath, LocalisedText, OrganisationId, Period};
use varde_metadata::{AsAt, DataType};

use super::{
    Harmonisation, PROPOSALS, bench,
    catalogue::{Known, Snapshot},
    end_of, person_of, related, source_of,
};
use crate::{
    HarmonisationError, Version,
    code::{Coding, Coverage},
    concept::{Represented, RepresentedId},
    relation::{Changed, Origin, Pin, Relation, RelationId, RelationKind, State, Target},
    store::{self, Of},
};

/// One of the two that a relation is between.
#[derive(Debug, Clone, Serialize)]
pub struct Side {
    /// Which.
    #[serde(flatten)]
    pub target: Target,
    /// Its name; its path where it is no more.
    pub name: LocalisedText,
    /// The source's name; empty for a represented variable.
    pub source: LocalisedText,
    /// The dataset's name; empty for a represented variable.
    pub dataset: LocalisedText,
    /// From its first version's first day to its last version's last.
    pub valid: Option<Period>,
    /// The type of its values.
    pub data_type: Option<DataType>,
    /// Its unit.
    pub unit: Option<String>,
    /// Whether it is (still) there.
    pub known: bool,
    /// Its codes.
    #[serde(skip)]
    pub coding: Coding,
    #[serde(skip)]
    pub(crate) pin: Option<Pin>,
    #[serde(skip)]
    pub(crate) holder: Option<OrganisationId>,
}

impl Side {
    pub(super) fn of_variable(path: &CataloguePath, known: Option<&Known>) -> Self {
        let newest = known.and_then(|known| known.variable.newest());
        let first = known.and_then(|known| known.variable.versions.first());
        Self {
            target: Target::Variable(path.clone()),
            name: newest.map_or_else(|| LocalisedText::bokmaal(path.as_str()), |version| version.name.clone()),
            source: known.map_or_else(|| LocalisedText::bokmaal(source_of(path)), |known| known.source.clone()),
            dataset: known.map(|known| known.dataset.clone()).unwrap_or_default(),
            valid: first.zip(newest).map(|(first, last)| Period { from: first.valid.from, until: last.valid.until }),
            data_type: newest.map(|version| version.data_type),
            unit: newest.and_then(|version| version.unit.clone()),
            known: known.is_some(),
            coding: known.map(|known| known.coding.clone()).unwrap_or_default(),
            pin: known.map(|known| known.pin.clone()),
            holder: known.and_then(|known| known.holder),
        }
    }

    pub(super) fn of_represented(id: RepresentedId, found: Option<&Of<Represented>>) -> Self {
        let content = found.map(|version| &version.content);
        Self {
            target: Target::Represented(id),
            name: content.map_or_else(|| LocalisedText::bokmaal(id.to_string()), |one| one.name.clone()),
            source: LocalisedText::default(),
            dataset: LocalisedText::default(),
            valid: None,
            data_type: content.map(|one| one.data_type),
            unit: content.and_then(|one| one.unit.clone()),
            known: content.is_some(),
            coding: content.map(Coding::of_represented).unwrap_or_default(),
            pin: found.map(|version| Pin::Represented(version.number)),
            holder: None,
        }
    }
}

/// A code of the variable that the relation starts from, and what becomes of it.
#[derive(Debug, Clone, Serialize)]
pub struct CodeLine {
    /// The code.
    pub code: String,
    /// What it means.
    pub text: LocalisedText,
    /// The code it becomes, when the other has it.
    pub to: Option<String>,
    /// What that means.
    pub to_text: LocalisedText,
    /// Whether somebody has said that it becomes nothing. A code that nobody has looked at is neither.
    pub without: bool,
}

/// A decision as it is told.
#[derive(Debug, Clone, Serialize)]
pub struct Decided {
    /// Whether it holds.
    pub accepted: bool,
    /// For which organisation; empty when none is known.
    pub organisation: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// A relation with everything that is shown of it. Who the people were is not told.
#[derive(Debug, Clone, Serialize)]
pub struct RelationView {
    /// Its id.
    pub id: RelationId,
    /// The number of its version.
    pub version: u32,
    /// Where it is on its way.
    pub state: State,
    /// How the one stands to the other.
    pub kind: RelationKind,
    /// The same in SKOS.
    pub skos: &'static str,
    /// The variable that it starts from.
    pub from: Side,
    /// The other.
    pub to: Side,
    /// How far the codes are mapped, by the code lists as they are.
    pub coverage: Coverage,
    /// Each code of the first, and what becomes of it.
    pub codes: Vec<CodeLine>,
    /// What must be done with the values; empty when nothing.
    pub transformation: String,
    /// Why it was proposed.
    pub reason: String,
    /// What a file said of how far it goes. It is not believed.
    pub claimed: Option<String>,
    /// For which organisation it was proposed; empty when none is known.
    pub proposed_for: String,
    /// The last decision.
    pub decision: Option<Decided>,
    /// When and why it ended, and what took its place.
    pub ending: Option<(Timestamp, String, Option<RelationId>)>,
    /// What has changed since the decision: when anything has, somebody must look again.
    pub changed: Vec<Changed>,
    #[serde(skip)]
    pub(crate) proposer: String,
}

impl RelationView {
    /// Whether it holds, but something that it rests on has changed.
    pub fn must_be_looked_at(&self) -> bool {
        !self.changed.is_empty()
    }

    /// Whether everybody may know of it: once it has been decided to hold.
    fn is_public(&self) -> bool {
        let held = self.decision.as_ref().is_some_and(|decision| decision.accepted);
        held && self.state != State::Proposed && self.state != State::Rejected
    }

    pub(super) fn resource(&self) -> varde_policy::Resource {
        let holders: BTreeSet<OrganisationId> = [self.from.holder, self.to.holder].into_iter().flatten().collect();
        related(self.id, holders, person_of(&self.proposer))
    }
}

/// The variables that are shown.
pub(super) enum Variables {
    /// As the catalogue has them now.
    Now(Arc<Snapshot>),
    /// As it had them on a day.
    Then(HashMap<CataloguePath, Known>),
}

impl Variables {
    pub(super) fn get(&self, path: &CataloguePath) -> Option<&Known> {
        match self {
            Self::Now(snapshot) => snapshot.variables.get(path),
            Self::Then(found) => found.get(path),
        }
    }
}

/// What relations are shown with.
pub(super) struct Lookup {
    pub(super) variables: Variables,
    pub(super) represented: Vec<Of<Represented>>,
    names: BTreeMap<OrganisationId, String>,
}

impl Lookup {
    pub(super) fn side(&self, target: &Target) -> Side {
        match target {
            Target::Variable(path) => Side::of_variable(path, self.variables.get(path)),
            Target::Represented(id) => {
                Side::of_represented(*id, self.represented.iter().find(|version| version.id == *id))
            }
        }
    }

    fn name(&self, id: Option<OrganisationId>) -> String {
        id.and_then(|id| self.names.get(&id).cloned()).unwrap_or_default()
    }

    pub(super) fn view(&self, version: &Of<Relation>) -> RelationView {
        let relation = &version.content;
        let (from, to) = (self.side(&Target::Variable(relation.from.clone())), self.side(&relation.to));
        let changed = relation.changed(from.pin.as_ref(), to.pin.as_ref());
        RelationView {
            id: version.id,
            version: version.number,
            state: relation.state,
            kind: relation.kind,
            skos: relation.kind.skos(),
            coverage: Coverage::of(&from.coding, &to.coding, &relation.codes),
            codes: code_lines(&from.coding, &to.coding, relation),
            transformation: relation.transformation.clone(),
            reason: relation.reason.clone(),
            claimed: match &relation.origin {
                Origin::Form => None,
                Origin::File { claimed, .. } => Some(claimed.clone()),
            },
            proposed_for: self.name(relation.proposed_for),
            decision: relation.decision.as_ref().map(|decision| Decided {
                accepted: decision.accepted,
                organisation: self.name(decision.organisation),
                at: decision.at,
                reason: decision.reason.clone(),
            }),
            ending: relation.ending.as_ref().map(|ending| (ending.at, ending.reason.clone(), ending.by)),
            changed,
            proposer: relation.proposer.clone(),
            from,
            to,
        }
    }
}

fn code_lines(from: &Coding, to: &Coding, relation: &Relation) -> Vec<CodeLine> {
    let line = |(code, text): &(String, LocalisedText)| {
        let said = relation.codes.iter().find(|one| one.code == *code);
        let wanted = said.and_then(|one| one.to.as_deref());
        let found = to.codes.iter().find(|(other, _)| Some(other.as_str()) == wanted);
        CodeLine {
            code: code.clone(),
            text: text.clone(),
            to: found.map(|(other, _)| other.clone()),
            to_text: found.map(|(_, text)| text.clone()).unwrap_or_default(),
            without: said.is_some_and(|one| one.to.is_none()),
        }
    };
    if to.codes.is_empty() { Vec::new() } else { from.codes.iter().map(line).collect() }
}

impl Harmonisation {
    /// What the relations are shown with, as at the end of a day, or now.
    pub(super) async fn lookup(
        &self,
        actor: &Actor,
        relations: &[Of<Relation>],
        day: Option<Date>,
    ) -> Result<Lookup, HarmonisationError> {
        let variables = match day {
            None => Variables::Now(self.snapshot(actor).await?),
            Some(day) => Variables::Then(self.variables_then(actor, relations, day).await?),
        };
        let mut read = self.store.read(actor).await?;
        let represented = store::all::<Represented>(read.connection(), day.map(end_of)).await?;
        drop(read);
        let decided = relations.iter().flat_map(|one| {
            let decision = one.content.decision.as_ref().and_then(|decision| decision.organisation);
            [one.content.proposed_for, decision]
        });
        let ids: BTreeSet<OrganisationId> = decided.flatten().collect();
        let ids: Vec<OrganisationId> = ids.into_iter().collect();
        let names = if ids.is_empty() { BTreeMap::new() } else { self.ports.organisations.names(&ids).await? };
        Ok(Lookup { variables, represented, names })
    }

    async fn variables_then(
        &self,
        actor: &Actor,
        relations: &[Of<Relation>],
        day: Date,
    ) -> Result<HashMap<CataloguePath, Known>, HarmonisationError> {
        let others = relations.iter().filter_map(|one| match &one.content.to {
            Target::Variable(path) => Some(path),
            Target::Represented(_) => None,
        });
        let paths: BTreeSet<&CataloguePath> = relations.iter().map(|one| &one.content.from).chain(others).collect();
        let mut variables = HashMap::new();
        for path in paths {
            if let Some(known) = self.known_then(actor, path, AsAt::day(day)).await? {
                variables.insert(path.clone(), known);
            }
        }
        Ok(variables)
    }

    /// The relations as they are shown to the actor: what was never decided to hold only to those who look
    /// after descriptions.
    pub(super) async fn views(
        &self,
        actor: &Actor,
        relations: &[Of<Relation>],
        day: Option<Date>,
    ) -> Result<Vec<RelationView>, HarmonisationError> {
        let lookup = self.lookup(actor, relations, day).await?;
        let proposals = self.guard.would_allow(actor, PROPOSALS, &bench());
        let views = relations.iter().map(|version| lookup.view(version));
        Ok(views.filter(|view| proposals || view.is_public()).collect())
    }

    /// The latest version of every relation, as at the end of a day, or now.
    pub(super) async fn said(&self, actor: &Actor, day: Option<Date>) -> Result<Vec<Of<Relation>>, HarmonisationError> {
        let mut read = self.store.read(actor).await?;
        Ok(store::all::<Relation>(read.connection(), day.map(end_of)).await?)
    }
}

/// A version of a relation.
pub type RelationVersion = Version<Relation, RelationId>;
