//! Payloads in: laid over what the catalogue has already, and what the model would not say again kept.

mod keeping;
mod registry;
mod sources;
mod taking;
mod variables;
mod version;

use std::collections::BTreeSet;

use jiff::civil::Date;
use varde_core::CataloguePath;

use super::payload::{Payloads, WrongPayload};
use crate::model::{registry::Registry, tree::DataSource};
use registry::registry_of;
use taking::Taking;

/// What payloads make of the catalogue.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The sources that the payloads speak of, with what was known of them before.
    pub sources: Vec<DataSource>,
    /// The registry with what the payloads say.
    pub registry: Registry,
}

/// Lays payloads over the sources known from the explorer. `taken` are the paths of all other
/// sources; `prefix` is put before the paths of new ones.
///
/// # Errors
/// [`WrongPayload`] with the file and the place.
pub fn take(
    payloads: &Payloads,
    known: Vec<DataSource>,
    mut registry: Registry,
    taken: BTreeSet<CataloguePath>,
    prefix: &str,
    today: Date,
) -> Result<Taken, WrongPayload> {
    registry.learn(registry_of(payloads));
    let mut taking = Taking::new(known, taken, prefix);
    let mut touched = BTreeSet::new();
    for payload in &payloads.summaries {
        touched.insert(taking.summary(payload)?);
    }
    for payload in &payloads.sources {
        touched.insert(taking.whole_source(payload)?);
    }
    for payload in &payloads.hierarchies {
        touched.insert(taking.hierarchy(payload)?);
    }
    for payload in &payloads.datasets {
        touched.insert(taking.whole_dataset(payload)?);
    }
    for payload in &payloads.variables {
        touched.insert(taking.whole_variable(payload)?);
    }
    for payload in &payloads.items {
        touched.insert(taking.item(payload)?);
    }
    for payload in &payloads.timelines {
        taking.timeline(payload)?;
    }
    for payload in &payloads.codes {
        taking.codes(payload)?;
    }
    taking.keep(payloads, &registry, today);
    let sources = taking.sources.into_iter().enumerate().filter(|(at, _)| touched.contains(at));
    Ok(Taken { sources: sources.map(|(_, source)| source).collect(), registry })
}
