//! Contents that were read lately. An edition's content never changes, so what is kept here cannot
//! be wrong; who may see an edition is asked each time, before its content is.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{Content, EditionId};

/// How many concepts are kept at most: some hundred megabytes when every one has long texts.
const ROOM: usize = 400_000;

#[derive(Default)]
pub(super) struct Cache {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    contents: HashMap<EditionId, (Arc<Content>, u64)>,
    turn: u64,
}

impl Cache {
    pub(super) fn get(&self, id: EditionId) -> Option<Arc<Content>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.turn += 1;
        let turn = inner.turn;
        let (content, used) = inner.contents.get_mut(&id)?;
        *used = turn;
        Some(Arc::clone(content))
    }

    /// Keeps a content, and lets go of those that were not asked for longest.
    pub(super) fn put(&self, id: EditionId, content: &Arc<Content>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.turn += 1;
        let turn = inner.turn;
        inner.contents.insert(id, (Arc::clone(content), turn));
        while inner.contents.values().map(|(c, _)| c.len()).sum::<usize>() > ROOM && inner.contents.len() > 1 {
            let Some(oldest) = inner.contents.iter().min_by_key(|(_, (_, used))| *used).map(|(id, _)| *id) else {
                break;
            };
            inner.contents.remove(&oldest);
        }
    }
}
