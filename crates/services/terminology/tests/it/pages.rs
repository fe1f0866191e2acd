//! The pages, in all three languages, and a steward's way from a file to an edition in force.

use http::{Request, StatusCode};
use varde_core::Language;

use crate::{
    site::{ask, get, site, upload},
    world::{FIRST, SECOND, World},
};

#[tokio::test]
async fn every_page_is_whole_in_every_language() {
    let world = World::new().await;
    let all = world.animals().await;
    let site = site(&world);
    let (old, new) = (all[0].edition, all[1].edition);
    for path in [
        "/kodeverk".to_owned(),
        "/kodeverk?q=hund".to_owned(),
        "/kodeverk?q=finnesikke".to_owned(),
        "/kodeverk/dyr".to_owned(),
        "/kodeverk/dyr?utgave=2025&q=ka".to_owned(),
        "/kodeverk/dyr/kode/D13".to_owned(),
        "/kodeverk/dyr/kode/D99".to_owned(),
        "/kodeverk/dyr/kode/D23?utgave=2026".to_owned(),
        format!("/kodeverk/endringer/{old}/{new}"),
        format!("/kodeverk/endringer/{old}/{old}"),
        format!("/kodeverk/utgave/{new}"),
        "/kodeverk/inn".to_owned(),
        "/kodeverk/inn?kodeverk=dyr".to_owned(),
    ] {
        for language in Language::ALL {
            for who in ["", "first"] {
                let page = ask(&site, who, language, Request::get(&path), String::new()).await;
                assert_eq!(page.status, StatusCode::OK, "{path} {language}: {}", page.text);
                assert!(page.text.contains(&format!("<html lang=\"{language}\"")), "{path} {language}");
                let missing =
                    page.text.contains("terminology-") || page.text.contains("{$") || page.text.contains("{ $");
                assert!(!missing, "{path} {language}: a text is missing\n{}", page.text);
            }
        }
    }
}

#[tokio::test]
async fn codes_are_found_and_followed() {
    let world = World::new().await;
    world.animals().await;
    let site = site(&world);
    let list = get(&site, "/kodeverk?q=bikkje").await;
    assert!(list.text.contains("href=\"/kodeverk/dyr/kode/D11\""), "{}", list.text);
    let system = get(&site, "/kodeverk/dyr").await;
    assert!(system.text.contains("Utgave 2026") && system.text.contains("/kodeverk/dyr?utgave=2025"));
    let gone = get(&site, "/kodeverk/dyr/kode/D99").await;
    assert!(
        gone.text.contains("Åpen kode") && gone.text.contains("Utgave 2025"),
        "a code that is gone is shown as it was"
    );
    let retired = get(&site, "/kodeverk/dyr/kode/D23").await;
    assert!(retired.text.contains("Ute av bruk") && retired.text.contains("Bruk i stedet"));
    assert!(retired.text.contains("href=\"/kodeverk/dyr/kode/D21\""));
    for path in ["/kodeverk/fisk", "/kodeverk/dyr/kode/X", "/kodeverk/dyr?utgave=1999", "/kodeverk/utgave/1"] {
        assert_eq!(get(&site, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_steward_takes_a_file_in_and_another_puts_it_in_force() {
    let world = World::new().await;
    let site = site(&world);
    let fields =
        [("key", "dyr"), ("version", "2025"), ("title", "Dyrearter"), ("oid", "2.999.1"), ("kind", "administrative")];
    let nobody = upload(&site, "", &fields, FIRST).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    let nothing = upload(&site, "first", &fields, "").await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.text.contains("Filen er tom") && nothing.text.contains("value=\"dyr\""));
    let wrong = upload(&site, "first", &fields, "kode;navn\na\n").await;
    assert!(wrong.text.contains("Linje 2: raden har et annet antall felt"), "{}", wrong.text);
    let taken = upload(&site, "first", &fields, FIRST).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let publish = format!("{}/publiser", taken.location);
    let own = ask(&site, "first", Language::Nb, Request::post(&publish), String::new()).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    assert!(own.text.contains("ikke den som la den inn") || own.text.contains("Ingen regel"), "{}", own.text);
    let other = ask(&site, "second", Language::Nb, Request::post(&publish), String::new()).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER, "{}", other.text);
    assert!(get(&site, "/kodeverk/dyr").await.text.contains("Utgave 2025"));
    // A year later the file is cut off.
    let fields = [("known", "yes"), ("key", "dyr"), ("version", "2026")];
    let cut: String = SECOND.lines().take(6).map(|line| format!("{line}\n")).collect();
    let asked = upload(&site, "first", &fields, &cut).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        asked.text.contains("Er filen hel?") && asked.text.contains("6 av 11 koder i utgave 2025"),
        "{}",
        asked.text
    );
    assert!(asked.text.contains("name=\"reason\""));
    let whole = upload(&site, "first", &fields, SECOND).await;
    assert_eq!(whole.status, StatusCode::SEE_OTHER, "{}", whole.text);
    let draft = ask(&site, "first", Language::Nb, Request::get(&whole.location), String::new()).await;
    assert!(draft.text.contains("Utkast") && draft.text.contains("Mot utgave 2025: 1 nye, 1 borte"), "{}", draft.text);
    assert!(draft.text.contains("Dyr i skog") && draft.text.contains("/katalog/variabel/dyr/funn/art"));
    assert!(draft.text.contains("3 lagrede lister") && draft.text.contains("uttrekket ligger i prosjektrommet"));
    assert!(draft.text.contains("2 åpne søknader") && draft.text.contains("én som du ikke kan se"), "{}", draft.text);
    assert_eq!(get(&site, &whole.location).await.status, StatusCode::NOT_FOUND, "a draft is its owner's");
    let rules = format!("{}/regler", whole.location);
    let form = |body: &'static str| {
        ask(
            &site,
            "first",
            Language::Nb,
            Request::post(&rules).header("content-type", "application/x-www-form-urlencoded"),
            body.to_owned(),
        )
    };
    assert!(form("eyes=3&loss_percent=10").await.text.contains("Velg én eller to personer"));
    assert_eq!(form("eyes=1&loss_percent=20").await.status, StatusCode::SEE_OTHER);
    let publish =
        ask(&site, "first", Language::Nb, Request::post(format!("{}/publiser", whole.location)), String::new()).await;
    assert_eq!(publish.status, StatusCode::SEE_OTHER, "one person is enough now");
}

#[tokio::test]
async fn what_is_worth_a_look_in_a_file_stands_with_the_draft() {
    let world = World::new().await;
    let site = site(&world);
    let described =
        [("key", "damaged"), ("version", "2026"), ("title", "Skadet"), ("url", "http://varde.test/damaged")];
    let taken = upload(&site, "first", &described, "kode;navn\n1;S\u{fffd}r\n2;Vanlig\n").await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    for (who, sees) in [("first", true), ("second", true)] {
        let page = ask(&site, who, Language::Nb, Request::get(&taken.location), String::new()).await;
        let told = page.text.contains("var borte før filen kom hit: 1.") && page.text.contains("linje 2");
        assert_eq!(told, sees, "{who}: {}", page.text);
    }
    for language in [Language::Nn, Language::En] {
        let page = ask(&site, "first", language, Request::get(&taken.location), String::new()).await;
        assert!(!page.text.contains("terminology-remark"), "{}", page.text);
    }
}
