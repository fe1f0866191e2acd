//! How finely a variable may be delivered, for which values that means something, and what tells
//! less than what. The application, the decision and the engine ask the same two functions, so that
//! nothing is granted that cannot be made.

use serde::{Deserialize, Serialize};

/// How finely a variable may be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Granularity {
    /// As it is in the release.
    AsIs,
    /// A date as year and month (`2024-03`).
    Month,
    /// A date as year (`2024`).
    Year,
    /// A date as the number of days since the person's index date, or since their first row in the
    /// extract where the design has no index date (relative dates, secret reference date).
    RelativeDays,
    /// A date moved by at most so many days, all of a person's dates in a project by the same number, so
    /// that the days between them stay true.
    Shifted(u32),
    /// A number in bands of this width, as `20-29`.
    Band(u32),
    /// A number rounded to the nearest multiple of this one, halves upwards.
    Rounded(u32),
    /// A code cut to its first characters: `I501` → `I50` with 3; a municipality to its county with 2.
    Prefix(u32),
}

/// The most days that dates may be moved by: more would make years and ages untrue.
pub const LONGEST_SHIFT: u32 = 366;

/// What kind of values a variable has, as far as granularity goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Values {
    /// Dates, or dates with a time of day.
    Dates,
    /// Whole or decimal numbers.
    Numbers,
    /// Codes and text.
    Characters,
    /// Yes or no.
    Truths,
}

impl Granularity {
    /// Whether values of this kind can be delivered like this. Bands without width and prefixes
    /// without length say nothing, so they fit nothing.
    pub const fn fits(self, values: Values) -> bool {
        match self {
            Self::AsIs => true,
            Self::Month | Self::Year | Self::RelativeDays => matches!(values, Values::Dates),
            Self::Shifted(most) => most > 0 && most <= LONGEST_SHIFT && matches!(values, Values::Dates),
            Self::Band(width) | Self::Rounded(width) => width > 0 && matches!(values, Values::Numbers),
            Self::Prefix(length) => length > 0 && matches!(values, Values::Characters),
        }
    }

    /// Whether this tells no more than `permitted` does. Bands of 10 tell less than bands of 5, but
    /// bands of 7 cut across them; rounding to 15 follows from rounding to 5, rounding to 10 does not (4
    /// would be 5 and then 10); days since a person's first row tell more than months, and dates moved by
    /// other days are other dates.
    pub const fn within(self, permitted: Self) -> bool {
        match (permitted, self) {
            (permitted, asked) if permitted.says_nothing() || asked.says_nothing() => false,
            (Self::AsIs, _)
            | (Self::Month, Self::Month | Self::Year)
            | (Self::Year, Self::Year)
            | (Self::RelativeDays, Self::RelativeDays) => true,
            (Self::Shifted(permitted), Self::Shifted(asked)) => asked == permitted,
            (Self::Band(permitted), Self::Band(asked)) => asked.is_multiple_of(permitted),
            (Self::Rounded(permitted), Self::Rounded(asked)) => {
                asked.is_multiple_of(permitted) && (asked / permitted) % 2 == 1
            }
            (Self::Prefix(permitted), Self::Prefix(asked)) => asked <= permitted,
            _ => false,
        }
    }

    /// The next coarser one for values of this kind, for proposals that let more people share a value;
    /// `None` where there is none that means something.
    pub const fn coarser(self, values: Values) -> Option<Self> {
        match (self, values) {
            (Self::AsIs, Values::Dates) => Some(Self::Month),
            (Self::Month, Values::Dates) => Some(Self::Year),
            (Self::AsIs, Values::Numbers) => Some(Self::Band(5)),
            (Self::Rounded(to), Values::Numbers) if to > 0 && to < 100 => Some(Self::Rounded(to * 3)),
            (Self::Band(width), Values::Numbers) if width > 0 && width < 100 => Some(Self::Band(width * 2)),
            (Self::AsIs, Values::Characters) => Some(Self::Prefix(3)),
            (Self::Prefix(length), Values::Characters) if length > 1 => Some(Self::Prefix(length - 1)),
            _ => None,
        }
    }

    const fn says_nothing(self) -> bool {
        matches!(self, Self::Band(0) | Self::Prefix(0) | Self::Rounded(0) | Self::Shifted(0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use Granularity::{AsIs, Band, Month, Prefix, RelativeDays, Rounded, Shifted, Year};

    fn any_granularity() -> impl Strategy<Value = Granularity> {
        prop_oneof![
            Just(AsIs),
            Just(Month),
            Just(Year),
            Just(RelativeDays),
            (0_u32..20).prop_map(Band),
            (0_u32..5).prop_map(Prefix),
            (0_u32..40).prop_map(Rounded),
            (0_u32..4).prop_map(Shifted),
        ]
    }

    proptest! {
        #[test]
        fn within_is_an_order(a in any_granularity(), b in any_granularity(), c in any_granularity()) {
            prop_assert_eq!(a.within(a), !matches!(a, Band(0) | Prefix(0) | Rounded(0) | Shifted(0)));
            if a.within(b) && b.within(c) {
                prop_assert!(a.within(c));
            }
            if a != b {
                prop_assert!(!(a.within(b) && b.within(a)));
            }
        }
    }

    proptest! {
        /// What is within can be worked out from what is permitted, so it tells no more.
        #[test]
        fn a_rounding_within_another_follows_from_it(
            value in -10_000_i64..10_000, asked in 1_u32..60, permitted in 1_u32..60,
        ) {
            let round = |value: i64, to: u32| (2 * value + i64::from(to)).div_euclid(2 * i64::from(to)) * i64::from(to);
            if Rounded(asked).within(Rounded(permitted)) {
                prop_assert_eq!(round(round(value, permitted), asked), round(value, asked));
            }
        }

        #[test]
        fn the_next_coarser_fits_and_ends(start in any_granularity()) {
            for values in [Values::Dates, Values::Numbers, Values::Characters, Values::Truths] {
                let mut now = Some(start).filter(|g| g.fits(values));
                for _ in 0..40 {
                    let next = now.and_then(|g| g.coarser(values));
                    prop_assert!(next.is_none_or(|g| g.fits(values) && now.is_some_and(|now| g.within(now))));
                    now = next;
                }
                prop_assert_eq!(now, None);
            }
        }
    }

    #[test]
    fn a_coarser_wish_is_within_a_finer_permit() {
        for (asked, permitted) in [(Year, Month), (Band(10), Band(5)), (Prefix(2), Prefix(3)), (Month, AsIs)] {
            assert!(asked.within(permitted), "{asked:?} {permitted:?}");
            assert!(!permitted.within(asked), "{permitted:?} {asked:?}");
        }
        assert!(!Band(7).within(Band(5)));
        assert!(!RelativeDays.within(Month), "days tell more than months");
    }

    #[test]
    fn what_says_nothing_fits_nothing_and_is_within_nothing() {
        for nothing in [Band(0), Prefix(0), Rounded(0), Shifted(0)] {
            assert!(!nothing.within(AsIs) && !nothing.within(nothing), "{nothing:?}");
            for values in [Values::Dates, Values::Numbers, Values::Characters, Values::Truths] {
                assert!(!nothing.fits(values), "{nothing:?} {values:?}");
            }
        }
        assert!(!Month.fits(Values::Numbers) && !Band(5).fits(Values::Dates) && !Prefix(2).fits(Values::Truths));
        assert!(!Shifted(LONGEST_SHIFT + 1).fits(Values::Dates) && !Rounded(5).fits(Values::Characters));
        assert!(Month.fits(Values::Dates) && Band(5).fits(Values::Numbers) && Prefix(2).fits(Values::Characters));
    }
}
