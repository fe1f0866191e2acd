//! What a source says of itself, cleaned: addresses that are addresses, lists that are lists.

use varde_core::LocalisedText;
use varde_metadata::{DataSource, Properties, TaggedText};
use varde_rdf::{Literal, NamedNode, Statements, Term};

/// A text that names an absolute address on the web.
pub(crate) fn web_address(text: &str) -> Option<NamedNode> {
    let text = text.trim();
    (text.starts_with("https://") || text.starts_with("http://")).then(|| NamedNode::new(text).ok()).flatten()
}

/// A mail address as an address.
pub(crate) fn mail_address(text: &str) -> Option<NamedNode> {
    let text = text.trim();
    let plain = text.contains('@') && !text.contains(char::is_whitespace);
    plain.then(|| NamedNode::new(format!("mailto:{text}")).ok()).flatten()
}

/// A phone number as an address (RFC 3966): digits, and a plus before them.
pub(crate) fn phone_address(text: &str) -> Option<NamedNode> {
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    (digits.len() >= 3).then(|| NamedNode::new(format!("tel:{digits}")).ok()).flatten()
}

/// The addresses of a list.
pub(crate) fn addresses(properties: &Properties, key: &str) -> Vec<NamedNode> {
    properties.list(key).iter().filter_map(|text| web_address(text)).collect()
}

/// The source's page on the web, in its own words.
pub(crate) fn homepage(source: &DataSource) -> Option<NamedNode> {
    let of = |key| source.details.properties.text(key).and_then(|text| web_address(&text));
    of("Hjemmeside").or_else(|| of("webPage")).or_else(|| of("landingPage"))
}

/// Where to write to about the source.
pub(crate) fn mail(source: &DataSource) -> Option<NamedNode> {
    source.details.properties.text("Epost").and_then(|text| mail_address(&text))
}

/// What the source is about, in key words: its own, or the names of its datasets.
pub(crate) fn keywords(source: &DataSource) -> Vec<Literal> {
    let properties = &source.details.properties;
    let tagged = properties.tagged("EmneordFlerspraklig");
    let own = if tagged.is_empty() { properties.tagged("Emneord") } else { tagged };
    if !own.is_empty() {
        return own.iter().map(literal).collect();
    }
    let mut named = Statements::new();
    let anything = varde_rdf::node_of("urn:varde:keywords", "");
    for dataset in &source.datasets {
        named.text(&anything, anything.clone(), &dataset.name);
    }
    named.iter().filter_map(|t| if let Term::Literal(l) = &t.object { Some(l.clone()) } else { None }).collect()
}

/// What the source is for.
pub(crate) fn purposes(source: &DataSource) -> Vec<Literal> {
    let properties = &source.details.properties;
    let tagged = properties.tagged("FormaalFlerspraklig");
    if !tagged.is_empty() {
        return tagged.iter().map(literal).collect();
    }
    properties.text("Formaal").map(|text| norwegian(&text)).into_iter().collect()
}

/// How the data come about.
pub(crate) fn provenance(source: &DataSource) -> Vec<Literal> {
    let keys = ["Innsamlingsmetode", "InklusjonsOgEksklusjonskriterier"];
    keys.iter().filter_map(|key| source.details.properties.text(key)).map(|text| norwegian(&text)).collect()
}

/// A text in several languages, or one in bokmål.
pub(crate) fn text(properties: &Properties, localised: &str, plain: &str) -> Option<LocalisedText> {
    properties.localised(localised).or_else(|| properties.text(plain).map(LocalisedText::bokmaal))
}

/// A text with its language; one without a language is bokmål, which the explorer writes in.
fn literal(tagged: &TaggedText) -> Literal {
    let language = match tagged.language.as_deref() {
        None | Some("no" | "") => "nb",
        Some(language) => language,
    };
    Literal::new_language_tagged_literal(tagged.value.as_str(), language).unwrap_or_else(|_| norwegian(&tagged.value))
}

fn norwegian(text: &str) -> Literal {
    Literal::new_language_tagged_literal_unchecked(text, "nb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_are_addresses() {
        assert!(web_address(" https://example.no/a ").is_some());
        for wrong in ["example.no", "javascript:alert(1)", "https://a b", "", "ftp://a"] {
            assert!(web_address(wrong).is_none(), "{wrong}");
        }
        assert_eq!(mail_address("post@example.no").unwrap().as_str(), "mailto:post@example.no");
        assert!(mail_address("post at example").is_none() && mail_address("a b@c").is_none());
        assert_eq!(phone_address("+47 21 07 70 00").unwrap().as_str(), "tel:+4721077000");
        assert!(phone_address("ring oss").is_none());
    }
}
