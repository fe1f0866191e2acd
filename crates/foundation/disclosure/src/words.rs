//! How tables write things: headings of counts, labels for all, numbers, and what stands where one is withheld.

/// Whether a heading, in lower case, names a count of people or rows.
pub(crate) fn is_count(heading: &str) -> bool {
    const COUNTS: [&str; 21] = [
        "n",
        "count",
        "antall",
        "antal",
        "frequency",
        "freq",
        "frekvens",
        "people",
        "personer",
        "personar",
        "persons",
        "cases",
        "tilfeller",
        "patients",
        "pasienter",
        "deaths",
        "dodsfall",
        "events",
        "hendelser",
        "at_risk",
        "nobs",
    ];
    has_word(heading, &COUNTS) || ["at_risk", "n_at_risk", "num_rows"].contains(&heading)
}

/// Whether a heading has one of these words.
pub(crate) fn has_word(heading: &str, words: &[&str]) -> bool {
    heading.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}

/// Whether a label, in lower case, says that it is about all of them.
pub(crate) fn is_all(label: &str) -> bool {
    ["all", "alle", "total", "totalt", "sum", "i alt", "in total", "begge", "både", "both", "(all)", "margin"]
        .contains(&label)
}

/// What stands in a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shown {
    /// A number.
    Number(f64),
    /// Nothing, or a mark that something is withheld.
    Withheld,
    /// Something else.
    Text,
}

/// Reads a cell.
pub(crate) fn shown(text: &str) -> Shown {
    let text = text.trim();
    if let Some(number) = number(text) {
        return Shown::Number(number);
    }
    let mark = text.to_lowercase();
    let marks = ["", "*", "**", ":", ".", "..", "-", "–", "x", "s", "na", "n/a", "nan", "null", "none", "suppressed"];
    let fewer = mark.strip_prefix('<').is_some_and(number_in);
    if fewer || marks.contains(&mark.as_str()) { Shown::Withheld } else { Shown::Text }
}

fn number_in(text: &str) -> bool {
    number(text.trim_start_matches('=')).is_some()
}

/// A number as tables write it: `1 234`, `1234.0`, `12,5`.
pub(crate) fn number(text: &str) -> Option<f64> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    plain.parse().ok().or_else(|| plain.replace(',', ".").parse().ok()).filter(|n: &f64| n.is_finite())
}
