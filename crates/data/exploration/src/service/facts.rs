//! Facts about people as at the approval of a release.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use varde_tables::Known;

use crate::{ExplorationError, ports::Data};

/// What base data said at some times. They do not change: a release has one time for as long as it stands.
#[derive(Debug, Default)]
pub(super) struct Facts {
    known: Mutex<HashMap<Timestamp, Arc<Known>>>,
}

/// How many times are kept: releases that stand are few.
const KEPT: usize = 8;

impl Facts {
    /// What base data said at the time.
    pub(super) async fn at(&self, data: &dyn Data, time: Timestamp) -> Result<Arc<Known>, ExplorationError> {
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&time) {
            return Ok(Arc::clone(known));
        }
        let known = Arc::new(Known::of(data.people(time).await?.as_ref()));
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT {
            all.clear();
        }
        all.insert(time, Arc::clone(&known));
        Ok(known)
    }
}
