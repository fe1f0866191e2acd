//! Questions and their answers.

use std::collections::BTreeMap;

use varde_core::Problem as _;
use varde_engine::tabulate::Group;
use varde_exploration::{
    ExplorationError,
    model::{Budget, Condition, Dimension, Measure, Withheld},
};

use crate::world::{
    World, ask, by_code, by_letter, citizen, code, colleague, county, dispensed, explorer, female, path, people,
};

/// As far as noise can take a count.
const NOISE: u64 = 14;

fn near(told: Option<u64>, of: usize) -> bool {
    told.is_some_and(|told| told.abs_diff(of as u64) <= NOISE)
}

#[tokio::test]
async fn a_table_tells_what_there_is_within_the_noise() {
    let world = World::new().await;
    let question = ask(Condition::default(), &[by_code(1), Dimension::Sex], Measure::People);
    let asked = world.service.ask(&explorer(), question).await.unwrap();
    let answer = &asked.answer;
    assert_eq!((answer.withheld, asked.again), (None, false));
    let letters = by_letter();
    let codes: Vec<Group> = letters.keys().cloned().map(Group::Code).collect();
    assert_eq!(answer.groups, [codes, ["female", "male"].map(|sex| Group::Code(sex.to_owned())).to_vec()]);
    for (at, (letter, count)) in letters.iter().enumerate() {
        assert!(near(answer.at(&[Some(at), None]).unwrap().people, usize::try_from(*count).unwrap()));
        let women = people(|contact| contact.2.starts_with(letter) && female(contact.0));
        assert!(near(answer.at(&[Some(at), Some(0)]).unwrap().people, women.len()));
    }
    assert!(near(answer.about, 12_000));
    assert_eq!(answer.checked.plan, answer.digest);
    assert_eq!(answer.checked.output, answer.output());
}

#[tokio::test]
async fn conditions_choose_rows_and_people() {
    let world = World::new().await;
    let has = Condition::Has { variable: path("lmr/dispensing/atc"), begins: vec!["C07".to_owned()] };
    let cases = [
        (code("I50"), people(|contact| contact.2.starts_with("I50"))),
        (Condition::All(vec![code("I50"), has.clone()]), people(|c| c.2.starts_with("I50") && dispensed(c.0))),
        (Condition::Not(Box::new(has)), people(|contact| !dispensed(contact.0))),
        (Condition::County(vec!["03".to_owned()]), people(|contact| county(contact.0) == "03")),
        (
            Condition::Period { from: "2023-02-01".parse().unwrap(), until: "2023-03-31".parse().unwrap() },
            people(|contact| (31..90).contains(&contact.1)),
        ),
        (
            Condition::Age { from: 20, until: 49 },
            people(|c| {
                // Born on 15 June: day 165 of the year.
                let age = 2023 - (1930 + i32::try_from(c.0 % 80).unwrap()) - i32::from(c.1 < 165);
                (20..=49).contains(&age)
            }),
        ),
    ];
    for (only, wanted) in cases {
        let shown = format!("{only:?}");
        let asked = world.service.ask(&explorer(), ask(only, &[], Measure::People)).await.unwrap();
        assert!(near(asked.answer.about, wanted.len()), "{shown}: {:?} for {}", asked.answer.about, wanted.len());
    }
}

#[tokio::test]
async fn amounts_are_told_or_withheld() {
    let world = World::new().await;
    let events = ask(Condition::default(), &[by_code(3)], Measure::Events);
    let answer = world.service.ask(&explorer(), events).await.unwrap().answer;
    let rows = crate::world::contacts();
    // Nobody has more than three contacts: noise moves the sum by no more.
    assert!((answer.at(&[None]).unwrap().value.unwrap() - rows.len() as f64).abs() <= 3.0);
    let mean = ask(Condition::default(), &[Dimension::Sex], Measure::Mean("days".to_owned()));
    let answer = world.service.ask(&explorer(), mean).await.unwrap().answer;
    // 0 to 19 days: nothing is beyond the first and last hundredth.
    let women: Vec<f64> = rows.iter().filter(|one| female(one.0)).map(|one| one.4).collect();
    let wanted = women.iter().sum::<f64>() / 6_000.0;
    assert!((answer.at(&[Some(0)]).unwrap().value.unwrap() - wanted).abs() < wanted * 0.01);
    let median = ask(Condition::default(), &[Dimension::Sex], Measure::Median("days".to_owned()));
    let answer = world.service.ask(&explorer(), median).await.unwrap().answer;
    let mut each: BTreeMap<u32, f64> = BTreeMap::new();
    rows.iter().filter(|one| female(one.0)).for_each(|one| *each.entry(one.0).or_default() += one.4);
    let mut each: Vec<f64> = each.into_values().collect();
    each.sort_by(f64::total_cmp);
    let told = answer.at(&[Some(0)]).unwrap();
    let (lower, upper) = told.quartiles.unwrap();
    for (told, quarter) in [(lower, 1), (told.value.unwrap(), 2), (upper, 3)] {
        let wanted = each[each.len() * quarter / 4];
        assert!((told - wanted).abs() <= wanted * 0.125, "{told} for {wanted}");
    }
    let wrong = ask(Condition::default(), &[], Measure::Sum("code".to_owned()));
    assert!(matches!(world.service.ask(&explorer(), wrong).await, Err(ExplorationError::Invalid(_))));
}

#[tokio::test]
async fn few_people_are_told_nothing_of() {
    let world = World::new().await;
    let narrow = Condition::All(vec![
        code("I219"),
        Condition::County(vec!["03".to_owned()]),
        Condition::Age { from: 20, until: 24 },
    ]);
    let asked = world.service.ask(&explorer(), ask(narrow, &[Dimension::Sex], Measure::People)).await.unwrap();
    assert_eq!(asked.answer.withheld, Some(Withheld::Population));
    assert!(asked.answer.cells.is_empty() && asked.answer.groups.is_empty() && asked.answer.about.is_none());
    let month = Dimension::Variable { name: "in_date".to_owned(), level: varde_permit::Granularity::Month };
    let women = Condition::All(vec![code("I219"), Condition::Sex("female".to_owned())]);
    let fine = ask(women, &[month, Dimension::Age { width: 5 }, Dimension::County], Measure::People);
    let sparse = world.service.ask(&explorer(), fine).await.unwrap();
    assert_eq!(sparse.answer.withheld, Some(Withheld::Sparse));
}

#[tokio::test]
async fn the_same_question_has_the_same_answer_and_costs_nothing() {
    let world = World::new().await;
    let only = Condition::All(vec![code("I50"), Condition::Sex("female".to_owned())]);
    let first =
        world.service.ask(&explorer(), ask(only, &[Dimension::County, by_code(1)], Measure::People)).await.unwrap();
    assert_eq!((first.again, first.standing.used.today, first.standing.used.of_population), (false, 1, 1));
    // Somebody opts out: what was told stays as it is.
    world.around.excluded.lock().unwrap().extend(0..500);
    let turned =
        Condition::All(vec![Condition::Sex("female".to_owned()), Condition::All(vec![code("I50"), code("I50")])]);
    let same = ask(turned, &[by_code(1), Dimension::County], Measure::People);
    let again = world.service.ask(&explorer(), same.clone()).await.unwrap();
    assert_eq!((again.again, again.standing.used.today), (true, 1));
    assert_eq!(again.answer, first.answer);
    let other = world.service.ask(&colleague(), same).await.unwrap();
    assert_eq!((other.again, other.standing.used.today), (false, 1), "a question of their own");
    assert_eq!(other.answer, first.answer);
    assert_eq!(world.database.entries("exploration.question.asked").await.len(), 3);
}

#[tokio::test]
async fn nobody_who_has_opted_out_is_counted() {
    let world = World::new().await;
    world.around.excluded.lock().unwrap().extend((0..12_000).filter(|person| !female(*person)));
    let asked =
        world.service.ask(&explorer(), ask(Condition::default(), &[Dimension::Sex], Measure::People)).await.unwrap();
    assert_eq!(asked.answer.groups, [[Group::Code("female".to_owned())]]);
    let men = ask(Condition::Sex("male".to_owned()), &[], Measure::People);
    let none = world.service.ask(&explorer(), men).await.unwrap();
    assert_eq!(none.answer.withheld, Some(Withheld::Population));
}

#[tokio::test]
async fn the_budget_ends_and_every_refusal_is_entered() {
    let world = World::with(Budget { a_day: 3, of_a_population: 2 }).await;
    let of = |begins: &str, by: &[Dimension]| ask(code(begins), by, Measure::People);
    world.service.ask(&explorer(), of("I", &[])).await.unwrap();
    world.service.ask(&explorer(), of("I", &[Dimension::Sex])).await.unwrap();
    let third = world.service.ask(&explorer(), of("I", &[Dimension::County])).await.unwrap_err();
    assert_eq!(third.code(), "exploration.used_up_population");
    world.service.ask(&explorer(), of("J", &[])).await.unwrap();
    let fourth = world.service.ask(&explorer(), of("E", &[])).await.unwrap_err();
    assert_eq!(fourth.code(), "exploration.used_up_day");
    assert!(world.service.ask(&explorer(), of("J", &[])).await.unwrap().again);
    assert_eq!(world.database.entries("exploration.question.refused").await.len(), 2);
    let kept = world.service.own(&explorer()).await.unwrap();
    assert_eq!(kept.iter().filter(|one| one.outcome == "refused").count(), 2);
    assert!(world.service.own(&colleague()).await.unwrap().is_empty(), "questions are one's own");
}

#[tokio::test]
async fn who_has_no_right_is_told_so() {
    let world = World::new().await;
    assert!(!world.service.may_ask(&citizen()) && world.service.may_ask(&explorer()));
    let refused = world.service.ask(&citizen(), ask(Condition::default(), &[], Measure::People)).await;
    assert!(matches!(refused, Err(ExplorationError::Refused(_))));
    assert_eq!(world.service.datasets(&citizen()).await.unwrap().len(), 2);
    *world.around.closed.lock().unwrap() = true;
    assert!(world.service.datasets(&explorer()).await.unwrap().is_empty());
    let closed = world.service.ask(&explorer(), ask(Condition::default(), &[], Measure::People)).await;
    assert!(matches!(closed, Err(ExplorationError::Invalid(_))));
}

#[tokio::test]
async fn free_text_is_never_open() {
    let world = World::new().await;
    let open = world.service.datasets(&explorer()).await.unwrap();
    let contacts = open.iter().find(|one| one.path == path("npr/contact")).unwrap();
    let names: Vec<&str> = contacts.variables.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["in_date", "code", "urgent", "days"]);
    assert!(contacts.variable("code").unwrap().levels.iter().all(|level| *level != varde_permit::Granularity::AsIs));
}
