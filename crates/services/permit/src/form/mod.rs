//! Parts of a need as fields of a form, and back: whom, from which day, what is made of rows, how finely. The
//! form of an application and that of a data product have the same fields for them.
//!
//! Everything typed stays in the form, also what is wrong: that is told with its field by a [`Wrong`], for
//! which each context has words of its own.

mod cohort;
mod measure;
mod study;

use std::str::FromStr;

use varde_web::Form;

use crate::{Granularity, LONGEST_SHIFT};

pub use cohort::{ages, cohort, cohort_to_form};
pub use measure::{measure, measure_to_form};
pub use study::{WHICH, index, index_to_form};

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// Not a day.
    Date,
    /// The last day is before the first, or one of them is lacking.
    PeriodOrder,
    /// Not a whole number.
    Number,
    /// Not a number of events.
    Times,
    /// No variable is chosen.
    Variable,
    /// No code is given.
    NoCodes,
    /// Not two days of birth in their order.
    Born,
    /// Not a municipality or county.
    Areas,
    /// The oldest is younger than the youngest.
    Ages,
    /// A variable without the codes to look for in it.
    HavingNothing,
}

impl Wrong {
    /// The end of the locale key that tells of it: `period-order`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::PeriodOrder => "period-order",
            Self::Number => "number",
            Self::Times => "index-times",
            Self::Variable => "cohort-variable",
            Self::NoCodes => "no-codes",
            Self::Born => "born",
            Self::Areas => "areas",
            Self::Ages => "ages",
            Self::HavingNothing => "having-nothing",
        }
    }
}

/// A granularity in forms and locale keys: `as_is`, `month`, `year`, `relative_days`, `shifted-30`, `band-5`,
/// `rounded-10`, `prefix-3`.
pub fn granularity_code(granularity: Granularity) -> String {
    match granularity {
        Granularity::AsIs => "as_is".to_owned(),
        Granularity::Month => "month".to_owned(),
        Granularity::Year => "year".to_owned(),
        Granularity::RelativeDays => "relative_days".to_owned(),
        Granularity::Shifted(days) => format!("shifted-{days}"),
        Granularity::Band(width) => format!("band-{width}"),
        Granularity::Rounded(to) => format!("rounded-{to}"),
        Granularity::Prefix(length) => format!("prefix-{length}"),
    }
}

/// The granularity of that code.
pub fn granularity_from_code(code: &str) -> Option<Granularity> {
    Some(match code {
        "as_is" => Granularity::AsIs,
        "month" => Granularity::Month,
        "year" => Granularity::Year,
        "relative_days" => Granularity::RelativeDays,
        other => match other.split_once('-')? {
            ("shifted", days) => Granularity::Shifted(days.parse().ok().filter(|d| (1..=LONGEST_SHIFT).contains(d))?),
            ("band", width) => Granularity::Band(width.parse().ok().filter(|w| *w > 0)?),
            ("rounded", to) => Granularity::Rounded(to.parse().ok().filter(|to| *to > 0)?),
            ("prefix", length) => Granularity::Prefix(length.parse().ok().filter(|l| *l > 0)?),
            _ => return None,
        },
    })
}

fn list(text: &str) -> Vec<String> {
    text.split([',', ';', ' ', '\n', '\r']).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Codes as people write them: apart by commas or spaces, in large letters or small.
fn codes(text: &str) -> Vec<String> {
    list(text).iter().map(|code| code.to_uppercase()).collect()
}

fn number<N: FromStr>(form: &Form, field: &str, otherwise: N, what: Wrong, wrong: &mut impl FnMut(&str, Wrong)) -> N {
    let Some(text) = form.given(field) else { return otherwise };
    text.parse().unwrap_or_else(|_| {
        wrong(field, what);
        otherwise
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use varde_core::Period;

    use super::*;
    use crate::{Aggregate, Attribute, Codes, Cohort, Events, Index, Measure, Which, Window};

    fn variable() -> varde_core::CataloguePath {
        "npr/contact/main_condition".parse().unwrap()
    }

    fn cohorts() -> impl Strategy<Value = Cohort> {
        let code = Just(Cohort::HasCode { variable: variable(), prefixes: vec!["I50".into(), "I11".into()] });
        let born = Just(Cohort::Born { from: date(1950, 1, 1), until: date(1980, 12, 31) });
        let resident = Just(Cohort::Resident { areas: vec!["03".into(), "5401".into()] });
        let age = (0_u32..40, 40_u32..120).prop_map(|(from, until)| Cohort::AtIndex(Attribute::Age { from, until }));
        let parts = (prop::option::of(code), prop::option::of(born), prop::option::of(resident), prop::option::of(age));
        parts.prop_map(|(a, b, c, d)| {
            let parts: Vec<Cohort> = [a, b, c, d].into_iter().flatten().collect();
            if parts.is_empty() { Cohort::Everyone } else { Cohort::All(parts) }
        })
    }

    fn indices() -> impl Strategy<Value = Option<Index>> {
        let period = prop::option::of(Just(Period::new(date(2018, 1, 1), date(2022, 6, 30)).unwrap()));
        let which = prop::sample::select(vec![Which::First, Which::Last, Which::Reached]);
        let event = (period, 1_u32..5, 0_u32..90, which).prop_map(|(within, at_least, days_between, which)| {
            let codes = Codes { variable: variable(), prefixes: vec!["I50".into(), "I11".into()] };
            Index::Event { events: Events { codes, within, at_least, days_between }, which }
        });
        prop::option::of(prop_oneof![event, Just(Index::Day(date(2020, 5, 17)))])
    }

    fn measures() -> impl Strategy<Value = Measure> {
        let window = (prop::option::of(-400_i32..400), prop::option::of(-400_i32..400));
        let window =
            window.prop_map(|(from, until)| (from.is_some() || until.is_some()).then_some(Window { from, until }));
        let having = prop::option::of(prop::collection::vec("[A-Z][0-9]{2}", 1..3));
        let having = having.prop_map(|some| some.map(|prefixes| Codes { variable: variable(), prefixes }));
        (window, prop::option::of(prop::sample::select(Aggregate::ALL.to_vec())), having)
            .prop_map(|(window, aggregate, having)| Measure { window, aggregate, having, name: None })
    }

    proptest! {
        #[test]
        fn what_is_shown_and_posted_back_is_what_it_was(
            rule in cohorts(), start in indices(), made in measures(),
        ) {
            let form = measure_to_form(index_to_form(cohort_to_form(Form::new(), &rule), start.as_ref()), 3, &made);
            let mut problems = Vec::new();
            let mut wrong = |field: &str, what: Wrong| problems.push((field.to_owned(), what));
            prop_assert_eq!(cohort(&form, &Cohort::Everyone, &mut wrong), rule);
            prop_assert_eq!(index(&form, &mut wrong), start);
            prop_assert_eq!(measure(&form, 3, &mut wrong), made);
            prop_assert_eq!(problems, []);
        }

        #[test]
        fn any_granularity_code_reads_back(width in 1_u32..200, length in 1_u32..9) {
            for granularity in [Granularity::AsIs, Granularity::Month, Granularity::Year, Granularity::RelativeDays,
                                Granularity::Shifted(width), Granularity::Band(width), Granularity::Rounded(width),
                                Granularity::Prefix(length)] {
                prop_assert_eq!(granularity_from_code(&granularity_code(granularity)), Some(granularity));
            }
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_field() {
        let form = Form::of([
            ("cohort", "code"),
            ("born_from", "1990-01-01"),
            ("areas", "Oslo"),
            ("age_from", "70"),
            ("age_until", "60"),
            ("index", "first"),
            ("index_until", "2020-01-01"),
            ("index_times", "many"),
            ("window_from_0", "a"),
            ("having_codes_0", "i50"),
        ]);
        let mut problems = Vec::new();
        let mut wrong = |field: &str, what: Wrong| problems.push((field.to_owned(), what));
        cohort(&form, &Cohort::Everyone, &mut wrong);
        index(&form, &mut wrong);
        measure(&form, 0, &mut wrong);
        let expected = [
            ("cohort_variable", Wrong::Variable),
            ("born_until", Wrong::Born),
            ("areas", Wrong::Areas),
            ("age_until", Wrong::Ages),
            ("index_variable", Wrong::Variable),
            ("index_codes", Wrong::NoCodes),
            ("index_until", Wrong::PeriodOrder),
            ("index_times", Wrong::Times),
            ("window_from_0", Wrong::Number),
            ("having_0", Wrong::Variable),
        ];
        assert_eq!(problems, expected.map(|(field, what)| (field.to_owned(), what)));
    }

    #[test]
    fn a_rule_that_has_no_fields_stays_as_it_is() {
        let code = || Cohort::HasCode { variable: variable(), prefixes: vec!["I".into()] };
        let not = || Cohort::Not(Box::new(code()));
        for rule in [not(), Cohort::All(vec![code(), not()]), Cohort::All(vec![code(), code()])] {
            let form = cohort_to_form(Form::new(), &rule);
            assert_eq!(form.value("cohort"), "other");
            assert_eq!(cohort(&form, &rule, &mut |field: &str, _| panic!("{field}")), rule);
        }
        let born = Cohort::Born { from: date(1950, 1, 1), until: date(1960, 1, 1) };
        let form = cohort_to_form(Form::new(), &born);
        assert_eq!(form.value("cohort"), "everyone", "among all in the datasets");
        let read = cohort(&form, &Cohort::Everyone, &mut |field: &str, _| panic!("{field}"));
        assert_eq!(read, Cohort::All(vec![born]));
    }
}
