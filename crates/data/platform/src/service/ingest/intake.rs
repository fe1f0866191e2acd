//! The rows of one ingestion on their way to files.

use std::{collections::BTreeMap, path::Path};

use datafusion::arrow::{
    array::{AsArray, BooleanArray, RecordBatch, UInt32Array},
    compute::filter_record_batch,
    datatypes::UInt32Type,
};
use varde_basedata::Namespace;
use varde_core::{Actor, identifier::NationalNumber};
use varde_store::jobs::Run;

use super::CHUNK;
use crate::{
    PlatformError,
    engine::{EngineError, Exclusions, Scan, Written, release::SortingWriter},
    import::{Amended, Judges, Layout, Quality, Reason, Row, Rows, Unusable, Value, batch, cell, note},
    model::{Amending, AmendmentId, Decision, DecisionKind, Ingestion, ReleaseRecord},
    service::{
        MEMORY, Platform, aside, open, running,
        sealed_rows::{Group, Kept, SealedRows},
    },
    store::{amendments, quarantine},
};

/// What was made of the rows.
pub(super) struct Taken {
    pub(super) written: Written,
    pub(super) quality: Quality,
    pub(super) groups: BTreeMap<Group, u64>,
    pub(super) effects: Vec<(AmendmentId, u64)>,
}

/// Takes rows to a release and its quarantine.
pub(super) struct Intake<'a> {
    platform: &'a Platform,
    actor: &'a Actor,
    ingestion: &'a Ingestion,
    amending: Amending,
    judges: Judges,
    writer: SortingWriter,
    kept: Kept,
    quality: Quality,
    /// Rows that are read.
    done: u64,
    /// Rows of the quarantine that can be used now.
    saved: u64,
}

impl<'a> Intake<'a> {
    /// Begins the files in a folder.
    pub(super) async fn begin(
        platform: &'a Platform,
        actor: &'a Actor,
        ingestion: &'a Ingestion,
        folder: &Path,
    ) -> Result<Self, PlatformError> {
        let (id, layout) = (ingestion.release, &ingestion.plan.layout);
        let (file, faults, sealed) = platform.files_of(id);
        let beside = |place: &Path| folder.join(place.file_name().unwrap_or_default());
        let amending = platform.amending(actor, ingestion).await?;
        let judges = platform.judges(layout).await?;
        let writer = SortingWriter::create(&beside(&file), &layout.schema, id, MEMORY)?;
        let places = (beside(&sealed), beside(&faults));
        let kept = Kept::create(places, id, &platform.parts.master, platform.store.randomness())?;
        let quality = Quality::default();
        Ok(Self { platform, actor, ingestion, amending, judges, writer, kept, quality, done: 0, saved: 0 })
    }

    /// All rows of a delivery.
    pub(super) async fn delivery(&mut self, file: &Path, run: Option<&Run>) -> Result<(), PlatformError> {
        let judges = self.judges.clone();
        let mut rows = Rows::open(file, &self.ingestion.plan.layout, &judges)?;
        let mut chunk = Vec::new();
        loop {
            let next = rows.next(&mut self.quality)?;
            let ended = next.is_none();
            match next {
                Some(Ok(row)) => chunk.push(row),
                Some(Err(unusable)) => self.kept.keep(unusable)?,
                None => {}
            }
            if chunk.len() == CHUNK || (ended && !chunk.is_empty()) {
                self.link(std::mem::take(&mut chunk)).await?;
                running::progress(run, self.quality.rows, self.ingestion.rows).await?;
            }
            if ended {
                return Ok(());
            }
        }
    }

    /// The rows of an earlier release, and those of its quarantine that can be used now.
    pub(super) async fn renewal(&mut self, base: &ReleaseRecord, run: Option<&Run>) -> Result<(), PlatformError> {
        self.quality = Quality { amended: Amended::default(), ..base.quality.clone() };
        let (_, _, sealed) = self.platform.files_of(base.id);
        let (kept, digest) = (self.platform.kept(base.id), base.digest);
        let release = aside(move || open(&kept, digest)).await?;
        // Every row goes on to the new release: whoever has opted out is left out whenever it is read.
        let everybody = Exclusions::default().for_dataset(&base.dataset);
        for batch in Scan::new(&release, everybody).read()? {
            let batch = batch?;
            self.done += batch.num_rows() as u64;
            self.amended_batch(batch)?;
            running::progress(run, self.done, self.ingestion.rows).await?;
        }
        let mut read = self.platform.store.read(self.actor).await?;
        let decisions = quarantine::decisions(read.connection(), base.id).await?;
        drop(read);
        if sealed.exists() {
            let mut rows = SealedRows::open(&sealed, base.id, &self.platform.parts.master)?;
            while let Some(part) = rows.next()? {
                self.retry(part, &decisions).await?;
            }
        }
        Ok(())
    }

    /// Ends the files; `None` when a release made anew would say the same.
    pub(super) async fn finish(mut self, base: Option<&ReleaseRecord>) -> Result<Option<Taken>, PlatformError> {
        let (deleted, corrected) = (self.amending.deleted, self.amending.corrected);
        let effects = self.amending.effects();
        let without_rows = effects.iter().filter(|(_, found)| *found == 0).count() as u64;
        self.quality.amended = Amended { deleted, corrected, without_rows };
        match base {
            Some(_) if self.saved + deleted + corrected == 0 => return Ok(None),
            _ if self.quality.used == 0 => return Err(nothing_usable(&self.quality)),
            _ => {}
        }
        let groups = self.kept.finish()?;
        let (writer, quality) = (self.writer, self.quality);
        let written = aside(move || Ok(writer.finish()?)).await?;
        Ok(Some(Taken { written, quality, groups, effects }))
    }

    /// Rows to the release, each with its person's index; those of nobody to the quarantine.
    async fn link(&mut self, rows: Vec<Row>) -> Result<(), PlatformError> {
        let plan = &self.ingestion.plan;
        let numbers: Vec<&str> = rows.iter().map(|row| row.person.as_str()).collect();
        let found = self.platform.linked(self.actor, &plan.namespace, &numbers).await?;
        let mut known = Vec::with_capacity(rows.len());
        for (row, found) in rows.into_iter().zip(found) {
            match found {
                Ok(person) => known.extend(self.amended(person, row.values)),
                Err(reason) => {
                    self.quality.nobody(reason);
                    self.kept.keep(row.unusable(&plan.layout, reason))?;
                }
            }
        }
        Ok(self.writer.push(batch(&plan.layout, &known).map_err(EngineError::from)?)?)
    }

    fn amended(&mut self, person: u32, values: Vec<Option<Value>>) -> Option<(u32, Vec<Option<Value>>)> {
        let right = self.amending.apply(person, values);
        if right.is_none() {
            self.quality.used = self.quality.used.saturating_sub(1);
        }
        right.map(|values| (person, values))
    }

    /// Rows of an earlier release: only those of people who have asked for something are looked at.
    fn amended_batch(&mut self, whole: RecordBatch) -> Result<(), PlatformError> {
        let persons = whole.column(0).as_primitive::<UInt32Type>().clone();
        let concerned: Vec<usize> =
            (0..whole.num_rows()).filter(|row| self.amending.concerns(persons.value(*row))).collect();
        if concerned.is_empty() {
            return Ok(self.writer.push(whole)?);
        }
        let layout = &self.ingestion.plan.layout;
        let others = BooleanArray::from_unary(&UInt32Array::new(persons.values().clone(), None), |person| {
            !self.amending.concerns(person)
        });
        self.writer.push(filter_record_batch(&whole, &others).map_err(EngineError::from)?)?;
        let mut right = Vec::new();
        for row in concerned {
            let values = cells(layout, &whole, row);
            right.extend(self.amended(persons.value(row), values));
        }
        Ok(self.writer.push(batch(layout, &right).map_err(EngineError::from)?)?)
    }

    /// Rows of a quarantine: used if they can be now, kept if they cannot, dropped if that was accepted.
    async fn retry(&mut self, rows: Vec<Unusable>, decisions: &[Decision]) -> Result<(), PlatformError> {
        let plan = &self.ingestion.plan;
        let (mut again, mut stay) = (Vec::new(), Vec::new());
        for unusable in rows.into_iter().filter(|row| !is_accepted(row, decisions)) {
            match unusable.row(&plan.layout, &self.judges).filter(|_| unusable.fault.reason.may_pass()) {
                Some(row) => again.push((row, unusable)),
                None => stay.push(unusable),
            }
        }
        let numbers: Vec<&str> = again.iter().map(|(row, _)| row.person.as_str()).collect();
        let found = if numbers.is_empty() {
            Vec::new()
        } else {
            self.platform.linked(self.actor, &plan.namespace, &numbers).await?
        };
        let mut known = Vec::new();
        for ((row, unusable), found) in again.into_iter().zip(found) {
            match found {
                Ok(person) => {
                    self.quality.retried(unusable.fault.reason);
                    note(&plan.layout, &row, &mut self.quality);
                    self.saved += 1;
                    known.extend(self.amended(person, row.values));
                }
                Err(_) => stay.push(unusable),
            }
        }
        stay.sort_by_key(|row| row.fault.line);
        stay.into_iter().try_for_each(|row| self.kept.keep(row))?;
        Ok(self.writer.push(batch(&plan.layout, &known).map_err(EngineError::from)?)?)
    }
}

impl Platform {
    /// The index of each person, or why there is none. Numbers of the source's own become known.
    pub(super) async fn linked(
        &self,
        actor: &Actor,
        namespace: &Namespace,
        numbers: &[&str],
    ) -> Result<Vec<Result<u32, Reason>>, PlatformError> {
        let basedata = &self.parts.basedata;
        if let Namespace::Local(_) = namespace {
            let found = basedata.enrol_batch(actor, namespace, numbers).await;
            return Ok(found.map_err(|e| PlatformError::neighbour(&e))?.into_iter().map(|f| Ok(f.index)).collect());
        }
        let tidied: Vec<String> = numbers.iter().map(|number| tidied(number)).collect();
        let found = basedata.resolve_batch(actor, namespace, &tidied).await;
        let found = found.map_err(|e| PlatformError::neighbour(&e))?;
        let why = |number: &str| match NationalNumber::parse(number) {
            Ok(_) => Reason::PersonUnknown,
            Err(_) => Reason::PersonMalformed,
        };
        Ok(found.into_iter().zip(&tidied).map(|(f, number)| f.map(|f| f.index).ok_or_else(|| why(number))).collect())
    }

    /// What people have asked for until the ingestion began, ready to be applied.
    async fn amending(&self, actor: &Actor, ingestion: &Ingestion) -> Result<Amending, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let all = amendments::holding(read.connection(), &ingestion.dataset, ingestion.begun_at).await?;
        drop(read);
        let mut amending = Amending::default();
        for one in all {
            let content = self.amendment_content(one.id, &one.sealed)?;
            amending
                .add(&ingestion.plan.layout, one.person, (one.id, one.kind), &content)
                .map_err(|unfit| PlatformError::AmendmentUnfit { amendment: one.id, unfit })?;
        }
        Ok(amending)
    }
}

/// No row can be used, and the commonest reason.
pub(super) fn nothing_usable(quality: &Quality) -> PlatformError {
    let commonest = quality.faults.iter().max_by_key(|(_, count)| **count);
    PlatformError::NothingUsable { reason: commonest.map_or("", |(reason, _)| reason.name()) }
}

/// A number as base data has it: without blanks, and with the zero in front that spreadsheets and columns
/// of numbers drop. Ten digits are never a number of a person otherwise, and the control digits must fit.
fn tidied(number: &str) -> String {
    let tidy: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    let tidy = tidy.strip_suffix(".0").map(str::to_owned).unwrap_or(tidy);
    let padded = format!("0{tidy}");
    if tidy.len() == 10 && NationalNumber::parse(&padded).is_ok() { padded } else { tidy }
}

fn is_accepted(row: &Unusable, decisions: &[Decision]) -> bool {
    decisions.iter().filter(|decision| decision.kind == DecisionKind::Accepted).any(|decision| {
        let here = |(reason, column): &Group| *reason == row.fault.reason && *column == row.fault.column;
        decision.group.as_ref().is_some_and(here)
            && (decision.lines.is_empty() || decision.lines.contains(&row.fault.line))
    })
}

fn cells(layout: &Layout, batch: &RecordBatch, row: usize) -> Vec<Option<Value>> {
    let fields = layout.fields.iter().zip(batch.columns().iter().skip(1));
    fields.map(|(field, column)| cell(field.column.kind, column, row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_tidied_and_never_invented() {
        // A made-up number that begins with a zero: day 01, and the control digits fit.
        let number = (0..100_000).map(|n| format!("010190{n:05}")).find(|n| NationalNumber::parse(n).is_ok()).unwrap();
        assert_eq!(tidied(&format!("{} {}", &number[..6], &number[6..])), number);
        assert_eq!(tidied(&number[1..]), number, "the zero in front was dropped");
        assert_eq!(tidied(&format!("{}.0", &number[1..])), number);
        assert_eq!(tidied("1234567890"), "1234567890", "ten digits that fit nothing stay as they are");
        assert_eq!(tidied("abc"), "abc");
    }
}
