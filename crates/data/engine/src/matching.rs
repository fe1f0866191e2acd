//! Controls by matching: drawn by the project's key, so that the same project draws the same people
//! every time and no other project does; nobody twice.

use std::collections::{BTreeMap, BTreeSet};

use roaring::RoaringBitmap;
use varde_permit::{Area, Controls, Sex};

use crate::{
    facts::People,
    index_date::IndexDates,
    members::{Link, Role},
    pseudonym::Draw,
    release::day,
};

/// What people must have in common to be compared at all: sex and area as far as they are asked for,
/// and the year of birth, which may lie some years beside the case's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stratum {
    sex: Option<Sex>,
    area: Option<u16>,
    year: i16,
}

/// Controls for the cases. `taken` are those who cannot be controls: the cohort itself, and everybody
/// who may not be read.
pub(crate) fn controls(
    wanted: Controls,
    cases: &RoaringBitmap,
    taken: &RoaringBitmap,
    index: &IndexDates,
    people: &People,
    draw: &Draw,
) -> Vec<Link> {
    let mut order: Vec<u32> = cases.iter().collect();
    order.sort_unstable_by_key(|case| (draw.order(*case), *case));
    let asked: BTreeSet<Stratum> = order.iter().flat_map(|case| near(wanted, *case, index, people)).collect();
    let strata = strata(wanted, &asked, taken, people, draw);
    let (mut used, mut links) = (RoaringBitmap::new(), Vec::new());
    for case in order {
        let Some(on) = index.get(case) else { continue };
        let lists: Vec<&Vec<u32>> =
            near(wanted, case, index, people).filter_map(|stratum| strata.get(&stratum)).collect();
        let fits = |person: u32, stratum_area: Option<u16>| {
            people.alive(person, on) && (stratum_area.is_none() || area(wanted, person, on, people) == stratum_area)
        };
        let own_area = area(wanted, case, on, people);
        let mut left = wanted.per_case;
        for person in from_somewhere(&lists, draw.order(case)) {
            if left == 0 {
                break;
            }
            if fits(person, own_area) && used.insert(person) {
                links.push(Link { person, role: Role::Control, of: case });
                left -= 1;
            }
        }
    }
    links
}

/// The strata in which a case's controls may be; none when what they must have in common is not known.
fn near(wanted: Controls, case: u32, index: &IndexDates, people: &People) -> impl Iterator<Item = Stratum> {
    let found = || {
        let year = day(people.born(case)?)?.year();
        let sex = if wanted.same_sex { Some(people.sex(case)?) } else { None };
        let area = match wanted.same_area {
            Some(_) => Some(area(wanted, case, index.get(case)?, people)?),
            None => None,
        };
        let years = i16::try_from(wanted.birth_years).unwrap_or(0);
        Some((year.saturating_sub(years)..=year.saturating_add(years)).map(move |year| Stratum { sex, area, year }))
    };
    found().into_iter().flatten()
}

/// Everybody who can be a control, by stratum, each in an order of the project's own. Who has lived in
/// several areas is in several strata: where they lived on the day is asked when they are drawn.
fn strata(
    wanted: Controls,
    asked: &BTreeSet<Stratum>,
    taken: &RoaringBitmap,
    people: &People,
    draw: &Draw,
) -> BTreeMap<Stratum, Vec<u32>> {
    let mut strata: BTreeMap<Stratum, Vec<u32>> = BTreeMap::new();
    for person in (0..people.born.len() as u32).filter(|person| !taken.contains(*person)) {
        let Some(born) = people.born(person).and_then(day) else { continue };
        let sex = if wanted.same_sex { people.sex(person) } else { None };
        let mut add = |area| {
            let stratum = Stratum { sex, area, year: born.year() };
            if asked.contains(&stratum) {
                let list = strata.entry(stratum).or_default();
                if list.last() != Some(&person) {
                    list.push(person);
                }
            }
        };
        match wanted.same_area {
            None => add(None),
            Some(area) => people.homes_of(person).iter().for_each(|home| add(Some(coarse(area, home.municipality)))),
        }
    }
    for list in strata.values_mut() {
        list.sort_unstable_by_key(|person| (draw.order(*person), *person));
        list.dedup();
    }
    strata
}

/// Everybody in the lists once, beginning somewhere and going round.
fn from_somewhere<'a>(lists: &'a [&'a Vec<u32>], start: u64) -> impl Iterator<Item = u32> + 'a {
    let total: usize = lists.iter().map(|list| list.len()).sum();
    let skip = if total == 0 { 0 } else { (start % total as u64) as usize };
    let all = move || lists.iter().flat_map(|list| list.iter().copied());
    all().skip(skip).chain(all().take(skip))
}

fn area(wanted: Controls, person: u32, on: i32, people: &People) -> Option<u16> {
    Some(coarse(wanted.same_area?, people.home(person, on)?))
}

const fn coarse(area: Area, municipality: u16) -> u16 {
    match area {
        Area::County => municipality / 100,
        Area::Municipality => municipality,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{facts::Home, pseudonym::ProjectKey};

    /// Born in the sixties, two sexes, three municipalities of two counties, some dead.
    fn people(count: usize, seeds: &[u32]) -> People {
        let seed =
            |person: usize| seeds[person % seeds.len()].wrapping_mul(2_654_435_761).rotate_left(person as u32 % 32);
        let home = |person: usize| Home {
            person: person as u32,
            from: i32::MIN,
            until: i32::MAX,
            municipality: [301, 1101, 1103][seed(person) as usize / 7 % 3],
        };
        People {
            born: (0..count).map(|p| Some(-3650 + (seed(p) % 3650) as i32)).collect(),
            sex: (0..count).map(|p| Some(if seed(p) % 2 == 0 { Sex::Female } else { Sex::Male })).collect(),
            died: (0..count).map(|p| (seed(p) % 5 == 0).then_some(100)).collect(),
            homes: (0..count).map(home).collect(),
            parents: Vec::new(),
        }
    }

    proptest! {
        #[test]
        fn controls_are_like_their_case_and_nobody_is_one_twice(
            seeds in prop::collection::vec(any::<u32>(), 3..40),
            cases in prop::collection::btree_set(0_u32..200, 1..30),
            out in prop::collection::btree_set(0_u32..200, 0..60),
            per_case in 1_u32..4, birth_years in 0_u32..4, same_sex in any::<bool>(), with_area in 0_u8..3,
        ) {
            let people = people(200, &seeds);
            let same_area = [None, Some(Area::County), Some(Area::Municipality)][usize::from(with_area)];
            let wanted = Controls { per_case, birth_years, same_sex, same_area };
            let cases: RoaringBitmap = cases.into_iter().collect();
            let taken = &cases | &out.into_iter().collect::<RoaringBitmap>();
            let index = IndexDates::Same(200);
            let draw = ProjectKey::new(&[3; 32]).draw();
            let links = controls(wanted, &cases, &taken, &index, &people, &draw);
            prop_assert_eq!(&links, &controls(wanted, &cases, &taken, &index, &people, &draw), "the same every time");
            let chosen: RoaringBitmap = links.iter().map(|l| l.person).collect();
            prop_assert_eq!(chosen.len(), links.len() as u64, "nobody twice");
            prop_assert!(chosen.is_disjoint(&taken));
            let year = |p: u32| i32::from(day(people.born(p).unwrap()).unwrap().year());
            let fits = |person: u32, of: u32| {
                year(person).abs_diff(year(of)) <= birth_years
                    && people.alive(person, 200)
                    && (!same_sex || people.sex(person) == people.sex(of))
                    && area(wanted, person, 200, &people) == area(wanted, of, 200, &people)
            };
            for case in &cases {
                let own: Vec<u32> = links.iter().filter(|l| l.of == case).map(|l| l.person).collect();
                prop_assert!(own.iter().all(|person| fits(*person, case)));
                // Who has too few has them because nobody is left.
                let left = (0..200).any(|p| !taken.contains(p) && !chosen.contains(p) && fits(p, case));
                prop_assert!(own.len() as u32 == per_case || (own.len() < per_case as usize && !left));
            }
        }
    }
}
