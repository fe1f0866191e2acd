//! Numbers that others issue: to people ([`NationalNumber`]), organisations
//! ([`OrganisationNumber`]) and health personnel ([`HprNumber`]).
//!
//! A national number is handled like a secret: it has no `Display`, no serialisation, and its
//! `Debug` does not show it. Nothing here derives gender, age or birth date from a number: since
//! the numbers of 2032 say neither, and since people's registered birth date may differ from the
//! one in their number, both are read from the population register's own fields.

mod check_digits;
mod hpr;
mod national;
mod organisation;
mod synthetic;

pub use hpr::{HprNumber, NotAnHprNumber};
pub use national::{NationalNumber, NotANationalNumber, NumberKind, Rule, holds_national_number};
pub use organisation::{NotAnOrganisationNumber, OrganisationNumber};
pub use synthetic::{individual_numbers, synthetic, synthetic_d_number};
