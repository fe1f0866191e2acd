//! Use cases: check policy → load → decide → save and enter, in one unit of work.

mod files;
mod import;
mod index;
mod organisations;
mod people;
mod personnel;
mod units;

use varde_core::{Actor, Personal};
use varde_ledger::Draft;
use varde_policy::{Guard, Permission, Resource};
use varde_store::{ContextStore, Receipt, Store, Work};

use crate::{AsAt, BasedataError, store::CONTEXT};

pub use files::{FileOutcome, OnProgress};
pub use import::Imported;
pub use index::Found;
pub use people::{SaidAtLogin, ToldAtLogin, WantedAtLogin};

/// The service. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Basedata {
    store: ContextStore,
    guard: Guard,
}

/// Personal data and the receipt that opens it: the entry about its disclosure is durable.
#[derive(Debug, Clone)]
#[must_use = "the disclosure is on the log already"]
pub struct Disclosure<T> {
    /// The data.
    pub data: Personal<T>,
    /// The receipt of the entry.
    pub receipt: Receipt,
}

impl<T> Disclosure<T> {
    /// Opens the data with the receipt.
    pub fn open(self) -> T {
        self.data.open(&self.receipt)
    }
}

impl Basedata {
    /// The service on a store that has migrated [`CONTEXT`].
    pub fn new(store: &Store, guard: Guard) -> Self {
        Self { store: store.context(&CONTEXT), guard }
    }

    /// Today, as it is known now.
    pub fn now(&self) -> AsAt {
        AsAt::now(&**self.store.clock())
    }

    async fn permitted(&self, actor: &Actor, action: &str, resource: &Resource) -> Result<Permission, BasedataError> {
        Ok(self.guard.check(actor, action, resource).await?)
    }

    async fn begin(&self, actor: &Actor) -> Result<Work, BasedataError> {
        Ok(self.store.begin(actor).await?)
    }
}

/// Ends a work with the entry that says what it did.
async fn finish(mut work: Work, permission: &Permission, draft: Draft) -> Result<Receipt, BasedataError> {
    let entered = work.enter(draft.because(permission.legal_basis())).await?;
    Ok(work.commit(entered).await?)
}
