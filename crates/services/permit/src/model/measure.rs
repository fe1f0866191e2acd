//! What is made of a variable's rows before they are delivered: those in a window around the index
//! date, those with certain codes, one figure for each person.

use serde::{Deserialize, Serialize};

use super::{Codes, Granularity, NeededVariable, PermittedVariable, Values};

/// Days from the index date, both ends included: −365 to −1 is the year before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// The first day; as far back as the period when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<i32>,
    /// The last day; as long as the period when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i32>,
}

impl Window {
    /// Whether a row so many days after the index date is in it.
    pub fn contains(self, days: i64) -> bool {
        self.from.is_none_or(|from| i64::from(from) <= days) && self.until.is_none_or(|until| days <= i64::from(until))
    }
}

/// One figure a person from their rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// How many rows have a value; 0 for who has none.
    Count,
    /// Whether any row has a value.
    Any,
    /// How many different values, seen at the granularity; 0 for who has none.
    Distinct,
    /// The value on the earliest day.
    First,
    /// The value on the latest day.
    Last,
    /// The sum of the values, then brought to the granularity; nothing for who has none.
    Sum,
    /// The smallest value.
    Min,
    /// The largest value.
    Max,
}

impl Aggregate {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 8] =
        [Self::Count, Self::Any, Self::Distinct, Self::First, Self::Last, Self::Sum, Self::Min, Self::Max];

    /// Its name in documents, columns and forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Any => "any",
            Self::Distinct => "distinct",
            Self::First => "first",
            Self::Last => "last",
            Self::Sum => "sum",
            Self::Min => "min",
            Self::Max => "max",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Whether it needs to know when rows happened.
    pub const fn needs_dates(self) -> bool {
        matches!(self, Self::First | Self::Last)
    }
}

/// What is made of a variable's rows. Nothing said means the rows themselves, from the whole period.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Only rows in this window around the index date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Only rows that have such a code in another, or the same, variable of the dataset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub having: Option<Codes>,
    /// One figure a person instead of the rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregate: Option<Aggregate>,
    /// What the figure's column is called; the variable's name and the aggregate's when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Measure {
    /// Whether it is the rows themselves, from the whole period.
    pub fn is_rows(&self) -> bool {
        *self == Self::default()
    }

    /// This aggregate over the whole period.
    pub fn of(aggregate: Aggregate) -> Self {
        Self { aggregate: Some(aggregate), ..Self::default() }
    }

    /// Whether values of this kind can be delivered so, at this granularity.
    pub const fn fits(&self, granularity: Granularity, values: Values) -> bool {
        granularity.fits(values)
            && match self.aggregate {
                Some(Aggregate::Sum) => matches!(values, Values::Numbers),
                Some(Aggregate::Min | Aggregate::Max) => matches!(values, Values::Numbers | Values::Dates),
                _ => true,
            }
    }

    /// Whether this at `asked` tells no more than `permitted` at `allowed`. What counts follows from the
    /// rows; what is first does not, for rows may come without their dates. A window or a code that the
    /// permit does not have tells something of the rows that are left, so it must be the same one.
    pub fn within(&self, asked: Granularity, permitted: &Self, allowed: Granularity) -> bool {
        let coarser = asked.within(allowed);
        self.window == permitted.window
            && self.having == permitted.having
            && match (self.aggregate, permitted.aggregate) {
                (mine, theirs) if mine == theirs => coarser,
                (Some(Aggregate::Count | Aggregate::Any | Aggregate::Distinct), None) => coarser,
                (Some(Aggregate::Min | Aggregate::Max), None) => coarser,
                (Some(Aggregate::Sum), None) => coarser && matches!(allowed, Granularity::AsIs),
                (Some(Aggregate::Any), Some(Aggregate::Count)) => coarser,
                _ => false,
            }
    }
}

impl PermittedVariable {
    /// The rows of a variable at a granularity.
    pub fn rows(variable: varde_core::CataloguePath, granularity: Granularity) -> Self {
        Self { variable, granularity, measure: Measure::default() }
    }

    /// Whether values of this kind can be delivered so.
    pub const fn fits(&self, values: Values) -> bool {
        self.measure.fits(self.granularity, values)
    }

    /// Whether this tells no more than `permitted` does.
    pub fn within(&self, permitted: &Self) -> bool {
        self.variable == permitted.variable
            && self.measure.within(self.granularity, &permitted.measure, permitted.granularity)
    }

    /// The column it becomes: the variable's own name for rows.
    pub fn column(&self) -> String {
        match (&self.measure.name, self.measure.aggregate) {
            (Some(name), Some(_)) => name.clone(),
            (None, Some(aggregate)) => format!("{}_{}", self.variable.name(), aggregate.name()),
            (_, None) => self.variable.name().to_owned(),
        }
    }
}

impl NeededVariable {
    /// The rows of a variable at a granularity, and why.
    pub fn rows(variable: varde_core::CataloguePath, granularity: Granularity, reason: impl Into<String>) -> Self {
        Self { variable, granularity, measure: Measure::default(), reason: reason.into() }
    }

    /// What is asked for, without the reason.
    pub fn asked(&self) -> PermittedVariable {
        PermittedVariable {
            variable: self.variable.clone(),
            granularity: self.granularity,
            measure: self.measure.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use Granularity::{AsIs, Band, Month, Prefix};

    fn measures() -> impl Strategy<Value = Measure> {
        let window = prop::option::of(
            (-2_i32..2, 0_i32..3).prop_map(|(from, long)| Window { from: Some(from), until: Some(from + long) }),
        );
        let aggregate = prop::option::of(prop::sample::select(Aggregate::ALL.to_vec()));
        (window, aggregate).prop_map(|(window, aggregate)| Measure { window, aggregate, ..Measure::default() })
    }

    fn granularities() -> impl Strategy<Value = Granularity> {
        prop::sample::select(vec![AsIs, Month, Band(5), Band(10), Prefix(2), Prefix(3)])
    }

    proptest! {
        #[test]
        fn within_is_an_order(
            a in (measures(), granularities()), b in (measures(), granularities()), c in (measures(), granularities()),
        ) {
            let within = |x: &(Measure, Granularity), y: &(Measure, Granularity)| x.0.within(x.1, &y.0, y.1);
            prop_assert!(within(&a, &a));
            if within(&a, &b) && within(&b, &c) {
                prop_assert!(within(&a, &c));
            }
            if a != b {
                prop_assert!(!(within(&a, &b) && within(&b, &a)));
            }
        }

        /// What is within a permit that can be made can be made, as far as the kind of values goes.
        #[test]
        fn nothing_that_says_nothing_is_written_down(measure in measures()) {
            let text = serde_json::to_string(&measure).unwrap();
            prop_assert_eq!(text == "{}", measure.is_rows());
            prop_assert_eq!(serde_json::from_str::<Measure>(&text).unwrap(), measure);
        }
    }

    #[test]
    fn a_figure_is_within_the_rows_it_follows_from() {
        let rows = Measure::default();
        let of = Measure::of;
        for (aggregate, granularity, allowed, good) in [
            (Aggregate::Count, AsIs, AsIs, true),
            (Aggregate::Max, Band(10), Band(5), true),
            (Aggregate::Sum, Band(10), AsIs, true),
            (Aggregate::Sum, Band(10), Band(5), false),
            (Aggregate::First, AsIs, AsIs, false),
            (Aggregate::Max, AsIs, Band(5), false),
        ] {
            assert_eq!(of(aggregate).within(granularity, &rows, allowed), good, "{aggregate:?} {granularity:?}");
        }
        assert!(of(Aggregate::Any).within(AsIs, &of(Aggregate::Count), AsIs));
        assert!(!of(Aggregate::Count).within(AsIs, &of(Aggregate::Any), AsIs));
        assert!(!rows.within(AsIs, &of(Aggregate::Count), AsIs), "rows tell more than their number");
    }

    #[test]
    fn another_window_or_code_is_another_thing() {
        let year = Measure { window: Some(Window { from: Some(-365), until: Some(-1) }), ..Measure::default() };
        let month = Measure { window: Some(Window { from: Some(-30), until: Some(-1) }), ..Measure::default() };
        assert!(!month.within(AsIs, &year, AsIs) && !year.within(AsIs, &Measure::default(), AsIs));
        let codes = Codes { variable: "lmr/dispensing/atc".parse().unwrap(), prefixes: vec!["C07".into()] };
        let some = Measure { having: Some(codes), ..Measure::default() };
        assert!(!some.within(AsIs, &Measure::default(), AsIs) && some.within(AsIs, &some, AsIs));
    }

    #[test]
    fn sums_are_of_numbers_and_extremes_of_what_has_an_order() {
        assert!(Measure::of(Aggregate::Sum).fits(Band(5), Values::Numbers));
        assert!(!Measure::of(Aggregate::Sum).fits(AsIs, Values::Dates));
        assert!(Measure::of(Aggregate::Max).fits(Month, Values::Dates));
        assert!(!Measure::of(Aggregate::Min).fits(AsIs, Values::Characters));
        assert!(Measure::of(Aggregate::First).fits(Prefix(3), Values::Characters));
    }
}
