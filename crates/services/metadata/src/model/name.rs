//! Names of tables and columns as parts of catalogue paths.

use varde_core::CataloguePath;

/// The part of a catalogue path for a name in a file: lower case, `æøå` as `ae oe aa`, everything
/// else that is not a letter a–z or digit as one `_`. Empty when nothing is left.
pub fn catalogue_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.trim().chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'æ' | 'ä' => out.push_str("ae"),
            'ø' | 'ö' => out.push_str("oe"),
            'å' => out.push_str("aa"),
            'é' | 'è' => out.push('e'),
            'ü' => out.push('u'),
            _ if out.ends_with('_') || out.is_empty() => {}
            _ => out.push('_'),
        }
    }
    out.truncate(out.trim_end_matches('_').len());
    out
}

/// The path of a column of a table of a source: `source/dataset/variable`. `None` when a name has
/// neither letters nor digits or the path becomes longer than 200 characters.
pub fn variable_path(source: &CataloguePath, table: &str, column: &str) -> Option<CataloguePath> {
    source.join(&catalogue_name(table)).ok()?.join(&catalogue_name(column)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_safe_parts() {
        for (name, part) in [
            ("HOVED_DIAGNOSE", "hoved_diagnose"),
            ("Fødselsår (mor)", "foedselsaar_mor"),
            ("  __x--y  ", "x_y"),
            ("3000", "3000"),
            ("–", ""),
        ] {
            assert_eq!(catalogue_name(name), part, "{name:?}");
        }
    }
}
