//! Persons of a page of the sorted index column, kept as differences (`DELTA_BINARY_PACKED`, Parquet's
//! Encodings.md). Rows of one person differ by nothing and the next person mostly by one, so that a word of bits
//! tells where 32 rows' people begin: no number is made for each row, and of people who matter to nobody only
//! their number is counted.

use std::ops::Range;

use super::hybrid::{one, varint};

/// Who looks at the persons of pages. Rows are those of the row group, ascending.
pub(crate) trait Visitor {
    /// The rows from this one on are the person's, until another begins.
    fn begins(&mut self, person: u32, row: usize);

    /// Some rows in which every person after the first one given, up to and with the second, begins; whoever came
    /// before goes on until one of them does. True when that was all there is to see; otherwise each is told
    /// by [`Visitor::begins`].
    fn passes(&mut self, rows: Range<usize>, last: u32, next: u32) -> bool;

    /// The page ends before this row.
    fn ends(&mut self, row: usize);
}

/// Shows the persons of a page that begins at row `start`. Says how many rows there are; `None` when the page is
/// damaged.
pub(super) fn walk(bytes: &[u8], start: usize, visitor: &mut impl Visitor) -> Option<usize> {
    let (block, rest) = varint(bytes)?;
    let (parts, rest) = varint(rest)?;
    let (total, rest) = varint(rest)?;
    let (first, mut rest) = zigzag(rest)?;
    let (total, parts) = (usize::try_from(total).ok()?, usize::try_from(parts).ok()?);
    let in_part = usize::try_from(block.checked_div(parts as u64)?).ok()?;
    // The standard wants multiples of 32, and a page is never so large.
    if in_part == 0 || in_part % 32 != 0 || in_part > 1 << 16 || parts > 1 << 10 {
        return None;
    }
    if total == 0 {
        return Some(0);
    }
    let mut person = first as u32;
    visitor.begins(person, start);
    let mut row = 1;
    while row < total {
        let (least, after) = zigzag(rest)?;
        let (widths, after) = after.split_at_checked(parts)?;
        rest = after;
        for width in widths {
            if row >= total {
                break;
            }
            let width = usize::from(*width);
            let (packed, after) = rest.split_at_checked(in_part.checked_mul(width)? / 8)?;
            rest = after;
            let many = in_part.min(total - row);
            let rows = start.checked_add(row)?..start.checked_add(row + many)?;
            match (width, least) {
                (0, 0) => {}
                (1, 0) => person = beginnings(packed, rows, person, visitor),
                (..=32, _) => {
                    for (at, row) in rows.enumerate() {
                        let difference = one(packed, width, at).wrapping_add(least as u32);
                        if difference != 0 {
                            person = person.wrapping_add(difference);
                            visitor.begins(person, row);
                        }
                    }
                }
                _ => return None,
            }
            row += many;
        }
    }
    Some(total)
}

/// Rows with one bit each: whether the next person begins. Gives the last one.
fn beginnings(packed: &[u8], rows: Range<usize>, mut person: u32, visitor: &mut impl Visitor) -> u32 {
    let (words, _) = packed.as_chunks::<4>();
    for (word, from) in words.iter().zip(rows.clone().step_by(32)) {
        let many = (rows.end - from).min(32);
        let mut left = u32::from_le_bytes(*word) & (u32::MAX >> (32 - many));
        let next = person.wrapping_add(left.count_ones());
        if visitor.passes(from..from + many, person, next) {
            person = next;
            continue;
        }
        while left != 0 {
            person = person.wrapping_add(1);
            visitor.begins(person, from + left.trailing_zeros() as usize);
            left &= left - 1;
        }
    }
    person
}

fn zigzag(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (value, rest) = varint(bytes)?;
    Some(((value >> 1) as i64 ^ -((value & 1) as i64), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Sees everything.
    #[derive(Default)]
    struct Everybody {
        last: Option<usize>,
    }

    impl Visitor for Everybody {
        fn begins(&mut self, _: u32, row: usize) {
            assert!(self.last.is_none_or(|last| row > last));
            self.last = Some(row);
        }

        fn passes(&mut self, rows: Range<usize>, _: u32, _: u32) -> bool {
            assert!(!rows.is_empty() && self.last.is_some_and(|last| rows.start > last));
            false
        }

        fn ends(&mut self, _: usize) {}
    }

    proptest! {
        #[test]
        fn damage_is_an_end_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), start in 0_usize..9) {
            let mut all = Everybody::default();
            let rows = walk(&bytes, start, &mut all);
            if let (Some(rows), Some(last)) = (rows, all.last) {
                prop_assert!(last < start + rows);
            }
        }
    }
}
