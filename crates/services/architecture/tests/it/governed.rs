//! Systems, standards, responsibilities.

use varde_architecture::{
    ArchitectureError, Duty, Immovable, Move, NormLevel, Phase, Responsibility, Standard, System, ThingId,
};
use varde_core::Actor;
use varde_policy::Refusal;

use crate::world::{HOLDER, OTHER, World, body, organisation, other_steward, steward};

fn system(public: bool) -> System {
    System {
        name: "Innsynstjenesten".to_owned(),
        about: "Viser innbyggere hva registeret har om dem.".to_owned(),
        owner: organisation(HOLDER),
        public,
        ended: false,
    }
}

#[tokio::test]
async fn what_is_not_public_is_known_to_its_owner_and_the_body() {
    let world = World::new().await;
    let foreign = System { owner: organisation(OTHER), ..system(true) };
    assert!(Refusal::within(&world.service.register_system(&steward(), foreign).await.unwrap_err()).is_some());
    let open = world.service.register_system(&steward(), system(true)).await.unwrap();
    let hidden = world.service.register_system(&steward(), system(false)).await.unwrap();
    let seen = async |actor: &Actor| {
        let overview = world.service.overview(actor, None, None).await.unwrap();
        let has = |id| overview.lines.iter().any(|line| line.thing.id == ThingId::System(id));
        (has(open), has(hidden))
    };
    assert_eq!(seen(&Actor::anonymous()).await, (true, false));
    assert_eq!(seen(&other_steward()).await, (true, false));
    assert_eq!(seen(&steward()).await, (true, true));
    assert_eq!(seen(&body()).await, (true, true));
    let about = world.service.about(&other_steward(), &ThingId::System(hidden), None, None).await;
    assert!(matches!(about, Err(ArchitectureError::NotFound)), "nor do they learn that it is there");
    let ended = System { ended: true, owner: organisation(OTHER), ..system(true) };
    let outcome = world.service.change_system(&other_steward(), open, 1, ended.clone()).await.unwrap_err();
    assert!(Refusal::within(&outcome).is_some());
    world.service.change_system(&steward(), open, 1, ended).await.unwrap();
    assert_eq!(seen(&steward()).await, (false, true), "what is out of use leaves the overview");
    let kept = world.service.system(&steward(), open).await.unwrap();
    assert_eq!(kept.content.owner, organisation(HOLDER), "who answers for it stays");
}

#[tokio::test]
async fn the_body_moves_a_standard_through_its_life() {
    let world = World::new().await;
    let standard = Standard {
        name: "Variabelbeskrivelse".to_owned(),
        about: "Hvordan variabler beskrives.".to_owned(),
        link: "https://example.org/standard".to_owned(),
        level: NormLevel::Guideline,
        phase: Phase::Need,
        ended: false,
        last_day: None,
        said: String::new(),
    };
    assert!(Refusal::within(&world.service.add_standard(&steward(), &standard).await.unwrap_err()).is_some());
    let id = world.service.add_standard(&body(), &standard).await.unwrap();
    let go_on = Move::GoOn { last_day: None };
    for seen in 1..5 {
        world.service.move_standard(&body(), id, seen, go_on, "Vedtatt i styringsgruppen.").await.unwrap();
        world.later(30);
    }
    let stuck = world.service.move_standard(&body(), id, 5, go_on, "Vedtatt.").await;
    assert!(matches!(stuck, Err(ArchitectureError::Immovable(Immovable::NoLastDay))), "{stuck:?}");
    let silent = world.service.move_standard(&body(), id, 5, Move::Level(NormLevel::Mandatory), " ").await;
    assert!(matches!(silent, Err(ArchitectureError::Invalid(_))), "a decision has a reason: {silent:?}");
    let level = Move::Level(NormLevel::Mandatory);
    world.service.move_standard(&body(), id, 5, level, "Forskriften gjelder fra nyttår.").await.unwrap();
    let versions = world.service.standard(&Actor::anonymous(), id).await.unwrap();
    assert_eq!(
        (versions.len(), versions[0].content.phase, versions[0].content.level),
        (6, Phase::Maintenance, NormLevel::Mandatory)
    );
    let behind = world.service.move_standard(&body(), id, 5, Move::End, "Ute.").await;
    assert!(matches!(behind, Err(ArchitectureError::Changed)), "{behind:?}");
    assert_eq!(world.database.entries("architecture.standard.moved").await.len(), 5);
}

#[tokio::test]
async fn responsibilities_are_given_and_end() {
    let world = World::new().await;
    let given = Responsibility {
        duty: Duty::ChiefArchitect,
        about: String::new(),
        organisation: "Helsedata".to_owned(),
        function: "Seksjonsleder".to_owned(),
        until: None,
    };
    assert!(Refusal::within(&world.service.give_responsibility(&steward(), &given).await.unwrap_err()).is_some());
    let nameless = Responsibility { function: String::new(), ..given.clone() };
    assert!(matches!(world.service.give_responsibility(&body(), &nameless).await, Err(ArchitectureError::Invalid(_))));
    let id = world.service.give_responsibility(&body(), &given).await.unwrap();
    world.later(10);
    world.service.end_responsibility(&body(), id).await.unwrap();
    let again = world.service.end_responsibility(&body(), id).await;
    assert!(matches!(again, Err(ArchitectureError::NotFound)));
    let all = world.service.responsibilities(&Actor::anonymous()).await.unwrap();
    assert_eq!((all.len(), all[0].content.until), (1, Some(world.today())));
    assert!(!all[0].content.holds_on(world.today().tomorrow().unwrap()));
}
