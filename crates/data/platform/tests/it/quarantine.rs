//! A steward works through what could not be used, and what people have asked for reaches the next release.

use std::fs;

use varde_basedata::{Dated, PersonRecord};
use varde_core::{
    Actor, LegalBasis, LoginLevel, OrganisationId, Period, PersonId, Problem as _, ProblemKind, Role,
    identifier::{NationalNumber, Rule, individual_numbers, synthetic, synthetic_d_number},
};
use varde_platform::{
    AmendmentContent, AmendmentKind, ImportRequest, Imported, IngestionState, NewAmendment, PlatformError,
    ReleaseRecord, ReleaseStatus,
    engine::{Exclusions, Release, Scan},
    import::Reason,
};

use crate::support::{World, system};

fn holder() -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::from_u128(8))
}

fn steward(organisation: OrganisationId) -> Actor {
    let person = PersonId::from_uuid(uuid::Uuid::from_u128(7));
    Actor::employee(person, LoginLevel::High, organisation, [Role::Steward])
}

/// Made-up numbers that nobody has.
fn numbers(count: usize) -> Vec<NationalNumber> {
    let day = jiff::civil::date(1990, 1, 1);
    individual_numbers(1990, Rule::Of1964).filter_map(|n| synthetic(day, n, Rule::Of1964)).take(count).collect()
}

fn d_number() -> NationalNumber {
    let day = jiff::civil::date(1985, 2, 3);
    let made = |n| synthetic_d_number(day, n, Rule::Of1964);
    individual_numbers(1985, Rule::Of1964).find_map(made).unwrap()
}

fn record(numbers: &[&NationalNumber]) -> PersonRecord {
    let since = |n: usize| Period::since(jiff::civil::date(2000 + n as i16, 1, 1));
    let numbers = numbers.iter().enumerate().map(|(n, number)| Dated::new(**number, since(n))).collect();
    PersonRecord { numbers, ..PersonRecord::default() }
}

/// Twenty people whom base data knows, two rows each; rows of three whom it does not, one without a number,
/// one with a date that is none.
struct Register {
    world: World,
    request: ImportRequest,
    numbers: Vec<NationalNumber>,
}

impl Register {
    async fn new() -> Self {
        let world = World::new().await;
        let numbers = numbers(23);
        let known: Vec<PersonRecord> = numbers[..20].iter().map(|n| record(&[n])).collect();
        world.basedata.import_persons(&system(), "test", &known).await.unwrap();
        let row = |number: &str, n: usize| format!("{number};2024-03-{:02};I{n:03}\n", n % 28 + 1);
        let mut text = "pid;in_date;code\n".to_owned();
        for (n, number) in numbers.iter().enumerate() {
            text += &row(number.digits_for_storage(), n);
            text += &row(number.digits_for_storage(), n + 100);
        }
        text += "123;2024-01-01;I1\n";
        let template = world.request(world.file("stay.csv", &text), "stay", "pid", "national");
        text += &format!("{};yesterday;I1\n", numbers[0].digits_for_storage());
        let from = world.file("delivery.csv", &text).into();
        let request = ImportRequest { from, holder: Some(holder()), ..template };
        Self { world, request, numbers }
    }

    async fn imported(&self) -> ReleaseRecord {
        self.world.imported(&self.request).await
    }

    fn sealed(&self, release: &ReleaseRecord) -> std::path::PathBuf {
        self.world.folder.path().join(format!("platform/releases/{}.rows.sealed", release.id))
    }

    /// The person, date and code of every row of a release.
    fn rows(&self, release: &ReleaseRecord) -> Vec<String> {
        let path = self.world.folder.path().join(format!("platform/releases/{}.parquet", release.id));
        let release = Release::open(&path).unwrap();
        let everybody = Exclusions::default().for_dataset(&release.schema().dataset);
        let batches: Vec<_> = Scan::new(&release, everybody).read().unwrap().map(Result::unwrap).collect();
        let table = datafusion::arrow::util::pretty::pretty_format_batches(&batches).unwrap().to_string();
        table.lines().skip(3).filter(|l| l.starts_with('|')).map(|l| l.replace(' ', "")).collect()
    }

    async fn entries(&self, kind: &str) -> i64 {
        let mut owner = self.world.database.owner().await;
        let count = sqlx::query_scalar("SELECT count(*) FROM log.entry WHERE kind = $1").bind(kind);
        count.fetch_one(&mut owner).await.unwrap()
    }
}

#[tokio::test]
async fn a_steward_works_through_what_could_not_be_used() {
    let register = Register::new().await;
    let (world, first) = (&register.world, register.imported().await);
    let platform = &world.platform;
    assert_eq!((first.rows, first.quality.rows, first.quality.unusable()), (40, 48, 8));
    let (kari, stranger) = (steward(holder()), steward(OrganisationId::from_uuid(uuid::Uuid::from_u128(9))));
    let found = platform.quarantine(&kari, first.id).await.unwrap();
    let told: Vec<_> =
        found.groups.iter().map(|g| (g.reason, g.column.as_str(), g.rows, g.open, g.lines.len())).collect();
    assert_eq!(
        told,
        [
            (Reason::PersonUnknown, "pid", 6, 6, 6),
            (Reason::NotADate, "in_date", 1, 1, 1),
            (Reason::PersonMalformed, "pid", 1, 1, 1),
        ]
    );
    assert_eq!((found.open(), found.may_pass()), (8, 6));
    // What is kept is sealed, and no list or entry has a number.
    let number = register.numbers[22].digits_for_storage();
    for file in fs::read_dir(world.folder.path().join("platform/releases")).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(11).any(|w| w == number.as_bytes()));
    }

    // Another organisation's steward does nothing about it, and a reason is needed.
    let refused = platform.accept_loss(&stranger, first.id, (Reason::NotADate, "in_date"), &[], "no").await;
    assert_eq!(refused.unwrap_err().kind(), ProblemKind::Forbidden);
    assert_eq!(platform.renew(&stranger, first.id).await.unwrap_err().kind(), ProblemKind::Forbidden);
    let wordless = platform.accept_loss(&kari, first.id, (Reason::NotADate, "in_date"), &[], " ").await;
    assert!(matches!(wordless.unwrap_err(), PlatformError::Invalid(_)));
    let elsewhere = platform.accept_loss(&kari, first.id, (Reason::NotADate, "in_date"), &[2], "typed wrong").await;
    assert!(matches!(elsewhere.unwrap_err(), PlatformError::Invalid(_)), "line 2 is not in the group");
    platform.ask_for_delivery(&kari, first.id, "Numbers of three people are wrong").await.unwrap();
    platform.accept_loss(&kari, first.id, (Reason::NotADate, "in_date"), &[], "one of fifty").await.unwrap();
    let again = platform.accept_loss(&kari, first.id, (Reason::NotADate, "in_date"), &[], "once more").await;
    assert!(matches!(again.unwrap_err(), PlatformError::NoSuchRows));
    // One line of those of unknown people.
    let line = found.groups[0].lines[5];
    platform.accept_loss(&kari, first.id, (Reason::PersonUnknown, "pid"), &[line], "a test patient").await.unwrap();
    let left = platform.quarantine(&kari, first.id).await.unwrap();
    assert_eq!((left.open(), left.groups[0].open, left.groups[0].lines.contains(&line)), (6, 5, false));

    // Nobody new: no release. Then base data learns of two of the three, one by an earlier number.
    assert_eq!(platform.renew_now(&kari, first.id).await.unwrap(), None);
    let state = platform.renewal_of(&kari, first.id).await.unwrap().unwrap().ingestion.state;
    assert_eq!(state, IngestionState::Nothing);
    let known = [record(&[&register.numbers[20]]), record(&[&register.numbers[21], &d_number()])];
    world.basedata.import_persons(&system(), "test", &known).await.unwrap();
    let second = platform.renew_now(&kari, first.id).await.unwrap().unwrap();
    assert_eq!((second.rows, second.people, second.quality.rows, second.quality.unusable()), (44, 22, 48, 4));
    assert_eq!(platform.release(&kari, first.id).await.unwrap().status, ReleaseStatus::Superseded);
    assert!(!register.sealed(&first).exists(), "what was kept of the first is with the second");
    let taken = platform.quarantine(&kari, first.id).await.unwrap();
    assert_eq!((taken.open(), taken.renewed_as()), (0, Some(second.id)));
    let rest = platform.quarantine(&kari, second.id).await.unwrap();
    let told: Vec<_> = rest.groups.iter().map(|g| (g.reason, g.open)).collect();
    assert_eq!(told, [(Reason::PersonMalformed, 1), (Reason::PersonUnknown, 1)], "accepted rows are gone for good");
    let gone = platform.renew(&kari, first.id).await.unwrap_err();
    assert!(matches!(gone, PlatformError::NotRenewable("superseded")), "{gone}");

    // The last ones are accepted: nothing is kept any more.
    for group in &rest.groups {
        assert!(register.sealed(&second).exists());
        let which = (group.reason, group.column.as_str());
        platform.accept_loss(&kari, second.id, which, &[], "asked twice, no answer").await.unwrap();
    }
    assert!(!register.sealed(&second).exists());
    let decided = platform.quarantine(&kari, first.id).await.unwrap().decisions;
    // The clock stands still, so that their order says nothing.
    let mut kinds: Vec<_> = decided.iter().map(|d| d.kind.name()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["accepted", "accepted", "redelivery", "renewed"]);
    assert_eq!(register.entries("platform.quarantine.accepted").await, 4);
    assert_eq!(register.entries("platform.quarantine.redelivery_asked").await, 1);
    assert_eq!(register.entries("platform.release.imported").await, 2);
    assert_eq!(world.platform.sweep(&system()).await.unwrap(), 0);
}

#[tokio::test]
async fn earlier_and_changed_numbers_find_the_same_person() {
    let world = World::new().await;
    let (new, old) = (numbers(1).remove(0), d_number());
    world.basedata.import_persons(&system(), "test", &[record(&[&old, &new])]).await.unwrap();
    let (old, new) = (old.digits_for_storage(), new.digits_for_storage());
    let short = new.strip_prefix('0').map_or_else(|| new.to_owned(), str::to_owned);
    let spaced = format!("{} {}", &new[..6], &new[6..]);
    let rows: String = [old, new, &spaced, &short].iter().map(|n| format!("{n};2024-01-01;I1\n")).collect();
    let file = world.file("stay.csv", &format!("pid;in_date;code\n{rows}"));
    let release = world.imported(&world.request(file, "stay", "pid", "national")).await;
    assert_eq!((release.rows, release.people), (4, 1), "a D-number, the number after it, and ways to write it");
}

#[tokio::test]
async fn what_people_have_asked_for_reaches_every_later_release() {
    let register = Register::new().await;
    let (world, first) = (&register.world, register.imported().await);
    let (platform, kari) = (&world.platform, steward(holder()));
    let named = |pairs: &[(&str, &str)]| pairs.iter().map(|(c, v)| ((*c).to_owned(), (*v).to_owned())).collect();
    let new = |at: usize, kind: AmendmentKind, rows: &[(&str, &str)], says: &[(&str, &str)]| NewAmendment {
        dataset: first.dataset.clone(),
        number: register.numbers[at].digits_for_storage().to_owned(),
        kind,
        content: AmendmentContent { rows: named(rows), says: named(says) },
        basis: LegalBasis::new("GDPR", kind.article()),
    };
    let stranger = steward(OrganisationId::from_uuid(uuid::Uuid::from_u128(9)));
    let all = new(3, AmendmentKind::Deletion, &[], &[]);
    assert_eq!(platform.amend(&stranger, &all).await.unwrap_err().kind(), ProblemKind::Forbidden);
    for (wrong, field) in [
        (new(22, AmendmentKind::Deletion, &[], &[]), "number"),
        (new(3, AmendmentKind::Deletion, &[("colour", "red")], &[]), "rows"),
        (new(3, AmendmentKind::Deletion, &[("in_date", "yesterday")], &[]), "rows"),
        (new(3, AmendmentKind::Correction, &[], &[]), "says"),
        (new(3, AmendmentKind::Deletion, &[], &[("code", "I9")]), "says"),
        (NewAmendment { basis: LegalBasis::new("GDPR", " "), ..all.clone() }, "section"),
    ] {
        let refused = platform.amend(&kari, &wrong).await.unwrap_err();
        assert_eq!(refused.fields().first().map(|f| f.field.as_str()), Some(field), "{refused}");
        assert!(!format!("{wrong:?} {refused}").contains(register.numbers[3].digits_for_storage()));
    }
    let deleted = platform.amend(&kari, &all).await.unwrap();
    let one_row = new(5, AmendmentKind::Correction, &[("code", "I005")], &[("code", "I105")]);
    platform.amend(&kari, &one_row).await.unwrap();
    let no_row = platform.amend(&kari, &new(6, AmendmentKind::Deletion, &[("code", "Z99")], &[])).await.unwrap();
    // Nothing happens to a release that is there; the next one heeds it, made anew or delivered anew.
    assert_eq!(register.rows(&first).len(), 40);
    let second = platform.renew_now(&kari, first.id).await.unwrap().unwrap();
    let rows = register.rows(&second);
    assert_eq!((second.rows, rows.iter().filter(|r| r.starts_with("|3|")).count()), (38, 0));
    let five: Vec<_> = rows.iter().filter(|r| r.starts_with("|5|")).cloned().collect();
    assert_eq!(five, ["|5|2024-03-06|I105|", "|5|2024-03-22|I105|"]);
    let amended = second.quality.amended;
    assert_eq!((amended.deleted, amended.corrected, amended.without_rows), (2, 1, 1));
    let Imported::New(third) = platform.import(&system(), &register.request).await.unwrap() else {
        panic!("the same delivery is another release when something was asked for")
    };
    let (mut one, mut other) = (register.rows(&third), rows);
    one.sort();
    other.sort();
    assert_eq!(one, other);
    assert_eq!(third.quality.amended, amended);
    let listed = platform.amendments(&kari, &first.dataset).await.unwrap();
    // All were entered at one moment of the test's clock: their order says nothing.
    let mut found: Vec<_> = listed.iter().map(|a| a.found).collect();
    found.sort();
    assert_eq!(found, [Some(0), Some(1), Some(2)]);
    // Withdrawn: the next delivery has the rows again.
    platform.withdraw_amendment(&kari, deleted).await.unwrap();
    assert!(matches!(platform.withdraw_amendment(&kari, deleted).await.unwrap_err(), PlatformError::NoSuchAmendment));
    platform.withdraw_amendment(&kari, no_row).await.unwrap();
    let Imported::New(fourth) = platform.import(&system(), &register.request).await.unwrap() else { panic!("another") };
    assert_eq!((fourth.rows, fourth.quality.amended.corrected), (40, 1));
    assert_eq!(register.entries("platform.amendment.entered").await, 3);
    assert_eq!(register.entries("platform.amendment.withdrawn").await, 2);
}
