//! Small numbers as Parquet keeps them, runs of the same one and packed bits in turn (`RLE`, Parquet's
//! Encodings.md, "Run Length Encoding / Bit-Packing Hybrid"), read where they are wanted: rows that nobody
//! asks for cost nothing but their run's head.

use std::ops::Range;

/// Numbers of a fixed width in bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hybrid<'a> {
    bytes: &'a [u8],
    width: usize,
}

/// More numbers than a page ever holds, so that what a damaged one says is no larger.
const MOST: usize = 1 << 32;

/// Some numbers after each other.
enum Run<'a> {
    Same(u32, usize),
    Packed(&'a [u8], usize),
}

impl<'a> Hybrid<'a> {
    /// Numbers of `width` bits; `None` when numbers cannot be so wide.
    pub(crate) fn new(bytes: &'a [u8], width: u8) -> Option<Self> {
        (width <= 32).then_some(Self { bytes, width: width.into() })
    }

    /// Hands `each` the numbers at the places, which are in order and do not overlap. `None` when there are
    /// fewer numbers than that: the page is damaged.
    pub(crate) fn gather(mut self, places: impl IntoIterator<Item = Range<usize>>, into: &mut Vec<u32>) -> Option<()> {
        let mut run = self.run();
        let mut begins = 0;
        for mut wanted in places {
            while wanted.start < wanted.end {
                let length = run.as_ref()?.length();
                if wanted.start >= begins + length {
                    begins += length;
                    run = self.run();
                    continue;
                }
                let until = wanted.end.min(begins + length);
                run.as_ref()?.put(self.width, wanted.start - begins..until - begins, into);
                wanted.start = until;
            }
        }
        Some(())
    }

    /// Hands `each` the ranges of places, in order, among the first `total` whose number `is_hit` has as
    /// true. `None` when there are fewer numbers than that.
    pub(crate) fn matching(mut self, total: usize, is_hit: &[bool], mut each: impl FnMut(Range<usize>)) -> Option<()> {
        let hit = |value: u32| is_hit.get(value as usize).copied().unwrap_or(false);
        let mut begins = 0;
        while begins < total {
            let run = self.run()?;
            let length = run.length().min(total - begins);
            match run {
                Run::Same(value, _) if hit(value) => each(begins..begins + length),
                Run::Same(..) => {}
                Run::Packed(bytes, _) => {
                    let mut place = begins;
                    by_eight(bytes, self.width, |values| {
                        let found = values.iter().rev().fold(0_u32, |found, v| found << 1 | u32::from(hit(*v)));
                        let mut left = found;
                        while left != 0 {
                            let first = left.trailing_zeros();
                            let many = (left >> first).trailing_ones();
                            let from = place + first as usize;
                            let until = (from + many as usize).min(begins + length);
                            if from < until {
                                each(from..until);
                            }
                            left &= !(((1_u32 << many) - 1) << first);
                        }
                        place += 8;
                    });
                }
            }
            begins += length;
        }
        Some(())
    }

    /// The next run; `None` when there is none.
    fn run(&mut self) -> Option<Run<'a>> {
        let (head, rest) = varint(self.bytes)?;
        let many = MOST.min(usize::try_from(head >> 1).ok()?);
        if head & 1 == 0 {
            let bytes = self.width.div_ceil(8);
            let (value, rest) = rest.split_at_checked(bytes)?;
            self.bytes = rest;
            let value = value.iter().rev().fold(0, |all, byte| all << 8 | u32::from(*byte));
            return Some(Run::Same(value, many));
        }
        if self.width == 0 {
            self.bytes = rest;
            return Some(Run::Same(0, many.checked_mul(8)?));
        }
        // Writers may cut the last run short of whole groups.
        let bytes = many.checked_mul(self.width)?.min(rest.len());
        let (packed, rest) = rest.split_at(bytes);
        self.bytes = rest;
        let many = (bytes * 8 / self.width).min(many * 8);
        Some(Run::Packed(packed, many))
    }
}

impl Run<'_> {
    fn length(&self) -> usize {
        match self {
            Self::Same(_, many) | Self::Packed(_, many) => *many,
        }
    }

    fn put(&self, width: usize, places: Range<usize>, into: &mut Vec<u32>) {
        match self {
            Self::Same(value, _) => into.extend(std::iter::repeat_n(*value, places.len())),
            Self::Packed(bytes, many) if places == (0..*many) && many % 8 == 0 => {
                by_eight(bytes, width, |values| into.extend_from_slice(values));
            }
            Self::Packed(bytes, _) => into.extend(places.map(|place| one(bytes, width, place))),
        }
    }
}

/// A variable-length number, and what follows it.
pub(crate) fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

/// One packed number; 0 beyond the end.
pub(crate) fn one(bytes: &[u8], width: usize, place: usize) -> u32 {
    let bit = place * width;
    let from = bytes.get(bit / 8..).unwrap_or_default();
    let word = match from.first_chunk() {
        Some(whole) => u64::from_le_bytes(*whole),
        None => from.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte)),
    };
    // Seven bits before it and 32 of it at most.
    (word >> (bit % 8)) as u32 & mask(width)
}

fn mask(width: usize) -> u32 {
    if width >= 32 { u32::MAX } else { (1 << width) - 1 }
}

/// Hands on packed numbers, eight at a time, with those beyond the end as 0.
fn by_eight(bytes: &[u8], width: usize, mut each: impl FnMut(&[u32; 8])) {
    /// Eight numbers of `W` bits are `W` bytes, and up to eight of these are one word.
    fn narrow<const W: usize>(bytes: &[u8], each: &mut impl FnMut(&[u32; 8])) {
        let mut groups = bytes.chunks_exact(W);
        let mut group = |bytes: &[u8]| {
            let mut word = [0; 8];
            word[..bytes.len()].copy_from_slice(bytes);
            let word = u64::from_le_bytes(word);
            each(&std::array::from_fn(|at| (word >> (at * W)) as u32 & ((1 << W) - 1)));
        };
        groups.by_ref().for_each(&mut group);
        if !groups.remainder().is_empty() {
            group(groups.remainder());
        }
    }
    /// The same with two words.
    fn wide<const W: usize>(bytes: &[u8], each: &mut impl FnMut(&[u32; 8])) {
        let mut groups = bytes.chunks_exact(W);
        let mut group = |bytes: &[u8]| {
            let mut word = [0; 16];
            word[..bytes.len()].copy_from_slice(bytes);
            let word = u128::from_le_bytes(word);
            each(&std::array::from_fn(|at| (word >> (at * W)) as u32 & ((1 << W) - 1)));
        };
        groups.by_ref().for_each(&mut group);
        if !groups.remainder().is_empty() {
            group(groups.remainder());
        }
    }
    let each = &mut each;
    match width {
        1 => narrow::<1>(bytes, each),
        2 => narrow::<2>(bytes, each),
        3 => narrow::<3>(bytes, each),
        4 => narrow::<4>(bytes, each),
        5 => narrow::<5>(bytes, each),
        6 => narrow::<6>(bytes, each),
        7 => narrow::<7>(bytes, each),
        8 => narrow::<8>(bytes, each),
        9 => wide::<9>(bytes, each),
        10 => wide::<10>(bytes, each),
        11 => wide::<11>(bytes, each),
        12 => wide::<12>(bytes, each),
        13 => wide::<13>(bytes, each),
        14 => wide::<14>(bytes, each),
        15 => wide::<15>(bytes, each),
        16 => wide::<16>(bytes, each),
        _ => {
            let total = bytes.len() * 8 / width.max(1);
            for from in (0..total).step_by(8) {
                each(&std::array::from_fn(|at| one(bytes, width, from + at)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Writes the numbers as runs of what the plan says: so many the same, or so many groups packed.
    fn written(width: usize, plan: &[(bool, usize, u32)]) -> (Vec<u8>, Vec<u32>) {
        let (mut bytes, mut numbers) = (Vec::new(), Vec::new());
        let number = |bytes: &mut Vec<u8>, mut value: u64| {
            while value >= 0x80 {
                bytes.push(value as u8 | 0x80);
                value >>= 7;
            }
            bytes.push(value as u8);
        };
        for (same, many, seed) in plan {
            if *same {
                number(&mut bytes, (*many as u64) << 1);
                let value = seed & mask(width);
                bytes.extend_from_slice(&value.to_le_bytes()[..width.div_ceil(8)]);
                numbers.extend(std::iter::repeat_n(value, *many));
            } else {
                number(&mut bytes, (*many as u64) << 1 | 1);
                let values: Vec<u32> =
                    (0..*many as u32 * 8).map(|at| seed.wrapping_mul(at + 1).rotate_left(at) & mask(width)).collect();
                let mut bits: Vec<bool> = Vec::new();
                values.iter().for_each(|v| bits.extend((0..width).map(|at| v >> at & 1 == 1)));
                bytes.extend(bits.chunks(8).map(|b| b.iter().rev().fold(0_u8, |all, bit| all << 1 | u8::from(*bit))));
                numbers.extend(values);
            }
        }
        (bytes, numbers)
    }

    proptest! {
        #[test]
        fn what_is_gathered_is_what_was_written(
            width in 0_usize..=32,
            plan in prop::collection::vec((any::<bool>(), 1_usize..20, any::<u32>()), 1..12),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let (bytes, numbers) = written(width, &plan);
            let hybrid = Hybrid::new(&bytes, width as u8).unwrap();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(numbers.len() + 1)).collect();
            cuts.sort_unstable();
            let places: Vec<_> = cuts.chunks_exact(2).map(|pair| pair[0]..pair[1]).chain(std::iter::once(numbers.len()..numbers.len())).collect();
            let mut gathered = Vec::new();
            hybrid.gather(places.clone(), &mut gathered).unwrap();
            let expected: Vec<u32> = places.into_iter().flat_map(|range| numbers[range].to_vec()).collect();
            prop_assert_eq!(gathered, expected);
            let mut all = Vec::new();
            hybrid.gather(std::iter::once(0..numbers.len()), &mut all).unwrap();
            prop_assert_eq!(&all, &numbers);
            prop_assert!(hybrid.gather(std::iter::once(numbers.len()..numbers.len() + 1), &mut all).is_none(), "not beyond the end");
        }

        #[test]
        fn every_hit_is_found_and_nothing_else(
            width in 0_usize..=18,
            plan in prop::collection::vec((any::<bool>(), 1_usize..20, any::<u32>()), 1..12),
            modulus in 1_usize..5,
        ) {
            let (bytes, numbers) = written(width, &plan);
            let is_hit: Vec<bool> = (0..1_usize << width.min(12)).map(|value| value % modulus == 0).collect();
            let mut found = Vec::new();
            let hybrid = Hybrid::new(&bytes, width as u8).unwrap();
            hybrid.matching(numbers.len(), &is_hit, |range| found.extend(range)).unwrap();
            let hits = |at: &usize| is_hit.get(numbers[*at] as usize).copied().unwrap_or(false);
            prop_assert_eq!(found, (0..numbers.len()).filter(hits).collect::<Vec<_>>());
        }

        #[test]
        fn damage_is_an_end_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), width in 0_u8..=32) {
            let hybrid = Hybrid::new(&bytes, width).unwrap();
            let _ = hybrid.gather([0..50, 70..100], &mut Vec::new());
            let _ = hybrid.matching(100, &[true, false, true], |_| {});
        }
    }
}
