//! The two ways of reading the FAIR indicators that the RDA describes: how far each has come, and which
//! level an area has reached (DOI 10.15497/rda00050, sections on evaluation).

use serde::Serialize;
use varde_architecture::Level;

use super::{Dimension, Outcome, Score};

/// How far an indicator has come: 0 not applicable, 1 not being considered, 3 in implementation, 4 fully
/// implemented. Level 2, under consideration, is a plan and not a fact: it is never given. `None` while
/// nobody has judged.
pub const fn progress(outcome: Outcome) -> Option<u8> {
    match outcome {
        Outcome::Met => Some(4),
        Outcome::Partly => Some(3),
        Outcome::NotMet => Some(1),
        Outcome::RightlyRestricted | Outcome::NotRelevant => Some(0),
        Outcome::NotJudged => None,
    }
}

/// The level of an area, 0 to 5: from what is known, and what it would be if everything that is not judged
/// were met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Maturity {
    /// The level reached for certain.
    pub least: u8,
    /// The level that it may come out as.
    pub most: u8,
}

/// The level of a dimension: 0 unless all essential indicators are met; 1 then; 2 with half of the important
/// ones, 3 with all of them; 4 with half of the useful ones besides, 5 with all. What is rightly restricted or
/// not relevant is left out.
pub fn maturity(dimension: &Dimension, score: &Score) -> Maturity {
    let count = |level: Level, unknown_is_met: bool| {
        let (mut met, mut all) = (0_u32, 0_u32);
        for indicator in dimension.indicators.iter().filter(|one| one.priority == Some(level)) {
            match score.finding(&indicator.id).map_or(Outcome::NotJudged, |finding| finding.outcome) {
                Outcome::RightlyRestricted | Outcome::NotRelevant => {}
                outcome => {
                    all += 1;
                    met += u32::from(outcome == Outcome::Met || (unknown_is_met && outcome == Outcome::NotJudged));
                }
            }
        }
        (met, all)
    };
    let of = |unknown_is_met| {
        let (essential, important, useful) = (
            count(Level::Essential, unknown_is_met),
            count(Level::Important, unknown_is_met),
            count(Level::Useful, unknown_is_met),
        );
        level(essential, important, useful)
    };
    Maturity { least: of(false), most: of(true) }
}

fn level(essential: (u32, u32), important: (u32, u32), useful: (u32, u32)) -> u8 {
    let all = |(met, of): (u32, u32)| met == of;
    let half = |(met, of): (u32, u32)| met * 2 >= of;
    match () {
        () if !all(essential) => 0,
        () if !half(important) => 1,
        () if !all(important) => 2,
        () if !half(useful) => 3,
        () if !all(useful) => 4,
        () => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_follow_the_published_table() {
        for (essential, important, useful, expected) in [
            ((4, 5), (4, 4), (2, 2), 0),
            ((5, 5), (1, 4), (2, 2), 1),
            ((5, 5), (2, 4), (2, 2), 2),
            ((5, 5), (4, 4), (0, 2), 3),
            ((5, 5), (4, 4), (1, 2), 4),
            ((5, 5), (4, 4), (2, 2), 5),
            ((0, 0), (0, 0), (0, 0), 5),
        ] {
            assert_eq!(level(essential, important, useful), expected, "{essential:?} {important:?} {useful:?}");
        }
    }

    #[test]
    fn what_nobody_has_judged_has_no_progress() {
        assert_eq!(progress(Outcome::NotJudged), None);
        assert_eq!(progress(Outcome::RightlyRestricted), Some(0), "not applicable, never a failure");
        assert_eq!((progress(Outcome::NotMet), progress(Outcome::Met)), (Some(1), Some(4)));
    }
}
