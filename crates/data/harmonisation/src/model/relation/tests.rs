use jiff::Timestamp;
use proptest::prelude::*;
use varde_core::{Digest, LocalisedText};

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
