//! What was observed in the data, on the pages and in the JSON: told by a data holder that the test decides.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::Value;
use varde_core::{CataloguePath, PortError, ProblemKind, ReleaseId};
use varde_metadata::{
    Count, DataType, Distribution, Filled, Groups, Interval, Limits, ObservedDataset, ObservedVariable, ObservedYear,
    ports::Observations,
};

use crate::{
    pages::Site,
    world::{contacts, path, source, variable},
};

/// A data holder with one dataset, or one that does not answer.
#[derive(Debug)]
enum Holder {
    Has(Box<ObservedDataset>),
    Away,
}

#[async_trait::async_trait]
impl Observations for Holder {
    async fn of_dataset(&self, dataset: &CataloguePath) -> Result<Option<ObservedDataset>, PortError> {
        match self {
            Self::Has(found) if dataset == &path("npr/contact") => Ok(Some((**found).clone())),
            Self::Has(_) => Ok(None),
            Self::Away => Err(PortError { kind: ProblemKind::Unavailable, message: "away".to_owned() }),
        }
    }

    async fn of_variable(&self, variable: &CataloguePath) -> Result<Option<ObservedDataset>, PortError> {
        let found = self.of_dataset(&variable.parent().unwrap()).await?;
        Ok(found.map(|mut found| {
            found.variables.retain(|one| one.name == variable.name());
            found
        }))
    }
}

fn count(rows: u64) -> Option<Count> {
    Some(Count { rows, people: rows })
}

/// Two years: sex in both, the condition in the second only, the date in the second though nobody declares it
/// for the first.
fn observed() -> ObservedDataset {
    let year = |year: i16| ObservedYear { year: Some(year), total: count(100) };
    let variable = |name: &str, filled: [Filled; 2], distribution| ObservedVariable {
        name: name.to_owned(),
        filled: filled.to_vec(),
        distribution,
    };
    let sexes = Distribution {
        groups: Groups::Codes(vec!["1".to_owned(), "2".to_owned(), "9".to_owned()]),
        years: vec![vec![count(45), count(55), count(0)], vec![None, count(60), None]],
    };
    let codes = Distribution {
        groups: Groups::SomeCodes(vec!["I50".to_owned(), "J18".to_owned()]),
        years: vec![vec![None, None], vec![count(20), count(30)]],
    };
    ObservedDataset {
        release: ReleaseId::from_uuid(uuid::Uuid::from_u128(5)),
        observed_at: Timestamp::UNIX_EPOCH,
        limits: Limits { threshold: 10, base: 5 },
        years: vec![year(2007), year(2008)],
        variables: vec![
            variable("sex", [Filled::NearlyAll; 2], Some(sexes)),
            variable("main_condition", [Filled::Few, Filled::NearlyAll], Some(codes)),
            variable("admitted", [Filled::Few; 2], None),
        ],
    }
}

async fn site(holder: Holder) -> Site {
    let site = Site::observing(Arc::new(holder)).await;
    site.world.publish(&contacts()).await;
    site
}

#[tokio::test]
async fn what_is_declared_stands_against_what_was_observed() {
    let site = site(Holder::Has(Box::new(observed()))).await;
    assert!(site.page("/katalog/npr/contact").await.contains("/katalog/tilgjengelighet/npr/contact"));
    let at = "/katalog/tilgjengelighet/npr/contact";
    let page = site.page(&format!("{at}?til=2009")).await;
    assert!(page.contains(r#"<th scope="col">2007</th>"#), "{page}");
    // Everything is declared from 2008 on; sex was observed the year before, dates never.
    assert!(page.contains("2 av 4 variabler strider mot katalogen"), "{page}");
    assert!(page.contains(r#"data-standing="undeclared""#) && page.contains(r#"data-standing="unobserved""#));
    assert!(page.contains("Finnes i dataene, men ikke i katalogen") && page.contains("(ikke i dataene)"));
    let only = site.page(&format!("{at}?til=2009&vis=motstrid")).await;
    let rows = only.split("<tbody>").nth(1).unwrap();
    assert!(rows.contains("Kjønn") && rows.contains("Innleggelsesdato"));
    assert!(!rows.contains("Hovedtilstand") && !rows.contains("Pasientnummer"));

    let (status, body) = site.send(Method::GET, "/api/catalogue/availability/npr/contact", "").await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &body["years"][0], &body["years"][1]), (StatusCode::OK, &2007.into(), &2008.into()));
    let of = |name: &str| {
        let all = body["variables"].as_array().unwrap();
        all.iter().find(|v| v["path"] == format!("npr/contact/{name}")).unwrap()["standing"].clone()
    };
    assert_eq!((&of("sex")[0], &of("sex")[1]), (&"undeclared".into(), &"both".into()));
    assert_eq!((&of("main_condition")[0], &of("admitted")[1]), (&"neither".into(), &"unobserved".into()));
    assert_eq!(of("patient_number")[1], "declared", "nothing is said of what is in no release");
    assert_eq!(body["observed"]["limits"]["threshold"], 10);
    for nothing in ["/katalog/tilgjengelighet/npr/none", "/api/catalogue/availability/npr/none"] {
        assert_eq!(site.send(Method::GET, nothing, "").await.0, StatusCode::NOT_FOUND, "{nothing}");
    }
}

#[tokio::test]
async fn statistics_are_a_figure_and_the_same_table() {
    let site = site(Holder::Has(Box::new(observed()))).await;
    let at = "/katalog/statistikk/npr/contact/sex";
    let page = site.page(at).await;
    assert!(page.contains("Fordeling i 2008") && page.contains("2 grupper er holdt tilbake"), "{page}");
    assert!(page.contains(r#"width="100.0%""#) && page.matches(">60<").count() >= 2, "figure and table: {page}");
    assert!(page.contains("Kvinne") && page.contains("holdt tilbake"));
    let before = site.page(&format!("{at}?aar=2007")).await;
    assert!(before.contains("Fordeling i 2007") && before.contains("Ingen gruppe er holdt tilbake"), "{before}");
    assert!(before.contains(r#"width="81.8%""#) && before.contains(r#"aria-current="page">2007"#));
    let codes = site.page("/katalog/statistikk/npr/contact/main_condition").await;
    assert!(codes.find("J18").unwrap() < codes.find("I50").unwrap(), "of a long list the commonest first");
    let section = site.page("/katalog/variabel/npr/contact/sex").await;
    assert!(section.contains("Fordeling i 2008") && section.contains(at));
    let dates = site.page("/katalog/statistikk/npr/contact/admitted").await;
    assert!(!dates.contains("<figure") && dates.contains("for få eller ingen"), "{dates}");
    let never = site.page("/katalog/statistikk/npr/contact/patient_number").await;
    assert!(never.contains("Ingen statistikk ennå"));

    let (_, body) = site.send(Method::GET, "/api/catalogue/statistics/npr/contact/sex", "").await;
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["years"][1]["counts"][0], Value::Null);
    assert_eq!(body["years"][1]["counts"][1]["people"], 60);
    let (status, body) = site.send(Method::GET, "/api/catalogue/statistics/npr/contact/patient_number", "").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "null"));
    let nothing = site.send(Method::GET, "/katalog/statistikk/npr/contact/none", "").await.0;
    assert_eq!(nothing, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn numbers_are_summed_up_in_every_language() {
    let mut with_age = contacts();
    with_age.datasets[0].variables.push(variable("npr/contact/age", "Alder", DataType::Integer));
    let between = |from, until| Interval { from, until, whole: true };
    let mut seen = observed();
    seen.variables.push(ObservedVariable {
        name: "age".to_owned(),
        filled: vec![Filled::NearlyAll; 2],
        distribution: Some(Distribution {
            groups: Groups::Intervals(vec![
                between(None, Some(20.0)),
                between(Some(20.0), Some(40.0)),
                between(Some(40.0), None),
            ]),
            years: vec![vec![count(0), count(100), count(0)], vec![count(0), count(100), count(0)]],
        }),
    });
    let site = Site::observing(Arc::new(Holder::Has(Box::new(seen)))).await;
    site.world.publish(&with_age).await;
    let page = site.page("/katalog/statistikk/npr/contact/age").await;
    assert!(page.contains("20–39") && page.contains("under 20") && page.contains("40 eller mer"), "{page}");
    assert!(page.contains(">29,5<") && page.contains("Median"), "{page}");
    assert!(page.contains("Minste og største verdi er ikke vist"));
    let (_, body) = site.send(Method::GET, "/api/explorer/variables?search=alder", "").await;
    let body: Value = serde_json::from_str(&body).unwrap();
    let id = body["items"][0]["id"].as_str().unwrap();
    let (_, body) = site.send(Method::GET, &format!("/api/explorer/variables/{id}"), "").await;
    let body: Value = serde_json::from_str(&body).unwrap();
    let statistic = &body["statistikker"][1];
    assert_eq!(statistic["additionalProperties"]["SisteOppdaterteAarssett"], "2008");
    assert_eq!(statistic["additionalProperties"]["AVG"], "29.50");
    assert!(statistic["additionalProperties"].get("MIN").is_none() && statistic["avsloringskontroll"].is_null());
}

#[tokio::test]
async fn the_explorers_clients_get_frequencies_and_what_is_withheld() {
    let site = site(Holder::Has(Box::new(observed()))).await;
    let of = async |search: &str| {
        let (_, body) = site.send(Method::GET, &format!("/api/explorer/variables?search={search}"), "").await;
        let body: Value = serde_json::from_str(&body).unwrap();
        let id = body["items"][0]["id"].as_str().unwrap().to_owned();
        let (_, body) = site.send(Method::GET, &format!("/api/explorer/variables/{id}"), "").await;
        serde_json::from_str::<Value>(&body).unwrap()["statistikker"].clone()
    };
    let sex = of("kj%C3%B8nn").await;
    assert_eq!(sex[0]["kodefrekvenser"][0]["additionalProperties"]["GyldigeTilfeller"], "45");
    assert_eq!(sex[0]["kodefrekvenser"][0]["preferredTerm"], "Mann");
    assert!(sex[1]["kodefrekvenser"][0]["additionalProperties"].get("GyldigeTilfeller").is_none(), "withheld");
    let dates = of("innleggelsesdato").await;
    assert_eq!(dates[0]["avsloringskontroll"], "deskriptivStatistikkIkkeGitt");
    assert_eq!(of("pasientnummer").await, serde_json::json!([]));
}

#[tokio::test]
async fn without_a_count_the_pages_say_so() {
    let site = Site::new().await;
    site.world.publish(&source("dar", vec![variable("dar/death/cause", "Dødsårsak", DataType::Code)])).await;
    let page = site.page("/katalog/tilgjengelighet/dar/death").await;
    assert!(page.contains("Ingen data er telt opp") && page.contains(r#"data-standing="declared""#), "{page}");
    assert!(!page.contains("(ikke i dataene)"));
    let only = site.page("/katalog/tilgjengelighet/dar/death?vis=motstrid").await;
    assert!(only.contains("Ingen variabler å vise"));
    assert!(site.page("/katalog/statistikk/dar/death/cause").await.contains("Ingen statistikk ennå"));
    assert!(site.page("/katalog/variabel/dar/death/cause").await.contains("Det finnes ingen opptelling"));
}

#[tokio::test]
async fn a_data_holder_that_does_not_answer_takes_no_description_with_it() {
    let site = site(Holder::Away).await;
    assert!(site.page("/katalog/variabel/npr/contact/sex").await.contains("Kvinne"));
    let (status, page) = site.send(Method::GET, "/katalog/statistikk/npr/contact/sex", "").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.contains("Opptellingen av dataene kan ikke leses"), "{page}");
}
