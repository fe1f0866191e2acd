//! Literals: whether they are well formed, and how they compare.

use std::{cmp::Ordering, str::FromStr};

use oxrdf::{Literal, Term};
use oxsdatatypes::{
    Date, DateTime, DayTimeDuration, Decimal, Double, Duration, GDay, GMonth, GMonthDay, GYear, GYearMonth, Time,
    YearMonthDuration,
};

use crate::vocabulary::XSD;

/// Whether the literal is written as its type asks (XML Schema part 2). Types that are not known here are
/// taken as they are.
pub(super) fn is_well_formed(literal: &Literal) -> bool {
    let Some(kind) = literal.datatype().as_str().strip_prefix(XSD.iri) else { return true };
    let text = literal.value();
    match kind {
        "boolean" => matches!(text, "true" | "false" | "1" | "0"),
        "decimal" => is_decimal(text),
        "double" | "float" => is_float(text),
        "dateTime" => parses::<DateTime>(text),
        "dateTimeStamp" => DateTime::from_str(text).is_ok_and(|time| time.timezone_offset().is_some()),
        "date" => parses::<Date>(text),
        "time" => parses::<Time>(text),
        "gYear" => parses::<GYear>(text),
        "gYearMonth" => parses::<GYearMonth>(text),
        "gMonthDay" => parses::<GMonthDay>(text),
        "gMonth" => parses::<GMonth>(text),
        "gDay" => parses::<GDay>(text),
        "duration" => parses::<Duration>(text),
        "dayTimeDuration" => parses::<DayTimeDuration>(text),
        "yearMonthDuration" => parses::<YearMonthDuration>(text),
        "hexBinary" => text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit()),
        "base64Binary" => is_base64(text),
        _ => integer_range(kind).is_none_or(|(low, high)| is_integer(text, low, high)),
    }
}

fn parses<T: FromStr>(text: &str) -> bool {
    text.parse::<T>().is_ok()
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn is_decimal(text: &str) -> bool {
    let text = unsigned(text);
    match text.split_once('.') {
        Some((whole, part)) => {
            (digits(whole) && (part.is_empty() || digits(part))) || (whole.is_empty() && digits(part))
        }
        None => digits(text),
    }
}

fn is_float(text: &str) -> bool {
    if matches!(text, "INF" | "+INF" | "-INF" | "NaN") {
        return true;
    }
    match text.split_once(['e', 'E']) {
        Some((number, power)) => is_decimal(number) && digits(unsigned(power)),
        None => is_decimal(text),
    }
}

fn is_base64(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let body = plain.trim_end_matches('=');
    plain.len().is_multiple_of(4)
        && plain.len() - body.len() <= 2
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
}

/// The range of an integer type; `None` for types that are no integers. An open end is the widest that
/// is compared; longer numbers are judged by their sign.
fn integer_range(kind: &str) -> Option<(i128, i128)> {
    Some(match kind {
        "integer" => (i128::MIN, i128::MAX),
        "nonNegativeInteger" => (0, i128::MAX),
        "positiveInteger" => (1, i128::MAX),
        "nonPositiveInteger" => (i128::MIN, 0),
        "negativeInteger" => (i128::MIN, -1),
        "long" => (i64::MIN.into(), i64::MAX.into()),
        "int" => (i32::MIN.into(), i32::MAX.into()),
        "short" => (i16::MIN.into(), i16::MAX.into()),
        "byte" => (i8::MIN.into(), i8::MAX.into()),
        "unsignedLong" => (0, u64::MAX.into()),
        "unsignedInt" => (0, u32::MAX.into()),
        "unsignedShort" => (0, u16::MAX.into()),
        "unsignedByte" => (0, u8::MAX.into()),
        _ => return None,
    })
}

fn is_integer(text: &str, low: i128, high: i128) -> bool {
    if !digits(unsigned(text)) {
        return false;
    }
    match text.parse::<i128>() {
        Ok(number) => low <= number && number <= high,
        Err(_) if text.starts_with('-') => low == i128::MIN,
        Err(_) => high == i128::MAX,
    }
}

/// How two nodes compare by SPARQL's `<` (section 15.1 and 17.3 of SPARQL 1.1); `None` when they do not:
/// a number with a text, or times of which one has no zone.
pub(super) fn compare(a: &Term, b: &Term) -> Option<Ordering> {
    let (Term::Literal(a), Term::Literal(b)) = (a, b) else { return None };
    if !is_well_formed(a) || !is_well_formed(b) {
        return None;
    }
    match (Kind::of(a)?, Kind::of(b)?) {
        (Kind::Number, Kind::Number) => numbers(a.value(), b.value()),
        (Kind::Text, Kind::Text) => Some(a.value().cmp(b.value())),
        (Kind::Boolean, Kind::Boolean) => Some(is_true(a).cmp(&is_true(b))),
        (Kind::DateTime, Kind::DateTime) => parsed::<DateTime>(a, b),
        (Kind::Date, Kind::Date) => parsed::<Date>(a, b),
        (Kind::Time, Kind::Time) => parsed::<Time>(a, b),
        (Kind::Year, Kind::Year) => parsed::<GYear>(a, b),
        (Kind::YearMonth, Kind::YearMonth) => parsed::<GYearMonth>(a, b),
        (Kind::Duration, Kind::Duration) => parsed::<Duration>(a, b),
        _ => None,
    }
}

/// What compares with each other.
enum Kind {
    Number,
    Text,
    Boolean,
    DateTime,
    Date,
    Time,
    Year,
    YearMonth,
    Duration,
}

impl Kind {
    fn of(literal: &Literal) -> Option<Self> {
        if literal.language().is_some() {
            return None;
        }
        Some(match literal.datatype().as_str().strip_prefix(XSD.iri)? {
            "string" => Self::Text,
            "boolean" => Self::Boolean,
            "dateTime" | "dateTimeStamp" => Self::DateTime,
            "date" => Self::Date,
            "time" => Self::Time,
            "gYear" => Self::Year,
            "gYearMonth" => Self::YearMonth,
            "duration" | "dayTimeDuration" | "yearMonthDuration" => Self::Duration,
            "decimal" | "double" | "float" => Self::Number,
            kind => integer_range(kind).map(|_| Self::Number)?,
        })
    }
}

fn is_true(literal: &Literal) -> bool {
    matches!(literal.value(), "true" | "1")
}

/// Decimals exactly, as long as they fit; else as floating-point numbers.
fn numbers(a: &str, b: &str) -> Option<Ordering> {
    if let (Ok(a), Ok(b)) = (a.parse::<Decimal>(), b.parse::<Decimal>()) {
        return a.partial_cmp(&b);
    }
    a.parse::<Double>().ok()?.partial_cmp(&b.parse::<Double>().ok()?)
}

fn parsed<T: FromStr + PartialOrd>(a: &Literal, b: &Literal) -> Option<Ordering> {
    a.value().parse::<T>().ok()?.partial_cmp(&b.value().parse::<T>().ok()?)
}

/// Whether a language tag lies within a range, as SPARQL's `langMatches` has it (RFC 4647 section 3.3.1).
pub(super) fn language_matches(tag: &str, range: &str) -> bool {
    let (tag, range) = (tag.to_ascii_lowercase(), range.to_ascii_lowercase());
    range == "*" || tag == range || tag.strip_prefix(&range).is_some_and(|rest| rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(text: &str, kind: &str) -> Literal {
        Literal::new_typed_literal(text, XSD.term(kind))
    }

    #[test]
    fn literals_are_well_formed_or_not() {
        let good = [
            ("2026-02-28", "date"),
            ("2026-02-28Z", "date"),
            ("2026-02-28T12:00:00", "dateTime"),
            ("2026", "gYear"),
            ("2026-02", "gYearMonth"),
            ("P1Y2M", "duration"),
            ("PT1H", "dayTimeDuration"),
            ("-12", "integer"),
            ("0", "nonNegativeInteger"),
            ("123456789012345678901234567890123456789012345", "integer"),
            ("1.50", "decimal"),
            (".5", "decimal"),
            ("1.", "decimal"),
            ("1e3", "double"),
            ("-INF", "double"),
            ("true", "boolean"),
            ("0aFF", "hexBinary"),
            ("aGVp", "base64Binary"),
            ("aGU=", "base64Binary"),
            ("anything at all", "anyURI"),
            ("x", "string"),
        ];
        for (text, kind) in good {
            assert!(is_well_formed(&literal(text, kind)), "{text} {kind}");
        }
        let bad = [
            ("2026-02-30", "date"),
            ("2026", "date"),
            ("", "date"),
            ("2026-02-28", "dateTime"),
            ("26", "gYear"),
            ("1 year", "duration"),
            ("P", "duration"),
            ("-1", "nonNegativeInteger"),
            ("0", "positiveInteger"),
            ("-123456789012345678901234567890123456789012345", "nonNegativeInteger"),
            ("256", "unsignedByte"),
            ("1.0", "integer"),
            ("", "integer"),
            ("+", "integer"),
            (".", "decimal"),
            ("1e3", "decimal"),
            ("infinity", "double"),
            ("yes", "boolean"),
            ("TRUE", "boolean"),
            ("abc", "hexBinary"),
            ("a===", "base64Binary"),
        ];
        for (text, kind) in bad {
            assert!(!is_well_formed(&literal(text, kind)), "{text} {kind}");
        }
    }

    #[test]
    fn what_compares_compares() {
        use Ordering::{Equal, Greater, Less};
        let cases = [
            (("1", "integer"), ("1.0", "decimal"), Some(Equal)),
            (("9", "integer"), ("10", "integer"), Some(Less)),
            (("1e3", "double"), ("999.9", "decimal"), Some(Greater)),
            (("9007199254740993", "integer"), ("9007199254740992", "integer"), Some(Greater)),
            (("2026-01-01", "date"), ("2026-01-02", "date"), Some(Less)),
            (("2026-01-01T00:00:00Z", "dateTime"), ("2026-01-01T01:00:00+01:00", "dateTime"), Some(Equal)),
            (("2026-01-01T00:00:00Z", "dateTime"), ("2026-01-01T05:00:00", "dateTime"), None),
            (("2026-01-01", "date"), ("2026-01-01T00:00:00", "dateTime"), None),
            (("b", "string"), ("a", "string"), Some(Greater)),
            (("1", "string"), ("1", "integer"), None),
            (("x", "integer"), ("1", "integer"), None),
            (("false", "boolean"), ("1", "boolean"), Some(Less)),
        ];
        for ((a, x), (b, y), expected) in cases {
            let compared = compare(&literal(a, x).into(), &literal(b, y).into());
            assert_eq!(compared, expected, "{a} {b}");
        }
    }

    #[test]
    fn a_language_lies_within_a_range() {
        for (tag, range, expected) in [
            ("nb", "nb", true),
            ("nb-NO", "nb", true),
            ("NB", "nb", true),
            ("nbx", "nb", false),
            ("nn", "*", true),
            ("no", "nb", false),
        ] {
            assert_eq!(language_matches(tag, range), expected, "{tag} {range}");
        }
    }
}
