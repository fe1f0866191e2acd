//! Our SHACL evaluator beside pyshacl: `web/tests/shacl/compare.py`, with Python packages by
//! `web/tests/shacl/requirements.txt`.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::{assets, program, python};

/// Published pairs, with the number of findings that is known for them.
const PUBLISHED: [(&str, &str, &str); 4] = [
    ("shacl/dcat-ap-no-2.ttl", "dcat/gdoc-data-2017-10-19.ttl", "546"),
    ("shacl/dcat-ap-no-2.ttl", "dcat/nav-2017-10-31.ttl", "-"),
    ("shacl/healthdcat-ap-sensitive.ttl", "dcat/gdoc-data-2017-10-19.ttl", "-"),
    ("shacl/healthdcat-ap-sensitive.ttl", "dcat/nav-2017-10-31.ttl", "-"),
];

/// What we tell of the demo world, by profile, with the shapes that must find no violation in it: ours, and
/// the published ones.
const TOLD: [(&str, &str); 14] = [
    ("dcat-ap-no-2", "crates/data/exchange/shapes/national.ttl"),
    ("dcat-ap-no-3", "crates/data/exchange/shapes/national-3.ttl"),
    ("concepts", "crates/data/exchange/shapes/concepts.ttl"),
    ("health-public", "crates/data/exchange/shapes/health.ttl"),
    ("health-restricted", "crates/data/exchange/shapes/health.ttl"),
    ("health-restricted", "crates/data/exchange/shapes/health-restricted.ttl"),
    ("health", "crates/data/exchange/shapes/health.ttl"),
    ("health", "crates/data/exchange/shapes/health-restricted.ttl"),
    ("health", "crates/data/exchange/shapes/health-non-public.ttl"),
    ("dcat-ap-no-2", "shacl/dcat-ap-no-2.ttl"),
    ("dcat-ap-no-3", "shacl/dcat-ap-no-3-core.ttl"),
    ("dcat-ap-no-3", "shacl/dcat-ap-no-3-range.ttl"),
    ("concepts", "shacl/skos-ap-no-begrep-2.ttl"),
    ("health", "shacl/healthdcat-ap-sensitive.ttl"),
];

/// Lets both check the same files, and compares what they found.
pub(crate) fn run() -> Result<()> {
    let python = python::with("shacl", &assets::root().join("web/tests/shacl/requirements.txt"))?;
    let told = assets::target().join("exchange");
    program::run(Command::new(program::example("records")?).arg(&told))?;
    let pairs = pairs(&told)?;
    let mut ours = Command::new(program::example("shacl")?);
    let ours = ours.args(&pairs).current_dir(assets::root()).stdout(Stdio::piped());
    let mut ours = ours.spawn().context("cannot start the example shacl")?;
    let lines = ours.stdout.take().context("the example has no output")?;
    let compare = assets::root().join("web/tests/shacl/compare.py");
    let theirs = Command::new(python).arg(compare).stdin(lines).status().context("cannot start Python")?;
    if !ours.wait()?.success() || !theirs.success() {
        bail!("our SHACL evaluator and pyshacl differ, or one of them failed");
    }
    Ok(())
}

/// Name, shapes, data and what is expected of each pair: ours always, the published ones where they are.
fn pairs(told: &Path) -> Result<Vec<String>> {
    let root = assets::root();
    let mut pairs = Pairs(Vec::new());
    let components = root.join("crates/foundation/rdf/tests/pairs/components");
    for data in ["good-and-bad.ttl", "empty.ttl"] {
        pairs.add(&components.join("shapes.ttl"), &components.join(data), "-");
    }
    for data in files(&root.join("crates/data/exchange/tests/broken"))? {
        let name = data.file_stem().unwrap_or_default().display().to_string();
        let shapes = name.split_once("-0").map_or(name.as_str(), |(shapes, _)| shapes);
        pairs.add(&root.join(format!("crates/data/exchange/shapes/{shapes}.ttl")), &data, "-");
    }
    let published = env::var_os("VARDE_SHARED_REAL").map_or_else(|| root.join("../shared/real"), PathBuf::from);
    for (profile, shapes) in TOLD {
        let folder = if shapes.starts_with("crates/") { &root } else { &published };
        pairs.add_if_there(&folder.join(shapes), &told.join(format!("{profile}.ttl")), "violations=0");
    }
    for (shapes, data, expected) in PUBLISHED {
        pairs.add_if_there(&published.join(shapes), &published.join(data), expected);
    }
    Ok(pairs.0)
}

/// Arguments of the example, four a pair.
struct Pairs(Vec<String>);

impl Pairs {
    fn add(&mut self, shapes: &Path, data: &Path, expected: &str) {
        let file = |path: &Path| path.file_name().unwrap_or_default().display().to_string();
        let name = format!("{} × {}", file(data), file(shapes));
        self.0.extend([name, shapes.display().to_string(), data.display().to_string(), expected.to_owned()]);
    }

    fn add_if_there(&mut self, shapes: &Path, data: &Path, expected: &str) {
        match [shapes, data].into_iter().find(|file| !file.is_file()) {
            None => self.add(shapes, data, expected),
            Some(lacking) => {
                eprintln!(
                    "{} is not there: set VARDE_SHARED_REAL to the folder of published material",
                    lacking.display()
                );
            }
        }
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "ttl"));
    files.sort();
    Ok(files)
}
