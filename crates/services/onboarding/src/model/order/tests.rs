//! Every state with every step, and what no path may ever do.

use proptest::prelude::*;
use varde_core::Language;

use super::*;
use crate::{EmailAddress, model::listing::tests::service};

#[test]
fn every_state_allows_what_the_table_says() {
    use State::{Draft, Ended, Granted, KeyRegistered, Live, Refused, Submitted, Tested, Withdrawn};
    let allowed = [
        (Draft, Step::Change, Draft),
        (State::TermsAccepted, Step::Change, Draft),
        (Draft, Step::AcceptTerms, State::TermsAccepted),
        (State::TermsAccepted, Step::AcceptTerms, State::TermsAccepted),
        (Submitted, Step::AcceptTerms, Submitted),
        (Granted, Step::AcceptTerms, Granted),
        (KeyRegistered, Step::AcceptTerms, KeyRegistered),
        (Tested, Step::AcceptTerms, Tested),
        (Live, Step::AcceptTerms, Live),
        (State::TermsAccepted, Step::Submit, Submitted),
        (Draft, Step::Withdraw, Withdrawn),
        (State::TermsAccepted, Step::Withdraw, Withdrawn),
        (Submitted, Step::Withdraw, Withdrawn),
        (Submitted, Step::Grant, Granted),
        (Submitted, Step::Refuse, Refused),
        (Refused, Step::Reopen, Draft),
        (Granted, Step::RegisterKey, KeyRegistered),
        (KeyRegistered, Step::RegisterKey, KeyRegistered),
        (Tested, Step::RegisterKey, Tested),
        (Live, Step::RegisterKey, Live),
        (Granted, Step::Test, Tested),
        (KeyRegistered, Step::Test, Tested),
        (Tested, Step::Test, Tested),
        (Live, Step::Test, Live),
        (Tested, Step::GoLive, Live),
        (Live, Step::GoLive, Live),
        (Granted, Step::End, Ended),
        (KeyRegistered, Step::End, Ended),
        (Tested, Step::End, Ended),
        (Live, Step::End, Ended),
    ];
    for state in State::ALL {
        for step in Step::ALL {
            let expected = allowed.iter().find(|(s, t, _)| (*s, *t) == (state, step)).map(|(_, _, to)| *to);
            assert_eq!(next(state, step).ok(), expected, "{state:?} {step:?}");
        }
    }
}

#[test]
fn names_go_there_and_back() {
    for state in State::ALL {
        assert_eq!(State::from_name(state.name()), Some(state));
    }
    for step in Step::ALL {
        assert_eq!(Step::from_name(step.name()), Some(step));
    }
    assert_eq!(State::from_name("reopened"), None);
}

fn wanted() -> Wanted {
    Wanted {
        class: "full".parse().unwrap(),
        basis: LegalBasis::new("folkeregisterloven", "§ 10-2"),
        need: "Vi må vite hvor pasientene bor.".to_owned(),
        contact: Contact { email: EmailAddress::parse("kari@example.org").unwrap(), language: Language::Nb },
    }
}

fn fields(faults: &[FieldProblem]) -> Vec<&str> {
    faults.iter().map(|fault| fault.field.as_str()).collect()
}

#[test]
fn what_is_wanted_is_a_class_with_its_basis_and_a_reason() {
    assert_eq!(wanted().faults(&service()), []);
    let mut it = wanted();
    it.class = "annet".parse().unwrap();
    it.need = " ".to_owned();
    assert_eq!(fields(&it.faults(&service())), ["class", "need"]);
    let mut it = wanted();
    it.basis = LegalBasis::new("GDPR", "art. 6(1)(f)");
    assert_eq!(fields(&it.faults(&service())), ["basis"]);
    let mut it = wanted();
    it.need = "x".repeat(LONGEST_TEXT + 1);
    assert_eq!(fields(&it.faults(&service())), ["need"]);
}

#[test]
fn a_no_and_another_class_than_asked_for_have_a_reason() {
    let (asked, other): (ClassId, ClassId) = ("full".parse().unwrap(), "begrenset".parse().unwrap());
    let grant = |class: &ClassId, reason: &str| Answer::Grant { class: class.clone(), reason: reason.to_owned() };
    let faults = |answer: &Answer| fields(&answer.faults(&service(), &asked)).join(",");
    assert_eq!(faults(&grant(&asked, "")), "");
    assert_eq!(faults(&grant(&other, "")), "reason");
    assert_eq!(faults(&grant(&other, "Dere trenger ikke mer.")), "");
    assert_eq!(faults(&grant(&"ukjent".parse().unwrap(), "x")), "class");
    assert_eq!(faults(&Answer::Refuse { reason: String::new() }), "reason");
    assert_eq!(faults(&Answer::Refuse { reason: "Hjemmelen holder ikke.".to_owned() }), "");
}

proptest! {
    #[test]
    fn no_path_opens_a_service_without_terms_and_a_grant(steps in proptest::collection::vec(0..Step::ALL.len(), 0..60)) {
        let (mut state, mut path) = (State::Draft, Vec::new());
        for step in steps.into_iter().map(|n| Step::ALL[n]) {
            let before = state;
            match next(state, step) {
                Ok(after) => {
                    path.push(step);
                    state = after;
                }
                Err(NotNow(stays)) => prop_assert_eq!(stays, before),
            }
            if state.is_open() {
                let granted = path.iter().rposition(|step| *step == Step::Grant);
                let sent = path.iter().rposition(|step| *step == Step::Submit);
                let accepted = path.iter().position(|step| *step == Step::AcceptTerms);
                prop_assert!(granted.is_some() && sent < granted && accepted.is_some() && accepted < sent);
            }
            if before == State::Ended || before == State::Withdrawn {
                prop_assert_eq!(state, before, "what has ended stays so");
            }
            if state == State::Live {
                prop_assert!(path.contains(&Step::Test) && path.contains(&Step::GoLive));
            }
            if state == State::Submitted && step == Step::Submit {
                // Since it was last changed, the terms were accepted.
                let changed = path.iter().rposition(|s| *s == Step::Change || *s == Step::Reopen);
                let accepted = path.iter().rposition(|s| *s == Step::AcceptTerms);
                prop_assert!(accepted > changed);
            }
        }
    }
}
