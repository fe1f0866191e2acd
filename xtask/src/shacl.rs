//! Our SHACL evaluator beside pyshacl: `web/tests/shacl/compare.py`, with Python packages by
//! `web/tests/shacl/requirements.txt`.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::{assets, python};

/// Published pairs, with the number of findings that is known for them.
const PUBLISHED: [(&str, &str, &str); 4] = [
    ("shacl/dcat-ap-no-2.ttl", "dcat/gdoc-data-2017-10-19.ttl", "546"),
    ("shacl/dcat-ap-no-2.ttl", "dcat/nav-2017-10-31.ttl", "-"),
    ("shacl/healthdcat-ap-sensitive.ttl", "dcat/gdoc-data-2017-10-19.ttl", "-"),
    ("shacl/healthdcat-ap-sensitive.ttl", "dcat/nav-2017-10-31.ttl", "-"),
];

/// Lets both check the same files, and compares what they found.
pub(crate) fn run() -> Result<()> {
    let python = python::with("shacl", &assets::root().join("web/tests/shacl/requirements.txt"))?;
    let pairs = pairs()?;
    let mut ours = Command::new("cargo");
    ours.args(["run", "--quiet", "--package", "varde-rdf", "--example", "shacl", "--"]).args(&pairs);
    let mut ours =
        ours.current_dir(assets::root()).stdout(Stdio::piped()).spawn().context("cannot start the example shacl")?;
    let lines = ours.stdout.take().context("the example has no output")?;
    let compare = assets::root().join("web/tests/shacl/compare.py");
    let theirs = Command::new(python).arg(compare).stdin(lines).status().context("cannot start Python")?;
    if !ours.wait()?.success() || !theirs.success() {
        bail!("our SHACL evaluator and pyshacl differ, or one of them failed");
    }
    Ok(())
}

/// Name, shapes, data and expected count of each pair: ours always, the published ones where they are.
fn pairs() -> Result<Vec<String>> {
    let mut pairs = Vec::new();
    let mut add = |name: String, shapes: &Path, data: &Path, expected: &str| {
        pairs.extend([name, shapes.display().to_string(), data.display().to_string(), expected.to_owned()]);
    };
    for folder in own_folders() {
        let shapes = folder.join("shapes.ttl");
        for data in files(&folder)?.iter().filter(|file| **file != shapes) {
            add(data.strip_prefix(assets::root())?.display().to_string(), &shapes, data, "-");
        }
    }
    let published = env::var_os("VARDE_SHARED_REAL").map(PathBuf::from);
    let published = published.unwrap_or_else(|| assets::root().join("../shared/real"));
    for (shapes, data, expected) in PUBLISHED {
        let (shapes, data) = (published.join(shapes), published.join(data));
        if shapes.is_file() && data.is_file() {
            let file = |path: &Path| path.file_name().unwrap_or_default().display().to_string();
            add(format!("{} × {}", file(&data), file(&shapes)), &shapes, &data, expected);
        } else {
            eprintln!("{} is not there: set VARDE_SHARED_REAL to the folder of published material", data.display());
        }
    }
    Ok(pairs)
}

/// Folders with a `shapes.ttl` and data beside it.
fn own_folders() -> Vec<PathBuf> {
    let root = assets::root().join("crates/foundation/rdf/tests/pairs");
    let mut folders: Vec<PathBuf> =
        fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path()).filter(|p| p.is_dir()).collect();
    folders.sort();
    folders
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "ttl"));
    files.sort();
    Ok(files)
}
