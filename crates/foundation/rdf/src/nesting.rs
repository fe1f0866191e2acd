//! How deeply a text nests, before a parser keeps a state for each level; and entities of XML, which can
//! make a small file a huge one.

use crate::Format;

/// The longest entity that is taken, in bytes. Real catalogues declare namespaces so.
const ENTITY_LIMIT: usize = 512;

/// The deepest nesting of the text. Only brackets outside of strings, addresses and comments count.
pub(crate) fn depth(text: &[u8], format: Format) -> usize {
    match format {
        Format::JsonLd => brackets(text, b"", false),
        Format::Turtle => brackets(text, b"#", true),
        Format::RdfXml => elements(text),
        Format::NTriples => 0,
    }
}

/// Counts `[`, `(` and `{`. `comment` begins a comment to the end of the line; with `addresses`, what
/// stands between `<` and `>` is passed over.
fn brackets(text: &[u8], comment: &[u8], addresses: bool) -> usize {
    let (mut depth, mut deepest, mut at) = (0_usize, 0, 0);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' | b'\'' if addresses || byte == b'"' => at = after_string(text, at, addresses),
            b'<' if addresses => at = after(text, at, b'>'),
            _ if comment.contains(&byte) => at = after(text, at, b'\n'),
            b'[' | b'(' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b')' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    deepest
}

/// The place of the string's last quote; `long` strings are in three quotes.
fn after_string(text: &[u8], begin: usize, long: bool) -> usize {
    let quote = text[begin];
    let is_long = long && text[begin..].starts_with(&[quote; 3]);
    let mut at = begin + if is_long { 3 } else { 1 };
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            _ if byte == quote && !is_long => return at,
            _ if byte == quote && text[at..].starts_with(&[quote; 3]) => return at + 2,
            _ => {}
        }
        at += 1;
    }
    at
}

fn after(text: &[u8], begin: usize, end: u8) -> usize {
    text[begin..].iter().position(|b| *b == end).map_or(text.len(), |found| begin + found)
}

/// Counts open elements of XML.
fn elements(text: &[u8]) -> usize {
    let (mut depth, mut deepest, mut at) = (0_usize, 0, 0);
    while let Some(found) = text[at.min(text.len())..].iter().position(|b| *b == b'<') {
        let begin = at + found;
        let rest = &text[begin..];
        let end = after(text, begin, b'>');
        if rest.starts_with(b"<!--") {
            at = begin + find(rest, b"-->").unwrap_or(rest.len());
            continue;
        }
        if rest.starts_with(b"</") {
            depth = depth.saturating_sub(1);
        } else if !rest.starts_with(b"<!") && !rest.starts_with(b"<?") && text.get(end.wrapping_sub(1)) != Some(&b'/') {
            depth += 1;
            deepest = deepest.max(depth);
        }
        at = end;
    }
    deepest
}

/// Whether the XML declares an entity that refers to others, or a long one: by either a few kilobytes
/// become gigabytes when they are read.
pub(crate) fn has_growing_entity(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(found) = find(rest, b"<!ENTITY") {
        let declaration = &rest[found..];
        let end = after(declaration, 0, b'>');
        if end > ENTITY_LIMIT || declaration[..end].contains(&b'&') {
            return true;
        }
        rest = &declaration[end..];
    }
    false
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nests_counts() {
        let cases = [
            (Format::Turtle, "<a[b> <b> [ <c> ( [] ) ] .", 3),
            (Format::Turtle, "# [[[[[\n<a> <b> \"[[[[\" , '''[ ' [''' , \"\\\"[[\" .", 0),
            (Format::JsonLd, r#"{"a": ["[{", {"b": "\"{"}]}"#, 3),
            (Format::JsonLd, r#"{"it's": {"a": {}}}"#, 3),
            (Format::RdfXml, "<?xml?><!-- <a><a> --><r><a/><b><c x='1'/></b></r>", 2),
            (Format::NTriples, "<a> <b> \"[[[\" .", 0),
        ];
        for (format, text, expected) in cases {
            assert_eq!(depth(text.as_bytes(), format), expected, "{text}");
        }
    }

    #[test]
    fn torn_texts_end_too() {
        for text in ["\"", "'''", "\\", "<", "[\"\\", "<!--", "</", "<!ENTITY"] {
            for format in Format::ALL {
                depth(text.as_bytes(), format);
            }
            has_growing_entity(text.as_bytes());
        }
    }

    #[test]
    fn an_entity_may_name_a_namespace_and_not_grow() {
        assert!(!has_growing_entity(b"<!DOCTYPE r [<!ENTITY dct \"http://purl.org/dc/terms/\">]>"));
        assert!(has_growing_entity(b"<!DOCTYPE r [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>"));
        let long = format!("<!ENTITY a \"{}\">", "h".repeat(600));
        assert!(has_growing_entity(long.as_bytes()));
    }
}
