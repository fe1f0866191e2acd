//! Files on their way in. Pure: bytes and what somebody says about them become editions, or an
//! error that names the place.

mod csv_file;
mod fault;
mod fhir_file;
mod icpc;
mod sas;
mod text;

use jiff::civil::Date;
use varde_core::{OrganisationId, Period};

pub use fault::{ImportFault, Message, Remark, Wanting};

use crate::{CodeSystem, Concept, ContentKind, Key, Mapping, Subject, SystemKind, Wording};

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 64 * 1024 * 1024;

/// The forms of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `proc format; value … ;` of SAS.
    Sas,
    /// The terms of ICPC-2B with their ICD-10 codes.
    Icpc2b,
    /// The table that `docs/terminology.md` describes.
    Csv,
    /// A CodeSystem, ConceptMap or ValueSet as FHIR JSON.
    Fhir,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sas, Self::Icpc2b, Self::Csv, Self::Fhir];

    /// The name on the command line, in forms and in editions.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sas => "sas",
            Self::Icpc2b => "icpc2b",
            Self::Csv => "csv",
            Self::Fhir => "fhir",
        }
    }

    /// The form of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The form that a text has, by how it begins.
    fn of(text: &str) -> Self {
        let start: String = text.trim_start().chars().take(4_000).collect::<String>().to_ascii_lowercase();
        let heading = start.lines().next().unwrap_or_default();
        match () {
            () if start.starts_with('{') => Self::Fhir,
            () if start.contains("proc format") => Self::Sas,
            () if heading.contains("icpc2b_kode") => Self::Icpc2b,
            () => Self::Csv,
        }
    }
}

/// What somebody says about a file. What is not said is taken from the file or from the newest
/// edition, and asked for when neither has it.
#[derive(Debug, Clone, Default)]
pub struct Described {
    /// The short name.
    pub key: Option<Key>,
    /// The canonical address.
    pub url: Option<String>,
    /// What it is called.
    pub title: Wording,
    /// Its object identifier.
    pub oid: Option<String>,
    /// The organisation that answers for it here.
    pub owner: Option<OrganisationId>,
    /// Who publishes it, in words.
    pub publisher: Option<String>,
    /// Terms of use.
    pub copyright: Option<String>,
    /// Whose list it is.
    pub kind: Option<SystemKind>,
    /// The version of the edition.
    pub version: Option<String>,
    /// The first day it holds; a version that is a year begins with it.
    pub from: Option<Date>,
    /// The last day it holds.
    pub until: Option<Date>,
    /// Whether a code stands below the longest code that it begins with.
    pub by_prefix: bool,
    /// Whether the file has only some of the codes, so that one that is not in it may still be right.
    pub part: bool,
    /// The form of the file, when it is not to be guessed.
    pub format: Option<Format>,
}

/// The concepts or mappings of an edition.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Of a code system.
    Concepts(Vec<Concept>),
    /// Of a map.
    Mappings(Vec<Mapping>),
    /// A value set is all in its subject.
    Nothing,
}

/// An edition on its way in.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    /// What it is about.
    pub subject: Subject,
    /// Its version.
    pub version: String,
    /// For which days it holds.
    pub valid: Period,
    /// What is in it.
    pub body: Body,
    /// What it came from.
    pub origin: Format,
}

/// What a file held.
#[derive(Debug, Clone, PartialEq)]
pub struct Parcel {
    /// The editions; a file of ICPC-2B gives a code system and a map.
    pub editions: Vec<Incoming>,
    /// What is worth a look.
    pub remarks: Vec<Remark>,
}

/// Reads a file. `known` is the code system as its newest edition describes it.
///
/// # Errors
/// [`ImportFault`], which names the line, the place in the resource or what is not said.
pub fn read(file: &[u8], described: &Described, known: Option<&CodeSystem>) -> Result<Parcel, ImportFault> {
    if file.len() > LARGEST {
        return Err(ImportFault::TooLarge);
    }
    let (text, mut remarks) = text::decode(file);
    if text.trim().is_empty() {
        return Err(ImportFault::Empty);
    }
    let mut parcel = match described.format.unwrap_or_else(|| Format::of(&text)) {
        Format::Fhir => fhir_file::read(&text, described)?,
        Format::Icpc2b => icpc::read(&text, described, known)?,
        Format::Sas => {
            let concepts = sas::read(&text)?;
            let without = concepts.iter().filter(|concept| concept.display.exactly("nb").is_none()).count();
            remarks.extend((without > 0).then_some(Remark::WithoutText(without)));
            one(system(described, known)?, described, concepts, Format::Sas)?
        }
        Format::Csv => {
            let (concepts, properties) = csv_file::read(&text)?;
            let mut system = system(described, known)?;
            let new = properties.into_iter().filter(|p| system.properties.iter().all(|known| known.code != p.code));
            let new: Vec<_> = new.collect();
            system.properties.extend(new);
            one(system, described, concepts, Format::Csv)?
        }
    };
    remarks.append(&mut parcel.remarks);
    Ok(Parcel { remarks, ..parcel })
}

/// A parcel of one edition of a code system.
fn one(
    system: CodeSystem,
    described: &Described,
    concepts: Vec<Concept>,
    origin: Format,
) -> Result<Parcel, ImportFault> {
    let (version, valid) = dated(described, None, None)?;
    let concepts = if described.by_prefix { below_prefixes(concepts) } else { concepts };
    let incoming =
        Incoming { subject: Subject::CodeSystem(system), version, valid, body: Body::Concepts(concepts), origin };
    Ok(Parcel { editions: vec![incoming], remarks: Vec::new() })
}

/// The prefix of object identifiers of the Norwegian code lists, and of their addresses in FHIR
/// (HL7 Norway's mapping of code lists to CodeSystem).
const NORWEGIAN_LISTS: (&str, &str) = ("2.16.578.1.12.4.1.1.", "http://helsedir.no/fhir/CodeSystem/no-kodeverk-");

/// The code system as it is described, over what is known of it.
fn system(described: &Described, known: Option<&CodeSystem>) -> Result<CodeSystem, ImportFault> {
    let missing = ImportFault::Missing;
    let mut system = match known {
        Some(known) => known.clone(),
        None => {
            let key = described.key.clone().ok_or(missing(Wanting::Key))?;
            let by_oid = described.oid.as_ref().map(|oid| match oid.strip_prefix(NORWEGIAN_LISTS.0) {
                Some(number) => format!("{}{number}", NORWEGIAN_LISTS.1),
                None => format!("urn:oid:{oid}"),
            });
            let url = described.url.clone().or(by_oid).ok_or(missing(Wanting::Url))?;
            if described.title.is_empty() {
                return Err(missing(Wanting::Title));
            }
            CodeSystem::new(key, url, described.title.clone())
        }
    };
    over(&mut system, described);
    Ok(system)
}

/// Puts what somebody says over what is known.
fn over(system: &mut CodeSystem, described: &Described) {
    let Described { url, title, oid, owner, publisher, copyright, kind, .. } = described;
    if let Some(url) = url {
        system.url.clone_from(url);
    }
    if !title.is_empty() {
        system.title = title.clone();
    }
    system.oid = oid.clone().or(system.oid.take());
    system.owner = owner.or(system.owner);
    if let Some(publisher) = publisher {
        system.publisher.clone_from(publisher);
    }
    if let Some(copyright) = copyright {
        system.copyright.clone_from(copyright);
    }
    system.kind = kind.unwrap_or(system.kind);
    if described.part {
        system.content = ContentKind::Fragment;
    }
}

/// Version and period: as described, as the file says, or as a version that is a year says itself.
fn dated(described: &Described, version: Option<String>, date: Option<Date>) -> Result<(String, Period), ImportFault> {
    let said = described.version.clone().filter(|v| !v.trim().is_empty());
    let version = said.or(version).ok_or(ImportFault::Missing(Wanting::Version))?.trim().to_owned();
    if version.chars().count() > 60 || version.chars().any(|c| c.is_control() || c == '|') {
        return Err(ImportFault::BadVersion);
    }
    let year =
        || version.parse::<i16>().ok().filter(|y| (1850..=2200).contains(y)).and_then(|y| Date::new(y, 1, 1).ok());
    let from = described.from.or_else(year).or_else(|| version.parse().ok()).or(date);
    let from = from.ok_or(ImportFault::Missing(Wanting::From))?;
    let valid = match described.until {
        None => Period::since(from),
        Some(until) => Period::new(from, until).ok_or(ImportFault::EndsBeforeItBegins)?,
    };
    Ok((version, valid))
}

/// Puts every code that has no parent below the longest code that it begins with.
fn below_prefixes(mut concepts: Vec<Concept>) -> Vec<Concept> {
    let codes: std::collections::HashSet<String> = concepts.iter().map(|c| c.code.clone()).collect();
    for concept in concepts.iter_mut().filter(|c| c.parents.is_empty()) {
        let cuts = concept.code.char_indices().skip(1).map(|(at, _)| at).collect::<Vec<_>>();
        let above = cuts.into_iter().rev().map(|at| &concept.code[..at]).find(|prefix| codes.contains(*prefix));
        concept.parents = above.map(str::to_owned).into_iter().collect();
    }
    concepts
}
