//! What ails somebody: made once per person, so that the registers tell the same story.

use super::{
    Subject,
    codes::{CONDITIONS, Condition, RARE_DISEASES, SITES, Site},
};
use crate::{
    calendar::{Day, REGISTERS_UNTIL, age, year},
    population::{RARE, has_heart_failure},
    random::{Dice, Purpose, Weighted},
};

/// Somebody's health over the registers' period.
pub(crate) struct Health {
    /// How much more than others they need: 1 on average, with few who need very much.
    pub(crate) frailty: f64,
    /// Chronic conditions with the day they began.
    pub(crate) chronic: Vec<(&'static Condition, Day)>,
    pub(crate) cancer: Option<(&'static Site, Day)>,
    pub(crate) rare: Option<&'static str>,
}

static CANCER_SITES: std::sync::LazyLock<Weighted<Site>> = std::sync::LazyLock::new(|| Weighted::zipf(&SITES));

impl Health {
    pub(crate) fn of(subject: &Subject<'_>) -> Self {
        let mut dice = subject.dice(Purpose::Health);
        let (from, until) = subject.presence();
        let frailty = frailty(&mut dice);
        let band = band(subject.age((from + until) / 2));
        let mut chronic = Vec::new();
        for (at, condition) in CONDITIONS.iter().enumerate() {
            let has = dice.per_million(condition.per_mille[band] * 1_000);
            let began = dice.between(from.min(condition.begins()), until - 30);
            if has && began > subject.member.birth {
                chronic.push((condition, began.max(subject.member.present_from())));
            }
            if at == 0
                && let Some(day) = has_heart_failure(subject.index)
            {
                chronic.retain(|_| false);
                chronic.push((condition, day));
            }
        }
        Self { frailty, chronic, cancer: cancer(subject, &mut dice), rare: rare(subject, &mut dice) }
    }

    /// Since when they have had heart failure.
    pub(crate) fn heart_failure(&self) -> Option<Day> {
        self.chronic.iter().find(|(c, _)| c.code == CONDITIONS[0].code).map(|(_, began)| *began)
    }
}

/// Half of all need little, one in 200 twenty times as much as others; 1.06 on average.
fn frailty(dice: &mut Dice) -> f64 {
    match dice.below(200) {
        0..100 => 0.3,
        100..160 => 0.8,
        160..190 => 2.0,
        190..199 => 6.0,
        _ => 20.0,
    }
}

/// The age band of the tables: 0–17, 18–39, 40–59, 60–74, 75 and over.
pub(crate) const fn band(age: i32) -> usize {
    match age {
        ..18 => 0,
        18..40 => 1,
        40..60 => 2,
        60..75 => 3,
        _ => 4,
    }
}

fn cancer(subject: &Subject<'_>, dice: &mut Dice) -> Option<(&'static Site, Day)> {
    let (from, until) = subject.presence();
    let per_mille = [2, 9, 38, 105, 140][band(subject.age(until))];
    let has = dice.per_million(per_mille * 1_000);
    let (site, day) = (CANCER_SITES.draw(dice), dice.between(from.max(year(2010)), until));
    let fits = site.gender.is_none_or(|gender| gender == subject.member.gender);
    (has && fits && from <= until && age(subject.member.birth, day) >= site.youngest).then_some((site, day))
}

fn rare(subject: &Subject<'_>, dice: &mut Dice) -> Option<&'static str> {
    let planted = RARE.iter().find(|(index, _)| *index == subject.index).map(|(_, code)| *code);
    let (by_chance, which) = (dice.per_million(700), *dice.pick(&RARE_DISEASES));
    planted.or_else(|| (by_chance && subject.index > 31).then_some(which))
}

impl Condition {
    /// Conditions that people live long with may have begun before the registers.
    const fn begins(&self) -> Day {
        if self.lasting { year(2005) } else { REGISTERS_UNTIL - 3_650 }
    }
}
