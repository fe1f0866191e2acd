//! Deviations: who asks, who decides, how they end, and who is reminded.

use jiff::ToSpan as _;
use varde_architecture::{Answer, ArchitectureError, Standing, State, Step, Verdict};
use varde_core::Actor;
use varde_policy::Refusal;

use crate::world::{World, body, other_steward, requirement, steward, thing, wanted};

const SAID: &str = "Greit så lenge.";
const GROUP: &str = "Styringsgruppen";

async fn asked(world: &World) -> varde_architecture::DeviationId {
    world.assess("4.1", Answer::NotMet, 0).await;
    let new = wanted(world.today().saturating_add(90.days()));
    world.service.ask(&steward(), &thing("kilde-npr"), &requirement("4.1"), new).await.unwrap()
}

#[tokio::test]
async fn the_body_grants_and_it_runs_out_on_its_day() {
    let world = World::new().await;
    let id = asked(&world).await;
    let day = world.today();
    let yes = Step::Grant { expires: day.saturating_add(90.days()) };
    world.service.step(&body(), id, 1, &yes, GROUP, SAID).await.unwrap();
    let state = async || {
        let overview = world.service.overview(&Actor::anonymous(), None, None).await.unwrap();
        let line = overview.lines.iter().find(|line| line.thing.id == thing("kilde-npr")).unwrap();
        (line.cells[3].verdict(), overview.overdue.len())
    };
    assert_eq!(state().await, (Verdict::Deviates, 0));
    world.later(90);
    assert_eq!(state().await, (Verdict::Deviates, 0), "it holds on its last day");
    world.later(1);
    assert_eq!(state().await, (Verdict::Overdue, 1));
    let extend = Step::Extend { expires: world.today().saturating_add(30.days()) };
    world.service.step(&body(), id, 2, &extend, GROUP, SAID).await.unwrap();
    assert_eq!(state().await, (Verdict::Deviates, 0));
    world.assess("4.1", Answer::Met, 1).await;
    world.service.step(&steward(), id, 3, &Step::Close, "", "Kravet er oppfylt.").await.unwrap();
    let view = world.service.deviation(&Actor::anonymous(), id).await.unwrap();
    let states: Vec<_> = view.versions.iter().map(|one| one.content.state).collect();
    assert_eq!(states, [State::Closed, State::Granted, State::Granted, State::Asked]);
    assert_eq!(view.standing, Standing::Over);
    let then = world.service.overview(&Actor::anonymous(), None, Some(day)).await.unwrap();
    let line = then.lines.iter().find(|line| line.thing.id == thing("kilde-npr")).unwrap();
    assert_eq!(line.cells[3].verdict(), Verdict::Deviates, "as it was that day");
}

#[tokio::test]
async fn nobody_but_the_body_decides_and_nobody_what_they_have_asked_for() {
    let world = World::new().await;
    let id = asked(&world).await;
    let yes = Step::Grant { expires: world.today().saturating_add(90.days()) };
    for actor in [steward(), other_steward(), Actor::anonymous()] {
        let outcome = world.service.step(&actor, id, 1, &yes, GROUP, SAID).await.unwrap_err();
        assert!(Refusal::within(&outcome).is_some());
    }
    let mut both = steward();
    both.organisation = body().organisation;
    both.roles.extend(body().roles);
    let outcome = world.service.step(&both, id, 1, &yes, GROUP, SAID).await.unwrap_err();
    assert!(Refusal::within(&outcome).is_some(), "who has asked decides nothing");
    for actor in [body(), other_steward()] {
        let outcome = world.service.step(&actor, id, 1, &Step::Withdraw, "", SAID).await.unwrap_err();
        assert!(Refusal::within(&outcome).is_some(), "only who asked takes it back");
    }
    world.service.step(&steward(), id, 1, &Step::Withdraw, "", SAID).await.unwrap();
    let late = world.service.step(&body(), id, 2, &yes, GROUP, SAID).await;
    assert!(matches!(late, Err(ArchitectureError::NotNow(_))), "{late:?}");
}

#[tokio::test]
async fn one_is_asked_for_where_something_lacks_and_one_at_a_time() {
    let world = World::new().await;
    let ask = async |of: &str| {
        let new = wanted(world.today().saturating_add(90.days()));
        world.service.ask(&steward(), &thing("kilde-npr"), &requirement(of), new).await
    };
    assert!(matches!(ask("4.1").await, Err(ArchitectureError::NothingLacks)), "it was not assessed");
    world.assess("4.1", Answer::Met, 0).await;
    assert!(matches!(ask("4.1").await, Err(ArchitectureError::NothingLacks)), "it is met");
    world.assess("4.1", Answer::Partly, 1).await;
    let id = ask("4.1").await.unwrap();
    assert!(matches!(ask("4.1").await, Err(ArchitectureError::Already)));
    let no = Step::Refuse;
    world.service.step(&body(), id, 1, &no, GROUP, "Dette må på plass nå.").await.unwrap();
    ask("4.1").await.unwrap();
    for (new, field) in [
        (wanted(world.today()), "expires"),
        (
            {
                let mut new = wanted(world.today().tomorrow().unwrap());
                new.owner.email = "ingen".to_owned();
                new
            },
            "email",
        ),
    ] {
        world.assess("4.2", Answer::NotMet, u32::from(field == "email")).await;
        let wrong = world.service.ask(&steward(), &thing("kilde-npr"), &requirement("4.2"), new).await.unwrap_err();
        assert!(matches!(&wrong, ArchitectureError::Invalid(fields) if fields[0].field == field), "{wrong:?}");
    }
}

#[tokio::test]
async fn the_owner_is_reminded_sixty_fourteen_and_one_days_before_each_once() {
    let world = World::new().await;
    let id = asked(&world).await;
    let yes = Step::Grant { expires: world.today().saturating_add(90.days()) };
    assert_eq!(world.service.remind().await.unwrap(), 0, "what is not decided has no end");
    world.service.step(&body(), id, 1, &yes, GROUP, SAID).await.unwrap();
    let mut told = Vec::new();
    for day in 0..95 {
        for _ in 0..2 {
            if world.service.remind().await.unwrap() > 0 {
                told.push(day);
            }
        }
        world.later(1);
    }
    assert_eq!(told.len(), 3, "{told:?}");
    let letters = world.outbox.0.lock().unwrap().clone();
    let subjects: Vec<_> = letters.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!(
        subjects,
        ["Avviket frå 4.1 går ut om 60 dagar", "Avviket frå 4.1 går ut om 14 dagar", "Avviket frå 4.1 går ut i morgon"]
    );
    for letter in &letters {
        assert_eq!(letter.to, "leder@register.example");
        assert!(letter.body.contains(&format!("https://varde.example/arkitektur/avvik/{id}")), "{}", letter.body);
    }
    let extend = Step::Extend { expires: world.today().saturating_add(30.days()) };
    world.service.step(&body(), id, 2, &extend, GROUP, SAID).await.unwrap();
    assert_eq!(world.service.remind().await.unwrap(), 1, "a new end is told of");
    world.service.step(&steward(), id, 3, &Step::Close, "", "Oppfylt.").await.unwrap();
    world.later(20);
    assert_eq!(world.service.remind().await.unwrap(), 0, "what is closed is not");
}
