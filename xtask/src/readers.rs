//! Others' programs open a delivery: pandas, pyarrow, Polars, DuckDB and rocrate by
//! `web/tests/readers/read.py`, with Python packages by `web/tests/readers/requirements.txt`; R's haven,
//! readr and data.table by `web/tests/readers/read.R`, from Debian.

use std::process::Command;

use anyhow::Result;

use crate::{assets, debian, program, python};

/// Debian's packages with R and what reads our formats in it.
const R: [&str; 5] = ["r-base-core", "r-cran-haven", "r-cran-readr", "r-cran-data.table", "r-cran-jsonlite"];

/// Makes a delivery with every kind of column in every format, and lets both read it.
pub(crate) fn run() -> Result<()> {
    ensure_r()?;
    let tests = assets::root().join("web/tests/readers");
    let python = python::with("readers", &tests.join("requirements.txt"))?;
    let delivery = assets::target().join("readers-delivery");
    program::run(Command::new(program::example("delivery")?).arg(&delivery))?;
    program::run(Command::new(python).arg(tests.join("read.py")).arg(&delivery))?;
    program::run(Command::new("Rscript").arg("--vanilla").arg(tests.join("read.R")).arg(&delivery))
}

/// Whether R has the packages decides, wherever they come from.
pub(crate) fn ensure_r() -> Result<()> {
    let there =
        "for (p in c('haven', 'readr', 'data.table', 'jsonlite')) stopifnot(requireNamespace(p, quietly = TRUE))";
    let found = Command::new("Rscript").args(["--vanilla", "-e", there]).output();
    if found.is_ok_and(|out| out.status.success()) { Ok(()) } else { debian::ensure(&R) }
}
