//! What a variable is related to, and how it is written.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use varde_core::CataloguePath;

use crate::model::concept::RepresentedId;

/// What a variable is related to. Written `npr/contact/sex` or as the id of a represented variable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A represented variable.
    Represented(RepresentedId),
    /// Another variable of the catalogue.
    Variable(CataloguePath),
}

/// The text names neither a variable nor a represented variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("name a variable (source/dataset/variable) or a represented variable by its id")]
pub struct NotATarget;

impl FromStr for Target {
    type Err = NotATarget;
    fn from_str(text: &str) -> Result<Self, NotATarget> {
        match text.parse() {
            Ok(id) => Ok(Self::Represented(id)),
            Err(_) => variable(text).map(Self::Variable).ok_or(NotATarget),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Represented(id) => id.fmt(f),
            Self::Variable(path) => path.fmt(f),
        }
    }
}

/// The path of a variable: three parts.
pub fn variable(text: &str) -> Option<CataloguePath> {
    text.parse::<CataloguePath>().ok().filter(|path| path.parts().count() == 3)
}
