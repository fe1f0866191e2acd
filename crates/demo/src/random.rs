//! Randomness that depends on nothing but the seed and what it is for, so that any person's data
//! can be made alone, in any order, on any thread.
//!
//! Only integer arithmetic and the basic floating-point operations are used with it: logarithms
//! differ between machines, and the same seed must give the same world everywhere.

use std::sync::LazyLock;

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What random numbers are for; each purpose has a stream of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Purpose {
    Household = 1,
    PersonId,
    OrganisationId,
    Health,
    Contacts,
    Dispensings,
    Deaths,
    Births,
    Cancers,
    Vaccinations,
    Quality,
    Preferences,
    PreferenceId,
    HealthPersonnel,
}

/// The generator for one purpose and one thing (a person's index, a household's number).
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    pub(crate) fn new(seed: u64, purpose: Purpose, thing: u32) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..12].copy_from_slice(&thing.to_le_bytes());
        key[12] = purpose as u8;
        Self(ChaCha8Rng::from_seed(key))
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        self.0.fill_bytes(&mut out);
        out
    }

    /// A number from 0 to `sides` - 1; 0 when there are no sides.
    pub(crate) fn below(&mut self, sides: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(sides)) >> 32) as u32
    }

    /// A number between both ends, both included; the first when they are the wrong way round.
    pub(crate) fn between(&mut self, from: i32, until: i32) -> i32 {
        from + self.below(u32::try_from(until - from + 1).unwrap_or(0)).cast_signed()
    }

    /// Whether something of this many in a million happens.
    pub(crate) fn per_million(&mut self, chance: u32) -> bool {
        self.below(1_000_000) < chance
    }

    /// Whether something of this many in a hundred happens.
    pub(crate) fn percent(&mut self, chance: u32) -> bool {
        self.below(100) < chance
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// How often something happens that is expected `mean` times: spread evenly from none to twice
    /// as often, so that the mean holds.
    pub(crate) fn times(&mut self, mean: f64) -> u32 {
        (self.unit() * mean * 2.0 + self.unit()) as u32
    }

    /// One of a list; the list must have something in it.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len() as u32) as usize]
    }
}

/// Choices of different weight.
pub(crate) struct Weighted<T: 'static> {
    choices: &'static [T],
    sums: Vec<u32>,
}

impl<T> Weighted<T> {
    pub(crate) fn by(choices: &'static [T], weight: impl Fn(usize, &T) -> u32) -> Self {
        let mut sum = 0;
        let sums = choices.iter().enumerate().map(|(rank, choice)| {
            sum += weight(rank, choice);
            sum
        });
        let sums = sums.collect();
        Self { choices, sums }
    }

    /// Weights that fall as 1/rank, as the use of codes does.
    pub(crate) fn zipf(choices: &'static [T]) -> Self {
        Self::by(choices, |rank, _| 1_000_000 / (rank as u32 + 1))
    }

    pub(crate) fn draw(&self, dice: &mut Dice) -> &'static T {
        let at = dice.below(self.sums.last().copied().unwrap_or(0));
        &self.choices[self.sums.partition_point(|sum| *sum <= at)]
    }
}

/// A list of choices that is weighed when it is first used.
pub(crate) type Choices<T> = LazyLock<Weighted<T>>;
