//! People's lists of variables. A list later is an application's data need.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use varde_core::{Actor, CataloguePath, PersonId};
use varde_ledger::Draft;
use varde_policy::{Permission, Resource};
use varde_store::Work;

use super::{AsAt, CatalogueService, ListId, ListNews};
use crate::{
    MetadataError,
    model::{Identification, VariableDescription},
    store::{list, list_news},
};

/// The most variables a list holds.
pub const LIST_LIMIT: i64 = 2_000;

/// A list without its variables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListSummary {
    /// Its id.
    pub id: ListId,
    /// What its owner calls it.
    pub name: String,
    /// How many variables.
    pub variables: i64,
    /// When it was changed last.
    pub changed_at: Timestamp,
}

/// A list with its variables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariableList {
    /// Its id, name and size.
    pub summary: ListSummary,
    /// Its variables in the order they were added.
    pub variables: Vec<VariableDescription>,
    /// Variables that were added and are no longer in the catalogue.
    pub gone: Vec<CataloguePath>,
    /// New editions of code systems that its variables have codes of, until its owner takes them away.
    pub news: Vec<ListNews>,
}

/// What is done to a list.
enum Change<'a> {
    Rename(&'a str),
    Add(&'a CataloguePath),
    Remove(&'a CataloguePath),
    Clear,
    SeeNews,
    Delete,
}

impl CatalogueService {
    /// The actor's lists, the one changed last first.
    pub async fn lists(&self, actor: &Actor) -> Result<Vec<ListSummary>, MetadataError> {
        let (owner, _) = self.own_lists(actor, "metadata.list.read").await?;
        let mut read = self.store.read(actor).await?;
        list::all(read.connection(), owner).await
    }

    /// The actor's list changed last and what is in it; `None` when there is no list yet.
    pub async fn newest_list(
        &self,
        actor: &Actor,
    ) -> Result<Option<(ListSummary, BTreeSet<CataloguePath>)>, MetadataError> {
        let Some(newest) = self.lists(actor).await?.into_iter().next() else { return Ok(None) };
        let mut read = self.store.read(actor).await?;
        let paths = list::paths(read.connection(), newest.id).await?;
        Ok(Some((newest, paths.into_iter().collect())))
    }

    /// A list of the actor's with its variables as the catalogue has them now.
    pub async fn list(&self, actor: &Actor, id: ListId) -> Result<VariableList, MetadataError> {
        let mut read = self.store.read(actor).await?;
        let found = list::find(read.connection(), id).await?;
        let (summary, owner) = found.ok_or_else(|| no_list(id))?;
        self.check(actor, "metadata.list.read", &resource(owner).id(id)).await?;
        let mut out = VariableList { summary, variables: Vec::new(), gone: Vec::new(), news: Vec::new() };
        out.news = list_news::unseen(read.connection(), id).await?;
        let paths = list::paths(read.connection(), id).await?;
        let mut views = self.views(read.connection(), &paths, AsAt::default()).await?;
        for path in paths {
            match views.remove(&path) {
                Some(view) => out.variables.push(view.description),
                None => out.gone.push(path),
            }
        }
        Ok(out)
    }

    /// Makes an empty list.
    pub async fn create_list(&self, actor: &Actor, name: &str) -> Result<ListId, MetadataError> {
        let name = good_name(name)?;
        let (owner, permission) = self.own_lists(actor, "metadata.list.change").await?;
        let mut work = self.store.begin(actor).await?;
        let id = self.insert_list(&mut work, owner, name).await?;
        finish(work, id, "created", &permission).await?;
        Ok(id)
    }

    /// Adds a variable to a list. Adding it twice changes nothing.
    pub async fn add_to_list(&self, actor: &Actor, id: ListId, path: &CataloguePath) -> Result<(), MetadataError> {
        self.must_be_deliverable(actor, path).await?;
        self.change_list(actor, id, Change::Add(path)).await
    }

    /// Adds a variable to the list that the actor changed last; one named `name` is made when there
    /// is none. Gives the list's id.
    pub async fn add_to_newest_list(
        &self,
        actor: &Actor,
        path: &CataloguePath,
        name: &str,
    ) -> Result<ListId, MetadataError> {
        self.must_be_deliverable(actor, path).await?;
        let id = match self.lists(actor).await?.first() {
            Some(newest) => newest.id,
            None => self.create_list(actor, name).await?,
        };
        self.change_list(actor, id, Change::Add(path)).await?;
        Ok(id)
    }

    /// Takes a variable out of a list.
    pub async fn remove_from_list(&self, actor: &Actor, id: ListId, path: &CataloguePath) -> Result<(), MetadataError> {
        self.change_list(actor, id, Change::Remove(path)).await
    }

    /// Takes all variables out of a list.
    pub async fn clear_list(&self, actor: &Actor, id: ListId) -> Result<(), MetadataError> {
        self.change_list(actor, id, Change::Clear).await
    }

    /// Gives a list another name.
    pub async fn rename_list(&self, actor: &Actor, id: ListId, name: &str) -> Result<(), MetadataError> {
        let name = good_name(name)?;
        self.change_list(actor, id, Change::Rename(name)).await
    }

    /// Takes away what a list's owner was told of new editions of code systems.
    pub async fn see_list_news(&self, actor: &Actor, id: ListId) -> Result<(), MetadataError> {
        self.change_list(actor, id, Change::SeeNews).await
    }

    /// Deletes a list.
    pub async fn delete_list(&self, actor: &Actor, id: ListId) -> Result<(), MetadataError> {
        self.change_list(actor, id, Change::Delete).await
    }

    async fn change_list(&self, actor: &Actor, id: ListId, change: Change<'_>) -> Result<(), MetadataError> {
        let mut work = self.store.begin(actor).await?;
        let (summary, owner) = list::find(work.connection(), id).await?.ok_or_else(|| no_list(id))?;
        let permission = self.check(actor, "metadata.list.change", &resource(owner).id(id)).await?;
        let now = self.store.clock().now();
        let content = !matches!(change, Change::SeeNews);
        let db = work.connection();
        let (done, changed) = match change {
            Change::Rename(name) => (list::rename(db, id, name).await.map(|()| true)?, "renamed"),
            Change::Add(_) if summary.variables >= LIST_LIMIT => return Err(MetadataError::ListFull(LIST_LIMIT)),
            Change::Add(path) => (list::add(db, id, path, now).await?, "extended"),
            Change::Remove(path) => (list::remove(db, id, path).await?, "shortened"),
            Change::Clear => (list::clear(db, id).await.map(|()| true)?, "cleared"),
            Change::SeeNews => (list_news::seen(db, id, now).await?, "news_seen"),
            Change::Delete => (list::delete(db, id).await.map(|()| true)?, "deleted"),
        };
        if !done {
            return Ok(());
        }
        if content {
            list::touch(work.connection(), id, now).await?;
        }
        finish(work, id, changed, &permission).await
    }

    async fn insert_list(&self, work: &mut Work, owner: PersonId, name: &str) -> Result<ListId, MetadataError> {
        let id = ListId::new(&**self.store.clock(), self.store.randomness());
        list::insert(work.connection(), id, owner, name, self.store.clock().now()).await?;
        Ok(id)
    }

    /// Whether the actor may have lists at all: they must be a person.
    async fn own_lists(&self, actor: &Actor, action: &str) -> Result<(PersonId, Permission), MetadataError> {
        // Nobody's list: the rule asks for the owner, and an actor who is no person is not theirs.
        let nobody = PersonId::from_uuid(uuid::Uuid::nil());
        let owner = actor.person().unwrap_or(nobody);
        let permission = self.check(actor, action, &resource(owner)).await?;
        Ok((owner, permission))
    }

    async fn must_be_deliverable(&self, actor: &Actor, path: &CataloguePath) -> Result<(), MetadataError> {
        let found = self.variable(actor, path, AsAt::default()).await?;
        let view = found.ok_or_else(|| MetadataError::NotFound(path.to_string()))?;
        if view.variable.identification == Identification::DirectIdentifier {
            return Err(MetadataError::NotDeliverable(path.clone()));
        }
        Ok(())
    }
}

fn resource(owner: PersonId) -> Resource {
    Resource::new("VariableList").person("owner", owner)
}

fn no_list(id: ListId) -> MetadataError {
    MetadataError::NotFound(format!("list {id}"))
}

fn good_name(name: &str) -> Result<&str, MetadataError> {
    let name = name.trim();
    if (1..=100).contains(&name.chars().count()) { Ok(name) } else { Err(MetadataError::WrongName) }
}

async fn finish(mut work: Work, id: ListId, change: &str, permission: &Permission) -> Result<(), MetadataError> {
    let draft =
        Draft::new("metadata.list.changed", "list", id).because(permission.legal_basis()).with("change", change);
    let entered = work.enter(draft).await?;
    work.commit(entered).await?;
    Ok(())
}
