//! Letters through the public face.

use jiff::civil::date;
use varde_core::Language;
use varde_documents::{Letter, Section, Table, letter};

fn example() -> Letter {
    Letter {
        language: Language::Nb,
        title: "Vedtak om tilgang til helsedata".into(),
        sender: "Helsedataservice".into(),
        recipient: "Universitetssykehuset Nord".into(),
        date: date(2026, 11, 22),
        facts: vec![("Referanse".into(), "26/00001".into()), ("Dato".into(), "22. november 2026".into())],
        sections: vec![Section {
            heading: "Hva vi har bestemt".into(),
            paragraphs: vec!["Dere får tilgang til opplysningene i tabellen. #let ikke = \"kode\" $x$ *nei*".into()],
            points: vec!["Ingen skal prøve å finne ut hvem opplysningene gjelder.".into()],
            table: Some(Table {
                header: vec!["Variabel".into(), "Detaljnivå".into()],
                rows: vec![vec!["npr/contact/in_date".into(), "År".into()]; 80],
            }),
        }],
        closing: vec!["Dere kan klage innen tre uker.".into()],
    }
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[test]
fn the_letter_claims_both_standards_and_its_language() {
    let pdf = letter(&example()).unwrap();
    assert!(pdf.starts_with(b"%PDF-1.7"));
    if let Ok(path) = std::env::var("VARDE_KEEP_LETTER") {
        std::fs::write(path, &pdf).unwrap();
    }
    assert!(contains(&pdf, "pdfuaid:part") && contains(&pdf, "pdfaid:part"));
    assert!(contains(&pdf, "<pdfuaid:part>1<") && contains(&pdf, "<pdfaid:conformance>A<"));
    assert!(contains(&pdf, "<dc:language><rdf:Bag><rdf:li>nb<"));
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    assert_eq!(letter(&example()).unwrap(), letter(&example()).unwrap());
}

#[test]
fn an_empty_letter_can_still_be_set() {
    let empty = Letter { facts: vec![], sections: vec![], closing: vec![], ..example() };
    assert!(letter(&empty).unwrap().len() > 1_000);
}
