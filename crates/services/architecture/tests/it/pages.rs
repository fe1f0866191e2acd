//! The pages, for those who may and those who may not.

use http::StatusCode;
use jiff::ToSpan as _;

use crate::world::World;

const ASSESS: [(&str, &str); 4] =
    [("answer", "not_met"), ("reason", "Det mangler <enda>."), ("evidence", ""), ("seen", "0")];

#[tokio::test]
async fn a_steward_assesses_asks_and_the_body_decides() {
    let world = World::new().await;
    let page = world.visit("", "nb", "/arkitektur", None).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in
        ["Pasientregisteret", "Kreftregisteret &#60;&#38;&#62;", "Ikke vurdert", "0\u{a0}av\u{a0}4", "Virksomhet 101"]
    {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let here = "/arkitektur/vurdert/kilde-npr/4.1";
    assert!(world.visit("steward", "nb", here, None).await.text.contains("Vurder kravet"));
    for who in ["", "other", "body", "researcher"] {
        assert!(!world.visit(who, "nb", here, None).await.text.contains("Vurder kravet"), "{who}");
        let refused = world.visit(who, "nb", here, Some(&ASSESS)).await.status;
        assert!([StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED].contains(&refused), "{who}: {refused}");
    }
    let wrong = world.visit("steward", "nb", here, Some(&[("answer", "met"), ("reason", ""), ("seen", "0")])).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("Skriv noe her.") && wrong.text.contains("Vis til noe som viser"), "{}", wrong.text);
    let saved = world.visit("steward", "nb", here, Some(&ASSESS)).await;
    assert_eq!(saved.location, format!("{here}?lagret=ja"));
    let page = world.visit("steward", "nb", &saved.location, None).await;
    assert!(page.text.contains("Det mangler &#60;enda&#62;.") && page.text.contains("Be om avvik"), "{}", page.text);
    assert_eq!(world.visit("steward", "nb", here, Some(&ASSESS)).await.status, StatusCode::CONFLICT);

    let ask = format!("{here}/avvik");
    assert_eq!(world.visit("body", "nb", &ask, None).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.visit("steward", "nb", &ask, None).await.status, StatusCode::OK);
    let expires = world.today().saturating_add(20.days()).to_string();
    let form = [("reason", "Snart."), ("function", "Leder"), ("email", "leder@a.example"), ("language", "nb")];
    let bad = world.visit("steward", "nb", &ask, Some(&[form.as_slice(), &[("expires", "i morgen")]].concat())).await;
    assert!(bad.status == StatusCode::UNPROCESSABLE_ENTITY && bad.text.contains("ÅÅÅÅ-MM-DD"), "{}", bad.text);
    let asked = world.visit("steward", "nb", &ask, Some(&[form.as_slice(), &[("expires", &expires)]].concat())).await;
    let deviation = asked.location;
    assert!(deviation.starts_with("/arkitektur/avvik/"), "{deviation}");
    let public = world.visit("", "nb", &deviation, None).await.text;
    assert!(public.contains("Venter på avgjørelse") && !public.contains("leder@a.example"), "{public}");
    assert!(!public.contains("Lagre avgjørelsen"));

    let grant =
        [("step", "grant"), ("expires", &expires), ("body", "Styringsgruppen"), ("said", "Greit."), ("seen", "1")];
    for who in ["", "steward", "body-low"] {
        let refused = world.visit(who, "nb", &deviation, Some(&grant)).await.status;
        assert!([StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED].contains(&refused), "{who}: {refused}");
    }
    let none = world.visit("body", "nb", &deviation, Some(&[("seen", "1")])).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.text.contains("Velg hva som skal skje"));
    assert_eq!(world.visit("body", "nb", &deviation, Some(&grant)).await.location, deviation);
    assert!(world.visit("", "nb", "/arkitektur", None).await.text.contains("Avvik"));
    world.later(22);
    let page = world.visit("", "nb", "/arkitektur", None).await.text;
    assert!(page.contains("Avvik som har gått ut") && page.contains("Gikk ut for"), "{page}");
    let close = [("step", "close"), ("said", "Oppfylt."), ("seen", "2")];
    assert_eq!(world.visit("steward", "nb", &format!("{deviation}/slutt"), Some(&close)).await.location, deviation);
    assert!(!world.visit("", "nb", "/arkitektur", None).await.text.contains("Avvik som har gått ut"));
}

#[tokio::test]
async fn the_file_has_a_line_for_each_thing_and_principle() {
    let world = World::new().await;
    world.visit("steward", "nb", "/arkitektur/vurdert/kilde-npr/4.1", Some(&ASSESS)).await;
    let file = world.visit("", "en", "/arkitektur/tilstand.csv?ramme=national", None).await;
    assert_eq!(file.status, StatusCode::OK);
    let text = file.text.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    let headers: Vec<_> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!((headers.len(), headers[5].as_str()), (15, "state"));
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 3 * 7);
    let row = rows.iter().find(|row| &row[0] == "kilde-npr" && &row[3] == "4").unwrap();
    assert_eq!((&row[5], &row[8], &row[10]), ("Not met", "1", "3"));
    assert_eq!(world.visit("", "nb", "/arkitektur/tilstand.csv?dag=x", None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.visit("", "nb", "/arkitektur/tilstand.csv?ramme=x", None).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_page_speaks_three_languages() {
    let world = World::new().await;
    world.visit("steward", "nb", "/arkitektur/vurdert/kilde-npr/4.1", Some(&ASSESS)).await;
    let standard = [("name", "S"), ("about", "Om S."), ("link", ""), ("level", "guide")];
    let standard = world.visit("body", "nb", "/arkitektur/standarder/ny", Some(&standard)).await.location;
    for seen in ["1", "2", "3", "4", "5"] {
        let go_on = [("move", "go_on"), ("said", "Vedtatt."), ("seen", seen)];
        let page = world.visit("body", "nb", &standard, Some(&go_on)).await;
        if seen == "5" {
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "what is phased out has a last day");
            assert!(page.text.contains("Si hvilken dag som er den siste"), "{}", page.text);
        } else {
            assert_eq!(page.location, standard);
        }
    }
    assert_eq!(world.visit("steward", "nb", &standard, Some(&[("move", "end"), ("said", "Nei.")])).await.status, 403);
    let system = [("name", "T"), ("about", "Om T."), ("public", "yes")];
    let system = world.visit("steward", "nb", "/arkitektur/systemer/nytt", Some(&system)).await.location;
    let edit = system.replace("vurdert/system-", "systemer/");
    let duty = [("duty", "chief_architect"), ("organisation", "Helsedata"), ("function", "Leder"), ("about", "")];
    assert_eq!(world.visit("body", "nb", "/arkitektur/ansvar", Some(&duty)).await.location, "/arkitektur/ansvar");
    for language in ["nb", "nn", "en"] {
        for (who, path) in [
            ("", "/arkitektur"),
            ("", "/arkitektur?ramme=fair"),
            ("", "/arkitektur/krav"),
            ("", "/arkitektur/avvik"),
            ("", "/arkitektur/standarder"),
            ("", "/arkitektur/ansvar"),
            ("body", "/arkitektur/standarder/ny"),
            ("body", "/arkitektur/ansvar"),
            ("body", &standard),
            ("steward", &system),
            ("steward", &edit),
            ("steward", "/arkitektur/systemer/nytt"),
            ("steward", "/arkitektur/vurdert/kilde-npr"),
            ("steward", "/arkitektur/vurdert/kilde-npr?ramme=fair"),
            ("steward", "/arkitektur/vurdert/kilde-npr/RDA-F1-01M"),
            ("steward", "/arkitektur/vurdert/kilde-npr/4.1/avvik"),
        ] {
            let page = world.visit(who, language, path, None).await;
            assert_eq!(page.status, StatusCode::OK, "{language} {path}: {}", page.text);
            assert!(page.text.contains(&format!("lang=\"{language}\"")), "{language} {path}");
            assert!(!page.text.contains("architecture-"), "{language} {path}: a text is missing");
        }
    }
    let then = world.visit("", "nb", "/arkitektur?dag=2026-01-01", None).await;
    assert!(then.text.contains("Slik det var 1. januar 2026"), "{}", then.text);
    let wrong = world.visit("", "nb", "/arkitektur?dag=9999-01-01", None).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.text.contains("Velg i dag"));
    for path in
        ["/arkitektur/vurdert/kilde-borte", "/arkitektur/vurdert/x", "/arkitektur/avvik/x", "/arkitektur?ramme=x"]
    {
        assert_eq!(world.visit("", "nb", path, None).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
