//! Taking in whole files. First all of the file is looked through, with the register beside it: when a
//! line cannot be taken in, all such lines are named and nothing changes. Then it is taken in batch by
//! batch, each with how far the file has come, so that a killed import goes on where it stopped.

mod organisations;
mod personnel;
mod persons;
mod roles;

use std::{future::Future, path::Path};

use serde::Serialize;
use sqlx::PgConnection;
use varde_core::{Actor, identifier::NationalNumber};
use varde_ledger::Draft;
use varde_policy::Resource;

use super::{Basedata, finish};
use crate::{
    BasedataError, Namespace,
    file::{LineFault, Records},
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
    /// Numbers of health personnel without a national number, which are passed over.
    pub passed_over: u64,
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

    fn faults(&mut self, faults: Vec<LineFault>) {
        faults.into_iter().for_each(|fault| self.fault(fault));
    }
}

/// A register that is taken in from files.
struct Register {
    /// The resource that the policy is asked about.
    resource: &'static str,
    /// What one does to it.
    action: &'static str,
    /// What the entry calls what the file holds.
    holds: &'static str,
}

/// A part of a file that is taken in batch by batch.
trait Part {
    /// Its name where the progress is kept.
    const NAME: &'static str;
    /// How the file is read.
    type File: Records;

    /// Takes a batch in, with how far the file has come.
    fn take_in(
        basedata: &Basedata,
        actor: &Actor,
        source: &str,
        batch: Vec<<Self::File as Records>::Record>,
        step: &Step,
    ) -> impl Future<Output = Result<Taken, BasedataError>> + Send;
}

/// What a batch changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Taken {
    new: u64,
    changed: u64,
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
    /// How every file begins: the policy is asked, the whole file is looked through, and that it was is
    /// entered. Gives what the look found when there is something to take in, else only the outcome.
    async fn look_through<T>(
        &self,
        actor: &Actor,
        register: &Register,
        dry_run: bool,
        check: impl Future<Output = Result<(Checked, T, FileOutcome), BasedataError>> + Send,
    ) -> Result<(Option<(Checked, T)>, FileOutcome), BasedataError> {
        let resource = Resource::new(register.resource).id("file");
        let permission = self.permitted(actor, register.action, &resource).await?;
        let (file, found, outcome) = check.await?;
        let draft = Draft::new("basedata.file.checked", register.holds, "file")
            .with("records", outcome.records)
            .with("faults", outcome.fault_count);
        finish(self.begin(actor).await?, &permission, draft).await?;
        let go_on = !dry_run && outcome.is_good() && outcome.records > 0;
        Ok((go_on.then_some((file, found)), outcome))
    }

    /// How many records of that part are in; `None` when all are.
    async fn done(&self, actor: &Actor, file: &Checked, part: &str) -> Result<Option<u64>, BasedataError> {
        let mut read = self.store.read(actor).await?;
        Ok(match store::files::progress(read.connection(), &file.digest, part).await? {
            Progress::Finished => None,
            Progress::Until(done) => Some(done),
        })
    }

    /// Takes in a part of a file from where it stopped, batch by batch.
    async fn take_in_part<P: Part>(
        &self,
        actor: &Actor,
        path: &Path,
        file: &Checked,
        mut done: u64,
        progress: OnProgress<'_>,
    ) -> Result<Taken, BasedataError> {
        let (mut records, mut skip, mut taken) = (P::File::of(path)?, done, Taken::default());
        loop {
            let batch = batch(&mut records, |_| true, &mut skip)?;
            if batch.is_empty() {
                return if done == file.records { Ok(taken) } else { Err(BasedataError::FileChanged) };
            }
            let step = file.step(P::NAME, done, batch.len());
            let Taken { new, changed } = P::take_in(self, actor, &file.source(), batch, &step).await?;
            (taken.new, taken.changed) = (taken.new + new, taken.changed + changed);
            done = step.done;
            progress(done, file.records);
        }
    }

    /// Takes in a file that has one part, when it is not in already.
    async fn take_in_whole<P: Part>(
        &self,
        actor: &Actor,
        path: &Path,
        file: &Checked,
        mut outcome: FileOutcome,
        progress: OnProgress<'_>,
    ) -> Result<FileOutcome, BasedataError> {
        match self.done(actor, file, P::NAME).await? {
            None => {
                outcome.already = true;
                outcome.new = 0;
            }
            Some(done) => {
                outcome.resumed_at = done;
                outcome.changed = self.take_in_part::<P>(actor, path, file, done, progress).await?.changed;
            }
        }
        Ok(outcome)
    }
}

/// The index of the person of each number; none of a number that nobody has.
async fn indices(connection: &mut PgConnection, numbers: &[NationalNumber]) -> Result<Vec<Option<u32>>, sqlx::Error> {
    let values: Vec<&str> = numbers.iter().map(NationalNumber::digits_for_storage).collect();
    let found = store::index::resolve(connection, &Namespace::National.to_string(), &values).await?;
    Ok(found.into_iter().map(|pair| pair.map(|(_, index)| index)).collect())
}

/// The next records for a batch; what does not read any more was changed since it was checked.
fn batch<R: Records>(
    records: &mut R,
    wanted: impl Fn(&R::Record) -> bool,
    skip: &mut u64,
) -> Result<Vec<R::Record>, BasedataError> {
    let mut batch = Vec::new();
    while batch.len() < BATCH {
        let Some((_, record)) = records.next()? else { break };
        let record = record.map_err(|_| BasedataError::FileChanged)?;
        match (wanted(&record), *skip) {
            (false, _) => {}
            (true, 0) => batch.push(record),
            (true, _) => *skip -= 1,
        }
    }
    Ok(batch)
}
