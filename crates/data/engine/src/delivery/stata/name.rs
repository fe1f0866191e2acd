//! Names as Stata wants them: at most 32 characters, not beginning with a digit, none of its own words.

use std::collections::BTreeSet;

/// Words that no variable may be called.
const RESERVED: [&str; 19] = [
    "_", "_all", "_b", "_coef", "_cons", "_n", "_pi", "_pred", "_rc", "_skip", "byte", "double", "float", "if", "in",
    "int", "long", "using", "with",
];
const LONGEST: usize = 32;

/// The name of each column in Stata, in order; all different.
pub(crate) fn names<'a>(columns: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    columns
        .into_iter()
        .map(|column| {
            let wanted = allowed(column);
            let mut name = wanted.clone();
            let mut number = 2;
            while !taken.insert(name.clone()) {
                let suffix = format!("_{number}");
                name = format!("{}{suffix}", &wanted[..wanted.len().min(LONGEST - suffix.len())]);
                number += 1;
            }
            name
        })
        .collect()
}

/// Names of columns are a–z, 0–9 and _ (the catalogue's rule), so that a byte is a character.
fn allowed(column: &str) -> String {
    // Types of texts: str1 to str2045, and strL, which is refused in small letters too.
    let size = column.strip_prefix("str").unwrap_or("no");
    let is_type = size == "l" || (!size.is_empty() && size.bytes().all(|b| b.is_ascii_digit()));
    let own = RESERVED.contains(&column) || is_type;
    let bad = own || !column.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let mut name = if bad { format!("v_{column}") } else { column.to_owned() };
    name.truncate(LONGEST);
    name
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_name_is_allowed_and_none_is_there_twice(columns in prop::collection::btree_set("[a-z0-9_]{1,40}", 0..40)) {
            let names = names(columns.iter().map(String::as_str));
            prop_assert_eq!(names.len(), columns.len());
            prop_assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), columns.len());
            for name in &names {
                prop_assert!(name.len() <= LONGEST && !RESERVED.contains(&name.as_str()) && allowed(name) == *name);
            }
        }
    }

    #[test]
    fn what_stata_wants_otherwise_is_said_otherwise() {
        let long = "a_name_that_is_much_longer_than_stata_takes";
        let other = "a_name_that_is_much_longer_than_stata_takes_too";
        let made = names(["age", "1st", "if", "str12", "stroke", long, other]);
        let cut = "a_name_that_is_much_longer_than_";
        assert_eq!(made, ["age", "v_1st", "v_if", "v_str12", "stroke", cut, "a_name_that_is_much_longer_tha_2"]);
    }
}
