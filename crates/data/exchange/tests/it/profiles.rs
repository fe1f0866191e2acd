//! What the profiles say of a source, and how.

use varde_exchange::{Access, Part, Profile, catalogue, source};
use varde_metadata::Properties;
use varde_rdf::{Format, Limits, NamedNode, Statements, Term, read, write};

use crate::world::{about, addresses, records};

pub(crate) fn turtle(said: &Statements) -> String {
    String::from_utf8(write(said, Format::Turtle).unwrap()).unwrap()
}

#[test]
fn every_profile_is_written_and_read_back_in_every_format() {
    for profile in Profile::ALL {
        let part = Part { page: 2, pages: 3, sources: 45 };
        let said = catalogue(&about(), &records(), part, profile, &addresses());
        for format in Format::ALL {
            let text = write(&said, format).unwrap();
            let back = read(&text, format, None, Limits::default()).unwrap();
            assert_eq!(back.graph.len(), said.len(), "{} {format:?}", profile.name());
            assert_eq!(back.graph, said.graph(), "{} {format:?}", profile.name());
        }
        let text = turtle(&said);
        assert!(text.contains("hydra:nextPage") && text.contains("page=3"), "{}", profile.name());
        assert!(!text.contains("_:"), "a blank node has no address to come back to");
    }
}

#[test]
fn a_source_is_called_the_same_in_every_profile() {
    let records = records();
    let node = format!("<https://varde.example/api/dcat/sources/{}>", records[0].source.path);
    for profile in Profile::ALL {
        let said = source(&about(), &records[0], profile, &addresses());
        assert!(turtle(&said).contains(&node), "{}", profile.name());
        assert_eq!(write(&said, Format::JsonLd).unwrap(), write(&said, Format::JsonLd).unwrap());
    }
}

#[test]
fn every_variable_is_a_column_with_name_title_and_type() {
    let records = records();
    let said = turtle(&source(&about(), &records[0], Profile::Health, &addresses()));
    let variables = records[0].source.variables().count();
    assert!(variables > 5);
    assert_eq!(said.matches("a csvw:Column").count(), variables);
    assert_eq!(said.matches("csvw:datatype").count(), variables);
    assert_eq!(said.matches("a csvw:Table ").count(), 1, "{said}");
    let national = turtle(&source(&about(), &records[0], Profile::National2, &addresses()));
    assert!(!national.contains("csvw:"));
}

/// What the source's own catalogue says of its dates goes before when we took it in: a harvester must not
/// see an old register as new (and `modified` never lies before `issued`).
#[test]
fn dates_are_the_sources_own() {
    let mut record = records().remove(0);
    let said = turtle(&source(&about(), &record, Profile::National2, &addresses()));
    assert!(said.contains("dct:issued \"2026-01-01T00:00:00Z\"^^xsd:dateTime"), "{said}");
    assert!(said.contains("dct:modified \"2026-11-01T12:30:00Z\"^^xsd:dateTime"));
    record.source.details.created = Some("2008-03-01T00:00:00Z".parse().unwrap());
    record.source.details.updated = Some("2007-01-01T00:00:00Z".parse().unwrap());
    let said = turtle(&source(&about(), &record, Profile::National2, &addresses()));
    assert!(said.contains("dct:issued \"2008-03-01T00:00:00Z\"^^xsd:dateTime"));
    assert!(said.contains("dct:modified \"2008-03-01T00:00:00Z\"^^xsd:dateTime"));
    // The entry in the catalogue is ours, and so are its dates.
    assert!(said.contains("2026-11-01T12:30:00Z"));
}

#[test]
fn access_is_what_the_source_says_and_closed_when_it_says_nothing() {
    let of = |text: &str| Access::of(&Properties([("accessRights".to_owned(), text.into())].into()));
    assert_eq!(of("eu-access:PUBLIC"), Access::Public);
    assert_eq!(of("http://publications.europa.eu/resource/authority/access-right/RESTRICTED"), Access::Restricted);
    assert_eq!(of("eu-access:NON_PUBLIC"), Access::NonPublic);
    assert_eq!(of("whatever"), Access::NonPublic);
    assert_eq!(Access::of(&Properties::default()), Access::NonPublic);
}

/// Somebody's text never becomes an address, a statement or a tag of its own.
#[test]
fn what_sources_write_stays_text() {
    let mut record = records().remove(0);
    let wicked = "\" . <https://evil.example/> a <https://evil.example/x> . \"";
    record.source.name.nb = wicked.to_owned();
    let set = |record: &mut varde_exchange::Record, key: &str, value: &str| {
        record.source.details.properties.0.insert(key.to_owned(), value.into());
    };
    set(&mut record, "Hjemmeside", "javascript:alert(1)");
    set(&mut record, "Epost", "a@b> <https://evil.example/");
    set(&mut record, "applicableLegislation", "https://law.example/a b;https://law.example/ok");
    for profile in Profile::ALL {
        let said = source(&about(), &record, profile, &addresses());
        let wicked = |node: &NamedNode| node.as_str().contains("evil") || node.as_str().starts_with("javascript");
        for triple in said.iter() {
            assert!(!matches!(&triple.object, Term::NamedNode(node) if wicked(node)), "{triple}");
            assert!(!triple.subject.to_string().contains("evil"), "{triple}");
        }
        for format in Format::ALL {
            let back = read(&write(&said, format).unwrap(), format, None, Limits::default()).unwrap();
            assert_eq!(back.graph, said.graph(), "{format:?}");
        }
    }
}
