//! Matters in which people meet at work: where a name may be told.

use std::{collections::BTreeSet, fmt};

use crate::{OrganisationId, PersonId, Role};

/// A matter, such as an application or a room, and who takes part in it. Whoever owns the matter says
/// so, from what it has loaded and after it has found that the asker may see it. A name is told only of
/// those who take part, and only to those who do or who hold the office that handles it
/// (forvaltningsloven § 18).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    kind: &'static str,
    id: String,
    parties: BTreeSet<PersonId>,
    office: Option<(OrganisationId, BTreeSet<Role>)>,
}

impl Matter {
    /// A matter in which nobody takes part yet. `kind` is the owner's name for it, as in its entries:
    /// `application`.
    pub fn new(kind: &'static str, id: impl fmt::Display) -> Self {
        Self { kind, id: id.to_string(), parties: BTreeSet::new(), office: None }
    }

    /// These persons take part too.
    #[must_use]
    pub fn with(mut self, parties: impl IntoIterator<Item = PersonId>) -> Self {
        self.parties.extend(parties);
        self
    }

    /// Those who hold one of these roles in the organisation handle it.
    #[must_use]
    pub fn handled_by(mut self, organisation: OrganisationId, roles: impl IntoIterator<Item = Role>) -> Self {
        self.office = Some((organisation, roles.into_iter().collect()));
        self
    }

    /// What it is.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Which one.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Who takes part.
    pub fn parties(&self) -> &BTreeSet<PersonId> {
        &self.parties
    }

    /// The organisation that handles it, and in which roles; none where only the parties meet.
    pub fn office(&self) -> Option<(OrganisationId, &BTreeSet<Role>)> {
        self.office.as_ref().map(|(organisation, roles)| (*organisation, roles))
    }
}
