//! From what was counted to what may be told: by the rules, and beside everything that has been told before.

use roaring::RoaringBitmap;
use varde_core::{Digest, canonical_json};
use varde_disclosure::{
    Outcome, SafeCell, SafeTable,
    differencing::{Audit, Empty, Limits, Reason, Region, Verdict},
    protect,
    record::{EDITION, Record},
    rules::{Rounding, Rules},
    tables::Figure,
};
use varde_engine::tabulate::{Counted, Group};
use varde_tables::{CountError, Job, SCALE, places, rules_table};

use crate::{
    ExplorationError,
    model::{
        Measure, Question,
        answer::Told,
        statistics::{
            Unmade,
            statistic::Checks,
            told::{ToldCell, ToldTable},
        },
    },
};

/// The most cells of a table, totals not among them: more is data, not statistics.
const CELLS: usize = 2_000;

/// A table that may be told.
pub(super) struct Made {
    pub(super) groups: Vec<Vec<Group>>,
    pub(super) cells: Vec<Told>,
    pub(super) checked: Checks,
    /// What each rule found.
    pub(super) record: Record,
    /// For the ledger.
    pub(super) told: Vec<ToldCell>,
}

/// The table to be made, and what has been told before, each with what it takes to count it.
pub(super) struct Making {
    pub(super) job: Job,
    pub(super) rounding: Option<u64>,
    pub(super) plan: Digest,
    pub(super) before: Vec<(Job, ToldTable)>,
}

impl Making {
    /// Counts and decides. Takes the processor for as long as it takes to read the releases.
    pub(super) fn run(&self) -> Result<Result<Made, Unmade>, ExplorationError> {
        let truth = match self.job.count() {
            Err(CountError::TooFine(_)) => return Ok(Err(Unmade::TooFine)),
            other => other?,
        };
        if truth.below_zero {
            return Ok(Err(Unmade::Negative));
        }
        if truth.counted.groups.iter().map(Vec::len).product::<usize>() > CELLS {
            return Ok(Err(Unmade::TooFine));
        }
        let mut told = Vec::new();
        for (job, table) in &self.before {
            match again(job, table)? {
                Some(regions) => told.extend(regions),
                None => return Ok(Err(Unmade::Unsure)),
            }
        }
        self.decide(&truth.counted, told)
    }

    fn decide(&self, counted: &Counted, told: Vec<Region>) -> Result<Result<Made, Unmade>, ExplorationError> {
        let question = &self.job.question;
        let (figure, rules) = rules(&question.measure);
        let mut safe = protect(&rules_table(figure, &question.by, counted)?, &rules, self.plan)?;
        let record = safe.record.take().ok_or(ExplorationError::Unreadable("record of what was checked"))?;
        // Of sums it must be proven that nobody who is alone in a cell can calculate with their own.
        if !record.insiders {
            return Ok(Err(Unmade::TooFine));
        }
        let every: Vec<Vec<usize>> = counted.groups.iter().map(|groups| (0..groups.len()).collect()).collect();
        let places = places(&every, true);
        let audited = audit(question, &self.job, counted, (&places, &safe), told, rules.least());
        let shown: Vec<bool> = audited.iter().map(|verdict| verdict.is_some_and(Verdict::shows)).collect();
        // The total alone is no table.
        let told_of = |(place, shown): (&Vec<Option<usize>>, &bool)| {
            *shown && (place.is_empty() || place.iter().any(Option::is_some))
        };
        if !places.iter().zip(&shown).any(told_of) {
            return Ok(Err(why(&audited)));
        }
        Ok(Ok(self.made(counted, (&places, &safe, &shown), record, rules)))
    }

    fn made(
        &self,
        counted: &Counted,
        (places, safe, shown): (&[Vec<Option<usize>>], &SafeTable, &[bool]),
        record: Record,
        rules: Rules,
    ) -> Made {
        let listed = listed(counted, places, shown);
        let is_listed =
            |place: &[Option<usize>]| place.iter().zip(&listed).all(|(at, on)| at.is_none_or(|at| on.contains(&at)));
        let mut made = Made {
            groups: listed
                .iter()
                .zip(&counted.groups)
                .map(|(listed, groups)| listed.iter().map(|at| groups[*at].clone()).collect())
                .collect(),
            cells: Vec::new(),
            checked: Checks {
                edition: EDITION.to_owned(),
                plan: self.plan,
                output: self.plan,
                rules,
                method: record.method,
                together_with: self.before.len() as u64,
                cells: 0,
                shown: 0,
            },
            record,
            told: Vec::new(),
        };
        for ((place, cell), shown) in places.iter().zip(&safe.cells).zip(shown).filter(|((p, _), _)| is_listed(p)) {
            let told = if *shown { self.told(cell) } else { Told::WITHHELD };
            if *shown {
                let at = groups_at(counted, place);
                made.told.push(ToldCell { at, people: cell.count.unwrap_or_default() });
            }
            made.cells.push(told);
        }
        made.checked.cells = made.cells.len() as u64;
        made.checked.shown = made.told.len() as u64;
        made
    }

    /// A cell as it is told.
    fn told(&self, cell: &SafeCell) -> Told {
        let Some(count) = cell.count else { return Told::WITHHELD };
        if let Some(base) = self.rounding {
            let people = Some(Rounding::Nearest { base }.shown(count));
            return Told { outcome: Outcome::Rounded, people, ..Told::WITHHELD };
        }
        let hundredths = |number: f64| (number / SCALE * 100.0).round() / 100.0;
        let value = match &self.job.question.measure {
            Measure::People => None,
            Measure::Events => cell.sum.map(|rows| rows as f64),
            Measure::Sum(_) => cell.sum.map(|sum| hundredths(sum as f64)),
            Measure::Mean(_) | Measure::Median(_) => cell.mean().map(hundredths),
        };
        Told { outcome: Outcome::Shown, people: Some(count), value, quartiles: None }
    }
}

/// What a measure is to the rules: those of the house, which are the strictest that the field uses by default.
fn rules(measure: &Measure) -> (Figure, Rules) {
    let figure = match measure {
        Measure::People => Figure::Count,
        Measure::Events | Measure::Sum(_) => Figure::Sum,
        Measure::Mean(_) | Measure::Median(_) => Figure::Mean,
    };
    (figure, Rules::default())
}

/// Of each cell that the rules let through whether it may be told beside all that was told, margins first; `None`
/// for the others.
fn audit(
    question: &Question,
    job: &Job,
    counted: &Counted,
    (places, safe): (&[Vec<Option<usize>>], &SafeTable),
    told: Vec<Region>,
    minimum: u64,
) -> Vec<Option<Verdict>> {
    let mut order: Vec<usize> = (0..places.len()).filter(|at| safe.cells[*at].outcome == Outcome::Shown).collect();
    order.sort_by_key(|at| (places[*at].iter().flatten().count(), *at));
    let regions: Vec<Region> = order.iter().map(|at| region(question, job, counted, &places[*at])).collect();
    let verdicts = Audit::new(Limits::new(minimum, Empty::Told), told).decide(&regions);
    let mut of_cells = vec![None; places.len()];
    for (at, verdict) in order.into_iter().zip(verdicts) {
        of_cells[at] = Some(verdict);
    }
    of_cells
}

/// Whom a cell is about.
fn region(question: &Question, job: &Job, counted: &Counted, place: &[Option<usize>]) -> Region {
    let at: Vec<_> = question.by.iter().zip(groups_at(counted, place)).filter_map(|(by, at)| Some((by, at?))).collect();
    let said = Digest::of(&canonical_json(&(job.pinned.release, question.population(), at)));
    let people = counted.at(place).and_then(|cell| cell.set.clone()).unwrap_or_default();
    Region { question: said.to_string(), people }
}

/// Counts what was told before once more; `None` when other people are found than were told of.
fn again(job: &Job, table: &ToldTable) -> Result<Option<Vec<Region>>, ExplorationError> {
    let counted = job.count()?.counted;
    let mut regions = Vec::with_capacity(table.cells.len());
    for cell in &table.cells {
        let Some(place) = place_of(&counted, &cell.at) else { return Ok(None) };
        let region = region(&table.plan, job, &counted, &place);
        if RoaringBitmap::len(&region.people) != cell.people {
            return Ok(None);
        }
        regions.push(region);
    }
    Ok(Some(regions))
}

fn groups_at(counted: &Counted, place: &[Option<usize>]) -> Vec<Option<Group>> {
    place.iter().zip(&counted.groups).map(|(at, groups)| at.and_then(|at| groups.get(at).cloned())).collect()
}

fn place_of(counted: &Counted, at: &[Option<Group>]) -> Option<Vec<Option<usize>>> {
    if at.len() != counted.groups.len() {
        return None;
    }
    let find = |(group, groups): (&Option<Group>, &Vec<Group>)| match group {
        None => Some(None),
        Some(group) => groups.iter().position(|one| one == group).map(Some),
    };
    at.iter().zip(&counted.groups).map(find).collect()
}

/// The groups of each dimension of which something is told: that a code stands in a table says that somebody has it.
fn listed(counted: &Counted, places: &[Vec<Option<usize>>], shown: &[bool]) -> Vec<Vec<usize>> {
    let of = |axis: usize, group: usize| {
        places.iter().zip(shown).any(|(place, shown)| *shown && place.get(axis) == Some(&Some(group)))
    };
    let groups = counted.groups.iter().enumerate();
    groups.map(|(axis, groups)| (0..groups.len()).filter(|at| of(axis, *at)).collect()).collect()
}

/// Why nothing is told: what most cells that the rules let through were withheld for; few people without such.
fn why(audited: &[Option<Verdict>]) -> Unmade {
    let reason = |verdict: &Option<Verdict>| match verdict {
        Some(Verdict::Withhold(Reason::NearlyTheSame)) => Some(Unmade::NearlyTheSame),
        Some(Verdict::Withhold(Reason::Computed)) => Some(Unmade::Computed),
        Some(Verdict::Withhold(Reason::TooMuch)) => Some(Unmade::TooMuch),
        _ => None,
    };
    let mut found: Vec<(usize, Unmade)> = Vec::new();
    for reason in audited.iter().filter_map(reason) {
        match found.iter_mut().find(|(_, known)| *known == reason) {
            Some((times, _)) => *times += 1,
            None => found.push((1, reason)),
        }
    }
    found.into_iter().max().map_or(Unmade::Few, |(_, reason)| reason)
}
