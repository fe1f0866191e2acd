//! The steward's pages: what is drawn is what the table says, and what the report has.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use varde_platform::quality::{Report, per_thousand};

use crate::{
    pages::Site,
    quality::{assessed, request, stays},
};

/// The values of attributes `data-value` in a part of a page, in order.
fn values(part: &str) -> Vec<i64> {
    let after = part.split("data-value=\"").skip(1);
    after.map(|rest| rest.split('"').next().unwrap().parse().unwrap()).collect()
}

fn between<'a>(page: &'a str, from: &str, until: &str) -> &'a str {
    let (_, after) = page.split_once(from).unwrap_or_else(|| panic!("{from} is not on the page: {page}"));
    after.split_once(until).unwrap().0
}

/// What a plot draws, and the column of the table below that it is of; both must be what is expected.
fn drawn(page: &str, id: &str, expected: &[i64]) {
    let plot = between(page, &format!("data-of=\"t-{id}\""), "</figure>");
    let table = between(page, &format!("id=\"t-{id}\""), "</table>");
    let column: Vec<i64> = table.split("<tr>").filter_map(|row| values(row).first().copied()).collect();
    assert_eq!(values(plot), expected, "the plot of {id}");
    assert_eq!(column, expected, "the table of {id}");
    // What people read beside a bar is what they read in the table.
    for (text, cell) in plot.split("text-anchor=\"end\">").skip(1).zip(table.split("<tr>").skip(2)) {
        let text = text.split("</text>").next().unwrap();
        assert!(cell.contains(&format!(">{text}</td>")), "{text} is not in {cell}");
    }
}

fn rows(told: varde_platform::quality::Told) -> i64 {
    i64::try_from(told.unwrap().rows).unwrap()
}

fn share(part: u64, whole: u64) -> i64 {
    i64::try_from(per_thousand(part, whole).unwrap()).unwrap()
}

#[tokio::test]
async fn plots_are_what_the_tables_say_and_what_the_report_has() {
    let mut site = Site::new().await;
    site.log_in().await;
    let first = site.world.approved(&request(&site.world, "stay.csv", &stays())).await;
    assessed(&site.world.platform, first.id).await;
    site.world.database.clock().advance(Duration::from_secs(60));
    let more: String = (0..40).map(|n| format!("p{n},2025-03-01,C,50\n")).collect();
    let second = site.world.imported(&request(&site.world, "more.csv", &(stays() + &more))).await;
    let report: Report = assessed(&site.world.platform, second.id).await;

    let page = site.page(&format!("/register/{}/kvalitet", second.id)).await;
    let complete = |v: &varde_platform::quality::VariableFigures| i64::try_from(v.complete().unwrap()).unwrap();
    drawn(&page, "completeness", &report.variables.iter().map(complete).collect::<Vec<_>>());
    drawn(&page, "uniqueness", &report.years.iter().map(|y| rows(y.repeated)).collect::<Vec<_>>());
    let invalid = |v: &varde_platform::quality::VariableFigures| v.years.iter().map(|c| rows(c.invalid)).sum();
    drawn(&page, "validity", &report.variables.iter().map(invalid).collect::<Vec<i64>>());
    drawn(&page, "timeliness", &report.years.iter().map(|y| y.delay.unwrap().median).collect::<Vec<_>>());
    assert!(page.contains("Katalogen sier ikke hvor ofte"), "{page}");

    let page = site.page(&format!("/register/{}/kvalitet/age", second.id)).await;
    let age = report.variables.iter().find(|v| v.name == "age").unwrap();
    let years: Vec<i64> =
        age.years.iter().map(|c| share(rows(c.with) as u64, (rows(c.with) + rows(c.without)) as u64)).collect();
    drawn(&page, "years", &years);

    let page = site.page(&format!("/register/{}/utvikling", second.id)).await;
    drawn(&page, "growth", &[125, 40, 40, 45, 40]);
    assert!(page.contains("C (40)"), "the new code: {page}");
    let body = site.page(&format!("/api/releases/{}/quality", second.id)).await;
    let told: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(told["assessment"]["report"], serde_json::to_value(&report).unwrap());
    assert_eq!(told["exact"], true);
}

#[tokio::test]
async fn a_steward_demands_approves_with_a_reason_and_withdraws() {
    let mut site = Site::new().await;
    site.log_in().await;
    let record = site.world.imported(&request(&site.world, "stay.csv", &stays())).await;
    let page = site.page(&format!("/register/{}", record.id)).await;
    assert!(page.contains("Kvaliteten blir undersøkt nå"), "{page}");
    assessed(&site.world.platform, record.id).await;
    let demands = "/register/krav/hospital/stay";
    let page = site.page(demands).await;
    assert!(page.contains("complete-age") && page.contains("Det er ikke satt noen krav"), "{page}");
    let (status, page) = site.post(demands, "seen=0&complete-age=mange&coverage=&reason=").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Skriv et helt tall"), "{page}");
    let (status, _) = site.post(demands, "seen=0&complete-age=95&rows_change=20&reason=Alder+styrer+dosen").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let page = site.page(&format!("/register/{}", record.id)).await;
    assert!(page.contains("Holdt tilbake") && page.contains("age har verdi i 82,4 % av radene"), "{page}");
    let approve = format!("/register/{}/godkjenn", record.id);
    let (status, page) = site.post(&approve, "reason=").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Skriv en begrunnelse"), "{page}");
    assert_eq!(site.post(&approve, "reason=Alderen+finnes+i+folkeregisteret").await.0, StatusCode::SEE_OTHER);
    let page = site.page(&format!("/register/{}", record.id)).await;
    assert!(page.contains("Alderen finnes i folkeregisteret") && page.contains("Ingen uttrekk er laget"), "{page}");
    let withdraw = format!("/register/{}/trekk", record.id);
    assert_eq!(site.post(&withdraw, "because=").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.post(&withdraw, "because=Feil+sykehus").await.0, StatusCode::SEE_OTHER);
    let page = site.page(&format!("/register/{}", record.id)).await;
    assert!(page.contains("Trukket tilbake") && page.contains("Feil sykehus"), "{page}");
    assert!(!page.contains("<summary>Trekk"), "once is enough");
    // Another organisation's release: readable, without the means to decide.
    let mut theirs = request(&site.world, "other.csv", &(stays() + "p1,2024-08-01,B,52\n"));
    theirs.holder = None;
    let theirs = site.world.imported(&theirs).await;
    assessed(&site.world.platform, theirs.id).await;
    let page = site.page(&format!("/register/{}/kvalitet", theirs.id)).await;
    assert!(page.contains("Bare den som svarer for dataene"), "{page}");
    let (status, ..) = site.send(Method::GET, &format!("/register/{}/utvikling", theirs.id), "").await;
    assert!(status == StatusCode::FORBIDDEN || status == StatusCode::NOT_FOUND, "{status}");
}
