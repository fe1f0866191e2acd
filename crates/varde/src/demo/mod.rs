//! `varde demo`: the demo world and the main job in front of the reader.
//!
//! Everything here goes through the services like anybody's use of them, as the people of the demo
//! world. Every step looks at what is there before it does anything, so that a demo that was killed
//! goes on where it was.

mod architecture;
pub mod cast;
mod delegation;
mod fair;
mod harmonisation;
pub mod job;
mod logins;
mod onboarding;
pub mod people;
mod script;
mod statistics;
mod terminology;
pub mod world;

use std::{future::Future, time::Instant};

use anyhow::Result;
use serde::Serialize;
use serde_json::{Map, Value};

/// One step, for the summary.
#[derive(Debug, Serialize)]
pub struct Step {
    /// Its name, stable.
    pub step: &'static str,
    /// What happened, in plain words.
    pub said: String,
    /// Ids and counts.
    pub facts: Map<String, Value>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

/// What a step tells.
#[derive(Debug, Default)]
pub struct Told {
    said: String,
    facts: Map<String, Value>,
}

impl Told {
    /// In plain words.
    pub fn new(said: impl Into<String>) -> Self {
        Self { said: said.into(), facts: Map::new() }
    }

    /// With a fact.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Serialize) -> Self {
        self.facts.insert(key.to_owned(), serde_json::to_value(value).unwrap_or(Value::Null));
        self
    }
}

/// The steps so far, said aloud as they end.
#[derive(Debug, Default)]
pub struct Story {
    /// The steps.
    pub steps: Vec<Step>,
}

impl Story {
    /// Does a step and says what happened.
    pub async fn step(&mut self, name: &'static str, act: impl Future<Output = Result<Told>>) -> Result<()> {
        let begun = Instant::now();
        let told = act.await?;
        let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        crate::cli::say(&format!("  {:>6.1} s  {}", begun.elapsed().as_secs_f64(), told.said));
        self.steps.push(Step { step: name, said: told.said, facts: told.facts, milliseconds });
        Ok(())
    }
}
