//! A file of who holds which role: each line is all that is known of its organisation's roles.

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
};

use varde_core::{Actor, OrganisationId, identifier::OrganisationNumber};
use varde_ledger::Draft;
use varde_policy::Resource;

use super::{BATCH, Checked, FileOutcome, OnProgress, Part, Register, Taken, indices};
use crate::{
    Basedata, BasedataError, Fault,
    file::{LineFault, Lines, Records, RolesLine},
    service::finish,
    store::{self, files::Step, organisations::Role},
};

/// The member that names the organisation.
const ORGANISATION: &str = "organisasjonsnummer";

const REGISTER: Register =
    Register { resource: "OrganisationRegister", action: "basedata.organisation.import", holds: "roles" };

/// The part of a file with the roles.
struct Roles;

impl Part for Roles {
    const NAME: &'static str = "roles";
    type File = Lines<RolesLine>;

    async fn take_in(
        basedata: &Basedata,
        actor: &Actor,
        source: &str,
        batch: Vec<RolesLine>,
        step: &Step,
    ) -> Result<Taken, BasedataError> {
        let changed = basedata.take_in_roles(actor, source, &batch, step).await?;
        Ok(Taken { new: 0, changed })
    }
}

impl Basedata {
    /// Takes in a file of roles ([`RolesLine`]s): all of it or, when a line cannot be taken in,
    /// nothing. A line is the whole of what is known of its organisation's roles; organisations that
    /// the file does not mention keep theirs. The same file once more changes nothing. With `dry_run`
    /// it is only looked through.
    ///
    /// # Errors
    /// As [`Self::import_person_file`].
    pub async fn import_role_file(
        &self,
        actor: &Actor,
        path: &Path,
        dry_run: bool,
        progress: OnProgress<'_>,
    ) -> Result<FileOutcome, BasedataError> {
        match self.look_through(actor, &REGISTER, dry_run, self.check_roles(actor, path)).await? {
            (Some((file, ())), outcome) => self.take_in_whole::<Roles>(actor, path, &file, outcome, progress).await,
            (None, outcome) => Ok(outcome),
        }
    }

    async fn check_roles(&self, actor: &Actor, path: &Path) -> Result<(Checked, (), FileOutcome), BasedataError> {
        let mut outcome = FileOutcome::default();
        let mut seen: HashMap<OrganisationNumber, u64> = HashMap::new();
        let mut lines = Lines::<RolesLine>::of(path)?;
        let mut read = self.store.read(actor).await?;
        let mut told = Vec::with_capacity(BATCH);
        loop {
            let next = lines.next()?;
            let ended = next.is_none();
            if let Some((number, line)) = next {
                outcome.records += 1;
                match line {
                    Err(faults) => outcome.faults(faults),
                    Ok(line) => match seen.insert(line.organisation, number) {
                        Some(other) => outcome.fault(LineFault {
                            line: number,
                            column: ORGANISATION.to_owned(),
                            reason: format!("line {other} is about this organisation too"),
                        }),
                        None => told.push((number, line)),
                    },
                }
            }
            if ended || told.len() == BATCH {
                check_against(read.connection(), &told, &mut outcome).await?;
                told.clear();
            }
            if ended {
                return Ok((Checked { digest: lines.digest(), records: outcome.records }, (), outcome));
            }
        }
    }

    /// Makes what the lines say the whole of what is known of those organisations' roles; how many
    /// changed.
    async fn take_in_roles(
        &self,
        actor: &Actor,
        source: &str,
        lines: &[RolesLine],
        step: &Step,
    ) -> Result<u64, BasedataError> {
        let resource = Resource::new("OrganisationRegister").id(source);
        let permission = self.permitted(actor, "basedata.organisation.import", &resource).await?;
        let mut work = self.begin(actor).await?;
        let (organisations, persons) = known(work.connection(), lines.iter()).await?;
        let mut persons = persons.into_iter();
        let (mut replaced, mut roles) = (Vec::with_capacity(lines.len()), Vec::new());
        for line in lines {
            let organisation = organisations.get(&line.organisation).copied().ok_or(BasedataError::FileChanged)?;
            replaced.push(organisation);
            for held in &line.roles {
                let person = persons.next().flatten().ok_or(BasedataError::FileChanged)?;
                roles.push(Role { organisation, role: held.role, person, valid: held.valid });
            }
        }
        let now = self.store.clock().now();
        let changed = store::organisations::replace_roles(work.connection(), &replaced, &roles, now).await?;
        store::files::advance(work.connection(), step, now).await?;
        let draft = Draft::new("basedata.roles.imported", "organisations", source)
            .with("records", roles.len())
            .with("changed", changed);
        finish(work, &permission, draft).await?;
        Ok(u64::try_from(changed).unwrap_or(0))
    }
}

/// The organisations of the lines by number, and the persons of their roles, line by line.
async fn known(
    connection: &mut sqlx::PgConnection,
    lines: impl Iterator<Item = &RolesLine> + Clone,
) -> Result<(HashMap<OrganisationNumber, OrganisationId>, Vec<Option<u32>>), sqlx::Error> {
    let numbers: BTreeSet<OrganisationNumber> = lines.clone().map(|line| line.organisation).collect();
    let organisations = store::organisations::by_numbers(connection, &numbers).await?;
    let held = lines.flat_map(|line| &line.roles);
    let holders: Vec<_> = held.map(|held| held.number).collect();
    Ok((organisations, indices(connection, &holders).await?))
}

/// Names the organisations and persons that the registers do not know.
async fn check_against(
    connection: &mut sqlx::PgConnection,
    told: &[(u64, RolesLine)],
    outcome: &mut FileOutcome,
) -> Result<(), sqlx::Error> {
    let (organisations, persons) = known(connection, told.iter().map(|(_, line)| line)).await?;
    let mut persons = persons.into_iter();
    for (number, line) in told {
        let mut fault = |column: &str, reason: String| {
            outcome.fault(LineFault { line: *number, column: column.to_owned(), reason });
        };
        if !organisations.contains_key(&line.organisation) {
            fault(ORGANISATION, "the register does not have this organisation: take in organisations first".to_owned());
        }
        for held in &line.roles {
            if persons.next().flatten().is_none() {
                fault(&held.column, Fault::UnknownPerson.to_string());
            }
        }
    }
    Ok(())
}
