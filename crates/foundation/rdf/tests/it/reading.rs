//! Reading: the same things in every format, and errors that name the place.

use varde_rdf::{Document, Format, Limits, ReadError, read};

const TURTLE: &str =
    "@prefix dct: <http://purl.org/dc/terms/> .\n<https://example.org/a> dct:title \"Ære\"@nb ; dct:relation <b> .\n";
const JSON_LD: &str = r#"{"@context": {"dct": "http://purl.org/dc/terms/"}, "@id": "https://example.org/a",
    "dct:title": {"@value": "Ære", "@language": "nb"}, "dct:relation": {"@id": "b"}}"#;
const RDF_XML: &str = r#"<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e "https://example.org/">]>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/">
    <rdf:Description rdf:about="&e;a"><dct:title xml:lang="nb">Ære</dct:title><dct:relation rdf:resource="b"/></rdf:Description>
    </rdf:RDF>"#;
const N_TRIPLES: &str = "<https://example.org/a> <http://purl.org/dc/terms/title> \"Ære\"@nb .
    <https://example.org/a> <http://purl.org/dc/terms/relation> <https://example.org/b> .";

fn of(text: &str, format: Format) -> Result<Document, ReadError> {
    read(text.as_bytes(), format, Some("https://example.org/"), Limits::default())
}

#[test]
fn every_format_says_the_same() {
    let turtle = of(TURTLE, Format::Turtle).unwrap();
    assert_eq!(turtle.graph.len(), 2);
    assert_eq!(turtle.prefixes["dct"], "http://purl.org/dc/terms/");
    for (text, format) in [(JSON_LD, Format::JsonLd), (RDF_XML, Format::RdfXml), (N_TRIPLES, Format::NTriples)] {
        assert_eq!(of(text, format).unwrap().graph, turtle.graph, "{format:?}");
    }
}

#[test]
fn a_mistake_is_placed() {
    let cases = [
        (
            "<https://example.org/a> <https://example.org/b> \"c\" .\n<https://example.org/a> oops .\n",
            Format::Turtle,
            2,
        ),
        ("{\n\"@id\": oops\n}", Format::JsonLd, 2),
        ("<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n</wrong>", Format::RdfXml, 2),
        ("oops", Format::NTriples, 1),
    ];
    for (text, format, expected) in cases {
        match of(text, format).unwrap_err() {
            ReadError::Syntax { line, column, problem } => {
                assert_eq!(line, expected, "{format:?}: {problem}");
                assert!(column > 0 && !problem.is_empty());
            }
            // The XML library knows offsets only in some of its errors.
            ReadError::Unplaced(problem) => assert_eq!(format, Format::RdfXml, "{problem}"),
            other => panic!("{format:?}: {other}"),
        }
    }
}

#[test]
fn what_is_too_much_is_refused() {
    let limits = Limits { bytes: 200, statements: 2, depth: 3 };
    let read = |text: &str, format| read(text.as_bytes(), format, None, limits);
    assert!(matches!(read(&" ".repeat(201), Format::Turtle), Err(ReadError::TooLarge { size: 201, limit: 200 })));
    let three = "<a:a> <a:b> 1 , 2 , 3 .";
    assert!(matches!(read(three, Format::Turtle), Err(ReadError::TooMany { limit: 2 })));
    assert!(matches!(read("<a:a> <a:b> [[[[]]]] .", Format::Turtle), Err(ReadError::TooDeep { depth: 4, limit: 3 })));
    let laughs = "<!DOCTYPE r [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><r/>";
    assert_eq!(read(laughs, Format::RdfXml).unwrap_err(), ReadError::Entity);
}

#[test]
fn a_context_at_an_address_is_refused_and_not_fetched() {
    let text = r#"{"@context": "https://example.org/context.jsonld", "@id": "https://example.org/a", "title": "x"}"#;
    let error = of(text, Format::JsonLd).unwrap_err().to_string();
    assert!(error.contains("context"), "{error}");
}

#[test]
fn a_base_must_be_an_address() {
    let error = read(b"", Format::Turtle, Some("not an address"), Limits::default()).unwrap_err();
    assert_eq!(error, ReadError::Base("not an address".to_owned()));
}
