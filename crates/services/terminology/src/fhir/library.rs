//! What an operation can look into: the published editions, what came with the request, and the
//! contents of those that it needs.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date};
use serde_json::Value;
use varde_core::{Digest, Period};

use super::{Release, code_system, concept_map, outcome::Fault, parameters::Asked, value_set};
use crate::{
    CodeSystem, Content, Edition, EditionId, Include, Kind, Mapping, Status, Subject, ValueSet, current, map::System,
};

/// How many concepts may come with a request.
const WITH_REQUEST: usize = 50_000;
/// How deep value sets may stand in each other.
pub(crate) const DEPTH: usize = 20;

/// Editions by their place in the list; those that came with the request stand first and win.
pub(crate) struct Library {
    editions: Vec<Edition>,
    contents: BTreeMap<usize, Arc<Content>>,
    mappings: BTreeMap<usize, Vec<Mapping>>,
    pub(crate) today: Date,
    pub(crate) now: Timestamp,
    pub(crate) release: Release,
    /// The language asked for, as a BCP 47 tag.
    pub(crate) language: Option<String>,
}

impl Library {
    /// The library of one request: what was published, and what came with it (`tx-resource`, and
    /// `codeSystem`, `valueSet`, `conceptMap`).
    pub(crate) fn new(
        published: Vec<Edition>,
        asked: &Asked,
        release: Release,
        (today, now): (Date, Timestamp),
        language: Option<String>,
    ) -> Result<Self, Fault> {
        let mut library = Self {
            editions: Vec::new(),
            contents: BTreeMap::new(),
            mappings: BTreeMap::new(),
            today,
            now,
            release,
            language,
        };
        let names = ["codeSystem", "conceptMap", "tx-resource"];
        let sent = names.iter().flat_map(|name| asked.resources(name));
        for resource in sent {
            library.take(resource)?;
        }
        if library.contents.values().map(|c| c.len()).sum::<usize>() > WITH_REQUEST {
            return Err(Fault::too_costly(format!("at most {WITH_REQUEST} concepts may come with a request")));
        }
        library.editions.extend(published.into_iter().filter(|e| e.status == Status::Published));
        Ok(library)
    }

    /// A resource that came with the request.
    fn take(&mut self, resource: &Value) -> Result<(), Fault> {
        let place = self.editions.len();
        match resource.get("resourceType").and_then(Value::as_str) {
            Some("CodeSystem") => {
                let read = code_system::read(resource.clone(), None)?;
                if read.supplement {
                    return Err(Fault::not_supported("supplements to code systems are not supported"));
                }
                let empty = read.concepts.is_empty();
                let subject = Subject::CodeSystem(read.system.clone());
                self.editions.push(sent(subject, read.version, read.date, self.today, read.concepts.len()));
                if !empty {
                    let content = Content::new(read.concepts, read.system.case_sensitive).map_err(|faults| {
                        let told: Vec<String> = faults.iter().take(3).map(ToString::to_string).collect();
                        Fault::invalid(format!("CodeSystem {}: {}", read.system.url, told.join("; ")))
                    })?;
                    self.contents.insert(place, Arc::new(content));
                }
            }
            Some("ValueSet") => {
                let read = value_set::read(resource.clone(), None)?;
                let subject = Subject::ValueSet(read.set);
                self.editions.push(sent(subject, read.version, read.date, self.today, 0));
            }
            Some("ConceptMap") => {
                let read = concept_map::read(resource.clone(), None)?;
                let subject = Subject::ConceptMap(read.map);
                self.editions.push(sent(subject, read.version, read.date, self.today, read.mappings.len()));
                self.mappings.insert(place, read.mappings);
            }
            _ => {
                return Err(Fault::invalid("a CodeSystem, ValueSet or ConceptMap may come with a request"));
            }
        }
        Ok(())
    }

    /// The place of a code system: in that version, or the one that holds today.
    pub(crate) fn system(&self, url: &str, version: Option<&str>) -> Option<usize> {
        self.place(version, |e| e.system().is_some_and(|system| system.is_called(url)))
    }

    /// The same for a value set, by canonical reference. `…?fhir_vs` and a system's `valueSet` are
    /// the implicit set of all its codes.
    pub(crate) fn value_set(&self, canonical: &str) -> Option<(ValueSet, Option<String>)> {
        let System { url, version } = System::parse(canonical);
        let place = self.place(version.as_deref(), |e| e.subject.kind() == Kind::ValueSet && e.subject.url() == url);
        if let Some(Subject::ValueSet(set)) = place.map(|at| &self.editions[at].subject) {
            return Some((set.clone(), place.map(|at| self.editions[at].version.clone())));
        }
        let all_of = |e: &Edition| {
            e.system().is_some_and(|system| {
                url.strip_suffix("?fhir_vs").is_some_and(|base| system.is_called(base))
                    || system.other.get("valueSet").and_then(Value::as_str) == Some(&url)
            })
        };
        let at = self.place(version.as_deref(), all_of)?;
        let system = self.editions[at].system()?;
        Some((ValueSet::of_system(system.key.clone(), &url, &system.url, version.as_deref()), version))
    }

    fn place(&self, version: Option<&str>, is_it: impl Fn(&Edition) -> bool) -> Option<usize> {
        let fits: Vec<(usize, &Edition)> = self.editions.iter().enumerate().filter(|(_, e)| is_it(e)).collect();
        match version {
            Some(version) => fits.iter().find(|(_, e)| e.version == version).map(|(at, _)| *at),
            None => {
                let newest = current(fits.iter().map(|(_, e)| *e), self.today)?;
                // What came with the request wins over what is here.
                let sent = fits.iter().find(|(_, e)| is_sent(e)).map(|(at, _)| *at);
                sent.or_else(|| fits.iter().find(|(_, e)| e.id == newest.id).map(|(at, _)| *at))
            }
        }
    }

    /// The versions of a code system that are here.
    pub(crate) fn versions(&self, url: &str) -> Vec<&str> {
        let fits = self.editions.iter().filter(|e| e.system().is_some_and(|system| system.is_called(url)));
        fits.map(|e| e.version.as_str()).collect()
    }

    pub(crate) fn edition(&self, place: usize) -> &Edition {
        &self.editions[place]
    }

    /// The code system at a place.
    pub(crate) fn code_system(&self, place: usize) -> Option<&CodeSystem> {
        self.editions[place].system()
    }

    /// The concepts at a place that [`Self::give`] filled, or that came with the request.
    pub(crate) fn content(&self, place: usize) -> Option<&Content> {
        self.contents.get(&place).map(|content| &**content)
    }

    /// The editions at those places whose contents are still to be loaded.
    pub(crate) fn missing(&self, places: &BTreeSet<usize>) -> Vec<(usize, Edition)> {
        let lacks = |place: &&usize| !self.contents.contains_key(place) && !is_sent(&self.editions[**place]);
        places.iter().filter(lacks).map(|place| (*place, self.editions[*place].clone())).collect()
    }

    pub(crate) fn give(&mut self, place: usize, content: Arc<Content>) {
        self.contents.insert(place, content);
    }

    /// The maps that hold today, with their places; of several versions the newest.
    pub(crate) fn maps(&self) -> Vec<usize> {
        let urls: BTreeSet<&str> = self.of_kind(Kind::ConceptMap).map(|(_, e)| e.subject.url()).collect();
        let newest = |url: &str| self.place(None, |e| e.subject.kind() == Kind::ConceptMap && e.subject.url() == url);
        urls.into_iter().filter_map(newest).collect()
    }

    /// A map by canonical reference.
    pub(crate) fn map(&self, canonical: &str) -> Option<usize> {
        let System { url, version } = System::parse(canonical);
        self.place(version.as_deref(), |e| e.subject.kind() == Kind::ConceptMap && e.subject.url() == url)
    }

    /// The mappings of a map that came with the request.
    pub(crate) fn sent_mappings(&self, place: usize) -> Option<&[Mapping]> {
        self.mappings.get(&place).map(Vec::as_slice)
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (usize, &Edition)> {
        self.editions.iter().enumerate().filter(move |(_, e)| e.subject.kind() == kind)
    }

    /// The places of all code systems that a value set is about.
    pub(crate) fn systems_of(&self, set: &ValueSet) -> BTreeSet<usize> {
        let mut places = BTreeSet::new();
        self.gather(set, 0, &mut places);
        places
    }

    fn gather(&self, set: &ValueSet, depth: usize, into: &mut BTreeSet<usize>) {
        if depth > DEPTH {
            return;
        }
        for Include { system, version, value_sets, .. } in set.include.iter().chain(&set.exclude) {
            into.extend(system.as_deref().and_then(|url| self.system(url, version.as_deref())));
            for canonical in value_sets {
                if let Some((below, _)) = self.value_set(canonical) {
                    self.gather(&below, depth + 1, into);
                }
            }
        }
    }
}

/// Whether an edition came with the request.
fn is_sent(edition: &Edition) -> bool {
    edition.id.uuid().is_nil()
}

/// An edition of what came with the request.
fn sent(subject: Subject, version: Option<String>, date: Option<Date>, today: Date, size: usize) -> Edition {
    Edition {
        id: EditionId::from_uuid(uuid::Uuid::nil()),
        subject,
        version: version.unwrap_or_default(),
        revision: 1,
        status: Status::Published,
        valid: Period::since(date.unwrap_or(today)),
        digest: Digest::of(b""),
        size,
        origin: "fhir".to_owned(),
        loss_reason: None,
        remarks: Vec::new(),
        involved: Vec::new(),
        imported_at: Timestamp::UNIX_EPOCH,
        published_at: None,
        closed_at: None,
    }
}
