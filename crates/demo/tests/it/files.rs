use std::collections::BTreeSet;

use varde_core::identifier::NationalNumber;
use varde_demo::{ID_COLUMN, Register, Written};

use crate::world;

/// The 27 columns of the registers' format, in its order.
const CLASSIC: &str = "skjemanavn;navn_i_rapporteket;ledetekst;obligatorisk;type;listeverdier;listetekst;\
normalintervall_start_numerisk;normalintervall_slutt_numerisk;maksintervall_start_numerisk;\
maksintervall_slutt_numerisk;normalintervall_start_dato;normalintervall_slutt_dato;maksintervall_start_dato;\
maksintervall_slutt_dato;antall_tegn;lovlige_tegn;desimaler;aktiveringsspoersmaal;underspoersmaal;innfoert_dato;\
utfaset_dato;tabell;fysisk_feltnavn;kommentar;variabel_id;hjelpetekst";

const TYPES: [&str; 7] = [
    "Tekstvariabel",
    "Kodevariabel",
    "Listevariabel",
    "Dynamisk Listevariabel",
    "Tallvariabel",
    "Datovariabel",
    "Avkrysningsboks",
];

fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes())
}

fn file(register: Register, people: u32) -> (String, Written) {
    let mut bytes = Vec::new();
    let written = world(people).write_csv(register, &mut bytes).unwrap();
    (String::from_utf8(bytes).unwrap(), written)
}

/// The codebook's columns with their type and values.
fn columns(register: Register) -> Vec<(String, String, BTreeSet<String>)> {
    let mut columns: Vec<(String, String, BTreeSet<String>)> = Vec::new();
    for row in reader(register.codebook()).records() {
        let row = row.unwrap();
        if columns.last().is_none_or(|(column, ..)| *column != row[23]) {
            columns.push((row[23].to_owned(), row[4].to_owned(), BTreeSet::new()));
        }
        if !row[5].is_empty() {
            columns.last_mut().unwrap().2.insert(row[5].to_owned());
        }
    }
    columns
}

#[test]
fn codebooks_have_the_columns_of_the_format() {
    for register in Register::ALL {
        assert!(register.codebook().starts_with(CLASSIC), "{register:?}");
        for row in reader(register.codebook()).records() {
            let row = row.unwrap();
            assert_eq!(&row[22], register.dataset());
            assert!(TYPES.contains(&&row[4]), "{register:?} {}", &row[4]);
            for text in [2, 23, 25, 26, 30, 31, 34, 35] {
                assert!(!row[text].is_empty(), "{register:?} {} column {text}", &row[23]);
            }
        }
        let distinct: BTreeSet<_> = columns(register).into_iter().map(|(column, ..)| column).collect();
        assert_eq!(distinct.len(), columns(register).len(), "{register:?}");
    }
}

#[test]
fn files_are_as_their_codebooks_say() {
    for register in Register::ALL {
        let (text, written) = file(register, 2_000);
        let columns = columns(register);
        let mut reader = reader(&text);
        let header: Vec<_> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        assert_eq!(header, columns.iter().map(|(column, ..)| column.clone()).collect::<Vec<_>>());
        assert_eq!(header[0], ID_COLUMN);
        let (mut rows, mut wrong_codes) = (0, 0);
        for row in reader.records() {
            let row = row.unwrap();
            rows += 1;
            assert!(NationalNumber::parse(&row[0]).unwrap().is_synthetic());
            for (cell, (_, kind, codes)) in row.iter().zip(&columns) {
                let listed = codes.is_empty() || cell.is_empty() || codes.contains(cell);
                wrong_codes += u64::from(!listed);
                assert!(kind != "Tallvariabel" || cell.is_empty() || cell.parse::<f64>().is_ok(), "{cell}");
                assert!(kind != "Avkrysningsboks" || ["", "0", "1"].contains(&cell), "{cell}");
            }
        }
        assert_eq!((rows, wrong_codes), (written.rows, written.defects.invalid_code), "{register:?}");
    }
}

#[test]
fn defects_are_where_and_as_many_as_said() {
    for people in [64, 500, 8_000] {
        let (text, written) = file(Register::HeartFailure, people);
        let world = world(people);
        let known: BTreeSet<String> =
            world.persons().flat_map(|p| p.numbers).map(|n| n.value.digits_for_storage().to_owned()).collect();
        let place = |wanted: &str| columns(Register::HeartFailure).iter().position(|(c, ..)| c == wanted).unwrap();
        let (mut dates, mut numbers, mut ranges) = (0, 0, 0);
        for row in reader(&text).records() {
            let row = row.unwrap();
            dates += u64::from(row[place("visit_date")].parse::<jiff::civil::Date>().is_err());
            numbers += u64::from(!known.contains(&row[0]));
            ranges += u64::from(row[place("lvef")].parse::<f64>().unwrap() > 85.0);
        }
        let defects = written.defects;
        assert_eq!((dates, numbers, ranges), (defects.impossible_date, defects.unknown_number, defects.out_of_range));
        assert!([defects.invalid_code, dates, numbers, ranges].iter().all(|count| *count > 0), "{people} {defects:?}");
        assert_eq!(written.rows - defects.total(), world.registrations().count() as u64);
    }
}

#[test]
fn other_registers_have_no_defects() {
    for register in Register::ALL.into_iter().filter(|r| *r != Register::HeartFailure) {
        assert_eq!(file(register, 500).1.defects.total(), 0);
    }
}
