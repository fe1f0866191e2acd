//! What follows from a decision when it is not a delivery: nobody is left, or the permit is revoked.

use jiff::civil::date;
use varde_access::service::{ExtractState, Outcome};
use varde_core::{Actor, ApplicationId, LoginLevel, Period, Role};
use varde_permit::{Cohort, DataNeed, Granularity, NeededVariable, RuleSet};
use varde_rooms::model::RoomState;

use crate::{
    program::{run, said, text},
    project::{House, make_world, wait},
};

const PEOPLE: u32 = 200;

fn need(cohort: Cohort) -> DataNeed {
    let path = "npr/contact/main_condition".parse().unwrap();
    let variable = NeededVariable::rows(path, Granularity::Prefix(3), "Vi trenger den.");
    let period = Period::new(date(2015, 1, 1), date(2026, 12, 31)).unwrap();
    DataNeed::plain(cohort, vec![variable], period)
}

async fn followed(house: &House, application: ApplicationId, is: impl Fn(&Outcome) -> bool) -> Outcome {
    wait("what follows", async || {
        let outcomes = &house.services().access.ports().outcomes;
        outcomes.of(&house.researcher(), application).await.filter(|outcome| is(outcome))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_extract_and_a_revoked_permit_are_told_to_the_applicant_and_the_room_closes() {
    let folder = varde_store::testing::Folder::make();
    make_world(folder.path(), PEOPLE);
    let house = House::open(folder.path(), PEOPLE, false).await;
    let nobody =
        Cohort::HasCode { variable: "npr/contact/main_condition".parse().unwrap(), prefixes: vec!["QQQ".to_owned()] };
    let (empty, full) = (house.apply("tom", need(nobody)).await, house.apply("full", need(Cohort::Everyone)).await);
    house.grant(empty, RuleSet::Norway).await;
    house.grant(full, RuleSet::Norway).await;
    let flows = house.start();
    let nothing = followed(&house, empty, |o| o.extract == Some(ExtractState::Empty)).await;
    assert_eq!(nothing.revoked, None);
    let (issued, record) = house.delivered(full).await;
    let permit = issued.permit.id;
    let mine = async || house.services().rooms.rooms(&house.researcher()).await.unwrap();
    wait("the room", async || mine().await.into_iter().find(|r| r.permit == permit && r.state == RoomState::Open))
        .await;

    // While the permit lasts its key stays.
    let command_line = Actor::system(varde_core::Component::CommandLine);
    house.services().platform.destroy_key(&command_line, permit).await.unwrap_err();
    let handler = Actor::employee(house.cast.handler, LoginLevel::High, house.cast.access_body, [Role::Handler]);
    house.services().permits.revoke(&handler, permit, "Data kom på avveier.").await.unwrap();
    let found = followed(&house, full, |o| o.revoked.is_some()).await;
    assert_eq!(found.revoked.map(|(_, why)| why).as_deref(), Some("Data kom på avveier."));
    wait("the room's end", async || {
        let open = mine().await.into_iter().any(|r| r.permit == permit && r.state == RoomState::Open);
        (!open).then_some(())
    })
    .await;
    assert!(house.services().platform.verify(&command_line, record.specification.extract).await.unwrap().is_good());
    flows.end(house).await;

    // The machine's command line: revoke once, destroy the key of what has ended.
    let data = ["--data", text(folder.path())];
    let permit = permit.to_string();
    let again = run(&[&["admin", "permit", "revoke", &permit, "--reason", "Igjen"][..], &data].concat());
    assert!(!again.status.success() && said(&again).contains("revoked already"), "{}", said(&again));
    let destroyed = run(&[&["admin", "project", "destroy-key", &permit][..], &data].concat());
    assert!(destroyed.status.success() && said(&destroyed).contains("is destroyed"), "{}", said(&destroyed));
    let nothing = nothing.permit.to_string();
    let running = run(&[&["admin", "project", "destroy-key", &nothing][..], &data].concat());
    assert!(!running.status.success() && said(&running).contains("still in force"), "{}", said(&running));
    let revoked = run(&[&["admin", "permit", "revoke", &nothing, "--reason", "Ingen er igjen"][..], &data].concat());
    assert!(revoked.status.success() && said(&revoked).contains("is revoked"), "{}", said(&revoked));
}
