//! Records in the profiles' words, held up against the shapes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

mod broken;
mod demo;
mod harvest;
mod products;
mod profiles;
mod reading;
mod site;
mod texts;
mod world;
