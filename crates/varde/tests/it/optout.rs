//! Who says no is not in it: before the decision under both laws, and after it as each law says. Two
//! permits are granted for the same data before any extract is made; then somebody opts out.

use std::collections::BTreeMap;

use jiff::civil::date;
use varde_core::{Actor, LoginLevel, Period, PersonId};
use varde_ledger::Policy;
use varde_permit::{Cohort, DataNeed, Granularity, NeededVariable, RuleSet};
use varde_platform::ExtractRecord;
use varde_privacy::{Choice, Kind, Scope};

use crate::project::{House, make_world, wait};

const PEOPLE: u32 = 300;

fn need() -> DataNeed {
    let variable = |path: &str| NeededVariable::rows(path.parse().unwrap(), Granularity::AsIs, "Vi trenger den.");
    let variables = vec![variable("npr/contact/main_condition"), variable("npr/contact/contact_type")];
    let period = Period::new(date(2015, 1, 1), date(2026, 12, 31)).unwrap();
    DataNeed::plain(Cohort::Everyone, variables, period)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opt_out_acts_before_the_decision_always_and_after_it_as_the_rule_set_says() {
    let folder = varde_store::testing::Folder::make();
    make_world(folder.path(), PEOPLE);
    let house = House::open(folder.path(), PEOPLE, false).await;
    let [early, late, never] = three_patients(&house).await;
    opt_out(&house, early).await;
    let (norway, ehds) = (house.apply("norge", need()).await, house.apply("ehds", need()).await);
    house.grant(norway, RuleSet::Norway).await;
    house.grant(ehds, RuleSet::Ehds).await;
    // Decided, and nothing extracted yet: the flows do not run.
    opt_out(&house, late).await;
    let flows = house.start();
    let (_, under_norway) = house.delivered(norway).await;
    let (permit, under_ehds) = house.delivered(ehds).await;

    assert_statuses(&house, &under_norway, &[(early, "opted_out"), (late, "opted_out"), (never, "included")]).await;
    assert_statuses(&house, &under_ehds, &[(early, "opted_out"), (late, "included"), (never, "included")]).await;
    for record in [&under_norway, &under_ehds] {
        assert_everybody_adds_up(&house, record).await;
    }
    let one_more = under_ehds.manifest.as_ref().unwrap().people - under_norway.manifest.as_ref().unwrap().people;
    assert_eq!(one_more, 1, "the two extracts differ by whoever opted out in between, and by nobody else");

    // Whoever stays in it under EHDS is told so: since when they say no, and what it means.
    let citizen = Actor::citizen(late, LoginLevel::High);
    let told = house.services().citizen.project(&citizen, permit.permit.id).await.unwrap().project;
    let told = serde_json::to_value(&told).unwrap();
    assert_eq!(told["part"], "included");
    assert!(told["opted_out"].is_string(), "{told}");
    flows.end(house).await;
}

/// Three living patients who were let into nothing by a choice of theirs so far.
async fn three_patients(house: &House) -> [PersonId; 3] {
    let mut found = Vec::new();
    let cast = house.cast;
    let ours = [cast.researcher, cast.second_researcher, cast.handler, cast.reviewer];
    for person in house.world.persons().map(|p| p.id).filter(|id| !ours.contains(id)) {
        let citizen = Actor::citizen(person, LoginLevel::High);
        let said_no = !house.services().privacy.history(&citizen, person).await.unwrap().is_empty();
        let own = house.services().platform.own(&citizen, person).await.unwrap();
        if !said_no && own.datasets.iter().any(|d| d.to_string() == "npr/contact") {
            found.push(person);
        }
        if found.len() == 3 {
            break;
        }
    }
    found.try_into().unwrap()
}

async fn opt_out(house: &House, person: PersonId) {
    let choice = Choice { kind: Kind::Reservation, scope: Scope::SecondaryUse, active: true };
    house.services().privacy.choose(&Actor::citizen(person, LoginLevel::High), person, choice).await.unwrap();
}

/// The page says it and the proof says it.
async fn assert_statuses(house: &House, record: &ExtractRecord, expected: &[(PersonId, &str)]) {
    let trust = Policy::trusting(house.services().log_key.clone());
    let extract = record.specification.extract;
    for (person, status) in expected {
        assert_eq!(house.status(*person, record).await.as_deref(), Some(*status));
        let citizen = Actor::citizen(*person, LoginLevel::High);
        let proof = wait("the proof", async || house.services().platform.was_in(&citizen, *person, extract).await.ok());
        let (told, proof) = proof.await;
        assert_eq!(told.as_deref(), Some(*status));
        assert_eq!(proof.check(&trust).unwrap().1.as_deref(), Some(*status), "the proof says the same offline");
    }
}

/// Everybody in the world is asked: the rows are of exactly as many people as are told that they are
/// in it, so whoever is told otherwise has no row.
async fn assert_everybody_adds_up(house: &House, record: &ExtractRecord) {
    let mut told: BTreeMap<String, u64> = BTreeMap::new();
    for person in house.world.persons() {
        if let Some(status) = house.status(person.id, record).await {
            *told.entry(status).or_default() += 1;
        }
    }
    let manifest = record.manifest.as_ref().unwrap();
    assert_eq!(told.get("included"), Some(&manifest.people), "{told:?}");
    assert_eq!(house.pseudonyms(record).len() as u64, manifest.people, "a row of nobody else");
    assert!(told["opted_out"] >= 1, "{told:?}");
}
