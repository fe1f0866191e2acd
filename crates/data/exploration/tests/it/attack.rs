//! Sequences of questions that try to isolate somebody, through the public face.

use varde_core::Problem as _;
use varde_exploration::model::{Answer, Budget, Condition, Dimension, Measure};

use crate::world::{World, ask, by_code, code, colleague, county, explorer, female, people};

const OPEN: Budget = Budget { a_day: 10_000, of_a_population: 10_000 };

fn all(parts: &[Condition]) -> Condition {
    Condition::All(parts.to_vec())
}

fn counties(all: &[&str]) -> Condition {
    Condition::County(all.iter().map(|one| (*one).to_owned()).collect())
}

/// Condition upon condition until nobody else is left.
#[tokio::test]
async fn narrowing_step_by_step_ends() {
    let world = World::with(OPEN).await;
    let steps = [
        code("I"),
        Condition::Sex("female".to_owned()),
        Condition::Age { from: 20, until: 79 },
        counties(&["03", "11"]),
        Condition::Period { from: "2023-01-01".parse().unwrap(), until: "2023-06-30".parse().unwrap() },
        Condition::Not(Box::new(code("I219"))),
        Condition::Age { from: 20, until: 64 },
    ];
    let mut told = Vec::new();
    let mut refused = None;
    for at in 1..=steps.len() {
        match world.service.ask(&explorer(), ask(all(&steps[..at]), &[], Measure::People)).await {
            Ok(asked) => told.push(asked.answer.about),
            Err(error) => {
                refused = Some(error.code());
                break;
            }
        }
    }
    assert!(told.iter().flatten().all(|about| *about > 900), "{told:?}: fewer than a thousand are told of");
    assert!(refused == Some("exploration.narrowing") || told.last() == Some(&None), "{refused:?} {told:?}");
}

/// A group and all but a part of it that holds few: the difference of what is told is not theirs.
#[tokio::test]
async fn a_difference_of_few_people_tells_of_nobody() {
    let world = World::with(OPEN).await;
    // Everybody with an I code; and those with I but not those who also match a rare combination.
    let rare = all(&[
        counties(&["46"]),
        Condition::Age { from: 20, until: 24 },
        code("I219"),
        Condition::Sex("female".to_owned()),
    ]);
    let wide = code("I");
    let narrow = all(&[code("I"), Condition::Not(Box::new(rare))]);
    let ask_for = async |only: Condition| -> Answer {
        world.service.ask(&colleague(), ask(only, &[], Measure::People)).await.unwrap().answer
    };
    let (with, without) = (ask_for(wide).await.about.unwrap(), ask_for(narrow).await.about.unwrap());
    // Noise of both is as wide as any small group: who compares the two learns of nobody.
    let really = people(|c| c.2.starts_with('I')).len() as u64;
    assert!(with.abs_diff(really) <= 14 && without.abs_diff(with) <= 40, "{with} {without} {really}");
}

/// What a few people have cannot be had as the difference of two sums, nor their number from sum and mean.
#[tokio::test]
async fn a_difference_of_sums_tells_of_nobody() {
    let world = World::with(OPEN).await;
    let rare = all(&[
        counties(&["46"]),
        Condition::Age { from: 20, until: 24 },
        code("I219"),
        Condition::Sex("female".to_owned()),
    ]);
    let mut told = Vec::new();
    for only in [code("I"), all(&[code("I"), Condition::Not(Box::new(rare))])] {
        for measure in [Measure::Sum("days".to_owned()), Measure::Mean("days".to_owned())] {
            let question = ask(only.clone(), &[], measure);
            let answer = world.service.ask(&explorer(), question).await.unwrap().answer;
            told.push(answer.at(&[]).map_or_else(|| answer.cells[0], |cell| *cell));
        }
    }
    let exact: f64 = crate::world::contacts().iter().filter(|c| c.2.starts_with('I')).map(|c| c.4).sum();
    let really = people(|c| c.2.starts_with('I')).len() as f64;
    let (sum, mean) = (told[0].value.unwrap(), told[1].value.unwrap());
    assert!(sum != exact && (sum - exact).abs() <= 57.0, "{sum} for {exact}: moved by at most what one person has");
    let shown = told[0].people.unwrap() as f64;
    assert!((sum / mean - shown).abs() < 6.0, "{}: the two give back the count that is told, {shown}", sum / mean);
    assert!(shown != really, "and not the exact one, {really}");
}

/// The same people are told the same, whatever the question is called: noise cannot be averaged away.
#[tokio::test]
async fn noise_cannot_be_averaged_away() {
    let world = World::with(OPEN).await;
    let mut told = Vec::new();
    // Conditions that leave out nobody.
    for bound in [99_u16, 104, 109, 114, 119, 124, 129] {
        let only = all(&[code("I50"), Condition::Age { from: 0, until: bound }]);
        let asked = world.service.ask(&explorer(), ask(only, &[], Measure::People)).await.unwrap();
        told.push(asked.answer.about.unwrap());
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
}

/// Every measure.
fn measures() -> [Measure; 5] {
    let days = || "days".to_owned();
    [Measure::People, Measure::Events, Measure::Sum(days()), Measure::Mean(days()), Measure::Median(days())]
}

/// No count between one and nine is ever told.
#[tokio::test]
async fn no_small_count_is_told() {
    let world = World::with(OPEN).await;
    let month = || Dimension::Variable { name: "in_date".to_owned(), level: varde_permit::Granularity::Month };
    let dimensions = [
        vec![by_code(3), Dimension::Age { width: 5 }],
        vec![by_code(4), Dimension::County, Dimension::Sex],
        vec![month(), Dimension::County, by_code(1)],
        vec![Dimension::Age { width: 5 }, Dimension::County, Dimension::Sex],
    ];
    let mut cells = 0;
    for by in &dimensions {
        for measure in measures() {
            let answer = world.service.ask(&explorer(), ask(Condition::default(), by, measure)).await.unwrap().answer;
            for cell in answer.cells.iter().filter_map(|cell| cell.people) {
                assert!(cell == 0 || cell >= 10, "{cell}");
                cells += 1;
            }
        }
    }
    assert!(cells > 500, "{cells} cells were told");
}

/// Whoever could see a table with somebody in it and without them would see no more than cells that they are in
/// themselves: what is withheld elsewhere does not hang on them. So what is told of others tells nothing of them.
#[tokio::test]
async fn one_person_changes_no_cell_but_their_own() {
    let (all_in, one_out) = (World::with(OPEN).await, World::with(OPEN).await);
    const PERSON: u32 = 4_321;
    one_out.around.excluded.lock().unwrap().insert(PERSON);
    let by = [by_code(4), Dimension::County, Dimension::Age { width: 5 }];
    let (mut same, mut own) = (0, 0);
    for measure in measures() {
        let answer = async |world: &World| {
            world.service.ask(&explorer(), ask(Condition::default(), &by, measure.clone())).await.unwrap().answer
        };
        let (with, without) = (answer(&all_in).await, answer(&one_out).await);
        assert_eq!(with.groups, without.groups);
        let of = |axis: usize| with.groups[axis].len() + 1;
        for (at, (one, other)) in with.cells.iter().zip(&without.cells).enumerate() {
            // The dimensions stand in their own order: code, age, county.
            let place = [at / of(2) / of(1), at / of(2) % of(1), at % of(2)];
            let county_of = place[2].checked_sub(1).map(|at| with.groups[2][at].to_string());
            if county_of.is_none_or(|code| code == county(PERSON)) {
                own += usize::from(one != other);
            } else {
                assert_eq!(one, other, "{measure:?} {place:?}");
                same += 1;
            }
        }
    }
    assert!(same > 1_000 && own > 5, "{same} {own}");
}

/// That a code stands in a table would tell that somebody has it.
#[tokio::test]
async fn a_code_that_few_have_is_not_even_listed() {
    let world = World::with(OPEN).await;
    for length in [1, 3, 4] {
        for measure in measures() {
            let question = ask(Condition::default(), &[by_code(length), Dimension::Sex], measure);
            let answer = world.service.ask(&explorer(), question).await.unwrap().answer;
            let told = serde_json::to_string(&answer).unwrap();
            assert!(!told.contains("\"Q") && told.contains("\"I"), "{told}");
            assert_eq!(answer.cells.len(), (answer.groups[0].len() + 1) * (answer.groups[1].len() + 1));
        }
    }
    let only = world.service.ask(&explorer(), ask(code("Q"), &[by_code(3)], Measure::People)).await.unwrap().answer;
    let nobody = world.service.ask(&explorer(), ask(code("Z"), &[by_code(3)], Measure::People)).await.unwrap().answer;
    assert_eq!(
        (only.withheld, only.checked.cells, only.groups),
        (nobody.withheld, nobody.checked.cells, nobody.groups)
    );
}

/// Adding one code after the other to a list, to find out whether somebody has it.
#[tokio::test]
async fn adding_codes_one_by_one_is_probing() {
    let world = World::with(OPEN).await;
    let mut refused = None;
    for at in 0..20 {
        let only = all(&[
            Condition::Sex("male".to_owned()),
            Condition::Code { variable: "code".to_owned(), begins: vec!["I50".to_owned(), format!("J{at}")] },
        ]);
        if let Err(error) = world.service.ask(&explorer(), ask(only, &[], Measure::People)).await {
            refused = Some((at, error.code()));
            break;
        }
    }
    assert_eq!(refused, Some((12, "exploration.probing")));
    // What was refused is on the log, and the next one is too.
    assert_eq!(world.database.entries("exploration.question.refused").await.len(), 1);
}

/// Unicity: with all that can be asked of one person's traits, fewer than a thousand share them and nothing is
/// told.
#[tokio::test]
async fn nobody_can_be_asked_for_by_what_is_known_of_them() {
    let world = World::with(OPEN).await;
    for person in [17_u32, 4_242, 11_999] {
        let age = 2023 - (1930 + u16::try_from(person % 80).unwrap());
        let from = age / 5 * 5;
        let sex = if female(person) { "female" } else { "male" };
        let known = all(&[
            counties(&[county(person)]),
            Condition::Sex(sex.to_owned()),
            Condition::Age { from, until: from + 4 },
        ]);
        let answer = world.service.ask(&explorer(), ask(known, &[by_code(3)], Measure::People)).await.unwrap().answer;
        assert!(answer.withheld.is_some() && answer.cells.is_empty(), "{person}");
    }
}
