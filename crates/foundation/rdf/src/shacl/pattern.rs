//! Patterns as XPath writes them (XPath and XQuery Functions and Operators 3.1, section 5.6), on the
//! linear-time matcher: no value can make it slow.

use regex::{Regex, RegexBuilder};

/// The largest program that a pattern may become, in bytes.
const SIZE_LIMIT: usize = 1 << 20;

/// The matcher of a pattern with flags: `i`, `m`, `s`, `x` and `q`. It finds the pattern anywhere in the
/// text, as SPARQL's `REGEX` does.
pub(super) fn compile(pattern: &str, flags: &str) -> Result<Regex, String> {
    if let Some(unknown) = flags.chars().find(|c| !"imsxq".contains(*c)) {
        return Err(format!("the flag {unknown:?} is not one of i, m, s, x and q"));
    }
    let has = |flag| flags.contains(flag);
    let translated = if has('q') { regex::escape(pattern) } else { translate(pattern, has('x')) };
    let mut builder = RegexBuilder::new(&translated);
    builder.case_insensitive(has('i')).multi_line(has('m')).dot_matches_new_line(has('s')).size_limit(SIZE_LIMIT);
    builder.build().map_err(|error| error.to_string().lines().last().unwrap_or_default().to_owned())
}

/// XPath's own escapes as ranges: `\i` and `\c` begin and continue a name in XML; `-[` takes away from a
/// class. With `x`, white space outside of classes is for people only.
fn translate(pattern: &str, ignore_space: bool) -> String {
    const BEGINS: &str = r"_:A-Za-z\u{C0}-\u{D6}\u{D8}-\u{F6}\u{F8}-\u{2FF}\u{370}-\u{1FFF}\u{2070}-\u{D7FF}";
    const GOES_ON: &str = r"\-.0-9\u{B7}";
    let mut out = String::with_capacity(pattern.len());
    let (mut characters, mut class) = (pattern.chars().peekable(), 0_usize);
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                let escaped = characters.next().unwrap_or('\\');
                let set = match escaped {
                    'i' | 'I' => BEGINS.to_owned(),
                    'c' | 'C' => format!("{BEGINS}{GOES_ON}"),
                    _ => {
                        out.extend([c, escaped]);
                        continue;
                    }
                };
                let not = if escaped.is_uppercase() { "^" } else { "" };
                out.push_str(&format!("[{not}{set}]"));
            }
            '[' => {
                class += 1;
                out.push(c);
            }
            ']' => {
                class = class.saturating_sub(1);
                out.push(c);
            }
            '-' if class > 0 && characters.peek() == Some(&'[') => out.push_str("--"),
            // Doubled signs are the matcher's own, not XPath's.
            '&' | '~' if class > 0 => out.extend(['\\', c]),
            c if ignore_space && class == 0 && c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn patterns_mean_what_xpath_says() {
        let cases = [
            ("^a+$", "", "aaa", true),
            ("b", "", "abc", true),
            ("ABC", "", "abc", false),
            ("ABC", "i", "abc", true),
            ("^b$", "", "a\nb", false),
            ("^b$", "m", "a\nb", true),
            ("a.b", "", "a\nb", false),
            ("a.b", "s", "a\nb", true),
            ("a b [ ]", "x", "ab ", true),
            ("a b", "x", "a b", false),
            ("a.b", "q", "a.b", true),
            ("a.b", "q", "axb", false),
            (r"^\i\c*$", "", "dct:title", true),
            (r"^\i\c*$", "", "1title", false),
            (r"^\I$", "", "1", true),
            ("^[a-z-[aeiou]]+$", "", "xyz", true),
            ("^[a-z-[aeiou]]+$", "", "xaz", false),
            ("^[a&&b]$", "", "&", true),
            (r"^\d{4}-\d\d$", "", "2026-11", true),
        ];
        for (pattern, flags, text, expected) in cases {
            assert_eq!(compile(pattern, flags).unwrap().is_match(text), expected, "{pattern} {flags} {text:?}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_said() {
        assert!(compile("(", "").is_err());
        assert!(compile("a", "g").unwrap_err().contains('g'));
        assert!(compile("(((a{1000}){1000}){1000})", "").is_err());
        assert!(compile("\\", "").is_ok());
    }
}
