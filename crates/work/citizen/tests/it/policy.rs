//! Nobody sees another's page, whatever their role.

use varde_core::{Actor, Component, LoginLevel, OrganisationId, PersonId, Role, SystemClock};
use varde_policy::{Guard, Policy, Resource};

const ACTIONS: [&str; 6] = [
    "citizen.register.read",
    "citizen.project.read",
    "citizen.choice.read",
    "citizen.choice.make",
    "citizen.log.read",
    "citizen.proof.read",
];

#[test]
fn only_oneself() {
    let guard = Guard::without_log(Policy::load().unwrap());
    let randomness = varde_core::Randomness::seeded(7);
    let somebody = || PersonId::new(&SystemClock, &randomness);
    let (owner, organisation) = (somebody(), OrganisationId::new(&SystemClock, &randomness));
    let page = Resource::new("MyPage").person("person", owner);
    let work = |person| Actor::employee(person, LoginLevel::High, organisation, Role::ALL);
    let others = [
        Actor::anonymous(),
        Actor::system(Component::Flows),
        Actor::citizen(somebody(), LoginLevel::High),
        work(somebody()),
    ];
    for action in ACTIONS {
        assert!(guard.would_allow(&Actor::citizen(owner, LoginLevel::Substantial), action, &page), "{action}");
        assert!(guard.would_allow(&work(owner), action, &page), "{action}: also while at work");
        for other in &others {
            assert!(!guard.would_allow(other, action, &page), "{action}: {other:?}");
            assert!(!guard.would_allow(other, action, &Resource::new("MyPage")), "{action}: {other:?}");
        }
    }
}
