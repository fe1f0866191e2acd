//! Forms that came after their session had ended: the text is kept for the one who wrote it.

use jiff::Timestamp;
use varde_core::{Actor, PersonId, define_id};
use varde_ledger::Draft;

use super::{HELD, SessionError, Sessions, store};
use crate::Form;

define_id!(
    /// A held form.
    HeldFormId
);

/// A posted form that was not carried out.
#[derive(Clone)]
pub struct HeldForm {
    /// Its id.
    pub id: HeldFormId,
    /// Where it was posted to.
    pub path: String,
    /// Names and values as posted, without the token.
    pub fields: Vec<(String, String)>,
    /// When.
    pub held_at: Timestamp,
}

impl HeldForm {
    /// What its owner wrote: the fields that are not empty.
    pub fn shown(&self) -> impl Iterator<Item = (&str, &str)> {
        let filled = self.fields.iter().filter(|(_, value)| !value.trim().is_empty());
        filled.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl std::fmt::Debug for HeldForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HeldForm").field("id", &self.id).field("path", &self.path).finish_non_exhaustive()
    }
}

impl Sessions {
    /// Keeps a posted form for its owner. Entry: `web.form.held`, without the text.
    pub(crate) async fn hold(&self, owner: PersonId, path: &str, form: &Form) -> Result<HeldFormId, SessionError> {
        let held = HeldForm {
            id: HeldFormId::new(&**self.clock(), self.randomness()),
            path: path.to_owned(),
            fields: form.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            held_at: self.clock().now(),
        };
        // Nobody is logged in any more, so nobody but the shell acts here.
        let mut work = self.store().begin(&Actor::anonymous()).await?;
        store::hold(work.connection(), &held, owner).await?;
        let entered = work.enter(Draft::new("web.form.held", "form", held.id).concerning(owner)).await?;
        work.commit(entered).await?;
        Ok(held.id)
    }

    /// The forms held for a person, newest first.
    pub async fn held(&self, actor: &Actor, owner: PersonId) -> Result<Vec<HeldForm>, SessionError> {
        let mut read = self.store().read(actor).await?;
        Ok(store::held(read.connection(), owner, self.clock().now() - HELD).await?)
    }

    /// Forgets a held form, because it was sent again or is not wanted. Entry: `web.form.released`.
    pub(crate) async fn release(&self, actor: &Actor, owner: PersonId, id: HeldFormId) -> Result<bool, SessionError> {
        let mut work = self.store().begin(actor).await?;
        if !store::release(work.connection(), id, owner).await? {
            return Ok(false);
        }
        let entered = work.enter(Draft::new("web.form.released", "form", id).concerning(owner)).await?;
        work.commit(entered).await?;
        Ok(true)
    }
}
