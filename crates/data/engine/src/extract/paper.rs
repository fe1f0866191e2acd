//! What goes with the data: a codebook for machines and people, a page to read first, and how it all
//! came about.

use std::path::Path;

use varde_permit::{Check, DeliveredFile};

use super::Order;
use crate::{
    EngineError,
    delivery::{About, READ_ME, RO_CRATE, Table, codebook, read_me, ro_crate},
    output::write_file,
};

/// Writes codebook, value lists, the page to read first, and the RO-Crate's metadata, which describes
/// all files before it.
pub(crate) fn write(
    order: &Order<'_>,
    tables: &[Table],
    data: &[DeliveredFile],
    checks: &[Check],
    draft: &Path,
) -> Result<Vec<DeliveredFile>, EngineError> {
    let (spec, people) = (order.spec, order.selection.included.len());
    let made = [
        (codebook::COLUMNS, codebook::columns(tables, &spec.releases)?),
        (codebook::VALUES, codebook::values(tables)?),
        (codebook::JSON, codebook::json(tables, &spec.releases, order.title)),
        (READ_ME, read_me(&About { spec, title: order.title, people, data })),
    ];
    let mut papers = put_all(&made, draft)?;
    let files = [data, papers.as_slice()].concat();
    papers.push(put(draft, RO_CRATE, &ro_crate(spec, order.title, &files, checks))?);
    Ok(papers)
}

/// Puts files that nobody reads as data into the delivery.
pub(crate) fn put_all(files: &[(&str, Vec<u8>)], draft: &Path) -> Result<Vec<DeliveredFile>, EngineError> {
    files.iter().map(|(name, bytes)| put(draft, name, bytes)).collect()
}

fn put(draft: &Path, name: &str, bytes: &[u8]) -> Result<DeliveredFile, EngineError> {
    let sealed = write_file(&draft.join(name), bytes)?;
    Ok(DeliveredFile {
        name: name.to_owned(),
        dataset: None,
        digest: sealed.digest,
        bytes: sealed.bytes,
        rows: None,
        columns: Vec::new(),
    })
}
