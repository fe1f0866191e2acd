//! Writing: what is written reads as what was said, and always the same.

use proptest::prelude::*;
use varde_core::LocalisedText;
use varde_rdf::{
    Format, Limits, NamedNode, Statements, node_of, read,
    vocabulary::{DCAT, DCT},
    write,
};

fn example() -> Statements {
    let subject = node_of("https://example.org/sources/npr", "");
    let mut said = Statements::new();
    said.is(&subject, DCAT.term("Dataset"));
    said.text(&subject, DCT.term("title"), &LocalisedText::new("Pasientregister", "", "Patient register"));
    said.typed(&subject, DCT.term("issued"), "2026-11-23", "date");
    said.say(&subject, DCAT.term("theme"), NamedNode::new("https://example.org/théme").unwrap());
    said.string(&subject, DCT.term("identifier"), "a \"quote\" & <mark>\n");
    said
}

#[test]
fn every_format_reads_back() {
    let said = example();
    for format in Format::ALL {
        let text = write(&said, format).unwrap();
        let back = read(&text, format, None, Limits::default()).unwrap();
        assert_eq!(back.graph, said.graph(), "{format:?}");
        assert_eq!(write(&example(), format).unwrap(), text, "{format:?} is not the same twice");
        if format != Format::NTriples {
            assert!(String::from_utf8(text).unwrap().contains("dct"), "{format:?} has no prefix");
        }
    }
}

#[test]
fn a_language_without_a_text_is_left_out_and_nothing_is_said_twice() {
    let mut said = example();
    let before = said.len();
    said.append(example());
    assert_eq!(said.len(), before);
    let text = String::from_utf8(write(&said, Format::Turtle).unwrap()).unwrap();
    assert!(text.contains("@nb") && text.contains("@en") && !text.contains("@nn"), "{text}");
    assert!(said.knows(&node_of("https://example.org/sources/npr", "")));
}

proptest! {
    /// Any text survives any format. RDF/XML cannot hold control characters: XML 1.0 has none.
    #[test]
    fn texts_survive(words in "\\PC{1,40}", name in "[a-zæøå /#?]{0,12}") {
        let mut said = Statements::new();
        let subject = node_of("https://example.org/x", &name);
        said.string(&subject, DCT.term("title"), &words);
        for format in Format::ALL {
            let text = write(&said, format).unwrap();
            let back = read(&text, format, None, Limits::default()).unwrap();
            prop_assert_eq!(back.graph, said.graph(), "{:?}", format);
        }
    }
}
