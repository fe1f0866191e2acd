//! A vendor registers a product and makes clients; organisations confirm them.

use varde_self_service::{Agreement, ports::Call};

use crate::{
    registry::{get, set},
    world::{CLINIC, ERASE, NOBODY, READ, VENDOR, WARD, WRITE, World, id, number},
};

#[tokio::test]
async fn a_vendor_registers_a_product_and_reads_what_is_wrong_with_it() {
    let world = World::new().await;
    let path = format!("/klienter/virksomhet/{}/nytt-system", number(VENDOR));
    assert!(world.get("vendor", &path).await.body.contains("helse:prover/les"));
    let wrong = world.post("vendor", &path, &[("name", ""), ("tenancy", "single-tenant")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Navnet er tomt") && wrong.body.contains("Velg minst ett scope"), "{}", wrong.body);
    let unknown = [("name", "A"), ("tenancy", "single-tenant"), ("scopes", "annet:api/les")];
    assert_eq!(world.post("vendor", &path, &unknown).await.status, 422);
    assert_eq!(world.post("vendor", &path, &[("name", "A"), ("tenancy", "alle")]).await.status, 422);
    let system = world.system("single-tenant", &[]).await;
    let page = world.get("vendor", &format!("/klienter/system/{system}")).await;
    assert!(page.body.contains("Journalen") && page.body.contains("Ingen klienter ennå"));
    let change = [("name", "Journalen 2"), ("tenancy", "multi-tenant"), ("scopes", READ)];
    let changed = world.post("vendor", &format!("/klienter/system/{system}/endre"), &change).await;
    let page = world.get("vendor", changed.location()).await;
    assert!(page.body.contains("Journalen 2") && page.body.contains("Én klient per virksomhet"), "tenancy stays");
    assert_eq!(world.database.entries("self_service.system.registered").await.len(), 1);
}

#[tokio::test]
async fn only_who_manages_access_gets_in_and_only_at_level_high_changes_anything() {
    let world = World::new().await;
    let organisation = format!("/klienter/virksomhet/{}", number(VENDOR));
    let new = format!("{organisation}/nytt-system");
    let form = [("name", "A"), ("tenancy", "single-tenant"), ("scopes", READ)];
    assert_eq!(world.get("", &organisation).await.status, 401);
    for who in ["stranger", "leader"] {
        assert_eq!(world.get(who, &organisation).await.status, 403, "{who}");
        assert_eq!(world.post(who, &new, &form).await.status, 403, "{who}");
    }
    assert_eq!(world.get("vendor-low", &organisation).await.status, 200);
    let low = world.post("vendor-low", &new, &form).await;
    assert_eq!(low.status, 403);
    assert!(low.body.contains("MinID er ikke nok"), "{}", low.body);
    assert_eq!(world.post("administrator", &new, &form).await.status, 303);
    assert_eq!(world.get("vendor", &format!("/klienter/virksomhet/{}", number(NOBODY))).await.status, 404);
    assert_eq!(world.get("vendor", "/klienter").await.location(), organisation);
    assert!(world.get("stranger", "/klienter").await.body.contains("Du styrer ikke tilganger"));
    let nothing = uuid::Uuid::nil();
    for path in
        [format!("/klienter/system/{nothing}"), format!("/klienter/klient/{nothing}"), "/klienter/klient/x".into()]
    {
        assert_eq!(world.get("vendor", &path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_client_for_another_organisation_waits_for_it() {
    let world = World::new().await;
    let system = world.system("single-tenant", &[]).await;
    let client = world.draft(&system).await;
    let (page, confirm) = (format!("/klienter/klient/{client}"), format!("/klienter/bekreft/{client}"));
    assert!(get(&world.registry.clients).is_empty(), "the authorisation server knows nothing of a draft");
    assert!(world.get("vendor", &page).await.body.contains("Venter på virksomheten"));
    assert_eq!(world.post("vendor", &confirm, &[("answer", "yes")]).await.status, 403);
    assert_eq!(world.get("stranger", &page).await.status, 403);
    let asked = world.get("leader", &confirm).await;
    assert!(asked.body.contains("Skal Journalen få handle for Fjordgløtt legesenter?"), "{}", asked.body);
    assert!(asked.body.contains(READ) && asked.body.contains("Journalhuset"));
    assert_eq!(world.post("leader", &confirm, &[("answer", "yes")]).await.status, 303);
    let registered = get(&world.registry.clients)[&id(&client)].clone();
    assert_eq!((registered.owner, registered.name.as_str()), (number(CLINIC), "Journalen"));
    assert_eq!(registered.settings.scopes, [READ.to_owned()].into());
    assert_eq!(world.get("leader", &confirm).await.status, 409, "answered already");
    assert_eq!(world.database.entries("self_service.client.confirmed").await.len(), 1);
}

#[tokio::test]
async fn no_is_no_and_a_draft_grows_old() {
    let world = World::new().await;
    let system = world.system("single-tenant", &[]).await;
    let (refused, old) = (world.draft(&system).await, world.draft(&system).await);
    let answer = world.post("leader", &format!("/klienter/bekreft/{refused}"), &[("answer", "no")]).await;
    assert_eq!(answer.status, 303);
    assert!(world.get("vendor", answer.location()).await.body.contains("Virksomheten sa nei"));
    world.pass(31 * 24 * 3600);
    let late = world.post("leader", &format!("/klienter/bekreft/{old}"), &[("answer", "yes")]).await;
    assert_eq!(late.status, 409);
    assert!(late.body.contains("eldre enn 30 dager"), "{}", late.body);
    assert!(get(&world.registry.clients).is_empty());
}

#[tokio::test]
async fn what_is_added_waits_and_what_is_removed_does_not() {
    let world = World::new().await;
    let client = world.active().await;
    let edit = format!("/klienter/klient/{client}/endre");
    let ward = number(WARD);
    let more = [("scopes", READ), ("scopes", ERASE), ("sub_units", ward.as_str()), ("claims", "herid = 123")];
    assert_eq!(world.post("vendor", &edit, &more).await.status, 303);
    let now = || get(&world.registry.clients)[&id(&client)].settings.clone();
    assert_eq!(now().scopes, [READ.to_owned()].into(), "nothing is added yet");
    let page = world.get("vendor", &format!("/klienter/klient/{client}")).await.body;
    assert!(page.contains("Virksomheten har ikke bekreftet det"), "{page}");
    assert_eq!(world.post("leader", &format!("/klienter/bekreft/{client}"), &[("answer", "yes")]).await.status, 303);
    assert_eq!((now().scopes.len(), now().claims["herid"].as_str()), (2, "123"));
    assert_eq!(now().sub_units, [ward].into());
    assert_eq!(world.post("vendor", &edit, &[("scopes", ERASE)]).await.status, 303);
    assert_eq!(now().scopes, [ERASE.to_owned()].into(), "removed at once");
    assert_eq!(world.post("leader", &edit, &[("scopes", WRITE)]).await.status, 303);
    assert_eq!(now().scopes, [WRITE.to_owned()].into(), "the organisation's own people need nobody else");
    for (wrong, told) in [
        (vec![("scopes", "helse:prover/alt")], "Ett av scopene finnes ikke"),
        (vec![("scopes", READ), ("sub_units", "1")], "organisasjonsnummeret til hver underenhet"),
        (vec![("scopes", READ), ("claims", "herid")], "navn=verdi"),
        (vec![("scopes", READ), ("claims", "annet=1")], "ikke registrert for ett av claimene"),
        (vec![("scopes", READ), ("redirect_uris", "https://a.test/")], "bare når folk logger inn"),
    ] {
        let refused = world.post("vendor", &edit, &wrong).await;
        assert_eq!(refused.status, 422, "{wrong:?}");
        assert!(refused.body.contains(told), "{told}: {}", refused.body);
    }
    let vendors = number(VENDOR);
    let refused = world.post("vendor", &edit, &[("scopes", READ), ("sub_units", vendors.as_str())]).await;
    assert!(refused.body.contains("ikke underenhet av virksomheten"), "{}", refused.body);
}

#[tokio::test]
async fn what_the_authorisation_server_missed_is_told_it_again() {
    let world = World::new().await;
    let client = world.draft(&world.system("single-tenant", &[]).await).await;
    set(&world.registry.away, true);
    assert_eq!(world.post("leader", &format!("/klienter/bekreft/{client}"), &[("answer", "yes")]).await.status, 503);
    set(&world.registry.away, false);
    assert!(get(&world.registry.clients).is_empty());
    world.service.tend().await.unwrap();
    assert!(get(&world.registry.clients).contains_key(&id(&client)));
}

#[tokio::test]
async fn a_product_for_all_has_one_client_of_the_vendors_own_that_is_active_at_once() {
    let world = World::new().await;
    let system = world.system("multi-tenant", &[]).await;
    let new = format!("/klienter/system/{system}/ny-klient");
    let (clinic, vendor) = (number(CLINIC), number(VENDOR));
    let others = world.post("vendor", &new, &[("owner", clinic.as_str()), ("scopes", READ)]).await;
    assert_eq!(others.status, 422);
    assert!(world.get("vendor", &new).await.body.contains(&format!("name=\"owner\" value=\"{vendor}\"")));
    let form = [("owner", vendor.as_str()), ("scopes", READ), ("scopes", ERASE)];
    let client = world.post("vendor", &new, &form).await;
    let page = world.get("vendor", client.location()).await.body;
    assert!(
        page.contains("Ingen virksomhet har delegert dette") && page.contains("Dette kan ikke delegeres"),
        "{page}"
    );
    world.said.givers.lock().unwrap().insert(number(CLINIC));
    let page = world.get("vendor", client.location()).await.body;
    assert!(page.contains("I orden") && !page.contains("Ingen virksomhet har delegert dette"), "{page}");
    let key = world.post("vendor", &format!("/klienter/system/{system}/api-nokler"), &[]).await;
    assert_eq!(key.status, 409, "such a product makes no drafts");
}

#[tokio::test]
async fn each_scope_says_what_is_lacking() {
    let world = World::new().await;
    let client = world.active().await;
    world.post("leader", &format!("/klienter/klient/{client}/endre"), &[("scopes", WRITE)]).await;
    for (agreement, told) in [
        (Agreement::Good, "I orden"),
        (Agreement::NotOrdered, "har ikke tatt tjenesten i bruk"),
        (Agreement::TermsNotAccepted, "har ikke godtatt API-ets bruksvilkår"),
        (Agreement::NotGranted, "har ikke gitt virksomheten dette"),
    ] {
        *world.said.agreement.lock().unwrap() = agreement;
        let page = world.get("vendor", &format!("/klienter/klient/{client}")).await.body;
        assert!(page.contains(told), "{told}: {page}");
    }
}

#[tokio::test]
async fn what_has_ended_stays_ended() {
    let world = World::new().await;
    let client = world.active().await;
    assert_eq!(world.post("leader", &format!("/klienter/klient/{client}/avslutt"), &[]).await.status, 303);
    assert_eq!(get(&world.registry.ended), [id(&client)]);
    assert_eq!(world.post("leader", &format!("/klienter/klient/{client}/avslutt"), &[]).await.status, 409);
    assert_eq!(
        world.post("vendor", &format!("/klienter/klient/{client}/endre"), &[("scopes", READ)]).await.status,
        409
    );
    let system = world.system("single-tenant", &[]).await;
    assert_eq!(world.post("vendor", &format!("/klienter/system/{system}/avslutt"), &[]).await.status, 303);
    let owner = number(CLINIC);
    let late = [("owner", owner.as_str()), ("scopes", READ)];
    assert_eq!(world.post("vendor", &format!("/klienter/system/{system}/ny-klient"), &late).await.status, 409);
}

#[tokio::test]
async fn the_connection_test_tells_in_plain_words_what_is_wrong() {
    let world = World::new().await;
    let client = world.active().await;
    let path = format!("/klienter/klient/{client}/test");
    assert!(world.get("vendor", &path).await.body.contains("Klienten har ingen nøkkel"));
    world.registry.keys.lock().unwrap().push((id(&client), "k".to_owned()));
    assert!(world.get("vendor", &path).await.body.contains("Vi har ikke sett noe kall"));
    let now = varde_store::testing::START;
    let call = |outcome: &str, second: i64, clock| Call {
        outcome: outcome.to_owned(),
        at: now + jiff::SignedDuration::from_secs(second),
        times: 2,
        description: "as the server said".to_owned(),
        clock,
    };
    for (calls, told) in [
        (vec![call("nonce", 1, None)], "Serveren ba om en nonce"),
        (vec![call("clock", 1, Some(95))], "Den er 95 sekunder foran vår"),
        (vec![call("clock", 1, Some(-120))], "120 sekunder bak vår"),
        (vec![call("unknown_key", 1, None)], "Nøkkelen er ukjent"),
        (vec![call("signature", 1, None)], "Signaturen holder ikke"),
        (vec![call("audience", 1, None)], "Påstanden er til en annen (aud)"),
        (vec![call("scope", 1, None)], "Scopet er ikke klientens"),
        (vec![call("terms", 1, None)], "Bruksvilkårene er ikke godtatt"),
        (vec![call("delegation", 1, None)], "Delegeringen mangler"),
        (vec![call("proof", 1, None)], "DPoP-beviset er ikke slik det skal være"),
        (vec![call("something_new", 1, None)], "Kallet ble avvist"),
        (vec![call("redirect", 1, None)], "Adressen å komme tilbake til er ikke klientens"),
        (vec![call("request", 1, None)], "Forespørselen om innlogging er ikke slik den skal være"),
        (vec![call("request_uri", 1, None)], "En person kom med en forespørsel som ikke kan brukes"),
        (vec![call("login_needed", 1, None)], "Personen må logge inn på nytt"),
        (vec![call("login_refused", 1, None)], "Personen logget ikke inn"),
        (vec![call("request_taken", 2, None), call("redirect", 1, None)], "En forespørsel om innlogging ble tatt imot"),
        (vec![call("code_given", 4, None), call("token_given", 3, None)], "En person kom tilbake med en kode"),
        (vec![call("token_given", 4, None), call("code_given", 3, None)], "Forbindelsen virker"),
        (
            vec![call("nonce", 4, None), call("clock", 3, Some(9)), call("token_given", 2, None)],
            "Serveren ba om en nonce",
        ),
        (vec![call("token_given", 4, None), call("nonce", 3, None), call("clock", 2, Some(9))], "Forbindelsen virker"),
    ] {
        set(&world.registry.calls, calls);
        let page = world.get("vendor", &path).await.body;
        let verdict = page.split("role=\"status\"").nth(1).unwrap().split("</div>").next().unwrap();
        assert!(verdict.contains(told), "{told}: {verdict}");
        assert!(page.contains("as the server said") && page.contains("2 ganger"));
    }
    for (language, told) in [("nn", "Sambandet verkar"), ("en", "The connection works")] {
        assert!(world.get_in(language, "vendor", &path).await.body.contains(told), "{language}");
    }
    let reported = world.said.reported.lock().unwrap().clone();
    assert!(reported.contains(&("tested".to_owned(), number(CLINIC), "helse:prover".to_owned())), "{reported:?}");
}
