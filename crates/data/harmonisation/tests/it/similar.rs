//! How well the finder answers: judged pairs of our own texts, and how quick it is with a national
//! catalogue.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use varde_core::{CataloguePath, LocalisedText};
use varde_harmonisation::{
    code::Coding,
    similar::{Described, Similar},
};
use varde_metadata::DataType;

/// Precision of the first answer, and of as many answers as there are right ones. Raise them when the
/// finder gets better, and never lower them.
const FIRST: f64 = 0.89;
const AS_MANY: f64 = 0.84;
/// The share of judged pairs among the first five.
const WITHIN_FIVE: f64 = 0.91;

struct Judged {
    variable: Described,
    group: String,
}

fn judged() -> Vec<Judged> {
    include_str!("judged/variables.tsv").lines().skip(1).map(line).collect()
}

fn line(line: &str) -> Judged {
    let cells: Vec<&str> = line.split('\t').collect();
    let [path, group, kind, unit, nb, nn, en, description, codes] = cells[..] else { panic!("{line}") };
    let system = codes.strip_prefix('@').map(str::to_owned);
    let codes = codes.split('|').filter_map(|code| code.split_once('='));
    let codes = codes.map(|(value, text)| (value.to_owned(), LocalisedText::bokmaal(text))).collect();
    let variable = Described {
        path: path.parse().unwrap(),
        name: LocalisedText::new(nb, nn, en),
        description: LocalisedText::bokmaal(description),
        data_type: DataType::from_name(kind).unwrap(),
        unit: Some(unit.to_owned()),
        coding: Coding { system, codes },
    };
    Judged { variable, group: group.to_owned() }
}

#[test]
fn the_judged_pairs_are_found() {
    let judged = judged();
    let mut groups: BTreeMap<&str, Vec<&CataloguePath>> = BTreeMap::new();
    for one in judged.iter().filter(|one| !one.group.is_empty()) {
        groups.entry(&one.group).or_default().push(&one.variable.path);
    }
    let pairs: usize = groups.values().map(|group| group.len() * (group.len() - 1) / 2).sum();
    assert!(pairs >= 30 && judged.len() >= 90, "{pairs} pairs, {} variables", judged.len());
    let similar = Similar::of(judged.iter().map(|one| one.variable.clone()).collect());
    let (mut first, mut as_many, mut within, mut asked, mut wanted) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for group in groups.values() {
        for path in group {
            let right: BTreeSet<&CataloguePath> = group.iter().copied().filter(|other| other != path).collect();
            let found = similar.alike(path, &BTreeMap::new(), 5).unwrap();
            let hits = |n: usize| {
                f64::from(u32::try_from(found.iter().take(n).filter(|a| right.contains(&a.path)).count()).unwrap())
            };
            let of = f64::from(u32::try_from(right.len()).unwrap());
            first += hits(1);
            as_many += hits(right.len()) / of;
            within += hits(5);
            asked += 1.0;
            wanted += of;
            if hits(right.len()) < of {
                let told: Vec<_> = found.iter().map(|a| format!("{} {:.2}", a.path, a.score.total)).collect();
                println!("  {path}: {told:?}");
            }
        }
    }
    let (first, as_many, within) = (first / asked, as_many / asked, within / wanted);
    println!(
        "{pairs} judged pairs among {} variables: precision@1 {first:.3}, precision@R {as_many:.3}, \
         found within five {within:.3}",
        judged.len()
    );
    assert!(first >= FIRST && as_many >= AS_MANY && within >= WITHIN_FIVE);
}

/// What nobody calls alike is not put forward as a likely duplicate.
#[test]
fn likely_duplicates_are_judged_ones() {
    let judged = judged();
    let group: BTreeMap<&CataloguePath, &str> =
        judged.iter().map(|one| (&one.variable.path, one.group.as_str())).collect();
    let similar = Similar::of(judged.iter().map(|one| one.variable.clone()).collect());
    let pairs = similar.pairs(varde_harmonisation::LIKELY);
    let right = pairs.iter().filter(|pair| !group[&pair.a].is_empty() && group[&pair.a] == group[&pair.b]).count();
    for pair in pairs.iter().filter(|pair| group[&pair.a].is_empty() || group[&pair.a] != group[&pair.b]) {
        println!("  {} {} {:.2}", pair.a, pair.b, pair.total);
    }
    println!("{right} of {} likely duplicates are judged to be", pairs.len());
    assert!(pairs.len() >= 12, "{}", pairs.len());
    assert!(right * 100 >= pairs.len() * 95, "{right} of {}", pairs.len());
}

/// Twenty thousand variables made of the judged ones: each answer takes a bounded amount of work, so that
/// what is asserted is generous and what is printed is what was measured.
#[test]
fn a_national_catalogue_is_answered_quickly() {
    let judged = judged();
    let places = ["hofte", "kne", "rygg", "lunge", "hjerte", "nyre", "lever", "mage", "hud", "øye", "øre", "hals"];
    let times = ["ved innleggelse", "ved utskriving", "etter 3 måneder", "etter 1 år", "etter 5 år", "før operasjon"];
    let mut many = Vec::with_capacity(20_000);
    'all: for round in 0.. {
        for one in &judged {
            let mut variable = one.variable.clone();
            let (place, time) = (places[round % places.len()], times[round / places.len() % times.len()]);
            variable.path = format!("s{round}/{}", variable.path.as_str().split_once('/').unwrap().1).parse().unwrap();
            variable.name.nb = format!("{} {place} {time} {}", variable.name.nb, round % 97);
            many.push(variable);
            if many.len() == 20_000 {
                break 'all;
            }
        }
    }
    let asked: Vec<CataloguePath> = many.iter().step_by(200).map(|one| one.path.clone()).collect();
    let begun = Instant::now();
    let similar = Similar::of(many);
    let built = begun.elapsed();
    let begun = Instant::now();
    for path in &asked {
        assert!(!similar.alike(path, &BTreeMap::new(), 10).unwrap().is_empty());
    }
    let each = begun.elapsed() / u32::try_from(asked.len()).unwrap();
    println!("{} variables: made in {built:?}, an answer in {each:?} (unoptimised build)", similar.len());
    assert!(asked.iter().all(|path| similar.neighbours(path).len() <= 200));
    assert!(each.as_millis() < 500, "{each:?}");
}
