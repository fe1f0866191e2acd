//! One test for each rule, and what holds of every attest.

use jiff::civil::date;
use proptest::prelude::*;
use varde_core::{
    LoginLevel,
    identifier::{Rule as DigitRule, synthetic, synthetic_d_number},
};

use super::*;
use crate::ActingFor;

fn organisation(n: usize) -> OrganisationNumber {
    (31_000_000..).filter_map(OrganisationNumber::from_stem).nth(n).unwrap()
}

/// The hospital, its ward, a clinic without sub-units.
fn hospital() -> OrganisationNumber {
    organisation(0)
}

fn ward() -> OrganisationNumber {
    organisation(1)
}

fn clinic() -> OrganisationNumber {
    organisation(2)
}

fn person(n: u16) -> NationalNumber {
    (n * 20..).find_map(|individual| synthetic(date(1975, 5, 17), individual, DigitRule::Of1964)).unwrap()
}

fn professional() -> NationalNumber {
    person(0)
}

fn by_oid(oid: &str, id: &str) -> Value {
    json!({ "id": id, "system": format!("urn:oid:{oid}") })
}

fn unit(number: OrganisationNumber) -> Value {
    by_oid(oid::ORGANISATION, number.as_str())
}

fn birth_number(number: NationalNumber) -> Value {
    by_oid(oid::BIRTH_NUMBER, number.digits_for_storage())
}

/// An attest of a doctor at the ward for one patient, with everything that may stand in one.
fn whole() -> Value {
    json!({
        "type": "nhn:tillitsrammeverk:parameters",
        "practitioner": {
            "identifier": birth_number(professional()),
            "hpr_nr": by_oid(oid::HPR, "9144900"),
            "authorization": { "code": "LE", "text": "Lege", "system": "urn:oid:2.16.578.1.12.4.1.1.9060" },
            "legal_entity": unit(hospital()),
            "point_of_care": unit(ward()),
            "department": { "id": "705592", "name": "Seksjon", "system": "urn:oid:2.16.578.1.12.4.1.4.102" },
        },
        "care_relationship": {
            "healthcare_service": { "code": "S03", "text": "Indremedisin", "system": "urn:oid:2.16.578.1.12.4.1.1.8655" },
            "purpose_of_use": { "code": "TREAT", "system": "urn:oid:2.16.840.1.113883.1.11.20448" },
            "purpose_of_use_details": { "code": "15", "system": "urn:oid:2.16.578.1.12.4.1.1.9151" },
            "decision_ref": { "id": "30F4AB40-DBC2-41A7-8AC4-181AD3FDC25B", "user_selected": false },
        },
        "patients": [{ "identifier": birth_number(person(1)), "point_of_care": unit(ward()) }],
        "attestation": { "toa": "2026-01-31T12:00:00Z" },
    })
}

/// The attest with a change at that place.
fn with(pointer: &str, value: Value) -> Value {
    let mut attest = whole();
    *attest.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = value;
    attest
}

/// The attest without the member at the end of that place.
fn without(pointer: &str) -> Value {
    let mut attest = whole();
    let (above, name) = pointer.rsplit_once('/').unwrap();
    attest.pointer_mut(above).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    attest
}

fn read(attest: &Value) -> Result<Attest, AttestFault> {
    Attest::read(attest.as_object().unwrap())
}

/// What the server knows, as the test says.
struct Known {
    person: Option<NationalNumber>,
    level: LoginLevel,
    parent: OrganisationNumber,
    personnel: Personnel,
    names_professional: bool,
    needs_patient: bool,
}

impl Default for Known {
    fn default() -> Self {
        let authorisations = BTreeSet::from(["LE".to_owned()]);
        Self {
            person: Some(professional()),
            level: LoginLevel::High,
            parent: hospital(),
            personnel: Personnel::Registered { number: "9144900".parse().unwrap(), authorisations },
            names_professional: true,
            needs_patient: false,
        }
    }
}

impl Known {
    fn check(&self, attest: &Value) -> Result<Checked, AttestFault> {
        let main = |has_sub_units| Unit { parent: None, has_sub_units };
        let units = [
            (hospital(), main(true)),
            (ward(), Unit { parent: Some(hospital()), has_sub_units: false }),
            (clinic(), main(false)),
        ];
        let acting_for = ActingFor::itself(self.parent, None);
        let facts = Facts {
            person: self.person,
            level: self.person.map(|_| self.level),
            acting_for: Some(&acting_for),
            units: &units.into(),
            personnel: &self.personnel,
            names_professional: self.names_professional,
            needs_patient: self.needs_patient,
            now: "2026-01-31T12:00:00Z".parse().unwrap(),
        };
        Ok(read(attest)?.check(&facts)?)
    }
}

#[track_caller]
fn breaks(known: &Known, attest: &Value, rule: Rule) {
    assert_eq!(known.check(attest), Err(AttestFault::Broken(rule)));
}

fn known() -> Known {
    Known::default()
}

#[test]
fn a_whole_attest_holds_and_so_does_the_least_one() {
    known().check(&whole()).unwrap();
    let least = json!({
        "practitioner": { "legal_entity": unit(hospital()), "point_of_care": unit(ward()) },
        "care_relationship": {
            "purpose_of_use": { "code": "COC", "system": "2.16.840.1.113883.1.11.20448" },
            "decision_ref": { "ref_id": "1", "user_selected": true },
        },
    });
    known().check(&least).unwrap();
}

#[test]
fn att_4_each_patient_is_named_once_and_all_or_none_have_an_identifier() {
    let named = json!({ "identifier": birth_number(person(1)) });
    breaks(&known(), &with("/patients", json!([named, named])), Rule::Patients);
    breaks(&known(), &with("/patients", json!([named, { "point_of_care": unit(ward()) }])), Rule::Patients);
    let both = json!([named, { "identifier": birth_number(person(2)) }]);
    known().check(&with("/patients", both)).unwrap();
}

#[test]
fn att_5_an_attest_for_a_patient_goes_to_apis_that_can_compare_with_their_blocks() {
    let silent = Known { names_professional: false, ..known() };
    breaks(&silent, &whole(), Rule::Blocks);
    silent.check(&with("/patients", json!([]))).unwrap();
}

#[test]
fn att_6_without_a_patient_nothing_is_had_that_is_about_one() {
    let strict = Known { needs_patient: true, ..known() };
    breaks(&strict, &with("/patients", json!([])), Rule::NoPatient);
    breaks(&strict, &with("/patients", json!([{ "point_of_care": unit(ward()) }])), Rule::NoPatient);
    strict.check(&whole()).unwrap();
}

#[test]
fn att_7_the_reference_for_logs_holds_nothing_of_any_person() {
    let checked = known().check(&whole()).unwrap();
    assert_eq!(checked.reference(), ("30F4AB40-DBC2-41A7-8AC4-181AD3FDC25B".to_owned(), "TREAT".to_owned()));
    let number = json!(format!("x{}", person(1).digits_for_storage()));
    assert!(matches!(read(&with("/care_relationship/decision_ref/id", number)), Err(AttestFault::Form { .. })));
}

#[test]
fn att_8_the_professionals_number_is_in_the_claim_only_when_the_api_registered_it() {
    let checked = known().check(&whole()).unwrap();
    let claim = |claims: &[Claim]| checked.claim(&claims.iter().copied().collect());
    let bare = claim(&[Claim::TrustFramework]);
    assert_eq!((bare.pointer("/practitioner/identifier"), bare.pointer("/practitioner/hpr_nr")), (None, None));
    let number = claim(&[Claim::Pid]);
    assert_eq!(number["practitioner"]["identifier"]["id"], professional().digits_for_storage());
    assert_eq!(claim(&[Claim::HprNumber])["practitioner"]["hpr_nr"]["id"], "9144900");
    assert_eq!(format!("{checked:?} {:?}", read(&whole()).unwrap()), "Checked(…) Attest(…)");
}

#[test]
fn att_9_the_professional_is_logged_in_at_level_high() {
    breaks(&Known { level: LoginLevel::Substantial, ..known() }, &whole(), Rule::Level);
}

#[test]
fn att_10_only_birth_numbers_and_d_numbers_identify_a_professional() {
    let d_number =
        (0..).find_map(|individual| synthetic_d_number(date(1975, 5, 17), individual, DigitRule::Of1964)).unwrap();
    let own = by_oid(oid::D_NUMBER, d_number.digits_for_storage());
    Known { person: Some(d_number), ..known() }.check(&with("/practitioner/identifier", own)).unwrap();
    let help = NationalNumber::parse("80000000002").or_else(|_| help_number()).unwrap();
    for wrong in [
        by_oid(oid::D_NUMBER, professional().digits_for_storage()),
        by_oid(oid::HELP_NUMBER, help.digits_for_storage()),
        by_oid(oid::HPR, "9144900"),
        by_oid(oid::BIRTH_NUMBER, "17057500000"),
    ] {
        breaks(&known(), &with("/practitioner/identifier", wrong), Rule::Identifier);
    }
    breaks(&Known { person: Some(help), ..known() }, &without("/practitioner/identifier"), Rule::Identifier);
    let patient = by_oid(oid::HELP_NUMBER, help.digits_for_storage());
    known().check(&with("/patients/0/identifier", patient)).unwrap();
}

/// The first common help number there is.
fn help_number() -> Result<NationalNumber, varde_core::identifier::NotANationalNumber> {
    let numbers = (80_000_000_000_u64..).filter_map(|number| NationalNumber::parse(&number.to_string()).ok());
    Ok(numbers.into_iter().next().unwrap())
}

#[test]
fn att_11_the_attest_is_about_who_logged_in() {
    breaks(&known(), &with("/practitioner/identifier", birth_number(person(1))), Rule::OtherPerson);
    breaks(&Known { person: None, ..known() }, &whole(), Rule::OtherPerson);
    let silent = known().check(&without("/practitioner/identifier")).unwrap();
    assert_eq!(silent, known().check(&whole()).unwrap(), "who says nobody means who logged in");
}

#[test]
fn att_12_the_legal_entity_is_a_main_unit_that_the_register_has() {
    breaks(&known(), &with("/practitioner/legal_entity", unit(organisation(9))), Rule::LegalEntity);
    breaks(&known(), &with("/practitioner/legal_entity", unit(ward())), Rule::LegalEntity);
}

#[test]
fn att_13_the_legal_entity_is_whom_the_client_acts_for() {
    breaks(&Known { parent: clinic(), ..known() }, &whole(), Rule::OtherEntity);
    breaks(&known(), &with("/practitioner/legal_entity", unit(clinic())), Rule::OtherEntity);
}

#[test]
fn att_18_the_point_of_care_is_a_sub_unit_of_the_legal_entity() {
    breaks(&known(), &with("/practitioner/point_of_care", unit(clinic())), Rule::PointOfCare);
    breaks(&known(), &with("/practitioner/point_of_care", unit(organisation(9))), Rule::PointOfCare);
}

#[test]
fn att_19_the_main_unit_is_a_point_of_care_when_it_has_no_sub_units() {
    breaks(&known(), &with("/practitioner/point_of_care", unit(hospital())), Rule::MainUnit);
    let mut small = with("/practitioner/legal_entity", unit(clinic()));
    small["practitioner"]["point_of_care"] = unit(clinic());
    small["patients"] = json!([]);
    Known { parent: clinic(), ..known() }.check(&small).unwrap();
}

#[test]
fn att_28_a_department_says_its_system() {
    breaks(&known(), &without("/practitioner/department/system"), Rule::Department);
    let local = json!({ "id": "7", "system": "https://hospital.test/units", "authority": hospital() });
    let checked = known().check(&with("/practitioner/department", local.clone())).unwrap();
    assert_eq!(checked.whole()["practitioner"]["department"], local);
}

#[test]
fn att_29_the_hpr_number_is_there_if_and_only_if_the_person_is_in_the_register() {
    breaks(&known(), &with("/practitioner/hpr_nr", by_oid(oid::HPR, "9144897")), Rule::HprNumber);
    let silent = known().check(&without("/practitioner/hpr_nr")).unwrap();
    assert_eq!(silent.whole()["practitioner"]["hpr_nr"]["id"], "9144900", "the register completes it");
    let nobody = Known { personnel: Personnel::NotRegistered, ..known() };
    breaks(&nobody, &whole(), Rule::HprNumber);
    let mut secretary = without("/practitioner/hpr_nr");
    secretary["practitioner"].as_object_mut().unwrap().remove("authorization");
    assert_eq!(nobody.check(&secretary).unwrap().whole().pointer("/practitioner/hpr_nr"), None);
}

#[test]
fn att_32_the_authorisation_is_one_that_the_person_holds() {
    breaks(&known(), &with("/practitioner/authorization/code", json!("SP")), Rule::Authorisation);
    let nobody = Known { personnel: Personnel::NotRegistered, ..known() };
    breaks(&nobody, &without("/practitioner/hpr_nr"), Rule::Authorisation);
    let other = with("/practitioner/authorization/system", json!("urn:oid:2.16.578.1.12.4.1.1.9034"));
    assert!(matches!(read(&other), Err(AttestFault::Form { .. })));
}

#[test]
fn att_32_who_has_lost_every_authorisation_attests_as_one_who_has_none() {
    let personnel = Personnel::Registered { number: "9144900".parse().unwrap(), authorisations: BTreeSet::new() };
    let lost = Known { personnel, ..known() };
    breaks(&lost, &whole(), Rule::Authorisation);
    breaks(&lost, &without("/practitioner/hpr_nr"), Rule::Authorisation);
    breaks(&lost, &without("/practitioner/authorization"), Rule::Authorisation);
    breaks(&lost, &with("/practitioner/hpr_nr", by_oid(oid::HPR, "9144897")), Rule::HprNumber);
    let mut silent = without("/practitioner/hpr_nr");
    silent["practitioner"].as_object_mut().unwrap().remove("authorization");
    assert_eq!(lost.check(&silent).unwrap().whole().pointer("/practitioner/hpr_nr"), None, "no number is told");
}

#[test]
fn att_29_and_att_32_cannot_be_tried_without_a_register_and_then_nothing_is_accepted() {
    let blind = Known { personnel: Personnel::Unknown, ..known() };
    breaks(&blind, &whole(), Rule::NoRegister);
    let mut silent = without("/practitioner/hpr_nr");
    silent["practitioner"].as_object_mut().unwrap().remove("authorization");
    breaks(&blind, &silent, Rule::NoRegister);
}

#[test]
fn att_36_and_att_37_a_service_may_be_left_out_and_is_else_of_a_known_system() {
    known().check(&without("/care_relationship/healthcare_service")).unwrap();
    let other = with("/care_relationship/healthcare_service/system", json!("urn:oid:2.16.578.1.12.4.1.1.9060"));
    breaks(&known(), &other, Rule::Service);
    for system in oid::SERVICES {
        known().check(&with("/care_relationship/healthcare_service/system", json!(system))).unwrap();
    }
}

#[test]
fn att_38_to_att_40_the_purpose_is_one_of_three() {
    for purpose in PURPOSES {
        known().check(&with("/care_relationship/purpose_of_use/code", json!(purpose))).unwrap();
    }
    for wrong in ["treat", "BTG", "HRESCH"] {
        breaks(&known(), &with("/care_relationship/purpose_of_use/code", json!(wrong)), Rule::Purpose);
    }
    let other = with("/care_relationship/purpose_of_use/system", json!("urn:oid:1.0.14265.1"));
    breaks(&known(), &other, Rule::Purpose);
}

#[test]
fn att_46_the_decision_can_be_found_again() {
    breaks(&known(), &without("/care_relationship/decision_ref/id"), Rule::NoDecision);
}

#[test]
fn att_48_whether_the_professional_chose_is_true_or_false() {
    breaks(&known(), &without("/care_relationship/decision_ref/user_selected"), Rule::Decision);
    breaks(&known(), &with("/care_relationship/decision_ref/user_selected", json!("true")), Rule::Decision);
}

#[test]
fn att_49_to_att_51_a_patient_is_at_a_unit_of_the_professionals_own_or_at_none_named() {
    breaks(&known(), &with("/patients/0/point_of_care", unit(clinic())), Rule::PatientUnit);
    breaks(&known(), &with("/patients/0/point_of_care", unit(hospital())), Rule::PatientUnit);
    known().check(&without("/patients/0/point_of_care")).unwrap();
}

#[test]
fn an_attest_is_not_made_in_the_future() {
    breaks(&known(), &with("/attestation/toa", json!("2026-01-31T12:00:11Z")), Rule::Time);
    known().check(&with("/attestation/toa", json!("2026-01-31T12:00:10Z"))).unwrap();
    known().check(&without("/attestation")).unwrap();
}

#[test]
fn both_spellings_of_the_care_relation_are_read_and_one_is_kept() {
    let mut older = without("/care_relationship");
    older["care_relation"] = whole()["care_relationship"].clone();
    assert_eq!(known().check(&older).unwrap().whole(), known().check(&whole()).unwrap().whole());
    let mut both = older;
    both["care_relationship"] = whole()["care_relationship"].clone();
    assert!(matches!(read(&both), Err(AttestFault::Form { .. })));
}

#[test]
fn what_is_not_known_is_refused_wherever_it_stands() {
    for place in ["", "/practitioner", "/practitioner/identifier", "/care_relationship/decision_ref", "/patients/0"] {
        let mut attest = whole();
        attest.pointer_mut(place).unwrap()["diagnosis"] = json!("x");
        assert!(matches!(read(&attest), Err(AttestFault::Unknown { .. })), "{place}");
    }
    let many = json!(vec![json!({ "point_of_care": unit(ward()) }); 11]);
    assert!(matches!(read(&with("/patients", many)), Err(AttestFault::Form { .. })));
}

#[test]
fn names_of_people_and_organisations_are_read_and_not_kept() {
    let mut named = whole();
    for place in ["/practitioner/identifier", "/practitioner/legal_entity", "/patients/0/identifier"] {
        named.pointer_mut(place).unwrap()["name"] = json!("Kari Nordmann");
    }
    let kept = known().check(&named).unwrap().whole();
    assert_eq!(kept, known().check(&whole()).unwrap().whole());
}

/// Every place in the attest.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(members) => members.iter().for_each(|(name, inner)| places(inner, &format!("{at}/{name}"), all)),
        Value::Array(list) => list.iter().enumerate().for_each(|(n, inner)| places(inner, &format!("{at}/{n}"), all)),
        _ => {}
    }
}

fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,300}".prop_map(Value::from),
        "[0-9]{9,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!([{ "id": "1", "system": "urn:oid:1" }])),
    ]
}

proptest! {
    #[test]
    fn what_is_kept_is_read_again_as_the_same(
        purpose in prop::sample::select(&PURPOSES[..]),
        chosen in any::<bool>(),
        text in "[a-zæøå ]{1,40}",
        gone in prop::sample::subsequence(
            vec!["/practitioner/department", "/practitioner/identifier", "/practitioner/hpr_nr", "/attestation",
                 "/practitioner/authorization", "/care_relationship/healthcare_service", "/patients"], 0..=7),
    ) {
        let mut attest = whole();
        attest["care_relationship"]["purpose_of_use"]["code"] = json!(purpose);
        attest["care_relationship"]["decision_ref"]["user_selected"] = json!(chosen);
        attest["care_relationship"]["decision_ref"]["description"] = json!(text);
        for place in gone {
            let (above, name) = place.rsplit_once('/').unwrap();
            attest.pointer_mut(above).unwrap().as_object_mut().unwrap().remove(name);
        }
        let checked = known().check(&attest).unwrap();
        prop_assert_eq!(known().check(&checked.whole()), Ok(checked));
    }

    #[test]
    fn whatever_stands_anywhere_is_read_or_refused_by_place_and_never_repeated(
        place in any::<prop::sample::Index>(),
        value in anything(),
    ) {
        let mut all = Vec::new();
        places(&whole(), "", &mut all);
        let place = place.get(&all);
        prop_assume!(!place.is_empty());
        let attest = with(place, value.clone());
        if let Err(fault) = known().check(&attest) {
            let words = fault.to_string();
            prop_assert!(!words.is_empty());
            for number in [professional(), person(1)] {
                prop_assert!(!words.contains(number.digits_for_storage()));
            }
            if let Some(text) = value.as_str().filter(|text| text.len() > 8) {
                prop_assert!(!words.contains(text), "{}", words);
            }
        }
    }
}
