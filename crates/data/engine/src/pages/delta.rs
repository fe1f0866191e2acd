//! Runs of persons in a page of the sorted index column, kept as differences (`DELTA_BINARY_PACKED`,
//! Parquet's Encodings.md). Rows of one person differ by nothing and the next person mostly by one, so that a
//! word of bits tells where people begin: no number is made for each row.

use super::hybrid::{one, varint};

/// Hands `each` the persons of a page with the row at which each begins; rows count from 0. Says how many rows
/// there are; `None` when the page is damaged.
pub(crate) fn runs(bytes: &[u8], mut each: impl FnMut(u32, usize)) -> Option<usize> {
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
    each(person, 0);
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
            match (width, least) {
                (0, 0) => {}
                (1, 0) => beginnings(packed, many, |at| {
                    person = person.wrapping_add(1);
                    each(person, row + at);
                }),
                (..=32, _) => {
                    for at in 0..many {
                        let difference = one(packed, width, at).wrapping_add(least as u32);
                        if difference != 0 {
                            person = person.wrapping_add(difference);
                            each(person, row + at);
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

/// The places of the bits that are set among the first `many`.
fn beginnings(packed: &[u8], many: usize, mut each: impl FnMut(usize)) {
    for (at, word) in packed.chunks_exact(4).enumerate() {
        let mut left = word.iter().rev().fold(0_u32, |all, byte| all << 8 | u32::from(*byte));
        while left != 0 {
            let place = at * 32 + left.trailing_zeros() as usize;
            if place >= many {
                return;
            }
            each(place);
            left &= left - 1;
        }
    }
}

fn zigzag(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (value, rest) = varint(bytes)?;
    Some(((value >> 1) as i64 ^ -((value & 1) as i64), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn damage_is_an_end_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut last = None;
            let rows = runs(&bytes, |_, row| {
                assert!(last.is_none_or(|last| row > last));
                last = Some(row);
            });
            if let (Some(rows), Some(last)) = (rows, last) {
                prop_assert!(last < rows);
            }
        }
    }
}
