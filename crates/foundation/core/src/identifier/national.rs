//! Numbers that identify a person to the state or to health care.

use std::{fmt, str::FromStr};

use jiff::civil::Date;

use super::check_digits::{self, NATIONAL_FIRST, NATIONAL_SECOND, digits, remainder};

/// Which kind of number it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberKind {
    /// Fødselsnummer (11 digits; OID 2.16.578.1.12.4.1.4.1).
    BirthNumber,
    /// D-number: day + 40 (OID 2.16.578.1.12.4.1.4.2).
    DNumber,
    /// H-number, internal to an organisation and never sent out of it: month + 40. NAV's synthetic
    /// test numbers have the same shape; the number itself cannot tell the two apart.
    HNumber,
    /// A D-number with an H-number's month: day + 40 and month + 40.
    DHNumber,
    /// Felles hjelpenummer (FH): first digit 8 or 9 (OID 2.16.578.1.12.4.1.4.3).
    CommonHelpNumber,
    /// The immigration authorities' DUF number (12 digits).
    Duf,
}

impl NumberKind {
    /// The name in files, entries and the comparison with other validators.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BirthNumber => "birth_number",
            Self::DNumber => "d_number",
            Self::HNumber => "h_number",
            Self::DHNumber => "d_h_number",
            Self::CommonHelpNumber => "common_help_number",
            Self::Duf => "duf",
        }
    }
}

/// The rules for control digits that a national number may follow (Skatteetaten, "Nytt
/// fødselsnummer fra 2032").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The rules of 1964: the first control digit completes its sum to remainder 0.
    Of1964,
    /// The rules for numbers issued from 2032-01-01, also to people born earlier: the first
    /// control digit completes its sum to remainder 0, 1, 2 or 3. The number says neither gender
    /// nor century. Every number of 1964 satisfies these too.
    Of2032,
}

/// A number that identifies a person, checked on reading. It is handled like a secret: no
/// `Display`, no serialisation, and `Debug` shows nothing of it.
///
/// There is deliberately no way to ask it for gender, birth date or age (see the module).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NationalNumber {
    /// ASCII digits; the last byte is zero when there are eleven.
    text: [u8; 12],
    kind: NumberKind,
    synthetic: bool,
    only_2032: bool,
}

/// Why a text is not a national number. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotANationalNumber {
    /// Not 11 (or for DUF 12) characters.
    #[error("a national number has 11 digits (a DUF number 12); this has {0} characters")]
    Length(usize),
    /// Something else than the digits 0–9.
    #[error("a national number has only the digits 0–9, without spaces")]
    NotDigits,
    /// Ten digits that are a valid number with a zero in front.
    #[error(
        "the leading zero is lost: ten digits that are a national number with a zero in front; \
         export the column as text, not as a number, and try again"
    )]
    LeadingZeroLost,
    /// A control digit is wrong.
    #[error("the control digits of the national number are wrong: check it for a typing error")]
    ControlDigits,
    /// The first six digits are no date of any kind of number.
    #[error("the national number begins with a date that does not exist: check it for a typing error")]
    Date,
}

impl NationalNumber {
    /// Reads a number of any kind, strictly: digits only, nothing around them.
    pub fn parse(text: &str) -> Result<Self, NotANationalNumber> {
        match text.chars().count() {
            10 => Err(ten_digits(text)),
            11 => eleven_digits(text),
            12 => duf(text),
            other => Err(NotANationalNumber::Length(other)),
        }
    }

    /// The kind of number.
    pub const fn kind(&self) -> NumberKind {
        self.kind
    }

    /// Whether it is a synthetic number of Skatteetaten's test population (month + 80): such a
    /// number is never given to a living person.
    pub const fn is_synthetic(&self) -> bool {
        self.synthetic
    }

    /// Whether it satisfies the rule. Common help numbers and DUF numbers have rules of their own
    /// and satisfy neither.
    pub const fn satisfies(&self, rule: Rule) -> bool {
        match (self.kind, rule) {
            (NumberKind::CommonHelpNumber | NumberKind::Duf, _) => false,
            (_, Rule::Of1964) => !self.only_2032,
            (_, Rule::Of2032) => true,
        }
    }

    /// The number with all but its last two digits hidden, for people who must recognise their own.
    pub fn masked(&self) -> String {
        let digits = self.digits_for_storage();
        let (hidden, shown) = digits.split_at(digits.len() - 2);
        "•".repeat(hidden.len()) + shown
    }

    /// The digits themselves. Only for the one place that stores them (`varde_basedata`), for the
    /// parties the law lets see them, and for generators of test people: never for logs, errors,
    /// URLs or entries.
    pub fn digits_for_storage(&self) -> &str {
        let length = if self.kind == NumberKind::Duf { 12 } else { 11 };
        std::str::from_utf8(&self.text[..length]).unwrap_or("")
    }

    pub(super) fn new(digits: &[u8], kind: NumberKind, synthetic: bool, only_2032: bool) -> Self {
        let mut text = [0; 12];
        for (place, digit) in text.iter_mut().zip(digits) {
            *place = b'0' + digit;
        }
        Self { text, kind, synthetic, only_2032 }
    }
}

impl FromStr for NationalNumber {
    type Err = NotANationalNumber;
    fn from_str(text: &str) -> Result<Self, NotANationalNumber> {
        Self::parse(text)
    }
}

impl fmt::Debug for NationalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NationalNumber(…)")
    }
}

fn ten_digits(text: &str) -> NotANationalNumber {
    if digits::<10>(text).is_none() {
        return NotANationalNumber::NotDigits;
    }
    match eleven_digits(&format!("0{text}")) {
        Ok(_) => NotANationalNumber::LeadingZeroLost,
        Err(_) => NotANationalNumber::Length(10),
    }
}

fn eleven_digits(text: &str) -> Result<NationalNumber, NotANationalNumber> {
    let number: [u8; 11] = digits(text).ok_or(NotANationalNumber::NotDigits)?;
    let first = remainder(&number, &NATIONAL_FIRST) + u32::from(number[9]);
    let second = remainder(&number, &NATIONAL_SECOND) + u32::from(number[10]);
    let help_number = number[0] >= 8;
    // The wider remainders are published for the population register's numbers only.
    let widest = if help_number { 0 } else { 3 };
    if first % 11 > widest || !second.is_multiple_of(11) {
        return Err(NotANationalNumber::ControlDigits);
    }
    if help_number {
        return Ok(NationalNumber::new(&number, NumberKind::CommonHelpNumber, false, false));
    }
    let (kind, synthetic) = kind_by_date(&number).ok_or(NotANationalNumber::Date)?;
    Ok(NationalNumber::new(&number, kind, synthetic, !first.is_multiple_of(11)))
}

/// The kind by what was added to day and month; `None` when what remains is no date.
fn kind_by_date(number: &[u8; 11]) -> Option<(NumberKind, bool)> {
    let (d_number, day) = if number[0] >= 4 { (true, number[0] - 4) } else { (false, number[0]) };
    let (added, month) = match number[2] {
        tens @ 8.. => (80, tens - 8),
        tens @ 4.. => (40, tens - 4),
        tens => (0, tens),
    };
    // Two digits cannot tell the century, and since 2032 nothing else in the number does: only
    // whether the day can exist is asked, in 20yy as Skatteetaten's reference does (29 February of
    // year 00 exists in 2000). Other years are leap years in both centuries or in neither.
    let year = 2000 + i16::from(number[4] * 10 + number[5]);
    let two = |tens: u8, ones: u8| i8::try_from(tens * 10 + ones).ok();
    Date::new(year, two(month, number[3])?, two(day, number[1])?).ok()?;
    Some(match (d_number, added) {
        (false, 40) => (NumberKind::HNumber, false),
        (true, 40) => (NumberKind::DHNumber, false),
        (false, added) => (NumberKind::BirthNumber, added == 80),
        (true, added) => (NumberKind::DNumber, added == 80),
    })
}

/// DUF: four digits year, six digits sequence, two control digits (the weighted sum modulo 11).
fn duf(text: &str) -> Result<NationalNumber, NotANationalNumber> {
    let number: [u8; 12] = digits(text).ok_or(NotANationalNumber::NotDigits)?;
    let control = u32::from(number[10]) * 10 + u32::from(number[11]);
    if remainder(&number[..10], &check_digits::DUF) != control {
        return Err(NotANationalNumber::ControlDigits);
    }
    Ok(NationalNumber::new(&number, NumberKind::Duf, false, false))
}

/// Whether the text holds a national number: for texts that others read, so that they can be refused.
pub fn holds_national_number(text: &str) -> bool {
    // People write numbers in groups: 010190 12345.
    let joined: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '.' | '-')).collect();
    let runs = joined.split(|c: char| !c.is_ascii_digit());
    runs.filter(|run| run.len() == 11).any(|run| NationalNumber::parse(run).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_name_nobody_by_number() {
        // Numbers of Test-Norge's kind: the month is raised by 80. One is found, so that none is written here.
        let of_serial = |serial: u32| format!("158874{serial:05}");
        let number = (0..100_000).map(of_serial).find(|text| NationalNumber::parse(text).is_ok()).unwrap();
        let (date, serial) = number.split_at(6);
        for text in [format!("Gjelder {number}."), format!("se {date} {serial}"), format!("nr. {date}-{serial}")] {
            assert!(holds_national_number(&text));
        }
        for text in ["Ring 22 33 44 55 eller 99887766", "sak 2026/123456", ""] {
            assert!(!holds_national_number(text), "{text}");
        }
    }
}
