//! The laws of the airlock, for every order in which people may act.

use proptest::prelude::*;
use varde_core::LocalisedText;

use super::*;

fn person(number: u8) -> PersonId {
    PersonId::from_uuid(uuid::Uuid::from_u128(u128::from(number) + 1))
}

const AUTHOR: u8 = 0;
const MEMBER: u8 = 1;

fn file(severity: Option<Severity>, explanation: &str) -> CheckedFile {
    let text = || LocalisedText::bokmaal("tekst");
    let finding = |severity| Finding {
        rule: "rule".into(),
        severity,
        place: String::new(),
        what: text(),
        why: text(),
        advice: text(),
    };
    CheckedFile {
        id: uuid::Uuid::nil(),
        name: "table.csv".into(),
        digest: Digest::of(b""),
        bytes: 0,
        findings: severity.map(finding).into_iter().collect(),
        explanation: explanation.into(),
        removed_at: None,
    }
}

fn request(reviewers_required: u32, files: Vec<CheckedFile>) -> ReleaseRequest {
    ReleaseRequest {
        id: ReleaseRequestId::from_uuid(uuid::Uuid::nil()),
        room: RoomId::from_uuid(uuid::Uuid::nil()),
        author: person(AUTHOR),
        purpose: "Table 1 of the article".into(),
        state: RequestState::Draft,
        round: 0,
        reviewers_required,
        files,
        reviews: Vec::new(),
        created_at: Timestamp::UNIX_EPOCH,
        ended_at: None,
    }
}

fn review(reviewer: u8, verdict: Verdict) -> Review {
    Review {
        round: 0,
        reviewer: person(reviewer),
        verdict,
        reason: "looked at every cell".into(),
        at: Timestamp::UNIX_EPOCH,
    }
}

#[derive(Debug, Clone)]
enum Step {
    Submit(u8),
    Withdraw(u8),
    Review(u8, Verdict),
    Release(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let verdict = prop_oneof![Just(Verdict::Approve), Just(Verdict::Return), Just(Verdict::Reject)];
    prop_oneof![
        (0u8..5).prop_map(Step::Submit),
        (0u8..5).prop_map(Step::Withdraw),
        (0u8..5, verdict).prop_map(|(who, verdict)| Step::Review(who, verdict)),
        (0u8..5).prop_map(Step::Release),
    ]
}

proptest! {
    #[test]
    fn nothing_leaves_without_enough_strangers_approving_this_very_submission(
        required in 1u32..3,
        steps in proptest::collection::vec(step(), 0..40),
    ) {
        let members = [person(AUTHOR), person(MEMBER)];
        let mut request = request(required, vec![file(None, "")]);
        for step in steps {
            let before = request.clone();
            let done = match step.clone() {
                Step::Submit(who) => request.submit(person(who)),
                Step::Withdraw(who) => request.withdraw(person(who)),
                Step::Review(who, verdict) => request.review(review(who, verdict), &members),
                Step::Release(who) => request.release(person(who)),
            };
            if done.is_err() {
                prop_assert_eq!(&request, &before, "a refused step changes nothing: {:?}", step);
            }
            if request.state.cleared() {
                let mut approvers: Vec<_> = request
                    .reviews
                    .iter()
                    .filter(|r| r.round == request.round && r.verdict == Verdict::Approve)
                    .map(|r| r.reviewer)
                    .collect();
                approvers.sort();
                approvers.dedup();
                prop_assert!(approvers.len() >= required as usize);
                prop_assert!(!approvers.iter().any(|a| members.contains(a)));
            }
        }
    }

    #[test]
    fn what_a_check_stops_never_gets_out(steps in proptest::collection::vec(step(), 0..40)) {
        let mut request = request(1, vec![file(Some(Severity::Stop), "but it is fine, really")]);
        for step in steps {
            let _ = match step {
                Step::Submit(who) => request.submit(person(who)),
                Step::Withdraw(who) => request.withdraw(person(who)),
                Step::Review(who, verdict) => request.review(review(who, verdict), &[]),
                Step::Release(who) => request.release(person(who)),
            };
            prop_assert!(!request.state.cleared());
        }
    }
}

#[test]
fn what_is_flagged_must_be_explained() {
    let mut silent = request(1, vec![file(Some(Severity::Explain), "")]);
    assert!(matches!(silent.submit(person(AUTHOR)), Err(AirlockError::Incomplete(f)) if f.len() == 1));
    let mut spoken = request(1, vec![file(Some(Severity::Explain), "rounded to nearest five")]);
    assert_eq!(spoken.submit(person(AUTHOR)), Ok(()));
}

#[test]
fn author_and_members_never_review() {
    for who in [AUTHOR, MEMBER] {
        let mut request = request(1, vec![file(None, "")]);
        request.submit(person(AUTHOR)).unwrap();
        let refused = request.review(review(who, Verdict::Approve), &[person(MEMBER)]);
        assert_eq!(refused, Err(AirlockError::OwnRequest));
    }
}

#[test]
fn two_reviewers_do_not_see_each_other_until_both_are_done() {
    let mut request = request(2, vec![file(None, "")]);
    request.submit(person(AUTHOR)).unwrap();
    request.review(review(3, Verdict::Approve), &[]).unwrap();
    assert_eq!(request.state, RequestState::InReview);
    assert_eq!(request.visible_reviews(person(4)).count(), 0);
    assert_eq!(request.visible_reviews(person(3)).count(), 1);
    assert_eq!(request.review(review(3, Verdict::Approve), &[]), Err(AirlockError::ReviewedAlready));
    request.review(review(4, Verdict::Approve), &[]).unwrap();
    assert_eq!(request.state, RequestState::Approved);
    assert_eq!(request.visible_reviews(person(4)).count(), 2);
}

#[test]
fn a_new_submission_starts_all_reviews_over() {
    let mut request = request(2, vec![file(None, "")]);
    request.submit(person(AUTHOR)).unwrap();
    request.review(review(3, Verdict::Approve), &[]).unwrap();
    request.review(review(4, Verdict::Return), &[]).unwrap();
    assert_eq!(request.state, RequestState::Returned);
    request.submit(person(AUTHOR)).unwrap();
    request.review(review(4, Verdict::Approve), &[]).unwrap();
    assert_eq!(request.state, RequestState::InReview, "the first round's approval does not count");
}

#[test]
fn copies_are_kept_while_somebody_may_need_them_and_no_longer() {
    let day = |n: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * n);
    let mut request = request(1, vec![file(None, "")]);
    for state in RequestState::ALL {
        request.state = state;
        request.ended_at = state.ended().then(|| day(10));
        let expected = state.ended().then(|| day(40));
        assert_eq!(request.kept_until(None, 30), expected, "{state:?} in a room that goes on");
        let never_leaves = state.editable().then(|| day(50));
        assert_eq!(request.kept_until(Some(day(20)), 30), expected.or(never_leaves), "{state:?} after the room's end");
    }
}
