//! Taking in whole files. First all of the file is looked through, with the register beside it: when a
//! line cannot be taken in, all such lines are named and nothing changes. Then it is taken in batch by
//! batch, each with how far the file has come, so that a killed import goes on where it stopped.

mod organisations;
mod persons;
mod roles;

use std::path::Path;

use serde::Serialize;
use varde_core::Actor;
use varde_ledger::Draft;
use varde_policy::Resource;

use super::{Basedata, finish};
use crate::{
    BasedataError,
    file::{Line, LineFault, Lines},
    store::{self, files::Progress, files::Step},
};

/// Records in a batch.
const BATCH: usize = 10_000;
/// Faults that are named; more are counted.
const NAMED: usize = 1_000;

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FileOutcome {
    /// Records in it.
    pub records: u64,
    /// Those of whom the register knew nothing.
    pub new: u64,
    /// Those of whom what is known changed.
    pub changed: u64,
    /// How many records an earlier run had taken in already.
    pub resumed_at: u64,
    /// Whether all of it was in before.
    pub already: bool,
    /// What is wrong, at most 1000 lines of it. With any, nothing was taken in.
    pub faults: Vec<LineFault>,
    /// How many faults there are.
    pub fault_count: u64,
}

impl FileOutcome {
    /// Whether all of it can be, or is, taken in.
    pub fn is_good(&self) -> bool {
        self.fault_count == 0
    }

    fn fault(&mut self, fault: LineFault) {
        self.fault_count += 1;
        if self.faults.len() < NAMED {
            self.faults.push(fault);
        }
    }
}

/// A file whose every line can be taken in.
struct Checked {
    digest: [u8; 32],
    records: u64,
}

impl Checked {
    /// The name in entries: the file's own name may say whom it is about.
    fn source(&self) -> String {
        let hex: String = self.digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("sha256:{hex}")
    }

    fn step(&self, part: &'static str, before: u64, batch: usize) -> Step {
        let done = before + u64::try_from(batch).unwrap_or(0);
        Step { digest: self.digest, part, first: before == 0, done, finished: done >= self.records }
    }
}

/// Tells how far it is: records done, records in all.
pub type OnProgress<'a> = &'a mut (dyn FnMut(u64, u64) + Send);

impl Basedata {
    /// How many records of that part are in; `None` when all are.
    async fn done(&self, actor: &Actor, file: &Checked, part: &str) -> Result<Option<u64>, BasedataError> {
        let mut read = self.store.read(actor).await?;
        Ok(match store::files::progress(read.connection(), &file.digest, part).await? {
            Progress::Finished => None,
            Progress::Until(done) => Some(done),
        })
    }

    /// Enters that a file was held against the register.
    async fn enter_check(&self, actor: &Actor, what: &str, outcome: &FileOutcome) -> Result<(), BasedataError> {
        let (kind, action) = match what {
            "population" => ("PopulationRegister", "basedata.population.import"),
            _ => ("OrganisationRegister", "basedata.organisation.import"),
        };
        let permission = self.permitted(actor, action, &Resource::new(kind).id("file")).await?;
        let draft = Draft::new("basedata.file.checked", what, "file")
            .with("records", outcome.records)
            .with("faults", outcome.fault_count);
        finish(self.begin(actor).await?, &permission, draft).await?;
        Ok(())
    }
}

/// The next lines for a batch; what does not read any more was changed since it was checked.
fn batch<T: Line>(lines: &mut Lines, wanted: impl Fn(&T) -> bool, skip: &mut u64) -> Result<Vec<T>, BasedataError> {
    let mut batch = Vec::new();
    while batch.len() < BATCH {
        let Some((_, line)) = lines.next::<T>()? else { break };
        let line = line.map_err(|_| BasedataError::FileChanged)?;
        match (wanted(&line), *skip) {
            (false, _) => {}
            (true, 0) => batch.push(line),
            (true, _) => *skip -= 1,
        }
    }
    Ok(batch)
}

/// Opens the file to be read once more.
fn again(path: &Path) -> Result<Lines, BasedataError> {
    Ok(Lines::of(path)?)
}
