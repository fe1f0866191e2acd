//! Which numbers of a new table may be told, beside all that has been told.

use std::collections::HashMap;

use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use super::{
    atoms::Atoms,
    basis::{Basis, Reduced, Row},
    search::{Found, small_group},
};

/// Whether a difference of nobody gives something away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Empty {
    /// Nobody is not a group: zeros are told. For tables that somebody plans once, and that are looked at.
    Told,
    /// Nobody looks like few. For questions that somebody can ask one after the other: otherwise asking for all
    /// but those who look like one's neighbour, and being refused, tells that the neighbour is there.
    LikeFew,
}

/// What the audit keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The smallest group that a number may be about.
    pub minimum: u64,
    /// Whether a difference of nobody counts as one of few.
    pub empty: Empty,
    /// The most numbers that are taken together; beyond it nothing more is told.
    pub regions: usize,
    /// The most classes that the told numbers may cut people into.
    pub atoms: usize,
    /// The most steps of arithmetic and search that one table may take.
    pub work: u64,
}

impl Limits {
    /// Limits at which a table of thousands of numbers about hundreds of thousands of people, beside as many that
    /// were told, takes some seconds.
    pub const fn new(minimum: u64, empty: Empty) -> Self {
        Self { minimum, empty, regions: 20_000, atoms: 200_000, work: 50_000_000 }
    }
}

/// One number that was told, or is to be: whom it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// The question, in a form in which the same question always looks the same: a population's text with the
    /// table's edition. The same question about the same people may always be answered again.
    pub question: String,
    /// The people.
    pub people: RoaringBitmap,
}

/// Why a number is withheld. What to say of it is in the locale files of who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is about too few people.
    Few,
    /// It is about nearly the same people as a number that was told.
    NearlyTheSame,
    /// With other told numbers, a group that is too small can be computed.
    Computed,
    /// So many numbers have been told of these people that nobody can say whether it is safe.
    TooMuch,
}

/// What is decided of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may be told, and then counts as told.
    Tell,
    /// It was told before, in the same way of the same people: telling it again adds nothing.
    Again,
    /// It may not be told.
    Withhold(Reason),
}

impl Verdict {
    /// Whether the number may be shown.
    pub const fn shows(self) -> bool {
        matches!(self, Self::Tell | Self::Again)
    }
}

/// The numbers that have been told of some people.
#[derive(Debug, Clone)]
pub struct Audit {
    limits: Limits,
    told: Vec<Region>,
}

impl Audit {
    /// From what was told, to whomever.
    pub const fn new(limits: Limits, told: Vec<Region>) -> Self {
        Self { limits, told }
    }

    /// What may be told of a new table's numbers, one after the other: each is decided beside all that was told
    /// and those before it that may be told, so the most wanted (usually the margins) come first. It changes
    /// nothing: see [`Self::tell`].
    pub fn decide(&self, table: &[Region]) -> Vec<Verdict> {
        let limits = &self.limits;
        // The same people asked for twice are one number; the first question stands for it.
        let sets: Vec<&RoaringBitmap> = self.told.iter().chain(table).map(|region| &region.people).collect();
        let known = self.told.len();
        if sets.len() > limits.regions {
            return self.only_again(table);
        }
        let Some(atoms) = Atoms::cut(&sets, limits.atoms) else { return self.only_again(table) };
        let mut work = limits.work;
        let mut state = State::new(limits, &atoms);
        for at in 0..known {
            if !state.learn(at, &mut work) {
                return self.only_again(table);
            }
        }
        let mut questions: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, region) in self.told.iter().enumerate() {
            questions.entry(&region.question).or_default().push(at);
        }
        let mut verdicts = Vec::with_capacity(table.len());
        for (at, region) in table.iter().enumerate() {
            let same = questions.get(region.question.as_str()).into_iter().flatten();
            let again = same.into_iter().any(|told| sets[*told] == &region.people);
            let verdict = if again { Verdict::Again } else { state.judge(known + at, &mut work) };
            if verdict.shows() {
                questions.entry(&region.question).or_default().push(known + at);
            }
            verdicts.push(verdict);
        }
        verdicts
    }

    /// Adds what was told.
    pub fn tell(&mut self, region: Region) {
        if !self.told.contains(&region) {
            self.told.push(region);
        }
    }

    /// Numbers that have been told.
    pub fn told(&self) -> usize {
        self.told.len()
    }

    /// Where nobody can say what is safe, what was told may still be told again.
    fn only_again(&self, table: &[Region]) -> Vec<Verdict> {
        let verdict = |region: &Region| match self.told.contains(region) {
            true => Verdict::Again,
            false => Verdict::Withhold(Reason::TooMuch),
        };
        table.iter().map(verdict).collect()
    }
}

/// What is known so far, while a table is decided.
struct State<'a> {
    limits: &'a Limits,
    atoms: &'a Atoms,
    basis: Basis,
    /// Of each atom its column: those of the minimum and above come first.
    column: Vec<u32>,
    /// Of each column, how many people.
    people: Vec<u64>,
    /// What was told, by size.
    by_size: Vec<(u64, usize)>,
}

impl<'a> State<'a> {
    fn new(limits: &'a Limits, atoms: &'a Atoms) -> Self {
        let mut order: Vec<u32> = (0..atoms.people.len() as u32).collect();
        let is_small = |atom: &u32| atoms.people[*atom as usize] < limits.minimum;
        order.sort_by_key(|atom| (is_small(atom), *atom));
        let border = order.partition_point(|atom| !is_small(atom)) as u32;
        let mut column = vec![0; order.len()];
        for (at, atom) in order.iter().enumerate() {
            column[*atom as usize] = at as u32;
        }
        let people = order.iter().map(|atom| atoms.people[*atom as usize]).collect();
        Self { limits, atoms, basis: Basis::new(border), column, people, by_size: Vec::new() }
    }

    fn columns(&self, region: usize) -> Vec<u32> {
        self.atoms.of[region].iter().map(|atom| self.column[*atom as usize]).collect()
    }

    fn size(&self, region: usize) -> u64 {
        self.atoms.of[region].iter().map(|atom| self.atoms.people[*atom as usize]).sum()
    }

    /// Takes in what was told. Whether there was work enough.
    fn learn(&mut self, region: usize, work: &mut u64) -> bool {
        self.remember(region);
        match self.basis.reduce(&self.columns(region), work) {
            Reduced::Nothing => true,
            Reduced::Row(first, row) => self.basis.insert(first, row, work).is_some(),
            Reduced::TooMuch => false,
        }
    }

    /// Takes in a row, unless a group follows from it.
    fn look(&mut self, first: u32, row: Row, work: &mut u64) -> Found {
        if !self.basis.is_small(first) {
            self.basis.insert(first, row, work);
            return Found::Nothing;
        }
        let Some(changed) = self.basis.insert(first, row, work) else { return Found::TooMuch };
        let people = |column: u32| self.people[column as usize];
        let found = small_group(&self.basis, &changed.rows, people, self.limits.minimum, work);
        if found != Found::Nothing {
            self.basis.undo(changed);
        }
        found
    }

    fn remember(&mut self, region: usize) {
        let entry = (self.size(region), region);
        let at = self.by_size.partition_point(|other| *other < entry);
        self.by_size.insert(at, entry);
    }

    /// Decides on a new number, and takes it in when it may be told.
    fn judge(&mut self, region: usize, work: &mut u64) -> Verdict {
        let size = self.size(region);
        if (size == 0 && self.limits.empty == Empty::LikeFew) || (size > 0 && size < self.limits.minimum) {
            return Verdict::Withhold(Reason::Few);
        }
        if self.is_nearly_told(region, size) {
            return Verdict::Withhold(Reason::NearlyTheSame);
        }
        let found = match self.basis.reduce(&self.columns(region), work) {
            Reduced::Nothing => Found::Nothing,
            Reduced::TooMuch => Found::TooMuch,
            Reduced::Row(first, row) => self.look(first, row, work),
        };
        match found {
            Found::Nothing => {
                self.remember(region);
                Verdict::Tell
            }
            Found::Group => Verdict::Withhold(Reason::Computed),
            Found::TooMuch => Verdict::Withhold(Reason::TooMuch),
        }
    }

    /// Whether a told population differs from this one by fewer than the minimum.
    fn is_nearly_told(&self, region: usize, size: u64) -> bool {
        let minimum = self.limits.minimum;
        let first = self.by_size.partition_point(|(other, _)| other + minimum <= size);
        let near = self.by_size[first..].iter().take_while(|(other, _)| *other < size + minimum);
        near.into_iter().any(|(_, told)| match self.difference(region, *told) {
            0 => self.limits.empty == Empty::LikeFew,
            differing => differing < minimum,
        })
    }

    /// How many people are in one of two populations but not in both; counts no further than the minimum.
    fn difference(&self, one: usize, other: usize) -> u64 {
        let (mut a, mut b) = (self.atoms.of[one].as_slice(), self.atoms.of[other].as_slice());
        let mut differing = 0;
        while differing < self.limits.minimum {
            let next = match (a, b) {
                ([x, rest @ ..], [y, also @ ..]) if x == y => {
                    (a, b) = (rest, also);
                    continue;
                }
                ([x, rest @ ..], [y, ..]) if x < y => {
                    a = rest;
                    x
                }
                ([x, rest @ ..], []) => {
                    a = rest;
                    x
                }
                (_, [y, rest @ ..]) => {
                    b = rest;
                    y
                }
                ([], []) => break,
            };
            differing += self.atoms.people[*next as usize];
        }
        differing
    }
}
