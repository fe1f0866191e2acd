//! The program through its public face: command line, demo, house rules.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot go on ends the test")]

mod delegation;
mod demo;
mod duckdb;
mod health_personnel;
mod house;
mod luck;
mod mimic;
mod onboarding;
mod operations;
mod operator;
mod optout;
mod outcome;
mod program;
mod programs;
mod project;
mod register;
mod store;
mod taking;
mod updates;
