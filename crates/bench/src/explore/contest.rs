//! Varde's part: what exploration does from the question to what is told.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, atomic::AtomicBool},
    thread,
};

use anyhow::Result;
use jiff::Timestamp;
use varde_core::CataloguePath;
use varde_engine::Release;
use varde_tables::{Answer, Job, Keys, Known, Pinned, Question, Truth, places};

use super::{Answers, Taken, people, questions};
use crate::{
    Usage,
    extract::{
        contest::{exclusions, read},
        job::{CONTACTS, DISPENSINGS, Registered},
        world::Place,
    },
};

/// What the record keys are made with: any secret will do.
const SECRET: [u8; 32] = [11; 32];

/// Answers the questions from what [`super::run`] has prepared in `folder`, and writes what was counted before the
/// rules into `output`, a file for each question. For a process of its own: the peak of memory is the process's.
pub fn contest(folder: &Path, output: &Path) -> Result<Answers> {
    let place = Place::at(folder);
    let registered: [Registered; 2] = read(&place.registered())?;
    let releases = [(CONTACTS, place.contacts()), (DISPENSINGS, place.dispensings())];
    let opened = releases.iter().zip(registered).map(|((dataset, path), it)| {
        Ok((dataset.parse::<CataloguePath>()?, (Release::open_verified(path, it.digest)?, it)))
    });
    let opened: BTreeMap<CataloguePath, (Release, Registered)> = opened.collect::<Result<_>>()?;
    let exclusions = exclusions(&read(&place.left_out())?);
    let ((known, keys), once) = Usage::of(|| once(&place))?;
    let ask = |question: Question| {
        let (release, it) = &opened[&question.dataset];
        Job {
            pinned: Pinned { release: it.release, digest: it.digest, period: None },
            releases: BTreeMap::from([(question.dataset.clone(), release.clone())]),
            exclusions: exclusions.clone(),
            known: Arc::clone(&known),
            keys: Arc::clone(&keys),
            threads: thread::available_parallelism().map_or(1, usize::from),
            sets: false,
            now: Timestamp::UNIX_EPOCH,
            stop: Arc::new(AtomicBool::new(false)),
            question,
        }
    };
    let mut taken = Vec::new();
    for (name, question) in questions::all()? {
        let ((truth, answer), usage) = Usage::of(|| answered(&ask(question)))?;
        fs::write(output.join(format!("{name}.csv")), written(&truth))?;
        taken.push(Taken { question: name.to_owned(), people: true, usage, cells: answer.cells.len() as u64 });
    }
    Ok(Answers { once, taken })
}

/// What a service works out once: facts in the engine's forms, everybody's record key, the noise.
fn once(place: &Place) -> Result<(Arc<Known>, Arc<Keys>)> {
    let people = people::read(place)?;
    let keys = Keys::new(SECRET);
    keys.of(people.sex.len());
    varde_tables::prepare()?;
    Ok((Arc::new(Known::of(&people)), Arc::new(keys)))
}

/// [`Job::run`], with what was counted kept for the comparison.
fn answered(job: &Job) -> Result<(Truth, Answer)> {
    let truth = job.count()?;
    let answer = job.tell(&truth)?;
    Ok((truth, answer))
}

/// Every cell and margin that holds anybody: groups, rows, people. A star stands for all groups.
fn written(truth: &Truth) -> String {
    let counted = &truth.counted;
    let every: Vec<Vec<usize>> = counted.groups.iter().map(|groups| (0..groups.len()).collect()).collect();
    let line = |place: &Vec<Option<usize>>| {
        let cell = counted.at(place).filter(|cell| cell.people > 0)?;
        let group = |(groups, at): (&Vec<_>, &Option<usize>)| at.map_or("*".to_owned(), |at| format!("{}", groups[at]));
        let groups: Vec<String> = counted.groups.iter().zip(place).map(group).collect();
        Some(format!("{},{},{}\n", groups.join(","), cell.rows, cell.people))
    };
    places(&every, true).iter().filter_map(line).collect()
}
