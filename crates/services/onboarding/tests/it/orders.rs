//! Orders from draft to end, and who may do what with them.

use varde_core::{Actor, Problem as _, ProblemKind};
use varde_onboarding::{Answer, NewOrder, OnboardingError, Opened, Power, State, Step};

use crate::world::{
    API, CLINIC, OTHER_CLINIC, OTHER_LEADER, OWNER, SUPPLIER, World, administrator, command_line, delegation, grant,
    handler, handler_by_minid, handler_elsewhere, handler_who_leads, leader, number, person, server, service,
    suppliers_leader, terms, wanted,
};

async fn open(world: &World, organisation: usize) -> Opened {
    world.service.opened(&server(), number(organisation), API).await.unwrap()
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, OnboardingError>) {
    match outcome {
        Err(error) => assert_eq!(error.kind(), ProblemKind::Forbidden, "{error}"),
        Ok(done) => panic!("{done:?}"),
    }
}

#[tokio::test]
async fn a_leader_orders_and_the_owner_grants() {
    let world = World::new().await;
    let order = world.begin(&leader(), CLINIC).await;
    assert_eq!((order.state, order.reference.as_str()), (State::Draft, "26/00001"));
    let order = world.service.accept_terms(&leader(), order.id, 1).await.unwrap();
    assert_eq!((order.state, order.terms), (State::TermsAccepted, Some(1)));
    let order = world.service.submit(&leader(), order.id).await.unwrap();
    assert_eq!(order.state, State::Submitted);
    assert_eq!(order.sent.as_ref().map(|sent| sent.power.name()), Some("registry_role"));
    assert_eq!(open(&world, CLINIC).await, Opened::NotOrdered, "nothing is open before the decision");

    let waiting = world.service.desk(&handler()).await.unwrap();
    assert_eq!(waiting.iter().map(|one| one.order.id).collect::<Vec<_>>(), [order.id]);
    let order = world.service.decide(&handler(), order.id, &grant("full")).await.unwrap();
    let class = "full".parse().unwrap();
    let scopes = [format!("{API}/full")].into();
    assert_eq!(open(&world, CLINIC).await, Opened::Open { order: order.id, class, scopes });
    assert_eq!(open(&world, OTHER_CLINIC).await, Opened::NotOrdered, "only the one that ordered");

    let order = world.service.end(&leader(), order.id).await.unwrap();
    assert_eq!((order.state, open(&world, CLINIC).await), (State::Ended, Opened::NotOrdered));
    let happened = world.service.file(&leader(), order.id).await.unwrap().happened;
    let steps: Vec<Step> = happened.iter().map(|one| one.step).collect();
    assert_eq!(steps, [Step::Begin, Step::AcceptTerms, Step::Submit, Step::Grant, Step::End]);
}

#[tokio::test]
async fn every_step_is_on_the_log_with_its_law_and_names_no_address() {
    let world = World::new().await;
    world.granted(&suppliers_leader(), CLINIC).await;
    for kind in ["begun", "terms_accepted", "submitted", "granted"] {
        let entries = world.database.entries(&format!("onboarding.order.{kind}")).await;
        let [entry] = &entries[..] else { panic!("{kind}: {entries:?}") };
        let text = entry.to_string();
        assert!(text.contains("legal_basis") && text.contains("GDPR"), "{text}");
        assert!(!text.contains("example.org") && !text.contains("adresser"), "{text}");
    }
    let submitted = world.database.entries("onboarding.order.submitted").await[0].to_string();
    assert!(submitted.contains(number(SUPPLIER).as_str()) && submitted.contains("delegation"), "{submitted}");
}

#[tokio::test]
async fn the_owner_may_grant_less_than_was_asked_with_a_reason() {
    let world = World::new().await;
    let id = world.sent(&leader(), CLINIC).await;
    let silent = Answer::Grant { class: "begrenset".parse().unwrap(), reason: String::new() };
    let error = world.service.decide(&handler(), id, &silent).await.unwrap_err();
    assert_eq!(error.fields()[0].field, "reason");
    world.service.decide(&handler(), id, &grant("begrenset")).await.unwrap();
    let Opened::Open { scopes, .. } = open(&world, CLINIC).await else { panic!("not open") };
    assert_eq!(scopes, [format!("{API}/begrenset")].into(), "the other class stays closed");
}

#[tokio::test]
async fn a_supplier_orders_by_delegation_and_stops_with_it() {
    let world = World::new().await;
    let id = world.sent(&suppliers_leader(), CLINIC).await;
    let file = world.service.file(&suppliers_leader(), id).await.unwrap();
    assert_eq!(file.order.sent.map(|sent| sent.power), Some(delegation()));
    assert_eq!(world.service.file(&leader(), id).await.unwrap().power.map(|power| power.name()), Some("registry_role"));
    *world.registers.delegated.lock().unwrap() = false;
    refused(world.service.withdraw(&suppliers_leader(), id).await);
    refused(world.service.file(&suppliers_leader(), id).await);
    assert!(world.service.mine(&suppliers_leader()).await.unwrap().is_empty());
    assert_eq!(world.service.mine(&leader()).await.unwrap().len(), 1, "the clinic sees what was ordered for it");
}

#[tokio::test]
async fn a_service_without_a_resource_is_ordered_by_the_organisation_alone() {
    let world = World::new().await;
    let mut closed = service();
    closed.resource = None;
    world.service.register(&command_line(), &closed).await.unwrap();
    let orderable = world.service.orderable(&suppliers_leader(), &closed.id).await.unwrap();
    let for_whom: Vec<_> = orderable.iter().map(|one| one.organisation.number).collect();
    assert_eq!(for_whom, [number(SUPPLIER)], "itself, and not its customer");
    let new = NewOrder { service: closed.id, organisation: number(CLINIC), wanted: wanted() };
    refused(world.service.begin(&suppliers_leader(), &new).await);
}

#[tokio::test]
async fn strangers_neither_order_nor_see() {
    let world = World::new().await;
    let id = world.sent(&leader(), CLINIC).await;
    let stranger = person(OTHER_LEADER);
    let new = NewOrder { service: service().id, organisation: number(CLINIC), wanted: wanted() };
    refused(world.service.begin(&stranger, &new).await);
    refused(world.service.file(&stranger, id).await);
    refused(world.service.end(&stranger, id).await);
    refused(world.service.decide(&stranger, id, &grant("full")).await);
    refused(world.service.desk(&stranger).await);
    assert!(world.service.mine(&stranger).await.unwrap().is_empty());
    let nobody = world.service.file(&Actor::anonymous(), id).await.unwrap_err();
    assert_eq!(nobody.kind(), ProblemKind::Unauthenticated);
    refused(world.service.opened(&leader(), number(CLINIC), API).await);
}

#[tokio::test]
async fn an_administrator_orders_for_the_organisation_they_act_for() {
    let world = World::new().await;
    let id = world.sent(&administrator(CLINIC), CLINIC).await;
    let sent = world.service.file(&administrator(CLINIC), id).await.unwrap().order.sent;
    assert_eq!(sent.map(|sent| sent.power), Some(Power::Administrator));
    refused(world.service.withdraw(&administrator(OTHER_CLINIC), id).await);
}

#[tokio::test]
async fn the_owners_handler_decides_at_level_high_and_never_their_own() {
    let world = World::new().await;
    let draft = world.begin(&leader(), CLINIC).await;
    refused(world.service.file(&handler(), draft.id).await);
    world.service.withdraw(&leader(), draft.id).await.unwrap();
    let id = world.sent(&leader(), CLINIC).await;
    refused(world.service.decide(&handler_by_minid(), id, &grant("full")).await);
    refused(world.service.decide(&handler_elsewhere(), id, &grant("full")).await);
    assert!(world.service.desk(&handler_elsewhere()).await.unwrap().is_empty(), "that organisation owns no service");
    refused(world.service.decide(&leader(), id, &grant("full")).await);

    // The owner uses its own service too.
    let own = world.sent(&handler_who_leads(), OWNER).await;
    refused(world.service.decide(&handler_who_leads(), own, &grant("full")).await);
    world.service.decide(&handler(), own, &grant("full")).await.unwrap();
    world.service.decide(&handler_who_leads(), id, &grant("full")).await.unwrap();
}

#[tokio::test]
async fn a_refused_order_is_changed_and_sent_again() {
    let world = World::new().await;
    let id = world.sent(&leader(), CLINIC).await;
    let no = Answer::Refuse { reason: "Hjemmelen holder ikke.".to_owned() };
    let order = world.service.decide(&handler(), id, &no).await.unwrap();
    assert_eq!((order.state, open(&world, CLINIC).await), (State::Refused, Opened::NotOrdered));
    let order = world.service.reopen(&leader(), id).await.unwrap();
    assert_eq!((order.state, order.decision, order.terms), (State::Draft, None, None));
    let order = world.service.change(&leader(), id, order.revision, &wanted()).await.unwrap();
    assert!(matches!(world.service.submit(&leader(), order.id).await, Err(OnboardingError::NotNow(_))));
    world.service.accept_terms(&leader(), id, 1).await.unwrap();
    world.service.submit(&leader(), id).await.unwrap();
    let happened = world.service.file(&handler(), id).await.unwrap().happened;
    assert!(happened.iter().any(|one| one.said == "Hjemmelen holder ikke."), "the first answer is not forgotten");
}

#[tokio::test]
async fn what_has_ended_is_ordered_anew_and_never_reopened() {
    let world = World::new().await;
    let id = world.granted(&leader(), CLINIC).await;
    world.service.end(&leader(), id).await.unwrap();
    assert!(matches!(world.service.reopen(&leader(), id).await, Err(OnboardingError::NotNow(_))));
    let withdrawn = world.begin(&leader(), CLINIC).await.id;
    world.service.withdraw(&leader(), withdrawn).await.unwrap();
    assert!(matches!(world.service.reopen(&leader(), withdrawn).await, Err(OnboardingError::NotNow(_))));
    world.granted(&leader(), CLINIC).await;
}

#[tokio::test]
async fn an_organisation_orders_a_service_once_at_a_time() {
    let world = World::new().await;
    let id = world.sent(&leader(), CLINIC).await;
    let new = NewOrder { service: service().id, organisation: number(CLINIC), wanted: wanted() };
    assert!(matches!(world.service.begin(&leader(), &new).await, Err(OnboardingError::Already)));
    world.service.decide(&handler(), id, &Answer::Refuse { reason: "Nei.".to_owned() }).await.unwrap();
    let second = world.begin(&leader(), CLINIC).await;
    assert!(matches!(world.service.reopen(&leader(), id).await, Err(OnboardingError::Already)));
    assert_eq!(second.reference, "26/00002");
    world.begin(&person(OTHER_LEADER), OTHER_CLINIC).await;
}

#[tokio::test]
async fn the_second_of_two_tabs_is_told() {
    let world = World::new().await;
    let order = world.begin(&leader(), CLINIC).await;
    let mut other = wanted();
    other.need = "Noe annet.".to_owned();
    world.service.change(&leader(), order.id, order.revision, &other).await.unwrap();
    let late = world.service.change(&leader(), order.id, order.revision, &wanted()).await;
    assert!(matches!(late, Err(OnboardingError::Changed)), "{late:?}");
    assert_eq!(world.service.file(&leader(), order.id).await.unwrap().order.wanted.need, "Noe annet.");
}

#[tokio::test]
async fn two_decisions_at_once_leave_one() {
    let world = World::new().await;
    let id = world.sent(&leader(), CLINIC).await;
    let (yes, no) = (grant("full"), Answer::Refuse { reason: "Nei.".to_owned() });
    let (first, second) = (handler(), handler_who_leads());
    let (a, b) = tokio::join!(world.service.decide(&first, id, &yes), world.service.decide(&second, id, &no));
    assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1, "{a:?} {b:?}");
    let decided = world.service.file(&handler(), id).await.unwrap();
    let steps = decided.happened.iter().filter(|one| matches!(one.step, Step::Grant | Step::Refuse)).count();
    assert_eq!(steps, 1);
}

#[tokio::test]
async fn what_was_granted_stays_when_the_service_is_registered_anew() {
    let world = World::new().await;
    world.granted(&leader(), CLINIC).await;
    let mut changed = service();
    changed.classes[1].scopes = [format!("{API}/enda-mer")].into();
    world.service.register(&command_line(), &changed).await.unwrap();
    let Opened::Open { scopes, .. } = open(&world, CLINIC).await else { panic!("not open") };
    assert_eq!(scopes, [format!("{API}/full")].into(), "more takes a new order");
}

#[tokio::test]
async fn nothing_is_ordered_without_terms() {
    let world = World::empty(std::sync::Arc::default(), |_| None).await;
    world.service.register(&command_line(), &service()).await.unwrap();
    let order = world.begin(&leader(), CLINIC).await;
    assert!(matches!(world.service.accept_terms(&leader(), order.id, 1).await, Err(OnboardingError::NoTerms)));
    world.service.publish_terms(&command_line(), &service().id, &terms(world.now())).await.unwrap();
    assert!(matches!(world.service.accept_terms(&leader(), order.id, 2).await, Err(OnboardingError::NewerTerms)));
    world.service.accept_terms(&leader(), order.id, 1).await.unwrap();
    assert_eq!(world.count("SELECT count(*) FROM onboarding.mail").await, 0, "nobody is told without mail");
}
