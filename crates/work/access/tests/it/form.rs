//! The application's form, part by part: what is saved, what is lacking and where, and sending it.

use axum::http::StatusCode;
use varde_access::model::{Content, State};
use varde_core::{ApplicationId, FieldProblem, LegalBasis};
use varde_permit::{Cohort, Granularity};

use crate::world::{CODE, COLLEAGUE, HANDLER, RESEARCHER, World, actor};

const PARTS: [&str; 8] =
    ["prosjekt", "utvalg", "indeksdato", "kontroller", "opplysninger", "opplysninger/0", "filene", "hvem"];

async fn stored(world: &World, id: ApplicationId) -> (i64, Content) {
    let application = world.service.file(&actor(RESEARCHER), id).await.unwrap().application;
    (application.revision, application.content)
}

fn form(id: ApplicationId) -> String {
    format!("/soknader/{id}/rediger")
}

#[tokio::test]
async fn every_part_is_a_page_in_every_language_and_nothing_else_is() {
    let world = World::new().await;
    let id = world.draft("a").await;
    for language in ["nb", "nn", "en"] {
        let overview = world.ask_in(RESEARCHER, "GET", &form(id), "", language).await;
        assert_eq!(overview.status, StatusCode::OK);
        for part in PARTS {
            let path = format!("{}/{part}", form(id));
            let page = world.ask_in(RESEARCHER, "GET", &path, "", language).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(
                !page.text.contains(">access-") && !page.text.contains("ds-error-summary"),
                "{path}: {}",
                page.text
            );
            let listed = part == "opplysninger/0" || overview.text.contains(&format!("{path}\""));
            assert!(listed, "the overview does not lead to {path}: {}", overview.text);
        }
    }
    for nothing in ["tull", "opplysninger/2", "opplysninger/-1", "opplysninger/tull"] {
        let path = format!("{}/{nothing}", form(id));
        assert_eq!(world.ask(RESEARCHER, "GET", &path, "").await.status, StatusCode::NOT_FOUND, "{nothing}");
        assert_eq!(world.ask(RESEARCHER, "POST", &path, "").await.status, StatusCode::NOT_FOUND, "{nothing}");
    }
    // A draft is its applicant's.
    for part in PARTS {
        let path = format!("{}/{part}", form(id));
        assert!(world.ask(HANDLER, "GET", &path, "").await.status.is_client_error(), "{path}");
    }
    // What is sent is read, not written.
    let sent = world.sent("b").await;
    let page = world.ask(RESEARCHER, "GET", &format!("{}/utvalg", form(sent)), "").await;
    assert_eq!((page.status, page.location), (StatusCode::SEE_OTHER, format!("/soknader/{sent}")));
    let late = world.ask(RESEARCHER, "POST", &form(sent), "then=send").await;
    assert_eq!((late.status, late.location), (StatusCode::SEE_OTHER, format!("/soknader/{sent}")));
}

#[tokio::test]
async fn a_part_is_saved_alone_and_leads_on() {
    let world = World::new().await;
    let id = world.draft("a").await;
    let (revision, before) = stored(&world, id).await;
    let part = |name: &str| format!("{}/{name}", form(id));
    let project = format!("revision={revision}&title=Ny&summary=S&purpose=statistics&legal_bases=public-health");

    let saved = world.ask(RESEARCHER, "POST", &part("prosjekt"), &format!("{project}&then=next")).await;
    assert_eq!((saved.status, saved.location), (StatusCode::SEE_OTHER, part("utvalg?lagret=ja")), "{}", saved.text);
    assert!(world.ask(RESEARCHER, "GET", &part("utvalg?lagret=ja"), "").await.text.contains("Søknaden er lagret"));
    let (_, now) = stored(&world, id).await;
    assert_eq!((now.title.as_str(), &now.legal_bases), ("Ny", &vec![LegalBasis::new("GDPR", "art. 9(2)(i)")]));
    assert_eq!((now.need, now.persons, now.months), (before.need.clone(), before.persons, before.months));

    // Another tab has the earlier revision: nothing is overwritten, and its text is not lost.
    let late = format!("revision={revision}&title=Sen&summary=Skrevet+her&purpose=research&then=next");
    let late = world.ask(RESEARCHER, "POST", &part("prosjekt"), &late).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.text.contains("id=\"e-title\"") && late.text.contains("Skrevet her"), "{}", late.text);
    assert_eq!(stored(&world, id).await.1.title, "Ny");

    // From a variable one goes to the next, from the last to the files; saving alone leads to the list.
    let variable = |place: usize, then: &str| {
        let revision = revision + 1 + i64::try_from(place).unwrap();
        format!("revision={revision}&granularity_{place}=as_is&reason_{place}=Derfor+{place}&then={then}")
    };
    let first = world.ask(RESEARCHER, "POST", &part("opplysninger/0"), &variable(0, "next")).await;
    assert_eq!(first.location, part("opplysninger/1?lagret=ja"), "{}", first.text);
    let last = world.ask(RESEARCHER, "POST", &part("opplysninger/1"), &variable(1, "next")).await;
    assert_eq!(last.location, part("filene?lagret=ja"), "{}", last.text);
    let (revision, now) = stored(&world, id).await;
    let reasons: Vec<_> = now.need.variables.iter().map(|one| one.reason.as_str()).collect();
    assert_eq!(reasons, ["Derfor 0", "Derfor 1"]);
    let removed = format!("revision={revision}&then=remove");
    let removed = world.ask(RESEARCHER, "POST", &part("opplysninger/0"), &removed).await;
    assert_eq!(removed.location, part("opplysninger?lagret=ja"), "{}", removed.text);
    let (_, now) = stored(&world, id).await;
    assert_eq!(now.need.variables.len(), 1);
    assert_eq!((now.need.variables[0].variable.as_str(), now.need.variables[0].reason.as_str()), (CODE, "Derfor 1"));
    // Saved from the other parts, one comes to the overview.
    let persons = format!("revision={}&months=12&then=save", revision + 1);
    let persons = world.ask(RESEARCHER, "POST", &part("hvem"), &persons).await;
    assert_eq!(persons.location, format!("{}?lagret=ja", form(id)), "{}", persons.text);
    assert_eq!(stored(&world, id).await.1.months, 12);
}

#[tokio::test]
async fn whom_it_is_about_is_saved_and_counted_in_one_and_the_overview_counts_without_saving() {
    let world = World::new().await;
    let id = world.draft("a").await;
    let (revision, _) = stored(&world, id).await;
    let cohort = format!(
        "revision={revision}&cohort=code&cohort_variable={CODE}&cohort_prefixes=i50&period_from=2020-01-01\
         &period_until=2021-12-31&then=count"
    );
    let counted = world.ask(RESEARCHER, "POST", &format!("{}/utvalg", form(id)), &cohort).await;
    assert_eq!(counted.status, StatusCode::OK, "{}", counted.text);
    assert!(counted.text.contains("omtrent 40 personer") && counted.text.contains("er lagret"), "{}", counted.text);
    let (after, now) = stored(&world, id).await;
    let code = Cohort::HasCode { variable: CODE.parse().unwrap(), prefixes: vec!["I50".to_owned()] };
    assert_eq!((after, now.need.cohort), (revision + 1, Cohort::All(vec![code])));
    let again = world.ask(RESEARCHER, "POST", &form(id), "then=count").await;
    assert!(again.status == StatusCode::OK && again.text.contains("omtrent 40 personer"), "{}", again.text);
    assert_eq!(stored(&world, id).await.0, after);
}

/// Each thing that is lacking is a link to a page that has the field, with what is wrong beside it.
#[tokio::test]
async fn what_is_lacking_is_told_at_once_and_each_leads_to_its_field() {
    let world = World::new().await;
    let id = world.draft("a").await;
    let (revision, mut content) = stored(&world, id).await;
    content.summary.clear();
    content.legal_bases.clear();
    content.persons.clear();
    content.months = 0;
    content.need.period.until = None;
    content.need.variables.iter_mut().for_each(|one| one.reason.clear());
    // Found only when all of it is looked at together: ages and a window without an index date.
    content.need.cohort = Cohort::AtIndex(varde_permit::Attribute::Age { from: 20, until: 40 });
    let window = Some(varde_permit::Window { from: Some(-30), until: None });
    content.need.variables.iter_mut().for_each(|one| one.measure.window = window);
    world.service.save(&actor(RESEARCHER), id, revision, &content).await.unwrap();

    let overview = world.ask(RESEARCHER, "GET", &form(id), "").await.text;
    assert!(overview.contains("2 variabler mangler noe") && overview.contains("2 av 7 deler"), "{overview}");
    let sent = world.ask(RESEARCHER, "POST", &form(id), &format!("revision={}&then=send", revision + 1)).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let summary = sent.text.split("id=\"errors\"").nth(1).unwrap().split("</div>").next().unwrap();
    let links: Vec<&str> = summary.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let fields: Vec<&str> = links.iter().map(|link| link.split("#f-").nth(1).unwrap()).collect();
    let expected = [
        "summary",
        "legal_bases",
        "period_until",
        "age_from",
        "reason_0",
        "reason_1",
        "window_from_0",
        "window_from_1",
        "persons",
        "months",
    ];
    assert_eq!(fields, expected, "{summary}");
    assert!(summary.contains("in_date: Skriv hvorfor"), "{summary}");
    for (link, field) in links.iter().zip(fields) {
        let page = world.ask(RESEARCHER, "GET", link.split('#').next().unwrap(), "").await;
        assert_eq!(page.status, StatusCode::OK, "{link}");
        assert!(page.text.contains(&format!("id=\"f-{field}\"")), "{link}: {}", page.text);
        assert!(page.text.contains(&format!("id=\"e-{field}\"")), "{link}: {}", page.text);
        let other = page.text.matches("id=\"e-").count();
        assert_eq!(other, page.text.matches("href=\"#f-").count(), "{link}: {}", page.text);
    }
    assert_eq!(world.service.file(&actor(RESEARCHER), id).await.unwrap().application.state, State::Draft);
}

#[tokio::test]
async fn what_is_sent_is_what_was_shown() {
    let world = World::new().await;
    let id = world.draft("a").await;
    let (revision, _) = stored(&world, id).await;
    let overview = world.ask(RESEARCHER, "GET", &form(id), "").await.text;
    assert!(overview.contains("Alle delene er ferdige") && !overview.contains("mangler=ja"), "{overview}");
    let stale = world.ask(RESEARCHER, "POST", &form(id), &format!("revision={}&then=send", revision - 1)).await;
    assert!(stale.status == StatusCode::UNPROCESSABLE_ENTITY, "{}", stale.text);
    assert!(stale.text.contains("lagret på nytt mens du leste"), "{}", stale.text);
    let sent = world.ask(RESEARCHER, "POST", &form(id), &format!("revision={revision}&then=send")).await;
    assert_eq!((sent.status, sent.location), (StatusCode::SEE_OTHER, format!("/soknader/{id}")), "{}", sent.text);
    assert_eq!(world.service.file(&actor(HANDLER), id).await.unwrap().application.state, State::Submitted);
}

/// The catalogue can change under a draft. That is told; it does not keep anything else from being saved.
#[tokio::test]
async fn what_no_longer_fits_the_catalogue_is_told_and_holds_nothing_else_up() {
    let world = World::new().await;
    let id = world.draft("a").await;
    let altered = "UPDATE access.application SET content = \
        jsonb_set(content, '{need,variables,0,granularity}', '{\"prefix\":3}') WHERE id = $1";
    sqlx::query(altered).bind(id.uuid()).execute(&mut world.database.owner().await).await.unwrap();
    let (revision, content) = stored(&world, id).await;
    assert_eq!(content.need.variables[0].granularity, Granularity::Prefix(3));
    let draft = world.service.file(&actor(RESEARCHER), id).await.unwrap().application;
    let lacks = world.service.lacks(&actor(RESEARCHER), &draft).await.unwrap();
    assert_eq!(lacks, [FieldProblem::new("granularity_0", "access-error-granularity")]);
    let months = format!("revision={revision}&months=12&then=save");
    let saved = world.ask(RESEARCHER, "POST", &format!("{}/hvem", form(id)), &months).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let variable = format!("revision={}&granularity_0=prefix-3&reason_0=Ny&then=save", revision + 1);
    let refused = world.ask(RESEARCHER, "POST", &format!("{}/opplysninger/0", form(id)), &variable).await;
    assert!(refused.text.contains("id=\"e-granularity_0\""), "{}", refused.text);
}

#[tokio::test]
async fn only_colleagues_can_be_named_and_who_is_not_one_any_more_is_told() {
    let world = World::new().await;
    let id = world.draft("a").await;
    let (revision, _) = stored(&world, id).await;
    let named = format!("revision={revision}&persons={}&months=12&then=save", crate::world::person(77));
    let refused = world.ask(RESEARCHER, "POST", &format!("{}/hvem", form(id)), &named).await;
    assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(refused.text.contains("id=\"e-persons\""), "{}", refused.text);
    let without_me = format!("revision={revision}&persons={}&months=12&then=save", crate::world::person(COLLEAGUE));
    let saved = world.ask(RESEARCHER, "POST", &format!("{}/hvem", form(id)), &without_me).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let overview = world.ask(RESEARCHER, "GET", &form(id), "").await.text;
    assert!(overview.contains("hvem?mangler=ja#f-persons"), "{overview}");
}
