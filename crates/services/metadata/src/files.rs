//! What the command line does with codebooks on disk, as functions that give text for people and
//! JSON for machines. Nothing here touches the catalogue.

use std::{
    fmt,
    io::{Read, Seek},
};

use jiff::civil::Date;
use serde::Serialize;
use varde_core::CataloguePath;

use crate::{
    Imported,
    model::{
        Difference, LinkKind,
        codebook::{self, CodebookProblem, SourceDescription, WrongCodebook},
        proposal::{Note, Proposal, ProposalOptions, WrongData, propose},
    },
};

/// What a codebook holds, for `varde import codebook --check`.
#[derive(Debug, Clone, Serialize)]
pub struct CodebookSummary {
    /// Its variables.
    pub variables: usize,
    /// Its tables.
    pub datasets: usize,
    /// Variables no longer collected.
    pub retired: usize,
    /// Codes in its lists.
    pub codes: usize,
    /// What is worth a look.
    pub remarks: Vec<CodebookProblem>,
}

/// Reads a codebook and says what it holds.
///
/// # Errors
/// [`WrongCodebook`] with every problem of the file.
pub fn check_codebook(file: &[u8]) -> Result<CodebookSummary, WrongCodebook> {
    let reading = codebook::read(file)?;
    let variables = &reading.codebook.variables;
    let tables: std::collections::BTreeSet<&str> = variables.iter().map(|v| v.table.as_str()).collect();
    Ok(CodebookSummary {
        variables: variables.len(),
        datasets: tables.len(),
        retired: variables.iter().filter(|v| v.retired.is_some()).count(),
        codes: variables.iter().map(|v| v.codes.len()).sum(),
        remarks: reading.remarks,
    })
}

impl fmt::Display for CodebookSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variables, datasets, retired, codes, .. } = self;
        writeln!(f, "{variables} variables in {datasets} dataset(s), {codes} codes, {retired} variables retired")?;
        self.remarks.iter().try_for_each(|remark| writeln!(f, "  remark: {remark}"))
    }
}

/// The difference of two codebooks of the same register.
///
/// # Errors
/// [`WrongCodebook`] for the first of the two that is wrong.
pub fn compare_codebooks(old: &[u8], new: &[u8]) -> Result<Difference, WrongCodebook> {
    // The path of the source is the same on both sides and cut off by nobody: any will do.
    let Ok(path) = "register".parse::<CataloguePath>() else { return Ok(Difference::default()) };
    let about = SourceDescription::new(path, "register", LinkKind::National);
    let (old, new) = (codebook::read(old)?.codebook, codebook::read(new)?.codebook);
    Ok(Difference::of(&old.to_source(&about), &new.to_source(&about)))
}

/// A proposed codebook as a file, with the doubts about it.
#[derive(Debug, Clone, Serialize)]
pub struct ProposedFile {
    /// The codebook file for a person to correct.
    #[serde(skip)]
    pub file: Vec<u8>,
    /// Its variables.
    pub variables: usize,
    /// Rows that were looked at.
    pub rows: u64,
    /// The encoding of the data file.
    pub encoding: &'static str,
    /// What a person should look at.
    pub notes: Vec<Note>,
}

/// Proposes a codebook for a data file.
///
/// # Errors
/// [`WrongData`] with the line.
pub fn propose_codebook(
    data: impl Read + Seek,
    options: &ProposalOptions,
    today: Date,
) -> Result<ProposedFile, WrongData> {
    let Proposal { codebook, notes, rows, encoding, .. } = propose(data, options, today)?;
    Ok(ProposedFile { file: codebook::write(&codebook), variables: codebook.variables.len(), rows, encoding, notes })
}

impl fmt::Display for ProposedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variables, rows, encoding, notes, .. } = self;
        writeln!(f, "{variables} variables proposed from {rows} rows ({encoding}); {} to look at:", notes.len())?;
        notes.iter().try_for_each(|note| writeln!(f, "  {note}"))
    }
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, variables, .. } = self;
        if self.unchanged {
            return writeln!(f, "the same content as edition {number}: nothing changed");
        }
        writeln!(f, "edition {number} imported with {variables} variables")?;
        self.remarks.iter().try_for_each(|remark| writeln!(f, "  remark: {remark}"))?;
        self.difference.as_ref().map_or(Ok(()), |difference| difference.fmt(f))
    }
}
