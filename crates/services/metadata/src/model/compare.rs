//! Code lists side by side.

use super::value::Code;

/// How a code stands in the lists that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeMatch {
    /// All lists have it, and it means the same in all.
    Same,
    /// All lists have it, and their texts differ.
    OtherText,
    /// One of the lists at least does not have it.
    Missing,
}

impl CodeMatch {
    /// The stable name, as in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::OtherText => "other_text",
            Self::Missing => "missing",
        }
    }
}

/// A code value in every list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedCode<'a> {
    /// The value as it stands in the data.
    pub value: &'a str,
    /// The code in each list, in the lists' order; `None` where a list does not have it.
    pub codes: Vec<Option<&'a Code>>,
    /// How it stands.
    pub matching: CodeMatch,
}

/// Compares lists of codes by their values, in the order in which they first occur. A list that has a value
/// several times, as when its meaning changed over the years, is compared by the last one.
pub fn compare_codes<'a>(lists: &[&'a [Code]]) -> Vec<ComparedCode<'a>> {
    let mut order: Vec<&str> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for code in lists.iter().flat_map(|list| list.iter()) {
        if seen.insert(code.value.as_str()) {
            order.push(&code.value);
        }
    }
    let indexed: Vec<std::collections::HashMap<&str, &Code>> =
        lists.iter().map(|list| list.iter().map(|code| (code.value.as_str(), code)).collect()).collect();
    let compared = |value| {
        let codes: Vec<Option<&Code>> = indexed.iter().map(|list| list.get(value).copied()).collect();
        ComparedCode { value, matching: matching(&codes), codes }
    };
    order.into_iter().map(compared).collect()
}

fn matching(codes: &[Option<&Code>]) -> CodeMatch {
    let texts: Option<Vec<_>> = codes.iter().map(|code| code.map(|code| &code.text)).collect();
    match texts {
        None => CodeMatch::Missing,
        Some(texts) if texts.windows(2).all(|pair| pair[0] == pair[1]) => CodeMatch::Same,
        Some(_) => CodeMatch::OtherText,
    }
}

#[cfg(test)]
mod tests {
    use varde_core::LocalisedText;

    use super::*;

    fn codes(pairs: &[(&str, &str)]) -> Vec<Code> {
        let code = |(value, text): &(&str, &str)| Code {
            value: (*value).to_owned(),
            text: LocalisedText::bokmaal(*text),
            from: None,
            until: None,
        };
        pairs.iter().map(code).collect()
    }

    #[test]
    fn each_value_is_same_other_or_missing() {
        let (a, b) =
            (codes(&[("1", "Mann"), ("2", "Kvinne")]), codes(&[("2", "Dame"), ("1", "Mann"), ("9", "Ukjent")]));
        let compared = compare_codes(&[&a, &b]);
        let told: Vec<_> = compared.iter().map(|code| (code.value, code.matching)).collect();
        assert_eq!(told, [("1", CodeMatch::Same), ("2", CodeMatch::OtherText), ("9", CodeMatch::Missing)]);
        assert_eq!(compared[2].codes[0], None);
        assert!(compare_codes(&[&[], &[]]).is_empty());
    }
}
