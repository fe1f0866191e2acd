//! Licences of everything that is linked in, from `cargo metadata`; and advisories where a copy of
//! the advisory database is at hand.

use std::{collections::BTreeMap, process::Command};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{assets, debian};

/// Licences that may be linked in. GPL and AGPL may not.
const ALLOWED: [&str; 20] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OFL-1.1",
    "OpenSSL",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
];

/// Checks every package of the lock file.
pub(crate) fn run() -> Result<()> {
    let out = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(assets::root())
        .output()
        .context("cannot start cargo metadata")?;
    if !out.status.success() {
        bail!("cargo metadata failed (is Cargo.lock up to date?):\n{}", String::from_utf8_lossy(&out.stderr));
    }
    let metadata: Value = serde_json::from_slice(&out.stdout)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let mut refused = BTreeMap::new();
    for package in packages {
        let text = |key: &str| package[key].as_str().unwrap_or("").to_owned();
        if !is_allowed(&text("license")) {
            refused.insert(text("name"), text("license"));
        }
    }
    if !refused.is_empty() {
        bail!("these packages have a licence that is not allowed: {refused:?}");
    }
    eprintln!("{} packages, every licence is allowed", packages.len());
    advisories()
}

/// Whether an SPDX expression can be satisfied by allowed licences alone.
fn is_allowed(expression: &str) -> bool {
    // The slash is the old form of OR.
    let normal = expression.replace('/', " OR ").replace(['(', ')'], " ");
    let word = |text: &str| ALLOWED.contains(&text.split_whitespace().collect::<Vec<_>>().join(" ").as_str());
    // Precise for what the registry holds: ANDs of ORs come in brackets and every part is checked
    // as if the OR bound tighter, which can only refuse too much.
    normal.split(" AND ").all(|part| part.split(" OR ").any(word))
        || (!normal.contains(" AND ") && normal.split(" OR ").any(word))
}

/// `cargo deny check advisories` where the tool and its database are there; says so when not.
fn advisories() -> Result<()> {
    let database = std::env::var_os("CARGO_HOME")
        .map(std::path::PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
        .map(|home| home.join("advisory-dbs"));
    let at_hand = database.is_some_and(|folder| folder.is_dir()) && debian::on_path("cargo-deny");
    if !at_hand {
        eprintln!("Advisories were not checked: cargo-deny and its database are not on this machine");
        return Ok(());
    }
    crate::program::run(Command::new("cargo").args(["deny", "--offline", "check", "advisories"]))
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn expressions_of_the_registry() {
        for good in [
            "MIT",
            "MIT OR Apache-2.0",
            "MIT/Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "ISC AND (Apache-2.0 OR ISC)",
        ] {
            assert!(is_allowed(good), "{good}");
        }
        for bad in ["", "GPL-3.0", "AGPL-3.0-only", "MIT AND GPL-2.0", "LGPL-2.1"] {
            assert!(!is_allowed(bad), "{bad}");
        }
        assert!(is_allowed("MIT OR GPL-3.0"), "we may choose MIT");
    }
}
