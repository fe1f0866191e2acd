//! Which rows of a row group are wanted: ranges, ascending and apart.

use std::ops::Range;

/// Rows of a row group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ranges {
    ranges: Vec<(u32, u32)>,
    count: usize,
}

impl Ranges {
    /// The first so many rows: all of a row group.
    pub(crate) fn all(rows: usize) -> Self {
        let mut all = Self::default();
        all.push(0..rows);
        all
    }

    /// Adds rows behind those that are there. A row group has fewer than 2³² rows.
    pub(crate) fn push(&mut self, rows: Range<usize>) {
        if rows.is_empty() {
            return;
        }
        self.count += rows.len();
        let (from, until) = (rows.start as u32, rows.end as u32);
        match self.ranges.last_mut() {
            Some(last) if last.1 == from => last.1 = until,
            _ => self.ranges.push((from, until)),
        }
    }

    /// How many rows.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// The ranges.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Range<usize>> {
        self.ranges.iter().map(|(from, until)| *from as usize..*until as usize)
    }

    /// To walk through them in pieces.
    pub(crate) fn cursor(&self) -> Cursor<'_> {
        Cursor { left: &self.ranges, from: 0 }
    }

    /// Those rows whose place among them has passed.
    pub(crate) fn kept(&self, passed: &[bool]) -> Self {
        let mut kept = Self::default();
        let rows = self.iter().flatten();
        rows.zip(passed).filter(|(_, passed)| **passed).for_each(|(row, _)| kept.push(row..row + 1));
        kept
    }

    /// Hands `each` the parts of `runs` that lie in the rows, with what belongs to the run; runs are
    /// ascending and apart.
    pub(crate) fn within<T: Copy>(&self, runs: &[(T, Range<usize>)], mut each: impl FnMut(T, Range<usize>)) {
        let mut cursor = self.cursor();
        for (what, run) in runs {
            cursor.skip(run.start);
            cursor.until(run.end).for_each(|range| each(*what, range));
        }
    }

    /// Which of the pages, given by their rows, hold some of these.
    pub(crate) fn pages(&self, pages: &[Range<usize>]) -> Vec<bool> {
        let mut cursor = self.cursor();
        pages.iter().map(|page| cursor.until(page.end).count() > 0).collect()
    }
}

/// A walk through rows.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    left: &'a [(u32, u32)],
    /// Rows before this one are done.
    from: usize,
}

impl<'a> Cursor<'a> {
    /// The ranges up to a row, cut there; the next call goes on behind it.
    pub(crate) fn until(&mut self, end: usize) -> impl Iterator<Item = Range<usize>> + use<'_, 'a> {
        std::iter::from_fn(move || {
            let (begin, until) = *self.left.first()?;
            let begin = (begin as usize).max(self.from);
            if begin >= end {
                return None;
            }
            if until as usize <= end {
                self.left = &self.left[1..];
                return Some(begin..until as usize);
            }
            self.from = end;
            Some(begin..end)
        })
    }

    /// Leaves out the rows before this one.
    pub(crate) fn skip(&mut self, row: usize) {
        while self.left.first().is_some_and(|(_, until)| *until as usize <= row) {
            self.left = &self.left[1..];
        }
        self.from = self.from.max(row);
    }

    /// Whether one of the rows that are left lies before this one.
    pub(crate) fn begins_before(&self, row: usize) -> bool {
        self.left.first().is_some_and(|(begin, _)| (*begin as usize).max(self.from) < row)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn ranges() -> impl Strategy<Value = Ranges> {
        prop::collection::btree_set(0_usize..60, 0..40).prop_map(|rows| {
            let mut ranges = Ranges::default();
            rows.into_iter().for_each(|row| ranges.push(row..row + 1));
            ranges
        })
    }

    proptest! {
        #[test]
        fn pieces_are_the_whole(rows in ranges(), cuts in prop::collection::btree_set(0_usize..70, 0..8)) {
            prop_assert_eq!(rows.iter().flatten().count(), rows.count());
            let mut cursor = rows.cursor();
            let mut pieces = Vec::new();
            for cut in cuts.iter().copied().chain([100]) {
                for range in cursor.until(cut) {
                    prop_assert!(range.end <= cut && !range.is_empty());
                    pieces.extend(range);
                }
            }
            prop_assert_eq!(pieces, rows.iter().flatten().collect::<Vec<_>>());
        }

        #[test]
        fn runs_are_cut_to_the_rows(rows in ranges(), ends in prop::collection::btree_set(1_usize..60, 0..12), odd in any::<bool>()) {
            let mut runs = Vec::new();
            let mut begin = 0;
            for (at, end) in ends.into_iter().enumerate() {
                if odd || at % 3 != 1 {
                    runs.push((at, begin..end));
                }
                begin = end;
            }
            let wanted: BTreeSet<usize> = rows.iter().flatten().collect();
            let expected: Vec<(usize, usize)> = runs
                .iter()
                .flat_map(|(at, run)| run.clone().filter(|row| wanted.contains(row)).map(|row| (*at, row)))
                .collect();
            let mut found = Vec::new();
            rows.within(&runs, |at, range| found.extend(range.map(|row| (at, row))));
            prop_assert_eq!(found, expected);
        }
    }
}
