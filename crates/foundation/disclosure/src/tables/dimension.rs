//! What a table is crossed by.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::TableError;

/// A category of a dimension: a code, a subtotal, or the total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// The code, unlike every other of the dimension.
    pub code: String,
    /// The number of the category that this one is a part of: an earlier one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<usize>,
}

/// What a table is crossed by: categories in a tree, or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// The name, such as that of the variable.
    pub name: String,
    /// The categories, each after the one that it is a part of.
    pub categories: Vec<Category>,
    /// Whether a person can be in several categories of the same parent, as with diagnoses.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overlapping: bool,
}

impl Dimension {
    /// Categories without a total.
    pub fn flat(name: &str, codes: &[&str]) -> Self {
        let categories = codes.iter().map(|code| Category { code: (*code).to_owned(), parent: None }).collect();
        Self { name: name.to_owned(), categories, overlapping: false }
    }

    /// Categories with their total, which stands first.
    pub fn with_total(name: &str, total: &str, codes: &[&str]) -> Self {
        let parts = codes.iter().map(|code| Category { code: (*code).to_owned(), parent: Some(0) });
        let total = Category { code: total.to_owned(), parent: None };
        Self { name: name.to_owned(), categories: std::iter::once(total).chain(parts).collect(), overlapping: false }
    }

    /// Categories by code and the code of what each is a part of, parents first.
    ///
    /// # Errors
    /// When a code stands twice, or a parent does not stand before.
    pub fn tree(name: &str, categories: &[(&str, Option<&str>)]) -> Result<Self, TableError> {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut built = Vec::with_capacity(categories.len());
        for (at, (code, above)) in categories.iter().enumerate() {
            let parent = above.map(|above| places.get(above).copied());
            if parent == Some(None) || places.insert(code, at).is_some() {
                return Err(TableError::Category(name.to_owned(), (*code).to_owned()));
            }
            built.push(Category { code: (*code).to_owned(), parent: parent.flatten() });
        }
        Ok(Self { name: name.to_owned(), categories: built, overlapping: false })
    }

    /// The same, but people can be in several of its categories.
    #[must_use]
    pub fn overlapping(mut self) -> Self {
        self.overlapping = true;
        self
    }

    /// Whether nothing is below a category.
    pub fn is_leaf(&self, at: usize) -> bool {
        at < self.categories.len() && self.categories.iter().all(|category| category.parent != Some(at))
    }

    /// Whether nothing is above a category.
    pub fn is_root(&self, at: usize) -> bool {
        self.categories.get(at).is_some_and(|category| category.parent.is_none())
    }

    /// The category itself and all above it.
    pub(crate) fn line(&self, at: usize) -> Vec<usize> {
        std::iter::successors(Some(at), |node| self.categories[*node].parent).collect()
    }

    /// Every category that has parts, with them.
    pub(crate) fn groups(&self) -> Vec<(usize, Vec<usize>)> {
        let parts = |parent: usize| -> Vec<usize> {
            (0..self.categories.len()).filter(|at| self.categories[*at].parent == Some(parent)).collect()
        };
        (0..self.categories.len()).map(|at| (at, parts(at))).filter(|(_, parts)| !parts.is_empty()).collect()
    }

    pub(super) fn check(&self) -> Result<(), TableError> {
        if self.categories.is_empty() {
            return Err(TableError::Empty(self.name.clone()));
        }
        let mut codes = HashMap::new();
        for (at, category) in self.categories.iter().enumerate() {
            if codes.insert(&category.code, at).is_some() || category.parent.is_some_and(|parent| parent >= at) {
                return Err(TableError::Category(self.name.clone(), category.code.clone()));
            }
        }
        Ok(())
    }
}
