//! Taking in mappings that were made elsewhere: each becomes a proposal, none a decision.

use std::collections::BTreeSet;

use varde_core::{Actor, CataloguePath, Digest};
use varde_ledger::Draft;

use super::{
    Harmonisation, IMPORT, bench,
    relations::{NewRelation, is_said, proposed},
};
use crate::{
    HarmonisationError,
    code::{Coding, proposed as alike},
    mappings::{self, Claim, Fault, Row},
    model::text::LONG,
    relation::{Origin, Relation, RelationId, Target},
    store::{self, Version},
};

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rows that were read.
    pub rows: usize,
    /// Relations that are proposed now.
    pub proposed: usize,
    /// Rows that say that a source has nothing for a variable: nothing is proposed for them.
    pub not_available: usize,
    /// What is wrong, by row.
    pub faults: Vec<(u64, Fault)>,
}

impl Harmonisation {
    /// Takes in a file of mappings: whatever can be proposed is, and what cannot is told by row. Action
    /// `harmonisation.mapping.import`, entry `harmonisation.mappings.imported`.
    ///
    /// # Errors
    /// [`HarmonisationError::TooLarge`]; refusals; the database.
    pub async fn import(&self, actor: &Actor, file: &[u8]) -> Result<Imported, HarmonisationError> {
        let permission = self.guard.check(actor, IMPORT, &bench()).await?;
        if file.len() > mappings::LONGEST {
            return Err(HarmonisationError::TooLarge);
        }
        let (rows, faults) = mappings::read(file);
        let mut imported = Imported { rows: rows.len() + faults.len(), faults, ..Imported::default() };
        let lookup = self.lookup(actor, &[], None).await?;
        let mut work = self.store.begin(actor).await?;
        store::lock(work.connection()).await?;
        let mut all = store::all::<Relation>(work.connection(), None).await?;
        for row in rows {
            if row.claim == Claim::NotAvailable {
                imported.not_available += 1;
                continue;
            }
            if row.from.is_empty() {
                imported.faults.push((row.number, Fault::NoVariable));
            }
            for from in &row.from {
                match self.of_row(actor, &lookup, &all, &row, from) {
                    Ok(relation) => {
                        let id = RelationId::new(&**self.store.clock(), self.store.randomness());
                        self.add(&mut work, (id, 1), &relation).await?;
                        all.push(Version { id, number: 1, at: self.now(), content: relation });
                        imported.proposed += 1;
                    }
                    Err(fault) => imported.faults.push((row.number, fault)),
                }
            }
        }
        imported.faults.sort_by_key(|(row, _)| *row);
        let wrong: BTreeSet<u64> = imported.faults.iter().map(|(row, _)| *row).collect();
        let entry = Draft::new("harmonisation.mappings.imported", "file", Digest::of(file))
            .because(permission.legal_basis())
            .with("rows", imported.rows)
            .with("proposed", imported.proposed)
            .with("not_available", imported.not_available)
            .with("rows_with_faults", wrong.len());
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(imported)
    }

    /// What a row proposes of one of its variables.
    fn of_row(
        &self,
        actor: &Actor,
        lookup: &super::view::Lookup,
        all: &[Version<Relation, RelationId>],
        row: &Row,
        from: &CataloguePath,
    ) -> Result<Relation, Fault> {
        let to = Target::Variable(row.to.clone());
        let (own, other) = (lookup.side(&Target::Variable(from.clone())), lookup.side(&to));
        for (side, path) in [(&own, from), (&other, &row.to)] {
            if !side.known {
                return Err(Fault::Unknown(path.clone()));
            }
        }
        if !self.may_propose(actor, &own, &other) {
            return Err(Fault::NotYours);
        }
        let kind = row.claim.kind().ok_or(Fault::Claim)?;
        let new = NewRelation {
            from: from.clone(),
            to,
            kind,
            codes: codes(&own.coding, &other.coding),
            transformation: row.syntax.clone(),
            reason: reason(row),
            seen: None,
        };
        let origin = Origin::File { row: row.number, claimed: row.claim.name().to_owned() };
        let relation = proposed(actor, new, origin);
        if !relation.check(&own.coding, &other.coding).is_empty() {
            return Err(Fault::Unfit);
        }
        if is_said(all, &relation) { Err(Fault::Already) } else { Ok(relation) }
    }
}

/// A file says nothing of single codes: those called the same are put forward for whoever decides.
fn codes(from: &Coding, to: &Coding) -> Vec<crate::code::CodeMatch> {
    alike(from, to)
}

/// What the row says in words; a row that says nothing is told as what it is.
fn reason(row: &Row) -> String {
    let text = if row.about.is_empty() { format!("{} ({})", row.to, row.claim.name()) } else { row.about.clone() };
    text.chars().take(LONG).collect()
}
