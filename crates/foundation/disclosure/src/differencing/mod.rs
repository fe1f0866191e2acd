//! Differencing: what numbers told at different times give away together.
//!
//! Each table may be safe alone, and two of them not: the total of one with the total of another that leaves
//! three people out, gives the three away. So everything that has been told about a population is kept, and
//! a new number is told only when no group smaller than the minimum follows from it and what was told before.
//!
//! - [`Population`] is whom a number is about, in a form in which the same question always looks the same.
//! - [`Table`] is a table as the ledger keeps it: filters, dimensions, margins, what was shown and withheld.
//! - [`Audit`] decides cell by cell where the sets of people are at hand.
//! - [`paper`] compares tables of which only the numbers are known, such as files that leave a room.
//!
//! # What the audit covers
//!
//! Of each number that is told it is assumed that it is exact: who gets it rounded or with noise knows less.
//! All told populations together cut people into *atoms*, those whom the same numbers are about. A told number
//! is a sum of atoms, and what can be computed from told numbers is a combination of such sums. A new number
//! is withheld when, with what was told before,
//!
//! 1. it is about fewer than the minimum itself;
//! 2. its population differs from one that was told by fewer than the minimum, whichever is the larger
//!    ([`Empty`] says whether by nobody counts);
//! 3. some combination of *any number* of told numbers, with any coefficients, is the number of people in
//!    a group smaller than the minimum, or such a group with one part counted twice.
//!
//! The third is exact linear algebra: rows of told numbers reduced modulo the prime 2⁶¹ − 1, atoms of the
//! minimum and above first, so that what is left is everything that can be said about small atoms alone, and
//! a complete search in that. A combination over the rationals is one modulo the prime unless the prime
//! divides one of its denominators, which are minors of a matrix of zeros and ones: not by chance.
//!
//! Nothing is skipped for being too much: when the numbers are too many ([`Limits::regions`]), too cut up
//! ([`Limits::atoms`]) or too intertwined ([`Limits::work`]), the new one is withheld.
//!
//! # What it does not cover
//!
//! Bounds that need fractions of groups (twice this group with those two is eighteen, so it is nine at most),
//! what somebody knows about people from elsewhere, and the refusal itself: that a number is withheld for its
//! neighbour tells that the difference is small. With [`Empty::LikeFew`] it does not tell whether anybody is there.

mod atoms;
mod audit;
mod basis;
pub mod paper;
mod population;
mod search;
mod table;

pub use audit::{Audit, Empty, Limits, Reason, Region, Verdict};
pub use population::{Condition, Population};
pub use table::{Cell, Dimension, Table, TableError};

#[cfg(test)]
mod tests;
