//! Whose the rows of a row group are: two ways to look at the persons of its pages, each of which passes over
//! stretches that hold nothing for it.

use std::ops::Range;

use crate::{
    pages::Visitor,
    people::Bits,
    rows::{Cursor, Ranges},
};

/// People with their rows, ascending. A person who is in two pages may come twice.
pub(crate) type Runs = Vec<(u32, Range<usize>)>;

/// The rows of some people.
pub(crate) struct Named<'a> {
    people: &'a Bits,
    runs: Runs,
    is_open: bool,
}

impl<'a> Named<'a> {
    pub(crate) fn new(people: &'a Bits) -> Self {
        Self { people, runs: Vec::new(), is_open: false }
    }

    /// Those who were seen.
    pub(crate) fn found(self) -> Runs {
        self.runs
    }
}

impl Visitor for Named<'_> {
    fn begins(&mut self, person: u32, row: usize) {
        self.ends(row);
        if self.people.contains(person) {
            self.is_open = true;
            self.runs.push((person, row..row));
        }
    }

    fn passes(&mut self, _: Range<usize>, last: u32, next: u32) -> bool {
        last == next || !(self.is_open || self.people.any(last, next))
    }

    fn ends(&mut self, row: usize) {
        if let (true, Some((_, open))) = (self.is_open, self.runs.last_mut()) {
            open.end = row;
        }
        self.is_open = false;
    }
}

/// The people of some rows, whoever they are. Rows beside the wanted ones may be told, or not.
pub(crate) struct Owners<'a> {
    wanted: Cursor<'a>,
    runs: Runs,
    open: (u32, usize),
}

impl<'a> Owners<'a> {
    pub(crate) fn new(wanted: &'a Ranges) -> Self {
        Self { wanted: wanted.cursor(), runs: Vec::new(), open: (0, usize::MAX) }
    }

    /// Those who were seen, with all the wanted rows and some others.
    pub(crate) fn found(self) -> Runs {
        self.runs
    }
}

impl Visitor for Owners<'_> {
    fn begins(&mut self, person: u32, row: usize) {
        self.ends(row);
        self.open = (person, row);
    }

    fn passes(&mut self, rows: Range<usize>, last: u32, next: u32) -> bool {
        if last == next {
            return true;
        }
        self.wanted.skip(rows.start);
        if self.wanted.begins_before(rows.end) {
            return false;
        }
        // Nobody asks for these rows, so it does not matter where in them one person ends and another begins.
        self.ends(rows.start);
        self.open = (next, rows.end);
        true
    }

    fn ends(&mut self, row: usize) {
        let (person, begins) = self.open;
        if begins < row {
            self.runs.push((person, begins..row));
        }
        self.open = (person, usize::MAX);
    }
}
