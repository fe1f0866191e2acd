//! The demo world, taken in through the services like anybody's data: people and organisations,
//! roles, seven registers by their codebooks, choices. Every part is idempotent; what is finished is
//! remembered by a file, so that a killed demo goes on and a second start is quick.

use std::{
    fs,
    io::BufWriter,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use varde_basedata::{
    AddressProtection, Dated, Gender, Municipality, Namespace, OrganisationRecord, PersonRecord, PersonnelRecord,
    Profession, Qualification, QualificationKind, RegistryRole, RelationKind, RelationRecord, RoleRecord, Standing,
    Status,
};
use varde_core::{Actor, Component, OrganisationId, Period};
use varde_demo::{ID_COLUMN, PreferenceKind, Register, Source, World};
use varde_exploration::model::catalogue as exploration;
use varde_identity::NewAssignment;
use varde_metadata::{
    EhdsCategory, LinkKind, Properties, SourceKind,
    codebook::{self, SourceDescription},
};
use varde_oauth::AuthorisationServer;
use varde_platform::{ImportRequest, Imported, ReleaseRecord, ReleaseStatus};
use varde_privacy::{Choice, Kind, Preference, Scope};

use super::{
    Story, Told, architecture, cast::Cast, delegation, fair, harmonisation, logins, onboarding, statistics, terminology,
};
use crate::app::Services;

/// How many people are taken in at a time.
const BATCH: usize = 2_000;

/// What was made, so that a later start knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remembered {
    /// The seed.
    pub seed: u64,
    /// How many people.
    pub people: u32,
    /// The access body.
    pub access_body: OrganisationId,
    /// Whether the world is whole.
    pub whole: bool,
}

fn memory(data: &Path) -> PathBuf {
    data.join("demo/world.json")
}

/// What an earlier start made in that data directory.
pub fn remembered(data: &Path) -> Option<Remembered> {
    serde_json::from_slice(&fs::read(memory(data)).ok()?).ok()
}

/// Remembers the world; refuses another one in the same place.
pub fn remember(data: &Path, world: Remembered) -> Result<()> {
    if let Some(other) = remembered(data)
        && (other.seed, other.people) != (world.seed, world.people)
    {
        bail!(
            "{} holds a demo world of {} people from seed {}: choose another --data, or the same --people and --seed",
            data.display(),
            other.people,
            other.seed
        );
    }
    let path = memory(data);
    fs::create_dir_all(data.join("demo"))?;
    let fresh = path.with_extension("new");
    fs::write(&fresh, serde_json::to_vec(&world)?)?;
    fs::rename(&fresh, &path).with_context(|| format!("{} cannot be written", path.display()))
}

/// Makes the world, or what is missing of it.
pub async fn make(
    services: &Arc<Services>,
    authorisation: &AuthorisationServer,
    world: &World,
    data: &Path,
    story: &mut Story,
) -> Result<()> {
    let maker = Maker { services, world, data, actor: Actor::system(Component::DemoWorld) };
    story.step("population", maker.population()).await?;
    story.step("health_personnel", maker.health_personnel()).await?;
    story.step("roles", maker.roles()).await?;
    story.step("logins", logins::write(world, data)).await?;
    story.step("delegation", delegation::prepare(services, authorisation, world, &maker.actor)).await?;
    story.step("onboarding", onboarding::prepare(services, authorisation, world, &maker.actor)).await?;
    // Before the registers: whoever has opted out is in no statistics of them.
    story.step("choices", maker.choices()).await?;
    for register in Register::ALL {
        story.step("register", maker.register(register)).await?;
    }
    story.step("statistics", statistics::prepare(&services.exploration, &Cast::of(world))).await?;
    story.step("terminology", terminology::prepare(&services.terminology, world, &maker.actor)).await?;
    story.step("harmonisation", harmonisation::prepare(&services.harmonisation, world)).await?;
    story.step("architecture", architecture::prepare(services, &maker.actor)).await?;
    story.step("quality", fair::prepare(services, &maker.actor)).await
}

struct Maker<'a> {
    services: &'a Arc<Services>,
    world: &'a World,
    data: &'a Path,
    actor: Actor,
}

impl Maker<'_> {
    async fn population(&self) -> Result<Told> {
        let (basedata, world) = (&self.services.basedata, self.world);
        let organisations: Vec<_> = world.organisations().iter().map(organisation).collect::<Result<_>>()?;
        basedata.import_organisations(&self.actor, "demo", &organisations).await?;
        let mut batch = Vec::with_capacity(BATCH);
        let mut people = world.persons().peekable();
        while people.peek().is_some() {
            batch.clear();
            for person in people.by_ref().take(BATCH) {
                batch.push(person_record(&person)?);
            }
            basedata.import_persons(&self.actor, "demo", &batch).await?;
        }
        let relations: Vec<_> = world.relations().map(|r| self.relation(&r)).collect::<Result<_>>()?;
        // All relations of a person belong in one batch; the generator gives them together.
        for part in relations.chunk_by(|a, b| a.person == b.person).collect::<Vec<_>>().chunks(BATCH) {
            let part: Vec<RelationRecord> = part.iter().flat_map(|of_one| of_one.iter().cloned()).collect();
            basedata.import_relations(&self.actor, "demo", &part).await?;
        }
        let mut leaders: Vec<_> = world.registry_roles().iter().map(|r| self.leader(r)).collect::<Result<_>>()?;
        leaders.sort_by_key(|r| r.organisation);
        basedata.import_roles(&self.actor, "demo", &leaders).await?;
        let said = format!("{} people and {} organisations live here", world.people(), organisations.len());
        Ok(Told::new(said).with("people", world.people()).with("organisations", organisations.len()))
    }

    fn relation(&self, relation: &varde_demo::Relation) -> Result<RelationRecord> {
        Ok(RelationRecord {
            person: self.world.person_id(relation.person),
            kind: RelationKind::from_code(relation.kind.code()).context("a kind of relation that is not known")?,
            related: self.world.person_id(relation.related),
            valid: relation.valid,
        })
    }

    fn leader(&self, role: &varde_demo::RegistryRole) -> Result<RoleRecord> {
        Ok(RoleRecord {
            organisation: role.organisation,
            role: RegistryRole::from_code(role.code).context("a registry role that is not known")?,
            person: self.world.person_id(role.person),
            valid: Period::since(role.since),
        })
    }

    /// Who is authorised as what.
    async fn health_personnel(&self) -> Result<Told> {
        let records: Vec<_> = self.world.health_personnel().map(|p| self.personnel(&p)).collect::<Result<_>>()?;
        for batch in records.chunks(BATCH) {
            self.services.basedata.import_health_personnel(&self.actor, "demo", batch).await?;
        }
        let said = format!("{} of them are doctors, nurses and other health personnel", records.len());
        Ok(Told::new(said).with("health_personnel", records.len()))
    }

    fn personnel(&self, personnel: &varde_demo::HealthPersonnel) -> Result<PersonnelRecord> {
        let profession = Profession::from_code(personnel.profession.code).context("a profession that is not known")?;
        let mut qualifications = Vec::new();
        for held in &personnel.qualifications {
            let kind = QualificationKind::from_code(held.kind).context("a qualification that is not known")?;
            let qualification = Qualification::named(profession, kind, held.code, held.name);
            let standings =
                dated(&held.standings, |code| Standing::from_code(code).context("a standing that is not known"))?;
            qualifications.extend(standings.into_iter().map(|standing| (qualification.clone(), standing)));
        }
        let person = self.world.person_id(personnel.person);
        Ok(PersonnelRecord { number: personnel.number, person, qualifications })
    }

    /// Who works where as what.
    async fn roles(&self) -> Result<Told> {
        let assignments = self.world.assignments();
        for assignment in &assignments {
            let person = self.world.person_id(assignment.person);
            let held = self.services.roles.today(&self.actor, person).await?;
            if held.get(&assignment.organisation).is_some_and(|roles| roles.contains(&assignment.role)) {
                continue;
            }
            let new = NewAssignment {
                person,
                organisation: assignment.organisation,
                role: assignment.role,
                period: Period::since(assignment.since),
            };
            self.services.roles.give(&self.actor, new).await?;
        }
        let said = format!("{} of them have work to do here: researchers, a handler, a reviewer …", assignments.len());
        Ok(Told::new(said).with("roles", assignments.len()))
    }

    /// One register: its codebook to the catalogue, its rows to the platform.
    async fn register(&self, register: Register) -> Result<Told> {
        let source = self.world.source(register);
        let about = describe(register, &source)?;
        let catalogue = &self.services.catalogue;
        let mut described = codebook::read(register.codebook().as_bytes())?.codebook.to_source(&about);
        let properties = source.properties.iter().map(|(key, value)| ((*key).to_owned(), value.as_str().into()));
        described.details.properties = Properties(properties.collect());
        for dataset in &mut described.datasets {
            dataset.name = source.dataset_name.clone();
            dataset.description = source.dataset_description.clone();
            // Open to explorers, but for the causes of death: so that both can be seen.
            if register != Register::Deaths {
                dataset.details.properties.0.insert(exploration::PROPERTY.to_owned(), exploration::OPEN.into());
            }
        }
        let imported = catalogue.import(&self.actor, &described, "codebook").await?;
        catalogue.publish(&self.actor, imported.edition).await?;
        let dataset = about.path.join(register.dataset())?;
        let found = catalogue.codebook_for(&self.actor, &dataset).await?;
        let found = found.with_context(|| format!("{dataset} is not in the catalogue"))?;
        let file = self.data.join("demo").join(format!("{}.csv", register.name()));
        let defects = self.write(register, &file)?;
        let request = ImportRequest {
            from: file.clone().into(),
            dataset: found.dataset,
            holder: about.holder,
            person: ID_COLUMN.to_owned(),
            namespace: Namespace::National,
            event_date: None,
        };
        if register == Register::Patients {
            self.earlier(&request, &file).await?;
        }
        let release = self.released(&request).await?;
        // The rows hold national numbers: made-up ones, and still nothing to leave lying about.
        fs::remove_file(&file).with_context(|| format!("{} cannot be removed", file.display()))?;
        let said = format!(
            "{}: {} variables in the catalogue, {} rows released, {} unusable and named",
            source.name.en,
            imported.variables,
            release.rows,
            release.quality.unusable()
        );
        Ok(Told::new(said)
            .with("source", register.name())
            .with("release", release.id)
            .with("rows", release.rows)
            .with("unusable", release.quality.unusable())
            .with("planted_defects", defects))
    }

    /// Takes in what the request says, and approves it. One that is held back for its quality is approved too:
    /// the defects were planted, and looking at them is what the steward's page is for.
    async fn released(&self, request: &ImportRequest) -> Result<ReleaseRecord> {
        let platform = &self.services.platform;
        let release = match platform.import(&self.actor, request).await? {
            Imported::New(record) => *record,
            Imported::Already(id) => platform.release(&self.actor, id).await?,
        };
        if matches!(release.status, ReleaseStatus::Draft | ReleaseStatus::Held) {
            platform.assess(&self.actor, release.id, None).await?;
            platform.approve_because(&self.actor, release.id, "The defects were planted, to be looked at").await?;
        }
        Ok(release)
    }

    /// The register as it was delivered before its newest year: its steward sees what has changed since.
    async fn earlier(&self, request: &ImportRequest, file: &Path) -> Result<()> {
        let whole = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let place = whole.lines().next().and_then(|heading| heading.split(';').position(|cell| cell == "in_date"));
        let place = place.context("the register has no date of arrival")?;
        let year = |line: &str| line.split(';').nth(place).and_then(|day| day.get(..4)).unwrap_or_default().to_owned();
        let newest = whole.lines().skip(1).map(year).max().unwrap_or_default();
        let kept: String = whole
            .lines()
            .enumerate()
            .filter(|(at, line)| *at == 0 || year(line) < newest)
            .flat_map(|(_, line)| [line, "\n"])
            .collect();
        let before = file.with_extension("before.csv");
        fs::write(&before, kept).with_context(|| format!("{} cannot be written", before.display()))?;
        self.released(&ImportRequest { from: before.clone().into(), ..request.clone() }).await?;
        fs::remove_file(&before).with_context(|| format!("{} cannot be removed", before.display()))
    }

    fn write(&self, register: Register, file: &Path) -> Result<u64> {
        let out = fs::File::create(file).with_context(|| format!("{} cannot be made", file.display()))?;
        let written = self.world.write_csv(register, BufWriter::new(out))?;
        Ok(written.defects.total())
    }

    /// What people chose before the story begins.
    async fn choices(&self) -> Result<Told> {
        let rows: Vec<Preference> = self.world.preferences().map(|p| self.preference(&p)).collect();
        for part in rows.chunks(BATCH) {
            self.services.privacy.load(&self.actor, part, "demo").await?;
        }
        let said = format!("{} choices: some have opted out, some have withdrawn a consent", rows.len());
        Ok(Told::new(said).with("choices", rows.len()))
    }

    fn preference(&self, preference: &varde_demo::Preference) -> Preference {
        Preference {
            id: preference.id,
            person: self.world.person_id(preference.person),
            choice: Choice {
                kind: match preference.kind {
                    PreferenceKind::Consent => Kind::Consent,
                    PreferenceKind::Reservation => Kind::Reservation,
                },
                scope: preference
                    .source
                    .map_or(Scope::SecondaryUse, |register| Scope::Source(register.name().to_owned())),
                active: preference.active,
            },
            applies_from: preference.applies_from,
            recorded_at: preference.applies_from,
        }
    }
}

fn describe(register: Register, source: &Source) -> Result<SourceDescription> {
    Ok(SourceDescription {
        path: register.name().parse()?,
        name: source.name.clone(),
        description: source.description.clone(),
        kind: SourceKind::from_name(source.kind).context("a kind of source that is not known")?,
        holder: Some(source.holder),
        legal_basis: Some(source.legal_basis.clone()),
        ehds_category: EhdsCategory::from_name(source.ehds_category),
        link_kind: LinkKind::National,
    })
}

fn organisation(it: &varde_demo::Organisation) -> Result<OrganisationRecord> {
    let since = |value: &str| Dated { value: value.to_owned(), valid: Period::since(it.since) };
    Ok(OrganisationRecord {
        id: Some(it.id),
        number: it.number,
        parent: it.parent,
        names: vec![since(it.name)],
        form: Some(since(it.form)),
        municipality: Some(Dated { value: municipality(it.municipality)?, valid: Period::since(it.since) }),
    })
}

fn municipality(number: u16) -> Result<Municipality> {
    Ok(format!("{number:04}").parse::<Municipality>()?)
}

fn person_record(person: &varde_demo::Person) -> Result<PersonRecord> {
    Ok(PersonRecord {
        id: Some(person.id),
        numbers: dated(&person.numbers, |n| Ok(*n))?,
        names: dated(&person.names, |n| Ok(n.clone()))?,
        birth_date: Some(person.birth_date),
        genders: vec![Dated {
            value: Gender::from_code(person.gender.code()).context("a gender that is not known")?,
            valid: Period::since(person.known_from),
        }],
        residences: dated(&person.residences, |n| municipality(*n))?,
        protections: dated(&person.protections, |p| {
            AddressProtection::from_code(p.code()).context("a protection that is not known")
        })?,
        statuses: dated(&person.statuses, |s| Status::from_code(s.code()).context("a status that is not known"))?,
        death_date: person.death_date,
    })
}

fn dated<T, U>(from: &[varde_demo::Dated<T>], change: impl Fn(&T) -> Result<U>) -> Result<Vec<Dated<U>>> {
    from.iter().map(|d| Ok(Dated { value: change(&d.value)?, valid: d.valid })).collect()
}
