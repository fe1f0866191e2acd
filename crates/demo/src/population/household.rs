//! Making a block of households.

use varde_core::identifier::Rule;

use super::{Gender, Member, Origin, Protection, special};
use crate::{
    calendar::{Day, REGISTERS_FROM, TODAY, age, year},
    names,
    places::{self, Place},
    random::{Dice, Purpose},
};

/// People in a block. Relatives are always in the same block.
pub(crate) const HOUSEHOLD_BLOCK: u32 = 8;

/// People whose data hang together.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// The index of the first.
    pub(crate) first: u32,
    pub(crate) members: Vec<Member>,
}

impl Block {
    /// The block of that number, with at most `room` people.
    pub(crate) fn make(seed: u64, number: u32, room: u32) -> Self {
        let dice = Dice::new(seed, Purpose::Household, number);
        let first = number * HOUSEHOLD_BLOCK;
        let mut maker = Maker { dice, first, members: Vec::with_capacity(HOUSEHOLD_BLOCK as usize) };
        maker.planted();
        while maker.left() > 0 {
            if maker.left() >= 2 && maker.dice.percent(72) { maker.family() } else { maker.single() }
        }
        maker.lives();
        let mut members = maker.members;
        members.truncate(room as usize);
        Self { first, members }
    }
}

struct Maker {
    dice: Dice,
    first: u32,
    members: Vec<Member>,
}

/// Weights of adults' birth years by ten years, as at 2016: born 1911–20, …, 2001–06.
const ADULTS: [(i32, u32); 10] = [
    (1911, 6),
    (1921, 60),
    (1931, 190),
    (1941, 390),
    (1951, 560),
    (1961, 640),
    (1971, 680),
    (1981, 620),
    (1991, 560),
    (1998, 380),
];

/// Deaths in a million in a year at 0, 10, 20 … 100 years; between them the number rises evenly.
const MORTALITY: [u32; 12] = [400, 80, 350, 550, 1_000, 2_600, 6_800, 17_500, 52_000, 160_000, 400_000, 1_000_000];

impl Maker {
    fn left(&self) -> usize {
        HOUSEHOLD_BLOCK as usize - self.members.len()
    }

    fn adult_birth(&mut self) -> Day {
        let total = ADULTS.iter().map(|(_, weight)| weight).sum();
        let mut at = self.dice.below(total);
        for (from, weight) in ADULTS {
            if at < weight {
                let years = if from == 1998 { 8 } else { 10 };
                return year(from) + self.dice.between(0, years * 365);
            }
            at -= weight;
        }
        year(1980)
    }

    fn member(
        &mut self,
        gender: Gender,
        birth: Day,
        home: &'static Place,
        abroad: bool,
        family: &'static str,
    ) -> Member {
        // Numbers of the rules of 2032 are planted among the young, so that everything meets both.
        let rule = if birth > year(1985) && self.dice.percent(6) { Rule::Of2032 } else { Rule::Of1964 };
        Member {
            birth,
            gender,
            given: names::given(&mut self.dice, gender, abroad),
            family,
            born_family: family,
            mother: None,
            father: None,
            spouse: None,
            homes: [Some((birth, home)), None, None],
            origin: Origin::Here,
            rule,
            death: None,
            emigration: None,
            protection: None,
        }
    }

    fn single(&mut self) {
        let birth = self.adult_birth();
        let (gender, abroad) = (self.gender(), self.dice.percent(17));
        let (home, family) = (places::draw(&mut self.dice), names::family(&mut self.dice, abroad));
        let mut member = self.member(gender, birth, home, abroad, family);
        if abroad {
            member.origin = self.arrival(birth);
        } else if self.dice.per_million(1_500) && birth > year(1950) {
            let off = self.dice.between(1, 20);
            member.origin = Origin::Corrected { on: self.dice.between(year(2016), year(2025)).max(birth + 30), off };
        }
        self.members.push(member);
    }

    fn gender(&mut self) -> Gender {
        if self.dice.percent(50) { Gender::Female } else { Gender::Male }
    }

    /// When an adult came, after 18 years of age and by the end of 2024.
    fn arrival(&mut self, birth: Day) -> Origin {
        let earliest = (birth + 18 * 366).max(year(1975));
        if earliest > year(2024) {
            return Origin::Here;
        }
        let arrival = self.dice.between(earliest, year(2024) + 300);
        if arrival < year(1998) || self.dice.percent(35) {
            return Origin::Settled { arrival };
        }
        let settled = arrival + self.dice.between(60, 700);
        let stays = self.dice.percent(93) && settled < TODAY;
        Origin::DNumber { arrival, settled: stays.then_some(settled) }
    }

    /// A couple, mostly with children.
    fn family(&mut self) {
        let mother_birth = self.adult_birth();
        let abroad = self.dice.percent(13);
        let home = places::draw(&mut self.dice);
        let (hers, his) = (names::family(&mut self.dice, abroad), names::family(&mut self.dice, abroad));
        let apart = self.dice.between(-4 * 365, 7 * 365);
        let older = mother_birth - apart;
        // Nobody is born before 1911.
        let father_birth = if older < year(1911) { mother_birth + apart.abs() } else { older };
        let mother_at = self.members.len() as u8;
        let mut mother = self.member(Gender::Female, mother_birth, home, abroad, hers);
        let mut father = self.member(Gender::Male, father_birth, home, abroad, his);
        if abroad {
            mother.origin = self.arrival(mother_birth);
            father.origin = self.arrival(father_birth);
        }
        let wedding = mother_birth.max(father_birth) + self.dice.between(20 * 366, 38 * 366);
        let together = mother.present_from().max(father.present_from());
        if self.dice.percent(62) && wedding > together && wedding < TODAY {
            mother.spouse = Some((mother_at + 1, wedding));
            father.spouse = Some((mother_at, wedding));
            if self.dice.percent(45) {
                mother.family = his;
            }
        }
        self.members.extend([mother, father]);
        self.children(mother_at, together);
    }

    fn children(&mut self, mother_at: u8, together: Day) {
        let wanted = [0, 1, 1, 2, 2, 2, 2, 3, 3, 4][self.dice.below(10) as usize];
        let (mother, father) = (self.members[mother_at as usize], self.members[mother_at as usize + 1]);
        let mut birth = mother.birth + self.dice.between(22 * 365, 34 * 365);
        let family = if self.dice.percent(75) { father.born_family } else { mother.born_family };
        let abroad = !matches!(mother.origin, Origin::Here);
        let mut made = 0;
        while made < wanted && self.left() > 0 {
            let (too_old, too_late) = (age(mother.birth, birth) > 44, birth > TODAY);
            if too_old || too_late || age(father.birth, birth) < 17 {
                break;
            }
            let twins = self.dice.per_million(16_000) && self.left() >= 2;
            for _ in 0..if twins { 2 } else { 1 } {
                self.child(mother_at, birth, family, abroad, together);
                made += 1;
            }
            birth += self.dice.between(500, 1_900);
        }
    }

    /// Children who were born abroad came with the parent who came last, and have no birth here.
    fn child(&mut self, mother_at: u8, birth: Day, family: &'static str, abroad: bool, together: Day) {
        let home = self.members[mother_at as usize].homes[0].map_or(&places::PLACES[0], |(_, place)| place);
        let gender = self.gender();
        let mut child = self.member(gender, birth, home, abroad, family);
        child.mother = Some(mother_at);
        child.father = Some(mother_at + 1);
        if abroad && birth < together {
            child.origin = Origin::Settled { arrival: together };
        }
        self.members.push(child);
    }

    fn planted(&mut self) {
        for (index, gender, born, municipality) in special::SINGLES {
            if index / HOUSEHOLD_BLOCK * HOUSEHOLD_BLOCK == self.first {
                self.planted_single(index, gender, born, places::of(municipality));
            }
        }
        for (mother, born, twins, municipality) in special::TWIN_FAMILIES {
            if mother == self.first {
                self.planted_twins(born, twins, places::of(municipality));
            }
        }
    }

    fn planted_single(&mut self, index: u32, gender: Gender, born: i32, home: &'static Place) {
        let birth = year(born) + self.dice.between(0, 364);
        let places = special::Special::PLACES;
        let abroad = index == places.changed_number;
        let family = names::family(&mut self.dice, abroad);
        let mut member = self.member(gender, birth, home, abroad, family);
        if abroad {
            member.origin = Origin::DNumber { arrival: year(2018) + 120, settled: Some(year(2020) + 34) };
        }
        if index == places.secret_address {
            member.protection = Some((Protection::StrictlyConfidential, year(2019) + 20));
        }
        if index == places.confidential_address {
            member.protection = Some((Protection::Confidential, year(2021) + 90));
        }
        self.members.push(member);
    }

    fn planted_twins(&mut self, born: i32, twins: Day, home: &'static Place) {
        let (hers, his) = (names::family(&mut self.dice, false), names::family(&mut self.dice, false));
        let mother_birth = year(born) + self.dice.between(0, 364);
        let father_birth = mother_birth - self.dice.between(0, 1_500);
        let mut mother = self.member(Gender::Female, mother_birth, home, false, hers);
        let mut father = self.member(Gender::Male, father_birth, home, false, his);
        mother.spouse = Some((1, twins - 700));
        father.spouse = Some((0, twins - 700));
        self.members.extend([mother, father]);
        self.child(0, twins, his, false, 0);
        self.child(0, twins, his, false, 0);
    }

    /// Moves, deaths, emigration and protected addresses.
    fn lives(&mut self) {
        self.each_life();
        for at in 0..self.members.len() {
            let Some((partner, wedding)) = self.members[at].spouse else { continue };
            let end = self.members[at].present_until().min(self.members[partner as usize].present_until());
            if wedding >= end {
                for one in [at, partner as usize] {
                    self.members[one].spouse = None;
                    self.members[one].family = self.members[one].born_family;
                }
            }
        }
    }

    fn each_life(&mut self) {
        for at in 0..self.members.len() {
            let mut member = self.members[at];
            if let Some((_, home)) = member.homes[0] {
                member.homes[0] = Some((member.present_from(), home));
            }
            if !special::is_planted(self.first + at as u32) {
                member.death = self.death(&member, at);
                member.emigration = self.emigration(&member, at);
                unhappened(&mut member);
                self.moves(&mut member);
                if self.dice.per_million(1_000) {
                    let kind =
                        if self.dice.percent(60) { Protection::Confidential } else { Protection::StrictlyConfidential };
                    let since = self.dice.between(year(2017), year(2025)).max(member.present_from());
                    member.protection = Some((kind, since));
                }
            }
            self.members[at] = member;
        }
    }

    /// Children move with their mother; adults by themselves.
    fn moves(&mut self, member: &mut Member) {
        let alone_from = if member.mother.is_some() { member.birth + 19 * 366 } else { member.present_from() };
        let mut at = 1;
        if let Some(mother) = member.mother {
            for home in self.members[mother as usize].homes.iter().skip(1).flatten() {
                if home.0 > member.present_from() && home.0 < alone_from && at < 3 {
                    member.homes[at] = Some(*home);
                    at += 1;
                }
            }
        }
        let mut day = alone_from.max(year(2005)) + self.dice.between(30, 9_000);
        while at < 3 && day < member.present_until() && day > member.present_from() {
            let place = places::draw(&mut self.dice);
            if place.number != member.home(day).number {
                member.homes[at] = Some((day, place));
                at += 1;
            }
            day += self.dice.between(300, 6_000);
        }
    }

    /// When somebody dies, if before today. Everybody was alive when the registers begin, nobody
    /// passes 105, and parents live to see their children born.
    fn death(&mut self, member: &Member, at: usize) -> Option<Day> {
        let from = member.present_from().max(REGISTERS_FROM);
        let chance = self.dice.unit();
        let mut alive = 1.0;
        let mut death = None;
        for start in (from..TODAY).step_by(365) {
            let dies = f64::from(mortality(age(member.birth, start))) / 1_000_000.0;
            let day = start + self.dice.between(0, 364);
            alive *= 1.0 - dies;
            if alive < chance {
                death = Some(day).filter(|day| *day <= TODAY);
                break;
            }
        }
        death.filter(|day| self.last_birth(at).is_none_or(|birth| birth < *day))
    }

    /// When the youngest child of somebody was born.
    fn last_birth(&self, at: usize) -> Option<Day> {
        let parent = Some(at as u8);
        let children = self.members.iter().filter(|m| m.mother == parent || m.father == parent);
        children.map(|child| child.birth).max()
    }

    fn emigration(&mut self, member: &Member, at: usize) -> Option<Day> {
        let from = member.present_from().max(year(2017)) + 400;
        let leaves = self.dice.per_million(17_000) && age(member.birth, TODAY) >= 18 && from < year(2026);
        let day = leaves.then(|| self.dice.between(from, year(2026)))?;
        let settles_later = matches!(member.origin, Origin::DNumber { settled: Some(on), .. } if on >= day);
        let stays_for_children = self.last_birth(at).is_some_and(|birth| birth >= day);
        (day < member.alive_until() && !settles_later && !stays_for_children).then_some(day)
    }
}

/// Takes back what would have come after somebody's death.
fn unhappened(member: &mut Member) {
    let end = member.alive_until();
    member.origin = match member.origin {
        Origin::Corrected { on, .. } if on > end => Origin::Here,
        Origin::DNumber { arrival, settled: Some(on) } if on > end => Origin::DNumber { arrival, settled: None },
        origin => origin,
    };
}

fn mortality(age: i32) -> u32 {
    let age = age.clamp(0, 105).cast_unsigned();
    if age >= 104 {
        return 1_000_000;
    }
    let (decade, years) = ((age / 10) as usize, age % 10);
    let (low, high) = (MORTALITY[decade], MORTALITY[decade + 1]);
    (low * (10 - years) + high * years) / 10
}
