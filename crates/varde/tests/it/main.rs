//! The program through its public face: command line, demo, house rules.

mod demo;
mod house;
mod program;
mod register;
