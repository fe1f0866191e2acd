//! Relations between variables: proposed, decided, looked at again, taken back.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, Digest, FieldProblem, OrganisationId, define_id};

use super::{
    code::{CodeMatch, Coding},
    concept::RepresentedId,
    text::{self, LONG},
};

define_id!(
    /// A relation.
    RelationId
);

/// How a variable stands to another: always said of the one the relation starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// It means the same.
    Equivalent,
    /// It means less: whatever it covers, the other covers too, and more.
    Narrower,
    /// It means more.
    Broader,
    /// It has to do with it, and is neither.
    Related,
}

impl RelationKind {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 4] = [Self::Equivalent, Self::Narrower, Self::Broader, Self::Related];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::Narrower => "narrower",
            Self::Broader => "broader",
            Self::Related => "related",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The mapping property of SKOS (reference of 18 August 2009, section 10). `A broadMatch B` says that B
    /// is the broader one, so that a variable that is narrower than the other has a broad match in it.
    pub const fn skos(self) -> &'static str {
        match self {
            Self::Equivalent => "exactMatch",
            Self::Narrower => "broadMatch",
            Self::Broader => "narrowMatch",
            Self::Related => "relatedMatch",
        }
    }
}

/// What a variable is related to. Written `npr/contact/sex` or as the id of a represented variable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A represented variable.
    Represented(RepresentedId),
    /// Another variable of the catalogue.
    Variable(CataloguePath),
}

/// The text names neither a variable nor a represented variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("name a variable (source/dataset/variable) or a represented variable by its id")]
pub struct NotATarget;

impl FromStr for Target {
    type Err = NotATarget;
    fn from_str(text: &str) -> Result<Self, NotATarget> {
        match text.parse() {
            Ok(id) => Ok(Self::Represented(id)),
            Err(_) => variable(text).map(Self::Variable).ok_or(NotATarget),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Represented(id) => id.fmt(f),
            Self::Variable(path) => path.fmt(f),
        }
    }
}

/// The path of a variable: three parts.
pub fn variable(text: &str) -> Option<CataloguePath> {
    text.parse::<CataloguePath>().ok().filter(|path| path.parts().count() == 3)
}

/// Where a relation is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Somebody has proposed it.
    Proposed,
    /// It holds.
    Accepted,
    /// It was turned down.
    Rejected,
    /// It was taken back, before or after it held.
    Withdrawn,
    /// A later decision on the same two took its place.
    Superseded,
}

impl State {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Superseded => "superseded",
        }
    }
}

/// Where a proposal came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Origin {
    /// Somebody filled in the form.
    Form,
    /// A row of a file of mappings.
    File {
        /// The row, from 2: the first holds the headers.
        row: u64,
        /// What the file says of how far it goes; never taken for how far it goes.
        claimed: String,
    },
}

/// What a decision rests on: the variables as they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pin {
    /// A variable, by the digest of everything the catalogue says of it.
    Variable(Digest),
    /// A represented variable, by the number of its version.
    Represented(u32),
}

/// What was decided, by whom, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Whether it holds.
    pub accepted: bool,
    /// Who decided, as [`Relation::proposer`].
    pub by: String,
    /// For which organisation.
    pub organisation: Option<OrganisationId>,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// The variable that it starts from, as it was.
    pub from: Pin,
    /// The other, as it was.
    pub to: Pin,
}

/// How a relation ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// For which organisation it was ended.
    pub organisation: Option<OrganisationId>,
    /// When.
    pub at: Timestamp,
    /// Why; empty when another took its place.
    pub reason: String,
    /// The relation that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<RelationId>,
}

/// A relation of a variable to a represented variable or to another variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// The variable that it starts from.
    pub from: CataloguePath,
    /// What it is related to.
    pub to: Target,
    /// How it stands to it.
    pub kind: RelationKind,
    /// What becomes of its codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<CodeMatch>,
    /// What must be done with its values: another unit, other codes; empty when nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub transformation: String,
    /// Why it is proposed.
    pub reason: String,
    /// Where it came from.
    pub origin: Origin,
    /// Who proposed it: `person:…`, `system:…`. Not told to everybody.
    pub proposer: String,
    /// For which organisation.
    pub proposed_for: Option<OrganisationId>,
    /// Where it is on its way.
    pub state: State,
    /// The last decision; those before it stand in the versions before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
}

/// The relation cannot take that step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// It has ended or was turned down.
    #[error("it has ended: propose it anew")]
    Over,
    /// Whoever proposed it cannot decide it.
    #[error("somebody else than who proposed it must decide")]
    Own,
    /// It holds, and nothing that it rests on has changed.
    #[error("it was decided, and nothing that it rests on has changed")]
    Settled,
}

/// What has changed since a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// The variable that it starts from is described otherwise.
    From,
    /// The catalogue has that variable no more.
    FromGone,
    /// The other is described otherwise.
    To,
    /// The other is no more.
    ToGone,
}

impl Changed {
    /// Its name in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::FromGone => "from_gone",
            Self::To => "to",
            Self::ToGone => "to_gone",
        }
    }
}

impl Relation {
    /// What is wrong with it, given the codes of both.
    pub fn check(&self, from: &Coding, to: &Coding) -> Vec<FieldProblem> {
        let mut wrong: Vec<FieldProblem> = text::check("reason", &self.reason, LONG).into_iter().collect();
        wrong.extend(text::check_length("transformation", &self.transformation, LONG));
        if matches!(&self.to, Target::Variable(path) if *path == self.from) {
            wrong.push(FieldProblem::new("til", "harmonisation-error-itself"));
        }
        let known = |coding: &Coding, value: &str| coding.codes.iter().any(|(code, _)| code == value);
        let mut seen = std::collections::BTreeSet::new();
        let good = |one: &CodeMatch| known(from, &one.code) && one.to.as_deref().is_none_or(|code| known(to, code));
        if !self.codes.iter().all(|one| good(one) && seen.insert(one.code.as_str())) {
            wrong.push(FieldProblem::new("codes", "harmonisation-error-code-match"));
        }
        wrong
    }

    /// The relation after a decision. Four eyes: the one who proposed it does not decide it. What holds
    /// already is decided anew only when something that it rests on has changed (`changed`).
    ///
    /// # Errors
    /// [`NotNow`].
    pub fn decided(&self, decision: Decision, changed: bool) -> Result<Self, NotNow> {
        if decision.by == self.proposer {
            return Err(NotNow::Own);
        }
        match self.state {
            State::Proposed => {}
            State::Accepted if changed => {}
            State::Accepted => return Err(NotNow::Settled),
            State::Rejected | State::Withdrawn | State::Superseded => return Err(NotNow::Over),
        }
        let state = if decision.accepted { State::Accepted } else { State::Rejected };
        Ok(Self { state, decision: Some(decision), ..self.clone() })
    }

    /// The relation after it was taken back.
    ///
    /// # Errors
    /// [`NotNow::Over`].
    pub fn withdrawn(&self, ending: Ending) -> Result<Self, NotNow> {
        match self.state {
            State::Proposed | State::Accepted => {
                Ok(Self { state: State::Withdrawn, ending: Some(ending), ..self.clone() })
            }
            State::Rejected | State::Withdrawn | State::Superseded => Err(NotNow::Over),
        }
    }

    /// The relation after a later decision on the same two took its place.
    ///
    /// # Errors
    /// [`NotNow::Over`] when it did not hold.
    pub fn superseded(&self, ending: Ending) -> Result<Self, NotNow> {
        match self.state {
            State::Accepted => Ok(Self { state: State::Superseded, ending: Some(ending), ..self.clone() }),
            _ => Err(NotNow::Over),
        }
    }

    /// What has changed since it was decided, given both as they are now; nothing for what does not hold.
    pub fn changed(&self, from: Option<&Pin>, to: Option<&Pin>) -> Vec<Changed> {
        let Some(decision) = self.decision.as_ref().filter(|_| self.state == State::Accepted) else {
            return Vec::new();
        };
        let one = |then: &Pin, now: Option<&Pin>, changed, gone| match now {
            None => Some(gone),
            Some(now) if now != then => Some(changed),
            Some(_) => None,
        };
        let from = one(&decision.from, from, Changed::From, Changed::FromGone);
        let to = one(&decision.to, to, Changed::To, Changed::ToGone);
        from.into_iter().chain(to).collect()
    }

    /// Whether it is about the same two as another, whichever it starts from.
    pub fn same_two(&self, from: &CataloguePath, to: &Target) -> bool {
        let turned = matches!((&self.to, to), (Target::Variable(own), Target::Variable(other))
            if own == from && *other == self.from);
        turned || (self.from == *from && self.to == *to)
    }

    /// Whether it is about a variable.
    pub fn is_about(&self, path: &CataloguePath) -> bool {
        self.from == *path || matches!(&self.to, Target::Variable(other) if other == path)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use varde_core::LocalisedText;

    use super::*;

    fn relation() -> Relation {
        Relation {
            from: "npr/contact/sex".parse().unwrap(),
            to: "mfr/birth/sex".parse().unwrap(),
            kind: RelationKind::Equivalent,
            codes: Vec::new(),
            transformation: String::new(),
            reason: "Samme kjønn.".to_owned(),
            origin: Origin::Form,
            proposer: "person:a".to_owned(),
            proposed_for: None,
            state: State::Proposed,
            decision: None,
            ending: None,
        }
    }

    fn pin(text: &str) -> Pin {
        Pin::Variable(Digest::of(text.as_bytes()))
    }

    fn decision(by: &str, accepted: bool) -> Decision {
        Decision {
            accepted,
            by: by.to_owned(),
            organisation: None,
            at: Timestamp::UNIX_EPOCH,
            reason: "Sett på.".to_owned(),
            from: pin("from"),
            to: pin("to"),
        }
    }

    fn ending() -> Ending {
        Ending { organisation: None, at: Timestamp::UNIX_EPOCH, reason: "Feil.".to_owned(), by: None }
    }

    #[test]
    fn a_narrower_variable_has_a_broad_match() {
        let skos: Vec<_> = RelationKind::ALL.map(|kind| (kind.name(), kind.skos())).into();
        assert_eq!(
            skos,
            [
                ("equivalent", "exactMatch"),
                ("narrower", "broadMatch"),
                ("broader", "narrowMatch"),
                ("related", "relatedMatch")
            ]
        );
    }

    #[test]
    fn targets_are_read_as_they_are_written() {
        for text in ["npr/contact/sex", "0192f3a0-0000-7000-8000-000000000001"] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        for wrong in ["", "npr", "npr/contact", "a/b/c/d", "Npr/contact/sex"] {
            assert_eq!(wrong.parse::<Target>(), Err(NotATarget), "{wrong}");
        }
    }

    #[test]
    fn nobody_decides_their_own_and_nothing_twice() {
        assert_eq!(relation().decided(decision("person:a", true), false), Err(NotNow::Own));
        let holds = relation().decided(decision("person:b", true), false).unwrap();
        assert_eq!(holds.state, State::Accepted);
        assert_eq!(holds.decided(decision("person:b", true), false), Err(NotNow::Settled));
        let again = holds.decided(decision("person:c", false), true).unwrap();
        assert_eq!(again.state, State::Rejected);
        assert_eq!(again.decided(decision("person:b", true), true), Err(NotNow::Over));
        assert_eq!(holds.withdrawn(ending()).unwrap().decision, holds.decision, "what was decided is kept");
        assert_eq!(relation().superseded(ending()), Err(NotNow::Over));
    }

    #[test]
    fn what_a_decision_rests_on_is_compared_with_what_is() {
        let holds = relation().decided(decision("person:b", true), false).unwrap();
        let changed = |from: Option<&Pin>, to: Option<&Pin>| holds.changed(from, to);
        assert_eq!(changed(Some(&pin("from")), Some(&pin("to"))), []);
        assert_eq!(changed(Some(&pin("other")), Some(&pin("to"))), [Changed::From]);
        assert_eq!(changed(None, Some(&pin("other"))), [Changed::FromGone, Changed::To]);
        assert_eq!(changed(Some(&pin("from")), None), [Changed::ToGone]);
        assert_eq!(relation().changed(None, None), [], "what was not decided rests on nothing");
    }

    #[test]
    fn a_relation_is_about_two_that_differ_and_about_codes_they_have() {
        let coding = |codes: &[&str]| Coding {
            system: None,
            codes: codes.iter().map(|code| ((*code).to_owned(), LocalisedText::bokmaal("Tekst"))).collect(),
        };
        let (from, to) = (coding(&["1", "2"]), coding(&["M"]));
        let with = |codes: &[(&str, Option<&str>)]| Relation {
            codes: codes
                .iter()
                .map(|(code, to)| CodeMatch { code: (*code).to_owned(), to: to.map(str::to_owned) })
                .collect(),
            ..relation()
        };
        assert!(with(&[("1", Some("M")), ("2", None)]).check(&from, &to).is_empty());
        for wrong in [vec![("3", None)], vec![("1", Some("K"))], vec![("1", None), ("1", Some("M"))]] {
            assert_eq!(with(&wrong).check(&from, &to).len(), 1, "{wrong:?}");
        }
        let itself = Relation { to: "npr/contact/sex".parse().unwrap(), ..relation() };
        assert_eq!(itself.check(&from, &to)[0].field, "til");
        let turned = relation();
        assert!(turned.same_two(&"mfr/birth/sex".parse().unwrap(), &"npr/contact/sex".parse().unwrap()));
        assert!(!turned.same_two(&"mfr/birth/sex".parse().unwrap(), &"mfr/birth/sex".parse().unwrap()));
    }

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Decide { own: bool, accepted: bool, changed: bool },
        Withdraw,
        Supersede,
    }

    fn steps() -> impl Strategy<Value = Step> {
        prop_oneof![
            (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(own, accepted, changed)| Step::Decide {
                own,
                accepted,
                changed
            }),
            Just(Step::Withdraw),
            Just(Step::Supersede),
        ]
    }

    proptest! {
        /// Whatever is tried in whatever order: what holds was decided by another than its proposer, what
        /// has ended stays so, and no decision is lost once there is one.
        #[test]
        fn only_anothers_decision_makes_a_relation_hold(steps in proptest::collection::vec(steps(), 0..12)) {
            let mut now = relation();
            for step in steps {
                let next = match step {
                    Step::Decide { own, accepted, changed } => {
                        now.decided(decision(if own { "person:a" } else { "person:b" }, accepted), changed)
                    }
                    Step::Withdraw => now.withdrawn(ending()),
                    Step::Supersede => now.superseded(ending()),
                };
                let over = matches!(now.state, State::Rejected | State::Withdrawn | State::Superseded);
                prop_assert!(!over || next.is_err(), "{:?} went on", now.state);
                if let Ok(next) = next {
                    prop_assert!(now.decision.is_none() || next.decision.is_some());
                    now = next;
                }
                let decided = now.decision.as_ref();
                prop_assert!(now.state != State::Accepted || decided.is_some_and(|d| d.accepted && d.by != now.proposer));
                prop_assert!(now.state == State::Proposed || decided.is_some() || now.ending.is_some());
            }
        }
    }
}
