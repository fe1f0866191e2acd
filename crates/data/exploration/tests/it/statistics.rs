//! Requests for statistics: planned, decided, made, published, and checked together with all that was told before.

use std::{collections::BTreeSet, sync::Arc};

use varde_core::{Problem as _, Purpose};
use varde_disclosure::Outcome as Fate;
use varde_engine::tabulate::Group;
use varde_exploration::{
    ExplorationError, MakeStatistic, Published, STATISTIC_JOB,
    model::{
        Condition, Dimension, Measure, Question,
        statistics::{Content, Outcome, Proposal, RequestId, State, Unmade},
    },
};
use varde_store::jobs;

use crate::world::{
    Contact, World, ask, by_code, citizen, code, colleague, county, explorer, female, flows, handler, people,
};

pub(crate) fn content(title: &str, plan: Question) -> Content {
    Content {
        title: title.to_owned(),
        plan,
        rounding: None,
        purpose: Some(Purpose::Research),
        use_of_it: "Et kapittel i en rapport".to_owned(),
        applicant: "Forsker på hjertesykdom".to_owned(),
        recipient: "Allmennheten".to_owned(),
        safeguards: "Svaret brukes ikke til noe annet".to_owned(),
    }
}

fn yes() -> Proposal {
    Proposal {
        outcome: Outcome::Approved,
        risks: "Ingen risiko etter artikkel 68 nr. 2".to_owned(),
        reasons: "Formålet er tillatt".to_owned(),
    }
}

/// Sent and approved.
pub(crate) async fn approved(world: &World, content: Content) -> RequestId {
    let service = &world.service;
    let id = service.begin_request(&explorer(), content).await.unwrap();
    service.send_request(&explorer(), id).await.unwrap();
    service.decide_request(&handler(), id, &yes()).await.unwrap();
    id
}

/// Sent, approved and made: the table, or why there is none.
pub(crate) async fn made(world: &World, content: Content) -> Result<Published, Unmade> {
    let id = approved(world, content).await;
    assert!(world.service.make_statistic(&flows(), id, None).await.unwrap());
    let request = world.service.request(&explorer(), id).await.unwrap();
    match request.statistic {
        Some(id) => Ok(world.service.statistic(&citizen(), id).await.unwrap()),
        None => Err(request.unmade.unwrap()),
    }
}

fn table(only: Condition, by: &[Dimension]) -> Content {
    content("Kontakter", ask(only, by, Measure::People))
}

#[tokio::test]
async fn a_plan_becomes_a_table_that_everybody_can_read() {
    let world = World::new().await;
    let plan = ask(Condition::default(), &[by_code(3), Dimension::Sex], Measure::People);
    let Published { id, statistic, withdrawn } = made(&world, content("Diagnoser etter kjønn", plan)).await.unwrap();
    assert!(withdrawn.is_none() && statistic.plan.by.len() == 2);
    let of = |begins: &str, women: bool| people(|one| one.2.starts_with(begins) && female(one.0) == women).len() as u64;
    let sexes = statistic.plan.by.iter().position(|by| *by == Dimension::Sex).unwrap();
    let codes = 1 - sexes;
    let grid = statistic.grid();
    let mut told = 0;
    for (at, group) in statistic.groups[codes].iter().enumerate() {
        for (sex, name) in statistic.groups[sexes].iter().enumerate() {
            let Group::Code(begins) = group else { panic!("{group:?}") };
            let mut place = vec![Some(at); 2];
            place[sexes] = Some(sex);
            let cell = grid.at(&place).unwrap();
            let truth = of(begins, *name == Group::Code("female".to_owned()));
            assert!(cell.people.is_none_or(|people| people == truth), "exact, or withheld");
            told += u64::from(cell.people.is_some());
        }
    }
    assert!(told >= 8, "most is told: {told}");
    assert!(!statistic.groups[codes].contains(&Group::Code("Q99".to_owned())), "a code of one person is not listed");
    let total = grid.at(&[None, None]).unwrap();
    assert!(total.people.is_none_or(|people| people == 12_000));
    assert_eq!(statistic.checked.output, statistic.output(), "the record is tied to the table");
    assert_eq!(
        (statistic.checked.plan, statistic.checked.together_with),
        (content("", statistic.plan.clone()).digest(), 0)
    );
    let record = world.service.statistic_record(&handler(), id).await.unwrap();
    assert!(record.primary > 0 && record.cells >= statistic.checked.cells);
    for kind in ["begun", "sent", "decided"] {
        assert_eq!(world.database.entries(&format!("exploration.request.{kind}")).await.len(), 1, "{kind}");
    }
    assert_eq!(world.database.entries("exploration.statistic.published").await.len(), 1);
}

#[tokio::test]
async fn what_the_law_asks_for_must_be_there_and_only_what_is_open_can_be_planned() {
    let world = World::new().await;
    let service = &world.service;
    let bare = Content { use_of_it: String::new(), title: String::new(), ..table(Condition::default(), &[]) };
    let id = service.begin_request(&explorer(), bare).await.unwrap();
    let lacking = service.send_request(&explorer(), id).await.unwrap_err();
    let fields: Vec<String> = lacking.fields().into_iter().map(|one| one.field).collect();
    assert_eq!(fields, ["title", "use_of_it"]);
    let of = |name: &str, measure| {
        let by = Dimension::Variable { name: name.to_owned(), level: varde_permit::Granularity::AsIs };
        content("x", ask(Condition::default(), &[by], measure))
    };
    for wrong in
        [of("note", Measure::People), of("code", Measure::People), of("urgent", Measure::Median("days".to_owned()))]
    {
        service.write_request(&explorer(), id, wrong).await.unwrap();
        assert!(matches!(service.send_request(&explorer(), id).await, Err(ExplorationError::Invalid(_))));
    }
    service.write_request(&explorer(), id, of("urgent", Measure::People)).await.unwrap();
    service.send_request(&explorer(), id).await.unwrap();
    let late = service.write_request(&explorer(), id, of("urgent", Measure::Events)).await.unwrap_err();
    assert_eq!(late.code(), "exploration.wrong_state");
    service.take_back_request(&explorer(), id).await.unwrap();
    assert_eq!(service.request(&explorer(), id).await.unwrap().state, State::Withdrawn);
    assert!(service.decide_request(&handler(), id, &yes()).await.is_err());
}

#[tokio::test]
async fn who_may_do_what() {
    let world = World::new().await;
    let service = &world.service;
    let refused = service.begin_request(&citizen(), table(Condition::default(), &[])).await;
    assert!(refused.is_err() && !service.may_request(&citizen()) && service.may_request(&explorer()));
    let id = service.begin_request(&explorer(), table(Condition::default(), &[Dimension::Sex])).await.unwrap();
    assert!(service.request(&handler(), id).await.is_err(), "a draft is the applicant's own");
    assert!(service.requests_on_desk(&handler()).await.unwrap().is_empty());
    service.send_request(&explorer(), id).await.unwrap();
    assert!(service.request(&colleague(), id).await.is_err(), "requests are one's own");
    assert!(service.decide_request(&explorer(), id, &yes()).await.is_err(), "nobody decides for themselves");
    assert!(service.requests_on_desk(&explorer()).await.is_err());
    assert!(service.make_statistic(&handler(), id, None).await.is_err(), "only Varde makes tables");
    assert_eq!(service.requests_on_desk(&handler()).await.unwrap().len(), 1);
    let no = Proposal { reasons: " ".to_owned(), ..yes() };
    assert_eq!(service.decide_request(&handler(), id, &no).await.unwrap_err().fields()[0].field, "reasons");
    let no = Proposal { outcome: Outcome::Refused, ..yes() };
    let decision = service.decide_request(&handler(), id, &no).await.unwrap();
    assert_eq!(decision.legal_basis.to_string(), "EHDS art. 69");
    assert!(!service.make_statistic(&flows(), id, None).await.unwrap(), "what is refused is not made");
    let again = service.decide_request(&handler(), id, &yes()).await.unwrap_err();
    assert_eq!(again.code(), "exploration.undecidable");
}

#[tokio::test]
async fn a_job_makes_the_table_once() {
    let world = World::new().await;
    let id = approved(&world, table(Condition::default(), &[Dimension::Sex])).await;
    assert_eq!(world.service.case(&handler(), id).await.unwrap().making.unwrap().kind, STATISTIC_JOB);
    let handler: Arc<dyn jobs::Handler> = Arc::new(MakeStatistic(world.service.clone()));
    let done = async {
        // Beside the job's worker two others: one of the three publishes.
        let flows = flows();
        let make = || world.service.make_statistic(&flows, id, None);
        let (one, other) = tokio::join!(make(), make());
        assert!(!(one.unwrap() && other.unwrap()));
        while world.service.case(&explorer(), id).await.unwrap().request.state == State::Approved {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let run = jobs::run(world.store.clone(), vec![handler], jobs::Settings::default(), done);
    tokio::time::timeout(std::time::Duration::from_secs(60), run).await.unwrap();
    assert_eq!(world.database.entries("exploration.statistic.published").await.len(), 1);
    assert_eq!(world.service.statistics(&citizen(), "", 1).await.unwrap().all, 1);
}

/// Whoever makes the table can be stopped at any await: nothing half is left, and it is published once.
#[tokio::test]
async fn stopped_anywhere_the_table_is_made_once() {
    let world = World::new().await;
    let id = approved(&world, table(Condition::default(), &[Dimension::Sex])).await;
    let state = || async { world.service.request(&explorer(), id).await.unwrap().state };
    let mut stopped = 0;
    while state().await == State::Approved {
        let flows = flows();
        let making = world.service.make_statistic(&flows, id, None);
        let patience = std::time::Duration::from_millis(stopped * 3);
        stopped += u64::from(tokio::time::timeout(patience, making).await.is_err());
    }
    assert!(stopped > 0 && state().await == State::Published, "stopped {stopped} times");
    let told = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM exploration.told");
    assert_eq!(told.fetch_one(&mut world.database.owner().await).await.unwrap(), 1);
    assert_eq!(world.database.entries("exploration.statistic.published").await.len(), 1);
}

#[tokio::test]
async fn the_same_table_with_somebody_less_is_not_told() {
    let world = World::new().await;
    let first = made(&world, table(Condition::default(), &[Dimension::Sex])).await.unwrap();
    assert_eq!(first.statistic.checked.shown, 3);
    world.around.excluded.lock().unwrap().extend([11, 12, 13]);
    assert_eq!(made(&world, table(Condition::default(), &[Dimension::Sex])).await.unwrap_err(), Unmade::NearlyTheSame);
    // Others than those three may still be told of, and the counts that were told are found again.
    let code = made(&world, table(code("I50"), &[Dimension::County])).await.unwrap();
    assert_eq!((code.statistic.checked.together_with, code.statistic.checked.shown), (1, 5));
    world.around.excluded.lock().unwrap().extend(1_000..2_000);
    let many = made(&world, table(Condition::default(), &[Dimension::Sex])).await.unwrap();
    assert_eq!(many.statistic.checked.shown, 3, "a thousand less is no few");
    // Exactly the same people asked for once more.
    assert_eq!(
        made(&world, table(Condition::default(), &[Dimension::Sex])).await.unwrap().statistic.cells,
        many.statistic.cells
    );
    assert_eq!(world.database.entries("exploration.statistic.unmade").await.len(), 1);
}

#[tokio::test]
async fn other_releases_of_the_same_dataset_are_compared() {
    let world = World::new().await;
    let sexes = || table(Condition::default(), &[Dimension::Sex]);
    let first = made(&world, sexes()).await.unwrap();
    *world.around.later.lock().unwrap() = true;
    assert_eq!(made(&world, sexes()).await.unwrap_err(), Unmade::NearlyTheSame);
    // Nobody can say what is safe when what was told cannot be counted again.
    world.around.gone.lock().unwrap().insert(first.statistic.dataset.release);
    assert_eq!(made(&world, table(code("I50"), &[Dimension::County])).await.unwrap_err(), Unmade::Unsure);
}

#[tokio::test]
async fn a_withdrawn_table_still_counts_as_told() {
    let world = World::new().await;
    let first = made(&world, table(Condition::default(), &[Dimension::Sex])).await.unwrap();
    let service = &world.service;
    assert!(service.withdraw_statistic(&explorer(), first.id, "Feil").await.is_err());
    assert!(matches!(service.withdraw_statistic(&handler(), first.id, " ").await, Err(ExplorationError::Invalid(_))));
    service.withdraw_statistic(&handler(), first.id, "Feil i kilden").await.unwrap();
    assert!(matches!(service.withdraw_statistic(&handler(), first.id, "x").await, Err(ExplorationError::NotFound)));
    assert_eq!(service.statistic(&citizen(), first.id).await.unwrap().withdrawn.unwrap().1, "Feil i kilden");
    world.around.excluded.lock().unwrap().extend([5, 6]);
    assert_eq!(made(&world, table(Condition::default(), &[Dimension::Sex])).await.unwrap_err(), Unmade::NearlyTheSame);
}

#[tokio::test]
async fn amounts_of_the_same_rows_are_told_once() {
    let world = World::new().await;
    let of = |only, measure| content("Døgn", ask(only, &[Dimension::Sex], measure));
    let sum = || Measure::Sum("days".to_owned());
    let first = made(&world, of(code("I"), sum())).await.unwrap();
    let rows: Vec<Contact> = crate::world::contacts().into_iter().filter(|one| one.2.starts_with('I')).collect();
    let days = |women: bool| rows.iter().filter(|one| female(one.0) == women).map(|one| one.4).sum::<f64>();
    let cell = |at| first.statistic.grid().at(&[Some(at)]).unwrap();
    assert_eq!((cell(0).value, cell(1).value), (Some(days(true)), Some(days(false))));
    assert_eq!(made(&world, of(code("I50"), Measure::Mean("days".to_owned()))).await.unwrap_err(), Unmade::Amounts);
    made(&world, of(code("J"), sum())).await.unwrap();
    let events = made(&world, of(code("I"), Measure::Events)).await.unwrap();
    let total = events.statistic.grid().at(&[None]).unwrap();
    assert_eq!((total.value, total.outcome), (Some(rows.len() as f64), Fate::Shown));
}

#[tokio::test]
async fn counts_are_rounded_where_that_was_asked_for() {
    let world = World::new().await;
    let rounded = Content { rounding: Some(10), ..table(code("I50"), &[Dimension::County]) };
    let table = made(&world, rounded).await.unwrap().statistic;
    let shown: Vec<u64> = table.cells.iter().filter_map(|cell| cell.people).collect();
    let truth = people(|one| one.2.starts_with("I50")).len() as u64;
    assert!(shown.len() == 5 && shown.iter().all(|people| people.is_multiple_of(10)) && shown[0].abs_diff(truth) <= 5);
    assert!(table.cells.iter().all(|cell| cell.outcome == Fate::Rounded));
    // The ledger knows what was counted, not what was shown.
    let narrow = Condition::All(vec![code("I50"), Condition::County(vec!["03".to_owned()])]);
    assert!(made(&world, self::table(narrow, &[Dimension::Sex])).await.is_ok());
}

#[tokio::test]
async fn what_cannot_be_made_says_why() {
    let world = World::new().await;
    assert_eq!(made(&world, table(code("Q"), &[Dimension::Sex])).await.unwrap_err(), Unmade::Few);
    let id = approved(&world, table(code("I50"), &[Dimension::Sex])).await;
    *world.around.closed.lock().unwrap() = true;
    assert!(world.service.make_statistic(&flows(), id, None).await.unwrap());
    assert_eq!(world.service.request(&explorer(), id).await.unwrap().unmade, Some(Unmade::Closed));
    assert!(world.service.statistics(&citizen(), "", 1).await.unwrap().tables.is_empty());
}

/// Conditions for a few people with a code, and all with that code but them.
fn split() -> (Condition, BTreeSet<u32>) {
    let born = |person: u32| 1930 + i64::from(person % 80);
    let age = |one: &Contact| 2023 - born(one.0) - i64::from(one.1 < 165);
    let code_of = |one: &Contact| one.2.starts_with("I501");
    for from in (10..90).step_by(5) {
        let inside = |one: &Contact| {
            code_of(one)
                && female(one.0)
                && county(one.0) == "03"
                && one.1 < 31
                && (from..=from + 4).contains(&age(one))
        };
        let all = people(code_of);
        let but = people(|one| code_of(one) && !inside(one));
        let few: BTreeSet<u32> = all.difference(&but).copied().collect();
        if (1..10).contains(&few.len()) {
            let month =
                Condition::Period { from: jiff::civil::date(2023, 1, 1), until: jiff::civil::date(2023, 1, 31) };
            let part = Condition::All(vec![
                Condition::Sex("female".to_owned()),
                Condition::County(vec!["03".to_owned()]),
                Condition::Age { from: u16::try_from(from).unwrap(), until: u16::try_from(from + 4).unwrap() },
                month,
            ]);
            return (Condition::All(vec![code("I501"), Condition::Not(Box::new(part))]), few);
        }
    }
    panic!("no few people in this world");
}

#[tokio::test]
async fn two_at_once_do_not_slip_past_each_other() {
    let world = World::new().await;
    let (but, few) = split();
    println!("{} people would be given away", few.len());
    let one = approved(&world, table(code("I501"), &[Dimension::Sex])).await;
    let other = approved(&world, table(but, &[Dimension::Sex])).await;
    let flows = flows();
    let make = |id| world.service.make_statistic(&flows, id, None);
    let (first, second) = tokio::join!(make(one), make(other));
    assert!(first.unwrap() && second.unwrap());
    let mut totals = 0;
    for request in [one, other] {
        let request = world.service.request(&explorer(), request).await.unwrap();
        if let Some(id) = request.statistic {
            let table = world.service.statistic(&citizen(), id).await.unwrap().statistic;
            totals += usize::from(table.grid().at(&[None]).unwrap().people.is_some());
        }
    }
    assert_eq!(totals, 1, "both totals together give {} people away", few.len());
}
