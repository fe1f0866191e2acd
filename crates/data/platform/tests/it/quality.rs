//! How good a release is: figures that a hand can count, what holds a release back, and what is withdrawn.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::{ToSpan as _, civil::date};
use varde_basedata::{Dated, Gender, Namespace, PersonRecord, Status};
use varde_core::{
    Actor, CataloguePath, LocalisedText, LoginLevel, OrganisationId, Period, PermitId, PersonId, Problem as _,
    ReleaseId, Role,
    identifier::{Rule as NumberRule, synthetic},
};
use varde_metadata::{Bound, Code, Count, DataType, Dataset};
use varde_permit::{Permit, RuleSet};
use varde_platform::{
    AssessRelease, ImportRequest, Platform, PlatformError, ReleaseRecord, ReleaseStatus,
    ports::Descriptions,
    quality::{Miss, Report, Rule, Thresholds},
};
use varde_store::jobs;

use crate::{
    service::{delivered, wanted},
    support::{World, system},
    world::{path, uuid},
};

/// Eighty stays of forty people, half of them in each year; ten of the newest without an age; and five stays
/// of the first five people twice.
pub(crate) fn stays() -> String {
    let old = (0..40).map(|n| format!("p{n},2023-03-01,A,{}\n", 20 + n));
    let age = |n: usize| if n < 10 { String::new() } else { (60 + n).to_string() };
    let new = |n: usize| format!("p{n},2024-03-01,B,{}\n", age(n));
    let rows = old.chain((0..40).map(new)).chain((0..5).map(new));
    format!("pid,in_date,code,age\n{}", rows.collect::<String>())
}

pub(crate) fn holder() -> OrganisationId {
    OrganisationId::from_uuid(::uuid::Uuid::from_u128(8))
}

pub(crate) fn steward(organisation: OrganisationId) -> Actor {
    Actor::employee(PersonId::from_uuid(uuid(7)), LoginLevel::High, organisation, [Role::Steward])
}

/// What the catalogue says, as a test decides.
pub(crate) struct Described(pub(crate) Dataset);

#[async_trait::async_trait]
impl Descriptions for Described {
    async fn dataset(&self, path: &CataloguePath) -> Result<Option<Dataset>, PlatformError> {
        Ok((self.0.path == *path).then(|| self.0.clone()))
    }
}

pub(crate) fn request(world: &World, name: &str, text: &str) -> ImportRequest {
    let mut request = world.request(world.file(name, text), "stay", "pid", "local:h");
    request.holder = Some(holder());
    request
}

pub(crate) async fn assessed(platform: &Platform, release: ReleaseId) -> Report {
    platform.assess(&system(), release, None).await.unwrap();
    platform.quality(&system(), release).await.unwrap().assessment.unwrap().report
}

fn count(rows: u64, people: u64) -> Option<Count> {
    Some(Count { rows, people })
}

fn first(counts: impl Iterator<Item = (Option<i16>, u64)>) -> BTreeMap<Option<i16>, u64> {
    counts.collect()
}

#[tokio::test]
async fn figures_are_what_a_hand_counts() {
    let world = World::new().await;
    let mut request = request(&world, "stay.csv", &stays());
    let record = world.imported(&request).await;
    // Since then the catalogue has another list, a bound that is another variable, and a pace.
    request.dataset.details.frequency = Some("yearly".to_owned());
    for variable in &mut request.dataset.variables {
        let version = variable.versions.last_mut().unwrap();
        match variable.path.name() {
            "code" => {
                let code = |value: &str| Code {
                    value: value.to_owned(),
                    text: LocalisedText { nb: "x".to_owned(), ..LocalisedText::default() },
                    from: None,
                    until: None,
                };
                (version.data_type, version.codes) = (DataType::List, vec![code("A")]);
            }
            "age" => {
                version.ranges.normal.high = Some("65".parse().unwrap());
                version.ranges.maximum.high = Some(Bound::Named("maxAge".to_owned()));
            }
            _ => {}
        }
    }
    let platform = world.platform.clone().described_by(Arc::new(Described(request.dataset)));
    let report = assessed(&platform, record.id).await;
    assert!(report.described);
    assert_eq!(report.all, count(85, 40));
    let years =
        |pick: fn(&varde_platform::quality::YearFigures) -> u64| first(report.years.iter().map(|y| (y.year, pick(y))));
    assert_eq!(years(|y| y.all.unwrap().rows), first([(Some(2023), 40), (Some(2024), 45)].into_iter()));
    assert_eq!(years(|y| y.repeated.unwrap().rows), first([(Some(2023), 0), (Some(2024), 5)].into_iter()));
    let variable = |name: &str| report.variables.iter().find(|v| v.name == name).unwrap();
    let age = variable("age");
    assert_eq!((age.years[0].with, age.years[0].without), (count(40, 40), count(0, 0)));
    assert_eq!((age.years[1].with, age.years[1].without), (count(30, 30), count(15, 10)));
    assert_eq!(age.years[1].unusual, count(30, 30), "all above 65");
    assert_eq!(age.complete(), Some(824), "70 of 85");
    let code = variable("code");
    assert_eq!((code.years[0].invalid, code.years[1].invalid), (count(0, 0), count(45, 40)));
    assert_eq!(code.invalid(), Some(529), "45 of 85");
    assert_eq!(code.codes.as_ref().unwrap().counts["B"], Count { rows: 45, people: 40 });
    assert_eq!(report.unchecked, ["maxAge"], "nobody else knows what the form computes");
    let fresh = report.freshness.unwrap();
    assert_eq!((fresh.newest, fresh.agreed), (date(2024, 3, 1), Some(366)));
    assert_eq!(fresh.newest.checked_add(fresh.days.days()).unwrap(), report.delivered);
    let delay = report.years[1].delay.unwrap();
    assert_eq!((delay.median, delay.ninety), (fresh.days, fresh.days));
    assert!(report.coverage.is_empty(), "nobody of them is in the population register");
    assert!(!platform.assess(&system(), record.id, None).await.unwrap(), "once");
}

#[tokio::test]
async fn the_population_is_what_the_register_of_persons_says() {
    let world = World::new().await;
    let since = Period::since(date(2020, 7, 1));
    let dated = |value: &str| Dated { value: value.parse().unwrap(), valid: since };
    let mut people = Vec::new();
    // Forty live in Oslo; twenty others do in Bergen; the first has died between the two years.
    for n in 0..60 {
        let born = date(if n < 30 { 1960 } else { 2020 }, 6, 15);
        let number = (0..1000).filter_map(|i| synthetic(born, i, NumberRule::Of2032)).nth(n % 30).unwrap();
        people.push(PersonRecord {
            numbers: vec![Dated::since(number, born)],
            birth_date: Some(born),
            genders: vec![Dated { value: if n % 2 == 0 { Gender::Female } else { Gender::Male }, valid: since }],
            residences: vec![dated(if n < 40 { "0301" } else { "4601" })],
            statuses: vec![Dated { value: Status::Resident, valid: since }],
            death_date: (n == 0).then_some(date(2023, 12, 1)),
            ..PersonRecord::default()
        });
    }
    let known = world.basedata.import_persons(&system(), "test", &people).await.unwrap();
    let numbered = |line: &str| match line.split_once(',') {
        Some((person, rest)) if person != "pid" => {
            let number = people[person[1..].parse::<usize>().unwrap()].numbers[0].value;
            format!("{},{rest}\n", number.digits_for_storage())
        }
        _ => format!("{line}\n"),
    };
    let mut request = request(&world, "stay.csv", &stays());
    request.namespace = Namespace::National;
    request.from = world.file("numbered.csv", &stays().lines().map(numbered).collect::<String>()).into();
    let record = world.imported(&request).await;
    // One of the second year opts out: in neither number.
    world.preferences.opt_out(known[39].index, world.store.clock().now());
    let report = assessed(&world.platform, record.id).await;
    let newest = report.coverage.last().unwrap();
    assert_eq!(newest.year, 2024);
    let group = |by: &str, code: &str| {
        let found = newest.groups.iter().find(|g| g.by.name() == by && g.code == code).unwrap();
        (found.people.unwrap(), found.population)
    };
    assert_eq!(group("all", ""), (38, 58), "of sixty one has died and one may not be read");
    assert_eq!((group("county", "03"), group("county", "46")), ((38, 38), (0, 20)));
    assert_eq!((group("age", "50-66"), group("age", "00-17")), ((29, 29), (9, 29)));
    let rule = |rule: Rule| report.rules.iter().find(|r| r.what == rule).unwrap();
    let dead = rule(Rule::BeforeDeath);
    assert_eq!((dead.checked.unwrap().rows, dead.broken), (83, count(2, 1)), "the first of the stays is repeated");
    assert_eq!(rule(Rule::AfterBirth).broken, count(0, 0));
}

#[tokio::test]
async fn the_job_looks_at_what_was_taken_in() {
    let world = World::new().await;
    let record = world.imported(&request(&world, "stay.csv", &stays())).await;
    let found = async || world.platform.quality(&system(), record.id).await.unwrap().assessment;
    assert_eq!(found().await, None);
    let handler: Arc<dyn jobs::Handler> = Arc::new(AssessRelease(world.platform.clone()));
    let done = async {
        while found().await.is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let run = jobs::run(world.store.clone(), vec![handler], jobs::Settings::default(), done);
    tokio::time::timeout(Duration::from_secs(60), run).await.unwrap();
    let found = found().await.unwrap();
    assert_eq!(found.digest, varde_core::Digest::of(&varde_platform::canonical(&found.report)), "as on the log");
    assert_eq!(world.platform.plan_assessments(&system()).await.unwrap(), 0, "nothing is left to look at");
    let citizen = Actor::citizen(PersonId::from_uuid(uuid(1)), LoginLevel::High);
    assert!(world.platform.quality(&citizen, record.id).await.is_err());
}

#[tokio::test]
async fn what_is_released_before_is_planned_once() {
    let world = World::new().await;
    world.imported(&request(&world, "stay.csv", &stays())).await;
    sqlx::query("DELETE FROM work.job").execute(&mut world.database.owner().await).await.unwrap();
    assert_eq!(world.platform.plan_assessments(&system()).await.unwrap(), 1);
    assert_eq!(world.platform.plan_assessments(&system()).await.unwrap(), 0);
}

#[tokio::test]
async fn whoever_is_not_the_holder_reads_nothing_about_few() {
    let world = World::new().await;
    let rare = stays() + "p0,1999-01-01,C,50\np1,2024-04-01,C,50\n";
    let record = world.imported(&request(&world, "rare.csv", &rare)).await;
    assessed(&world.platform, record.id).await;
    let ours = world.platform.quality(&steward(holder()), record.id).await.unwrap();
    assert!(ours.exact && ours.assessment.as_ref().unwrap().report.all == count(87, 40));
    let stranger = steward(OrganisationId::from_uuid(uuid(9)));
    let theirs = world.platform.quality(&stranger, record.id).await.unwrap();
    assert!(!theirs.exact && theirs.trend.is_none() && theirs.may == (false, false));
    let report = theirs.assessment.unwrap().report;
    assert_eq!(report.all, None, "the total would give 1999 back");
    let told: Vec<_> = report.years.iter().map(|year| (year.year, year.all.map(|all| all.rows))).collect();
    assert_eq!(told, [(Some(1999), None), (Some(2023), None), (Some(2024), Some(45))], "nor what is left of it");
    let counts = report.variables.iter().flat_map(|v| &v.years).flat_map(|c| [c.with, c.without, c.invalid, c.unusual]);
    let all: Vec<Count> = counts.flatten().collect();
    assert!(!all.is_empty());
    assert!(all.iter().all(|c| c.people == 0 || c.people >= 10), "{all:?}");
    assert!(all.iter().all(|c| c.rows % 5 == 0 && c.people % 5 == 0), "{all:?}");
    assert!(report.variables.iter().all(|v| v.codes.is_none()), "the catalogue tells of codes");
}

fn demands(change: impl FnOnce(&mut Thresholds)) -> Thresholds {
    let mut demands = Thresholds::default();
    change(&mut demands);
    demands
}

async fn status(world: &World, id: ReleaseId) -> ReleaseStatus {
    world.platform.release(&system(), id).await.unwrap().status
}

#[tokio::test]
async fn a_release_that_misses_what_is_demanded_is_held_until_somebody_says_why() {
    let world = World::new().await;
    let dataset = path("hospital/stay");
    let ours = steward(holder());
    let record = world.imported(&request(&world, "stay.csv", &stays())).await;
    let age = demands(|d| d.complete.extend([("age".to_owned(), 90)]));
    let set = async |seen, demands: &Thresholds, reason: &str, who: &Actor| {
        world.platform.set_thresholds(who, &dataset, (seen, demands.clone()), reason).await
    };
    assert_eq!(set(0, &age, "", &ours).await.unwrap_err().code(), "platform.invalid");
    let stranger = steward(OrganisationId::from_uuid(uuid(9)));
    assert!(matches!(set(0, &age, "so", &stranger).await.unwrap_err(), PlatformError::Refused(_)));
    assert_eq!(set(0, &age, "Age decides the dose", &ours).await.unwrap(), 1);
    assert_eq!(set(0, &age, "again", &ours).await.unwrap_err().code(), "platform.changed");
    assert_eq!(set(1, &age, "the same", &ours).await.unwrap(), 1, "nothing new");
    // Nobody has looked yet: it cannot slip through.
    assert_eq!(world.platform.approve(&ours, record.id).await.unwrap_err().code(), "platform.not_assessed");
    assessed(&world.platform, record.id).await;
    assert_eq!(status(&world, record.id).await, ReleaseStatus::Held);
    let found = world.platform.quality(&ours, record.id).await.unwrap().assessment.unwrap();
    let miss = Miss::Complete { variable: "age".to_owned(), least: 900, found: Some(824) };
    assert_eq!((found.thresholds, found.misses), (Some(1), vec![miss]));
    // What waits is judged anew by what is demanded now.
    let less = demands(|d| d.complete.extend([("age".to_owned(), 80)]));
    assert_eq!(set(1, &less, "Eighty will do", &ours).await.unwrap(), 2);
    assert_eq!(status(&world, record.id).await, ReleaseStatus::Draft);
    assert_eq!(set(2, &age, "It will not", &ours).await.unwrap(), 3);
    assert_eq!(status(&world, record.id).await, ReleaseStatus::Held);
    assert_eq!(world.platform.thresholds(&ours, &dataset).await.unwrap().len(), 3, "every version stays");
    let unreasoned = world.platform.approve(&ours, record.id).await.unwrap_err();
    assert_eq!(unreasoned.code(), "platform.invalid");
    world.platform.approve_because(&ours, record.id, "The age is found elsewhere").await.unwrap();
    let release = world.platform.release(&ours, record.id).await.unwrap();
    assert_eq!(release.status, ReleaseStatus::Approved);
    assert_eq!(release.approved_because.as_deref(), Some("The age is found elsewhere"));
}

#[tokio::test]
async fn a_release_is_held_against_the_one_before() {
    let world = World::new().await;
    let ours = steward(holder());
    let first = world.approved(&request(&world, "stay.csv", &stays())).await;
    assessed(&world.platform, first.id).await;
    let few = demands(|d| d.rows_change = Some(20));
    world.platform.set_thresholds(&ours, &path("hospital/stay"), (0, few), "It grows slowly").await.unwrap();
    world.database.clock().advance(Duration::from_secs(60));
    let more: String = (0..40).map(|n| format!("p{n},2025-03-01,C,50\n")).collect();
    let second: ReleaseRecord = world.imported(&request(&world, "more.csv", &(stays() + &more))).await;
    assessed(&world.platform, second.id).await;
    let view = world.platform.quality(&ours, second.id).await.unwrap();
    assert_eq!(view.assessment.unwrap().misses, [Miss::Rows { most: 200, before: 85, after: 125 }]);
    let (before, trend) = view.trend.unwrap();
    assert_eq!(before, first.id);
    assert_eq!((trend.rows.before, trend.rows.after), (Some(85), Some(125)));
    let year = trend.years.iter().find(|(year, _)| *year == Some(2025)).unwrap().1;
    assert_eq!((year.before, year.after), (Some(0), Some(40)));
    let code = trend.variables.iter().find(|v| v.name == "code").unwrap();
    assert_eq!(code.new, [("C".to_owned(), 40)]);
    assert!(code.gone.is_empty());
    // 40/85, 45/85 and 0 became 40/125, 45/125 and 40/125: a third of the rows or so.
    assert!((code.shift.unwrap().variation - 0.32).abs() < 1e-9, "{:?}", code.shift);
    let age = trend.variables.iter().find(|v| v.name == "age").unwrap();
    assert_eq!((age.missing.before, age.missing.after), (Some(176), Some(120)));
}

#[tokio::test]
async fn a_withdrawn_release_is_read_by_nobody_and_who_used_it_is_told() {
    let world = World::new().await;
    let ours = steward(holder());
    let stay = ImportRequest { holder: Some(holder()), ..request_of_service(&world) };
    let record = world.approved(&stay).await;
    let extract = delivered(&world, &wanted(&world, RuleSet::Norway)).await;
    assert_eq!(world.platform.withdraw(&ours, record.id, " ").await.unwrap_err().code(), "platform.invalid");
    let stranger = steward(OrganisationId::from_uuid(uuid(9)));
    let refused = world.platform.withdraw(&stranger, record.id, "because").await.unwrap_err();
    assert!(matches!(refused, PlatformError::Refused(_)));
    let used = world.platform.withdraw(&ours, record.id, "Wrong hospital").await.unwrap();
    assert_eq!(used.iter().map(|one| one.made.extract).collect::<Vec<_>>(), [extract]);
    assert_eq!(world.platform.used_by(&ours, record.id).await.unwrap(), used);
    assert!(world.platform.used_by(&stranger, record.id).await.is_err());
    world.platform.withdraw(&ours, record.id, "again").await.unwrap();
    let events: Vec<serde_json::Value> =
        sqlx::query_scalar("SELECT payload FROM work.event WHERE name = 'platform.release.withdrawn'")
            .fetch_all(&mut world.database.owner().await)
            .await
            .unwrap();
    assert_eq!(events.len(), 1, "told once");
    assert_eq!(events[0]["extracts"][0]["extract"], extract.to_string());
    let release = world.platform.release(&ours, record.id).await.unwrap();
    assert_eq!(release.withdrawn_because.as_deref(), Some("Wrong hospital"));
    let refused = world.platform.approve(&ours, record.id).await.unwrap_err();
    assert!(matches!(refused, PlatformError::NotApprovable(_)));
    // A permit that asks for the dataset now finds no release.
    let permit = Permit { id: PermitId::from_uuid(uuid(99)), ..wanted(&world, RuleSet::Norway) };
    let issued = world.permits.issue(&permit, world.store.clock().now());
    let prepared = world.platform.prepare_extract(&system(), &permit, issued.digest()).await;
    assert!(prepared.is_err());
}

fn request_of_service(world: &World) -> ImportRequest {
    world.request(world.file("stay.csv", &crate::service::stays()), "stay", "pid", "local:h")
}
