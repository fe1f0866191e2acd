//! A vendor is told before a client's last key ends.

use jiff::{SignedDuration, Timestamp};
use varde_core::{Clock as _, Language};
use varde_self_service::ports::Letter;

use crate::{
    registry::set,
    world::{READ, World, id},
};

const HOUR: u64 = 3600;

async fn client(world: &World, contact: &[(&str, &str)]) -> String {
    let client = world.draft(&world.system("single-tenant", contact).await).await;
    world.post("leader", &format!("/klienter/bekreft/{client}"), &[("answer", "yes")]).await.location();
    client
}

fn in_days(world: &World, days: i64) -> Timestamp {
    world.database.clock().now() + SignedDuration::from_hours(24 * days)
}

/// What was told since the last time.
fn told(world: &World) -> Vec<Letter> {
    world.said.letters.lock().unwrap().split_off(0)
}

#[tokio::test]
async fn a_vendor_is_told_thirty_seven_and_one_days_before_and_each_once() {
    let world = World::new().await;
    let contact = [("email", "drift@journalhuset.example"), ("language", "nb")];
    let client = client(&world, &contact).await;
    let ends = in_days(&world, 45);
    set(&world.registry.ends, vec![(id(&client), ends)]);
    let mut days = Vec::new();
    for hour in 0..46 * 24 {
        let new = world.service.remind_of_keys().await.unwrap();
        if new > 0 {
            days.push(45 - hour / 24);
        }
        world.pass(HOUR);
    }
    assert_eq!(days, [30, 7, 1]);
    let letters = told(&world);
    let [first, _, last] = &letters[..] else { panic!("{letters:?}") };
    assert_eq!((first.to.as_str(), first.language), ("drift@journalhuset.example", Language::Nb));
    assert_eq!(first.subject, "Siste nøkkel går ut om 30 dager: Journalen for Fjordgløtt legesenter");
    assert!(first.body.contains(&format!("https://varde.test/klienter/klient/{client}")), "{}", first.body);
    assert_eq!(last.subject, "Siste nøkkel går ut i morgen: Journalen for Fjordgløtt legesenter");
}

#[tokio::test]
async fn a_key_that_was_renewed_is_not_told_of_and_the_new_one_is_when_its_time_comes() {
    let world = World::new().await;
    let client = client(&world, &[("email", "drift@journalhuset.example"), ("language", "en")]).await;
    set(&world.registry.ends, vec![(id(&client), in_days(&world, 25))]);
    assert_eq!(world.service.remind_of_keys().await.unwrap(), 1);
    // Renewed: the last key of the client now ends in a year.
    set(&world.registry.ends, vec![(id(&client), in_days(&world, 365))]);
    for _ in 0..330 {
        assert_eq!(world.service.remind_of_keys().await.unwrap(), 0);
        world.pass(24 * HOUR);
    }
    world.pass(5 * 24 * HOUR);
    assert_eq!(world.service.remind_of_keys().await.unwrap(), 1, "the new key ends too, once");
    let letters = told(&world);
    assert!(letters.iter().all(|letter| letter.subject.starts_with("The last key ends in 30 days")), "{letters:?}");
}

#[tokio::test]
async fn nobody_is_told_of_what_has_ended_is_not_active_or_names_nobody() {
    let world = World::new().await;
    let unnamed = client(&world, &[]).await;
    let contact = [("email", "drift@journalhuset.example"), ("language", "nn")];
    let draft = world.draft(&world.system("single-tenant", &contact).await).await;
    let foreign = uuid::Uuid::from_u128(77).to_string();
    let soon = in_days(&world, 3);
    set(&world.registry.ends, [&unnamed, &draft, &foreign].map(|client| (id(client), soon)).to_vec());
    assert_eq!(world.service.remind_of_keys().await.unwrap(), 0);
    let active = client(&world, &contact).await;
    set(&world.registry.ends, vec![(id(&active), in_days(&world, -1))]);
    assert_eq!(world.service.remind_of_keys().await.unwrap(), 0, "it has ended: the page says so");
    set(&world.registry.ends, vec![(id(&active), soon)]);
    assert_eq!(world.service.remind_of_keys().await.unwrap(), 1);
    assert!(told(&world)[0].subject.contains("om 7 dagar"));
}

#[tokio::test]
async fn the_form_takes_an_address_or_none_and_the_page_says_who_is_told() {
    let world = World::new().await;
    let system = world.system("single-tenant", &[("email", "drift@journalhuset.example"), ("language", "nn")]).await;
    let page = world.get("vendor", &format!("/klienter/system/{system}")).await;
    assert!(page.body.contains("drift@journalhuset.example (Nynorsk)"), "{}", page.body);
    let path = format!("/klienter/system/{system}/endre");
    assert!(world.get("vendor", &path).await.body.contains("drift@journalhuset.example"));
    let form =
        |email, language| [("name", "A"), ("scopes", READ), ("tenancy", "x"), ("email", email), ("language", language)];
    for (email, language, wrong) in [("ingen", "nb", "Skriv en e-postadresse"), ("a@b.example", "xx", "Velg et språk")]
    {
        let mut form = form(email, language).to_vec();
        form[2].1 = "single-tenant";
        let answer = world.post("vendor", &path, &form).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(wrong), "{}", answer.body);
    }
    let none = [("name", "A"), ("scopes", READ), ("tenancy", "single-tenant"), ("email", "")];
    world.post("vendor", &path, &none).await.location();
    assert!(world.get("vendor", &format!("/klienter/system/{system}")).await.body.contains("Ingen. Legg inn"));
}
