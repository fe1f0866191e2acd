//! People who are planted at the same places in every world, whatever its seed and size.

use super::Gender;
use crate::calendar::{Day, year};

/// The indices of the people that the demo, its documentation and its tests speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Special {
    /// Applies for data; works at the researching organisation.
    pub researcher: u32,
    /// Works in the same project.
    pub second_researcher: u32,
    /// Handles the case at the access body.
    pub handler: u32,
    /// Reviews what is to leave a room; at the access body.
    pub reviewer: u32,
    /// Keeps the registers' catalogue; at the register keeper.
    pub steward: u32,
    /// Runs the service; at the supplier.
    pub operator: u32,
    /// An ordinary adult with heart failure from 2020, in several registers.
    pub citizen: u32,
    /// Has heart failure and opted out in 2021.
    pub opted_out_before: u32,
    /// Has heart failure; opts out between application and decision (by the demo, not in the data).
    pub opts_out_later: u32,
    /// Has heart failure; opts out after the decision (by the demo, not in the data).
    pub opts_out_after_decision: u32,
    /// Came in 2018 with a D-number, has a fødselsnummer since 2020-02-04, heart failure, and events under both.
    pub changed_number: u32,
    /// Lives in Utsira and has a rare disease (ICD-10 E752).
    pub rare_disease: u32,
    /// Has a strictly confidential address, and hospital contacts.
    pub secret_address: u32,
    /// Has a confidential address, and hospital contacts.
    pub confidential_address: u32,
    /// Lives in Træna, with a rare disease (ICD-10 G122) and heart failure.
    pub second_rare_disease: u32,
    /// Has heart failure and withdrew the consent to the quality register in 2023.
    pub withdrew_consent: u32,
    /// Mothers of twins.
    pub twin_mothers: [u32; 2],
    /// Fathers of twins.
    pub twin_fathers: [u32; 2],
    /// Two pairs of twins, born in 2017 and 2021.
    pub twins: [[u32; 2]; 2],
}

impl Special {
    /// Where they are.
    pub const PLACES: Self = Self {
        researcher: 0,
        second_researcher: 1,
        handler: 2,
        reviewer: 3,
        steward: 4,
        operator: 5,
        citizen: 6,
        opted_out_before: 7,
        opts_out_later: 8,
        opts_out_after_decision: 9,
        changed_number: 10,
        rare_disease: 11,
        secret_address: 12,
        confidential_address: 13,
        second_rare_disease: 14,
        withdrew_consent: 15,
        twin_mothers: [16, 24],
        twin_fathers: [17, 25],
        twins: [[18, 19], [26, 27]],
    };
}

const S: Special = Special::PLACES;

/// Planted single people: index, gender, birth year, number of the municipality.
pub(crate) const SINGLES: [(u32, Gender, i32, u16); 16] = [
    (S.researcher, Gender::Female, 1984, 301),
    (S.second_researcher, Gender::Male, 1990, 3201),
    (S.handler, Gender::Male, 1979, 5001),
    (S.reviewer, Gender::Female, 1972, 301),
    (S.steward, Gender::Female, 1988, 4601),
    (S.operator, Gender::Male, 1981, 5501),
    (S.citizen, Gender::Female, 1958, 4601),
    (S.opted_out_before, Gender::Male, 1951, 301),
    (S.opts_out_later, Gender::Female, 1949, 5001),
    (S.opts_out_after_decision, Gender::Male, 1955, 1103),
    (S.changed_number, Gender::Male, 1962, 3301),
    (S.rare_disease, Gender::Male, 1986, 1151),
    (S.secret_address, Gender::Female, 1983, 3107),
    (S.confidential_address, Gender::Male, 1977, 4204),
    (S.second_rare_disease, Gender::Female, 1964, 1835),
    (S.withdrew_consent, Gender::Male, 1953, 301),
];

/// Planted families with twins: index of the mother (the father and the twins follow), her birth
/// year, the twins' birth day, the municipality.
pub(crate) const TWIN_FAMILIES: [(u32, i32, Day, u16); 2] =
    [(S.twin_mothers[0], 1986, year(2017) + 76, 5001), (S.twin_mothers[1], 1991, year(2021) + 260, 3405)];

/// Planted rare diseases.
pub(crate) const RARE: [(u32, &str); 2] = [(S.rare_disease, "E752"), (S.second_rare_disease, "G122")];

/// Since when a planted person has had heart failure.
pub(crate) fn has_heart_failure(index: u32) -> Option<Day> {
    let patients = [
        S.citizen,
        S.opted_out_before,
        S.opts_out_later,
        S.opts_out_after_decision,
        S.changed_number,
        S.second_rare_disease,
        S.withdrew_consent,
    ];
    let since = if index == S.changed_number { year(2019) + 40 } else { year(2020) + 19 };
    patients.contains(&index).then_some(since)
}

/// Whether somebody is planted: no chance acts on their life.
pub(crate) fn is_planted(index: u32) -> bool {
    index <= S.withdrew_consent || TWIN_FAMILIES.iter().any(|(mother, ..)| (*mother..mother + 4).contains(&index))
}
