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
    /// A date as the number of days since the person's first row in the extract (relative dates,
    /// secret reference date).
    RelativeDays,
    /// A number in bands of this width, as `20-29`.
    Band(u32),
    /// A code cut to its first characters: `I501` → `I50` with 3; a municipality to its county with 2.
    Prefix(u32),
}

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
            Self::Band(width) => width > 0 && matches!(values, Values::Numbers),
            Self::Prefix(length) => length > 0 && matches!(values, Values::Characters),
        }
    }

    /// Whether this tells no more than `permitted` does. Bands of 10 tell less than bands of 5, but
    /// bands of 7 cut across them; days since a person's first row tell more than months.
    pub const fn within(self, permitted: Self) -> bool {
        match (permitted, self) {
            (_, Self::Band(0) | Self::Prefix(0)) | (Self::Band(0) | Self::Prefix(0), _) => false,
            (Self::AsIs, _)
            | (Self::Month, Self::Month | Self::Year)
            | (Self::Year, Self::Year)
            | (Self::RelativeDays, Self::RelativeDays) => true,
            (Self::Band(permitted), Self::Band(asked)) => asked.is_multiple_of(permitted),
            (Self::Prefix(permitted), Self::Prefix(asked)) => asked <= permitted,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use Granularity::{AsIs, Band, Month, Prefix, RelativeDays, Year};

    fn any_granularity() -> impl Strategy<Value = Granularity> {
        prop_oneof![
            Just(AsIs),
            Just(Month),
            Just(Year),
            Just(RelativeDays),
            (0_u32..20).prop_map(Band),
            (0_u32..5).prop_map(Prefix),
        ]
    }

    proptest! {
        #[test]
        fn within_is_an_order(a in any_granularity(), b in any_granularity(), c in any_granularity()) {
            prop_assert_eq!(a.within(a), !matches!(a, Band(0) | Prefix(0)));
            if a.within(b) && b.within(c) {
                prop_assert!(a.within(c));
            }
            if a != b {
                prop_assert!(!(a.within(b) && b.within(a)));
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
        for nothing in [Band(0), Prefix(0)] {
            assert!(!nothing.within(AsIs) && !nothing.within(nothing), "{nothing:?}");
            for values in [Values::Dates, Values::Numbers, Values::Characters, Values::Truths] {
                assert!(!nothing.fits(values), "{nothing:?} {values:?}");
            }
        }
        assert!(!Month.fits(Values::Numbers) && !Band(5).fits(Values::Dates) && !Prefix(2).fits(Values::Truths));
        assert!(Month.fits(Values::Dates) && Band(5).fits(Values::Numbers) && Prefix(2).fits(Values::Characters));
    }
}
