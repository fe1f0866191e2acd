//! Which keys the code and the templates use, so that no text lies unused and none is missing.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

/// The keys and beginnings of keys that were seen in `.rs` and `.html` files.
#[derive(Debug, Default)]
pub struct Usage {
    words: BTreeSet<String>,
    prefixes: BTreeSet<String>,
    asked: BTreeSet<(String, PathBuf)>,
}

impl Usage {
    /// Reads every `.rs` and `.html` file below the folders. Errors: the folder cannot be read.
    ///
    /// A string that is a key counts as a use of it; a string that ends in `-` before `{` or its
    /// end (`format!("access-status-{}")`, `"role-"`) counts as a use of every key that begins so.
    pub fn scan(folders: impl IntoIterator<Item = impl AsRef<Path>>) -> io::Result<Self> {
        let mut usage = Self::default();
        for folder in folders {
            usage.folder(folder.as_ref())?;
        }
        Ok(usage)
    }

    /// Keys nobody uses, and keys asked for by `.t("…")` that do not exist.
    pub(super) fn compare(&self, keys: &BTreeSet<String>) -> Vec<String> {
        let used = |key: &str| {
            // Problem codes are made into keys by `Failure`.
            key.starts_with("problem-")
                || self.words.contains(key)
                || self.prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()))
        };
        let unused = keys.iter().filter(|k| !used(k)).map(|k| format!("{k} is used nowhere"));
        let unknown = self
            .asked
            .iter()
            .filter(|(key, _)| !keys.contains(key))
            .map(|(key, file)| format!("{}: there is no text {key}", file.display()));
        unused.chain(unknown).collect()
    }

    fn folder(&mut self, folder: &Path) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                self.folder(&path)?;
            } else if path.extension().is_some_and(|e| e == "rs" || e == "html") {
                self.text(&fs::read_to_string(&path)?, &path);
            }
        }
        Ok(())
    }

    fn text(&mut self, text: &str, path: &Path) {
        let text =
            if path.extension().is_some_and(|e| e == "rs") { without_tests(text) } else { without_comments(text) };
        let mut rest = text.as_str();
        while let Some(start) = rest.find('"') {
            let asked = rest[..start].ends_with(".t(") || rest[..start].ends_with(".t_with(");
            rest = &rest[start + 1..];
            let Some(end) = rest.find(['"', '\n']) else { break };
            let literal = &rest[..end];
            // A closing quote opens the next search otherwise; a line end means we were out of step.
            let closed = rest.as_bytes()[end] == b'"';
            if closed && is_key_like(literal) {
                self.word(literal, asked.then_some(path));
                rest = &rest[end + 1..];
            } else if closed && literal.contains("-{") {
                self.prefixes.insert(literal.split('{').next().unwrap_or("").to_owned());
            }
        }
    }

    fn word(&mut self, literal: &str, asked_in: Option<&Path>) {
        if literal.ends_with('-') {
            self.prefixes.insert(literal.to_owned());
            return;
        }
        self.words.insert(literal.to_owned());
        if let Some(path) = asked_in {
            self.asked.insert((literal.to_owned(), path.to_owned()));
        }
    }
}

/// A file's code: the tests stand last.
fn without_tests(code: &str) -> String {
    code.split("#[cfg(test)]").next().unwrap_or("").to_owned()
}

/// A template without its `{# comments #}`, which show how a component is called.
fn without_comments(template: &str) -> String {
    let mut pieces = template.split("{#");
    let first = pieces.next().unwrap_or("").to_owned();
    pieces.fold(first, |all, piece| all + piece.split_once("#}").map_or("", |(_, rest)| rest))
}

fn is_key_like(literal: &str) -> bool {
    literal.starts_with(|c: char| c.is_ascii_lowercase())
        && literal.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_prefixes_and_unknown_keys_are_told_apart() {
        let mut usage = Usage::default();
        let code = r#"visit.t("front-title"); format!("role-{}", r); x.t("no-such"); <p class="ds-x">{{ visit.t("b-c") }}</p>"#;
        usage.text(code, Path::new("a.rs"));
        let keys = ["front-title", "role-citizen", "b-c", "problem-x", "lonely"].map(str::to_owned).into();
        assert_eq!(usage.compare(&keys), ["lonely is used nowhere", "a.rs: there is no text no-such"]);
    }
}
