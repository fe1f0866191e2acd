use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;
use varde_core::{ApplicationId, LegalBasis, OrganisationId, Purpose};
use varde_permit::{Cohort, DataNeed, NeededVariable, Values};

use super::*;
use crate::model::{Content, State};

fn person(n: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(n))
}

fn path(text: &str) -> CataloguePath {
    text.parse().unwrap()
}

fn needed(text: &str, granularity: Granularity) -> NeededVariable {
    NeededVariable::rows(path(text), granularity, "Trengs")
}

fn application() -> Application {
    Application {
        id: ApplicationId::from_uuid(Uuid::from_u128(10)),
        reference: "26/00001".into(),
        applicant: person(1),
        organisation: OrganisationId::from_uuid(Uuid::from_u128(20)),
        access_body: OrganisationId::from_uuid(Uuid::from_u128(21)),
        state: State::Processing,
        revision: 3,
        content: Content {
            title: "Hjertesvikt".into(),
            summary: "Kort".into(),
            purpose: Purpose::Research,
            legal_bases: vec![LegalBasis::new("GDPR", "art. 6(1)(e)")],
            ethics_approval: "REK 1".into(),
            need: DataNeed {
                cohort: Cohort::Everyone,
                variables: vec![
                    needed("npr/contact/main_condition", Granularity::AsIs),
                    needed("npr/contact/in_date", Granularity::Month),
                ],
                period: Period::new(date(2020, 1, 1), date(2021, 1, 1)).unwrap(),
                design: varde_permit::Design::default(),
                handover: varde_permit::Handover::default(),
            },
            persons: vec![person(1), person(2)],
            months: 24,
        },
        created_at: Timestamp::UNIX_EPOCH,
        submitted_at: None,
    }
}

fn assessed(finding: impl Fn(&str) -> Finding) -> Vec<Assessment> {
    CRITERIA
        .iter()
        .map(|c| Assessment {
            criterion: c.key.into(),
            finding: finding(c.key),
            reason: "Fordi".into(),
            assessed_by: person(9),
            assessed_at: Timestamp::UNIX_EPOCH,
        })
        .collect()
}

fn proposal(outcome: Outcome, grants: Vec<Grant>) -> Proposal {
    let (reasons, rule_set) = ("Vilkårene er oppfylt.".into(), RuleSet::Norway);
    Proposal { outcome, reasons, grants, minimum_group: 5, rule_set, updates: None, large: None }
}

/// Nothing is known of the number of people.
fn known<'a>(assessments: &'a [Assessment], kinds: &'a Kinds) -> Known<'a> {
    Known { assessments, kinds, reach: None }
}

fn run(assessments: &[Assessment], proposal: &Proposal, decider: PersonId) -> Result<Decision, DecisionRefused> {
    let at = "2026-11-22T12:00:00Z".parse().unwrap();
    decide(&application(), known(assessments, &kinds()), proposal, decider, DecisionId::from_uuid(Uuid::nil()), at)
}

#[test]
fn all_grants_exactly_what_was_applied_for() {
    let decision = run(&assessed(|_| Finding::Met), &proposal(Outcome::All, vec![]), person(9)).unwrap();
    assert_eq!(decision.variables.len(), 2);
    assert_eq!(decision.valid, Period::new(date(2026, 11, 22), date(2028, 11, 21)));
    let permit = decision.permit(&application(), PermitId::from_uuid(Uuid::nil())).unwrap();
    assert_eq!(permit.decided_at, decision.decided_at);
    assert_eq!(permit.legal_bases[0].to_string(), "helseregisterloven § 19 a");
}

#[test]
fn nobody_decides_on_a_project_they_take_part_in() {
    for partial in [person(1), person(2)] {
        let refused = run(&assessed(|_| Finding::Met), &proposal(Outcome::All, vec![]), partial);
        assert_eq!(refused, Err(DecisionRefused::Partial));
    }
}

#[test]
fn every_criterion_must_be_assessed_even_to_refuse() {
    let some = &assessed(|_| Finding::Met)[1..];
    let refused = run(some, &proposal(Outcome::No, vec![]), person(9));
    assert_eq!(refused, Err(DecisionRefused::NotAssessed(vec!["purpose"])));
}

#[test]
fn a_decisive_criterion_that_is_not_met_leaves_only_no() {
    let assessments = assessed(|c| if c == "ethics" { Finding::NotMet } else { Finding::Met });
    let all = run(&assessments, &proposal(Outcome::All, vec![]), person(9));
    assert_eq!(all, Err(DecisionRefused::MustRefuse("ethics")));
    let no = run(&assessments, &proposal(Outcome::No, vec![]), person(9)).unwrap();
    assert!(no.variables.is_empty() && no.permit(&application(), PermitId::from_uuid(Uuid::nil())).is_none());
}

#[test]
fn a_part_is_within_the_application_and_less_than_it() {
    let assessments = assessed(|c| if c == "necessary" { Finding::Partly } else { Finding::Met });
    let grant =
        |variable: &str, granularity| Grant { variable: path(variable), granularity, measure: Measure::default() };
    let try_it = |grants| run(&assessments, &proposal(Outcome::Part, grants), person(9));
    assert_eq!(
        run(&assessments, &proposal(Outcome::All, vec![]), person(9)),
        Err(DecisionRefused::MustCut("necessary"))
    );
    assert_eq!(try_it(vec![]), Err(DecisionRefused::NotAPart));
    let finer = grant("npr/contact/in_date", Granularity::AsIs);
    assert_eq!(try_it(vec![finer.clone()]), Err(DecisionRefused::BeyondApplication(finer.variable)));
    let coarser = try_it(vec![grant("npr/contact/in_date", Granularity::Year)]).unwrap();
    assert_eq!(coarser.variables[0].granularity, Granularity::Year);
}

/// The catalogue knows a code and a date, and nothing else.
fn kinds() -> Kinds {
    let known = [("npr/contact/main_condition", Values::Characters), ("npr/contact/in_date", Values::Dates)];
    known.map(|(variable, kind)| (path(variable), kind)).into()
}

#[test]
fn what_cannot_be_delivered_is_refused_before_it_is_a_decision() {
    let assessments = assessed(|_| Finding::Met);
    let granted = |need: Vec<NeededVariable>, outcome, grants| {
        let mut application = application();
        application.content.need.variables = need;
        let at = "2026-11-22T12:00:00Z".parse().unwrap();
        let id = DecisionId::from_uuid(Uuid::nil());
        decide(&application, known(&assessments, &kinds()), &proposal(outcome, grants), person(9), id, at)
    };
    // Sent before the application was held against the catalogue, or through a changed catalogue.
    for (variable, wrong) in [
        ("npr/contact/main_condition", Granularity::Prefix(0)),
        ("npr/contact/main_condition", Granularity::Month),
        ("npr/contact/in_date", Granularity::Band(0)),
        ("npr/contact/in_date", Granularity::Band(5)),
        ("npr/contact/gone", Granularity::AsIs),
    ] {
        let refused = granted(vec![needed(variable, wrong)], Outcome::All, vec![]);
        assert_eq!(refused, Err(DecisionRefused::CannotDeliver(path(variable))), "{wrong:?}");
    }
    // The handler makes it coarser in a way that means nothing.
    let asked = vec![needed("npr/contact/in_date", Granularity::AsIs)];
    let grant =
        |granularity| vec![Grant { variable: path("npr/contact/in_date"), granularity, measure: Measure::default() }];
    for nothing in [Granularity::Band(0), Granularity::Prefix(0)] {
        let refused = granted(asked.clone(), Outcome::Part, grant(nothing));
        assert_eq!(refused, Err(DecisionRefused::BeyondApplication(path("npr/contact/in_date"))), "{nothing:?}");
    }
    let refused = granted(asked.clone(), Outcome::Part, grant(Granularity::Band(5)));
    assert_eq!(refused, Err(DecisionRefused::CannotDeliver(path("npr/contact/in_date"))));
    let twice = [grant(Granularity::Year), grant(Granularity::Month)].concat();
    assert_eq!(granted(asked, Outcome::Part, twice), Err(DecisionRefused::Twice(path("npr/contact/in_date"))));
}

fn any_granularity() -> impl Strategy<Value = Granularity> {
    prop_oneof![
        Just(Granularity::AsIs),
        Just(Granularity::Month),
        Just(Granularity::Year),
        Just(Granularity::RelativeDays),
        (0_u32..20).prop_map(Granularity::Band),
        (0_u32..5).prop_map(Granularity::Prefix),
    ]
}

proptest! {
    #[test]
    fn whatever_is_granted_fits_its_variable_and_is_within_the_application(
        asked in any_granularity(), granted in any_granularity(), outcome in prop::sample::select(vec![Outcome::All, Outcome::Part]),
    ) {
        let mut application = application();
        application.content.need.variables[1].granularity = asked;
        let grants = vec![Grant { variable: path("npr/contact/in_date"), granularity: granted, measure: Measure::default() }];
        let (at, id) = ("2026-11-22T12:00:00Z".parse().unwrap(), DecisionId::from_uuid(Uuid::nil()));
        let assessments = assessed(|_| Finding::Met);
        let decided = decide(&application, known(&assessments, &kinds()), &proposal(outcome, grants), person(9), id, at);
        for variable in decided.into_iter().flat_map(|d| d.variables) {
            let needed = application.content.need.variables.iter().find(|n| n.variable == variable.variable).unwrap();
            prop_assert!(variable.granularity.fits(kinds()[&variable.variable]));
            prop_assert!(variable.granularity.within(needed.granularity));
        }
    }
}

fn decided(application: &Application, proposal: &Proposal, reach: Option<Reach>) -> Result<Decision, DecisionRefused> {
    let (assessments, kinds) = (assessed(|_| Finding::Met), kinds());
    let known = Known { assessments: &assessments, kinds: &kinds, reach };
    let at = "2026-11-22T12:00:00Z".parse().unwrap();
    decide(application, known, proposal, person(9), DecisionId::from_uuid(Uuid::nil()), at)
}

fn updates() -> impl Strategy<Value = Updates> {
    let rhythm = prop::sample::select(varde_permit::Rhythm::ALL.to_vec());
    (rhythm, 1_u32..24, any::<bool>()).prop_map(|(every, months, when_asked)| Updates { every, months, when_asked })
}

proptest! {
    #[test]
    fn very_many_people_are_never_granted_without_an_assessment_and_a_background_check(
        people in 0_u64..2_000, limit in 1_u64..2_000, assessment in "[ x]{0,2}", check in "[ x]{0,2}",
        outcome in prop::sample::select(vec![Outcome::All, Outcome::No]), stated in any::<bool>(),
    ) {
        let background_check = check.clone();
        let large = stated.then(|| OnLarge { assessment: assessment.clone(), background_check });
        let said = stated && !assessment.trim().is_empty() && !check.trim().is_empty();
        let proposal = Proposal { large, ..proposal(outcome, vec![]) };
        let reach = Reach { people, limit };
        match decided(&application(), &proposal, Some(reach)) {
            Ok(decision) => {
                prop_assert!(outcome == Outcome::No || people < limit || said);
                let large = decision.large.is_some();
                prop_assert_eq!(large, outcome == Outcome::All && people >= limit);
                if let Some(permit) = decision.permit(&application(), PermitId::from_uuid(Uuid::nil())) {
                    let checked = permit.conditions.iter().any(|c| c.legal_basis.to_string().starts_with("Prop. 152 L"));
                    prop_assert_eq!(checked, large, "the background check is a condition");
                    prop_assert_eq!(permit.large, decision.large);
                }
            }
            Err(refused) => {
                prop_assert_eq!(refused, DecisionRefused::NotAssessedAsLarge { people });
                prop_assert!(outcome == Outcome::All && people >= limit && !said);
            }
        }
    }

    #[test]
    fn updates_are_granted_as_asked_for_or_less_and_never_more(
        asked in prop::option::of(updates()), given in prop::option::of(updates()),
    ) {
        let mut application = application();
        application.content.need.handover.updates = asked;
        let all = decided(&application, &proposal(Outcome::All, vec![]), None).unwrap();
        prop_assert_eq!(all.updates, asked);
        prop_assert_eq!(all.permit(&application, PermitId::from_uuid(Uuid::nil())).unwrap().handover.updates, asked);
        let grant = |n: &NeededVariable| Grant {
            variable: n.variable.clone(),
            granularity: n.granularity,
            measure: n.measure.clone(),
        };
        let grants = application.content.need.variables.iter().map(grant).collect();
        let part = Proposal { updates: given, ..proposal(Outcome::Part, grants) };
        match decided(&application, &part, None) {
            Ok(decision) => {
                prop_assert_eq!(decision.updates, given);
                prop_assert!(given != asked, "all is not a part");
                prop_assert!(given.is_none_or(|given| asked.is_some_and(|asked| given.within(&asked))));
            }
            Err(DecisionRefused::NotAPart) => prop_assert_eq!(given, asked),
            Err(refused) => {
                prop_assert_eq!(refused, DecisionRefused::BeyondUpdates);
                let within = given.zip(asked).is_some_and(|(given, asked)| given.within(&asked));
                prop_assert!(given.is_some() && !within);
            }
        }
    }
}
