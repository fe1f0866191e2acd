//! National numbers against the official vectors and the laws of their control digits.

use std::path::PathBuf;

use jiff::{ToSpan, civil::Date};
use proptest::prelude::*;
use varde_core::identifier::{
    HprNumber, NationalNumber, NotANationalNumber, NotAnOrganisationNumber, NumberKind, OrganisationNumber, Rule,
    individual_numbers, synthetic, synthetic_d_number,
};

/// The folder with published material, when it is at hand.
fn real_material() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real");
    let folder = std::env::var_os("VARDE_SHARED_REAL").map_or(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

#[test]
fn every_official_vector_comes_out_right() {
    let Some(folder) = real_material() else {
        println!("the official vectors are not at hand (set VARDE_SHARED_REAL): not compared");
        return;
    };
    let file = std::fs::read_to_string(folder.join("national-register/foedselsnummer.csv")).unwrap();
    let rows: Vec<Vec<&str>> = file.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 10);
    for row in rows {
        let (number, synthetic, valid, description) = (row[0], row[1] == "true", row[2] == "true", row[3]);
        let parsed = NationalNumber::parse(number);
        assert_eq!(parsed.is_ok(), valid, "{description}");
        let Ok(parsed) = parsed else { continue };
        assert_eq!(parsed.is_synthetic(), synthetic, "{description}");
        assert!(parsed.satisfies(Rule::Of2032), "{description}");
        let kind = if description.contains("D-nummer") { NumberKind::DNumber } else { NumberKind::BirthNumber };
        assert_eq!(parsed.kind(), kind, "{description}");
        assert_eq!(parsed.satisfies(Rule::Of1964), description.contains("1964"), "{description}");
    }
}

#[test]
fn kinds_are_told_apart() {
    let duf = NationalNumber::parse("201500000103").map(|n| n.kind());
    assert_eq!(duf, Err(NotANationalNumber::ControlDigits));
    let kind = |text: &str| NationalNumber::parse(text).map(|n| n.kind());
    assert_eq!(kind("13527248013"), Ok(NumberKind::HNumber));
    assert_eq!(kind("68467038838"), Ok(NumberKind::DHNumber));
    assert_eq!(kind("50846202355"), Ok(NumberKind::DNumber));
    assert_eq!(kind("10915596784"), Ok(NumberKind::BirthNumber));
    let mut helps = (0..100).map(|k| format!("812345678{k:02}")).filter(|n| kind(n).is_ok());
    let help = helps.next().unwrap();
    assert_eq!(helps.next(), None);
    assert_eq!(kind(&help), Ok(NumberKind::CommonHelpNumber));
    let help = NationalNumber::parse(&help).unwrap();
    assert!(!help.satisfies(Rule::Of1964) && !help.satisfies(Rule::Of2032) && !help.is_synthetic());
}

#[test]
fn duf_numbers_have_their_own_control_digits() {
    let accepted: Vec<u32> = (0..100).filter(|k| NationalNumber::parse(&format!("2015000001{k:02}")).is_ok()).collect();
    // 2·4 + 0·6 + 1·3 + 5·2 + 1·5 = 26, which leaves 4.
    assert_eq!(accepted, [4]);
    let duf = NationalNumber::parse("201500000104").unwrap();
    assert_eq!((duf.kind(), duf.digits_for_storage()), (NumberKind::Duf, "201500000104"));
}

#[test]
fn a_lost_leading_zero_is_named() {
    let number = synthetic(Date::constant(1969, 3, 2), 147, Rule::Of1964)
        .or_else(|| synthetic(Date::constant(1969, 3, 2), 148, Rule::Of1964))
        .unwrap();
    let lost = number.digits_for_storage().trim_start_matches('0').to_owned();
    assert_eq!(lost.len(), 10);
    assert_eq!(NationalNumber::parse(&lost), Err(NotANationalNumber::LeadingZeroLost));
    assert_eq!(NationalNumber::parse("1234567890"), Err(NotANationalNumber::Length(10)));
}

#[test]
fn a_number_never_shows_itself() {
    let number = NationalNumber::parse("10915596784").unwrap();
    assert_eq!(format!("{number:?}"), "NationalNumber(…)");
    assert_eq!(number.masked(), "•••••••••84");
    let refused = NationalNumber::parse("10915596785").unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains("109155"));
}

#[test]
fn a_birth_date_has_room_for_four_times_as_many_numbers_from_2032() {
    // Skatteetaten gives 826 and about 3 305 for a date; both vary a little with the date.
    let birth = Date::constant(1982, 10, 30);
    let accepted = |rule: Rule| {
        (0..100_000u32)
            .filter_map(|tail| NationalNumber::parse(&format!("301082{tail:05}")).ok())
            .filter(|n| n.satisfies(rule))
            .count()
    };
    let generated = (0..1000).filter(|i| synthetic(birth, *i, Rule::Of1964).is_some()).count();
    assert!((800..=850).contains(&accepted(Rule::Of1964)));
    assert!((3200..=3400).contains(&accepted(Rule::Of2032)));
    // 600 of the thousand individual numbers belong to that century.
    assert!((470..=520).contains(&generated));
}

#[test]
fn organisation_numbers_hold_their_control_digit() {
    let number: OrganisationNumber = "974760673".parse().unwrap();
    assert_eq!(serde_json::to_string(&number).unwrap(), "\"974760673\"");
    assert_eq!("974760674".parse::<OrganisationNumber>(), Err(NotAnOrganisationNumber::ControlDigit));
    assert_eq!("97476067".parse::<OrganisationNumber>(), Err(NotAnOrganisationNumber::Shape));
    assert_eq!(OrganisationNumber::from_stem(97_476_067), Some(number));
    assert_eq!(OrganisationNumber::from_stem(100_000_000), None);
}

#[test]
fn hpr_numbers_are_never_refused_for_a_checksum() {
    for number in ["9144900", "9144897", "181000001", "222200068", "7"] {
        assert_eq!(number.parse::<HprNumber>().unwrap().to_string(), number);
    }
    for text in ["", "0", "1234567890", "12a", "-1", "+12"] {
        assert!(text.parse::<HprNumber>().is_err(), "{text}");
    }
    assert_eq!(HprNumber::try_from(9_144_900).unwrap().number(), 9_144_900);
    assert!(HprNumber::try_from(0).is_err() && HprNumber::try_from(1_000_000_000).is_err());
}

fn births() -> impl Strategy<Value = Date> {
    (0..67_000i32).prop_map(|days| Date::constant(1855, 1, 1) + days.days())
}

fn rules() -> impl Strategy<Value = Rule> {
    prop_oneof![Just(Rule::Of1964), Just(Rule::Of2032)]
}

fn numbers() -> impl Strategy<Value = NationalNumber> {
    (births(), 0..1000u16, rules(), any::<bool>()).prop_filter_map("no control digits", |(birth, i, rule, d)| {
        if d { synthetic_d_number(birth, i, rule) } else { synthetic(birth, i, rule) }
    })
}

proptest! {
    #[test]
    fn every_generated_number_parses_to_itself(number in numbers()) {
        prop_assert_eq!(NationalNumber::parse(number.digits_for_storage()), Ok(number));
        prop_assert!(number.is_synthetic());
    }

    #[test]
    fn generated_numbers_keep_to_their_rule(birth in births(), individual in 0..1000u16) {
        if let Some(number) = synthetic(birth, individual, Rule::Of1964) {
            prop_assert!(number.satisfies(Rule::Of1964));
            prop_assert!(individual_numbers(birth.year(), Rule::Of1964).any(|i| i == individual));
        }
        if let Some(number) = synthetic(birth, individual, Rule::Of2032) {
            prop_assert!(!number.satisfies(Rule::Of1964) && number.satisfies(Rule::Of2032));
        }
    }

    /// All weights differ from 0 modulo 11, so the second control digit finds every single wrong
    /// digit before it, and a wrong second control digit finds itself.
    #[test]
    fn a_single_wrong_digit_is_always_found(number in numbers(), place in 0..11usize, by in 1..10u8) {
        let mut digits = number.digits_for_storage().as_bytes().to_vec();
        digits[place] = b'0' + (digits[place] - b'0' + by) % 10;
        let damaged = String::from_utf8(digits).unwrap();
        prop_assert_eq!(NationalNumber::parse(&damaged), Err(NotANationalNumber::ControlDigits));
    }

    /// Neighbouring weights of the second control digit differ, except the last two places (2 and
    /// 1, which differ as well): every transposition of unlike neighbours is found.
    #[test]
    fn a_transposition_is_always_found(number in numbers(), place in 0..10usize) {
        let mut digits = number.digits_for_storage().as_bytes().to_vec();
        prop_assume!(digits[place] != digits[place + 1]);
        digits.swap(place, place + 1);
        let damaged = String::from_utf8(digits).unwrap();
        prop_assert!(NationalNumber::parse(&damaged).is_err());
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in ".{0,14}", digits in "[0-9]{8,13}") {
        for text in [&text, &digits] {
            let _ = NationalNumber::parse(text);
            let _ = text.parse::<OrganisationNumber>();
            let _ = text.parse::<HprNumber>();
        }
    }

    #[test]
    fn an_organisation_number_from_a_stem_parses(stem in 0..100_000_000u32) {
        if let Some(number) = OrganisationNumber::from_stem(stem) {
            prop_assert_eq!(number.as_str().parse(), Ok(number));
        }
    }
}
