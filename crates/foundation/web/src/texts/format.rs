//! Dates, times and numbers as each language writes them.

use jiff::{Timestamp, civil::Date};
use varde_core::{Language, clock::norway};

/// A date, or a reference to one, as templates hand it over.
pub trait DateLike {
    /// The date.
    fn as_date(&self) -> Date;
}

impl DateLike for Date {
    fn as_date(&self) -> Date {
        *self
    }
}

impl<T: DateLike> DateLike for &T {
    fn as_date(&self) -> Date {
        (*self).as_date()
    }
}

/// A time, or a reference to one, as templates hand it over.
pub trait TimeLike {
    /// The time.
    fn as_time(&self) -> Timestamp;
}

impl TimeLike for Timestamp {
    fn as_time(&self) -> Timestamp {
        *self
    }
}

impl<T: TimeLike> TimeLike for &T {
    fn as_time(&self) -> Timestamp {
        (*self).as_time()
    }
}

/// The months, which both written languages of Norway spell alike.
const NORWEGIAN: [&str; 12] = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
];
const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A date with the month as a word: `25. november 2026`, `25 November 2026`.
pub fn date_in_words(language: Language, date: Date) -> String {
    let (months, dot) = if language == Language::En { (ENGLISH, "") } else { (NORWEGIAN, ".") };
    let month = months[usize::try_from(date.month()).unwrap_or(1) - 1];
    format!("{}{dot} {month} {}", date.day(), date.year())
}

/// A time in Norway: `25. november 2026 kl. 14.05`, `25 November 2026 at 14:05`.
pub fn time_in_words(language: Language, time: Timestamp) -> String {
    let local = time.to_zoned(norway());
    let day = date_in_words(language, local.date());
    match language {
        Language::Nb | Language::Nn => format!("{day} kl. {:02}.{:02}", local.hour(), local.minute()),
        Language::En => format!("{day} at {:02}:{:02}", local.hour(), local.minute()),
    }
}

/// A whole number in groups of three: by no-break spaces in Norwegian (Språkrådet), by commas in
/// English. Four digits stay together in Norwegian.
pub fn number(language: Language, number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let (separator, shortest) = if language == Language::En { (',', 4) } else { ('\u{a0}', 5) };
    let mut out = String::with_capacity(digits.len() + 8);
    if number < 0 {
        out.push('\u{2212}');
    }
    for (i, digit) in digits.chars().enumerate() {
        let left = digits.len() - i;
        if i > 0 && left.is_multiple_of(3) && digits.len() >= shortest {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// A size: bytes, or whole thousands, millions or milliards of them.
pub(crate) fn size(language: Language, bytes: u64) -> String {
    let (count, unit) = match bytes {
        0..10_000 => (bytes, if language == Language::En { "bytes" } else { "byte" }),
        10_000..10_000_000 => (bytes / 1_000, "kB"),
        10_000_000..10_000_000_000 => (bytes / 1_000_000, "MB"),
        _ => (bytes / 1_000_000_000, "GB"),
    };
    format!("{}\u{a0}{unit}", number(language, i64::try_from(count).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn dates_are_words() {
        let day = date(2026, 11, 25);
        assert_eq!(date_in_words(Language::Nb, day), "25. november 2026");
        assert_eq!(date_in_words(Language::Nn, day), "25. november 2026");
        assert_eq!(date_in_words(Language::En, day), "25 November 2026");
    }

    #[test]
    fn times_are_norwegian_in_winter_and_summer() {
        let winter: Timestamp = "2026-11-25T13:05:00Z".parse().unwrap();
        let summer: Timestamp = "2026-06-25T13:05:00Z".parse().unwrap();
        assert_eq!(time_in_words(Language::Nb, winter), "25. november 2026 kl. 14.05");
        assert_eq!(time_in_words(Language::En, summer), "25 June 2026 at 15:05");
    }

    #[test]
    fn numbers_are_grouped() {
        let cases = [
            (Language::Nb, 1234, "1234"),
            (Language::Nb, 12_345, "12\u{a0}345"),
            (Language::Nn, 5_500_000, "5\u{a0}500\u{a0}000"),
            (Language::En, 1234, "1,234"),
            (Language::En, -999, "\u{2212}999"),
            (Language::Nb, 0, "0"),
            (Language::Nb, i64::MIN, "\u{2212}9\u{a0}223\u{a0}372\u{a0}036\u{a0}854\u{a0}775\u{a0}808"),
        ];
        for (language, value, expected) in cases {
            assert_eq!(number(language, value), expected);
        }
    }

    #[test]
    fn sizes_are_told_in_few_digits() {
        let cases = [
            (Language::Nb, 0, "0\u{a0}byte"),
            (Language::En, 9_999, "9,999\u{a0}bytes"),
            (Language::Nn, 10_000, "10\u{a0}kB"),
            (Language::Nb, 9_999_999, "9999\u{a0}kB"),
            (Language::En, 10_000_000, "10\u{a0}MB"),
            (Language::Nb, u64::MAX, "18\u{a0}446\u{a0}744\u{a0}073\u{a0}GB"),
        ];
        for (language, bytes, expected) in cases {
            assert_eq!(size(language, bytes), expected);
        }
    }
}
