//! What can go wrong with a place for files, and what to do about it.

use std::{io, path::PathBuf};

use object_store::Error;

/// Why a file could not be put, read or deleted. No credentials are in it.
#[derive(Debug, thiserror::Error)]
pub enum ObjectsError {
    /// There is no such file.
    #[error("the store has no {0}")]
    Missing(String),
    /// There is no such bucket.
    #[error("the store has no such bucket: make it, or correct platform.store ({0})")]
    NoBucket(String),
    /// Something has the name already.
    #[error("the store has a {0} already: nothing is written over")]
    Exists(String),
    /// Wrong credentials, or they may not do it.
    #[error(
        "the store refuses {0}: are the credentials right, and may they list the bucket and put, read and delete in it?"
    )]
    Refused(String),
    /// A file is shorter than it was said to be.
    #[error("{0} in the store is shorter than what was put there")]
    Short(String),
    /// What was put is not what is there.
    #[error("{0}: what was put is not what the store shows afterwards")]
    Unlike(String),
    /// The store does not answer, or not in a way that helps.
    #[error("the store does not answer as it should ({name}): {why}")]
    Away {
        /// What was asked for.
        name: String,
        /// What it said, without credentials.
        why: String,
    },
    /// Not a name for a file.
    #[error("{0:?} is no name for a file in a store")]
    Name(String),
    /// A file of this machine.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The settings make no store.
    #[error("{0}")]
    Settings(String),
    /// The thread for requests cannot be started.
    #[error("no thread for requests can be started: {0}")]
    Start(#[source] io::Error),
    /// The request was given up because the place was closed.
    #[error("the request to the store was given up")]
    Stopped,
    /// The store's own words, before they are told.
    #[error("the store does not answer as it should")]
    Raw(#[source] Box<Error>),
}

impl From<Error> for ObjectsError {
    fn from(error: Error) -> Self {
        Self::Raw(Box::new(error))
    }
}

impl ObjectsError {
    /// Whether it may be otherwise in a while.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Away { .. } | Self::Refused(_) | Self::NoBucket(_) | Self::Stopped | Self::Raw(_))
    }

    /// In plain words, without anything that is secret.
    pub(crate) fn told(self, name: &str, secrets: &[String]) -> Self {
        let Self::Raw(error) = self else { return self };
        let name = name.to_owned();
        let said = whole(&*error);
        if said.contains("NoSuchBucket") {
            return Self::NoBucket(name);
        }
        // Of a list the crate does not say so itself.
        let refused = ["403 Forbidden", "401 Unauthorized"].iter().any(|status| said.contains(status));
        match *error {
            _ if refused => Self::Refused(name),
            Error::NotFound { .. } => Self::Missing(name),
            Error::AlreadyExists { .. } | Error::Precondition { .. } => Self::Exists(name),
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => Self::Refused(name),
            _ => Self::Away { name, why: without(&said, secrets) },
        }
    }
}

/// An error with everything that it comes from.
fn whole(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let more = source.to_string();
        if !said.contains(&more) {
            said = format!("{said}: {more}");
        }
        next = source.source();
    }
    said
}

fn without(said: &str, secrets: &[String]) -> String {
    let said = secrets
        .iter()
        .filter(|secret| !secret.is_empty())
        .fold(said.to_owned(), |said, secret| said.replace(secret, "…"));
    // A store may answer with a page.
    let mut short: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = short.char_indices().nth(400) {
        short.truncate(end);
        short.push('…');
    }
    short
}
