//! A client for all: what is lacking with this organisation and that.

use varde_self_service::Agreement;

use crate::{
    registry::set,
    world::{CLINIC, ERASE, READ, VENDOR, WARD, WRITE, World, number},
};

/// The vendor's client for all with every scope: the address of its test.
async fn for_all(world: &World) -> String {
    let system = world.system("multi-tenant", &[]).await;
    let vendor = number(VENDOR);
    let form = [("owner", vendor.as_str()), ("scopes", READ), ("scopes", WRITE), ("scopes", ERASE)];
    let made = world.post("vendor", &format!("/klienter/system/{system}/ny-klient"), &form).await;
    format!("{}/test", made.location())
}

/// The row of a scope in the table.
fn row<'p>(page: &'p str, scope: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("<th scope=\"row\">{scope}</th>")).unwrap_or_else(|| panic!("{page}"));
    rest.split("</tr>").next().unwrap()
}

#[tokio::test]
async fn what_is_lacking_is_told_for_each_organisation() {
    let world = World::new().await;
    let test = for_all(&world).await;
    let clinic = number(CLINIC);
    let of_clinic = format!("{test}?virksomhet={clinic}");
    assert!(world.get("vendor", &test).await.body.contains("Ingen virksomhet har delegert noe til dere ennå"));
    set(&world.said.agreement, Agreement::TermsNotAccepted);
    let before = world.get("vendor", &of_clinic).await;
    assert_eq!(before.status, 200);
    assert!(before.body.contains("Noe mangler for Fjordgløtt legesenter"), "{}", before.body);
    for scope in [READ, WRITE] {
        let row = row(&before.body, scope);
        assert!(row.contains("har ikke delegert ressursen til dere") && row.contains("prover"), "{scope}: {row}");
        assert!(!row.contains("bruksvilkår"), "what it has agreed on is not told before it has delegated");
    }
    assert!(row(&before.body, ERASE).contains("Dette kan ikke delegeres"));
    world.said.givers.lock().unwrap().insert(clinic);
    for (agreement, told) in [
        (Agreement::TermsNotAccepted, "må godta bruksvilkårene"),
        (Agreement::NotOrdered, "ikke tatt tjenesten i bruk"),
        (Agreement::NotGranted, "gitt virksomheten mindre enn dette"),
        (Agreement::Good, "I orden"),
    ] {
        set(&world.said.agreement, agreement);
        let page = world.get("vendor", &of_clinic).await.body;
        assert!(row(&page, WRITE).contains(told), "{told}: {}", row(&page, WRITE));
        assert!(row(&page, READ).contains("I orden"), "it needs no terms");
    }
    let listed = world.get("vendor", &test).await.body;
    assert!(listed.contains("Én virksomhet har delegert noe klienten trenger"), "{listed}");
    assert!(listed.contains(&format!("href=\"{of_clinic}\">Fjordgløtt legesenter</a>")), "{listed}");
}

#[tokio::test]
async fn all_is_in_order_when_nothing_is_lacking_in_each_language() {
    let world = World::new().await;
    let test = for_all(&world).await;
    let client = test.strip_suffix("/test").unwrap();
    let edited = world.post("vendor", &format!("{client}/endre"), &[("scopes", READ), ("scopes", WRITE)]).await;
    assert_eq!(edited.status, 303);
    world.said.givers.lock().unwrap().insert(number(CLINIC));
    let path = format!("{test}?virksomhet={}", number(CLINIC));
    for (language, told) in [
        ("nb", "Alt er i orden for Fjordgløtt"),
        ("nn", "Nemn verksemda i assertion_details"),
        ("en", "All is in order for"),
    ] {
        let page = world.get_in(language, "vendor", &path).await.body;
        assert!(page.contains(told), "{language}: {page}");
    }
}

#[tokio::test]
async fn only_main_units_are_looked_up_and_only_by_the_vendor() {
    let world = World::new().await;
    let test = for_all(&world).await;
    let ward = number(WARD);
    for wrong in ["123", "abc", ward.as_str(), "999999999"] {
        let page = world.get("vendor", &format!("{test}?virksomhet={wrong}")).await;
        assert_eq!(page.status, 422, "{wrong}");
        assert!(page.body.contains("Oppgi organisasjonsnummeret til en hovedenhet"), "{}", page.body);
    }
    assert_eq!(world.get("vendor", &format!("{test}?virksomhet=")).await.status, 200, "nothing was asked");
    for who in ["leader", "stranger"] {
        assert_eq!(world.get(who, &format!("{test}?virksomhet={}", number(CLINIC))).await.status, 403, "{who}");
    }
    let single = format!("/klienter/klient/{}/test", world.active().await);
    let page = world.get("vendor", &format!("{single}?virksomhet={}", number(CLINIC))).await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("Én virksomhet"), "a client of one organisation has no others: {}", page.body);
}
