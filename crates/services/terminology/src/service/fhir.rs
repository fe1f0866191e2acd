//! The FHIR operations over what was published and what came with the request.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use varde_core::Actor;

use super::Terminology;
use crate::{
    Edition, EditionId, Kind, Release, Status, Subject, TerminologyError,
    fhir::{
        capability, code_system, concept_map, expand, library::Library, lookup, outcome::Fault, parameters::Asked,
        translate, validate, value_set,
    },
    store,
};

/// Why FHIR gets no answer.
#[derive(Debug)]
pub(crate) enum FhirError {
    /// What was asked is wrong, or not to be had.
    Fault(Fault),
    /// The service failed or refused.
    Service(TerminologyError),
}

impl From<Fault> for FhirError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<E: Into<TerminologyError>> From<E> for FhirError {
    fn from(error: E) -> Self {
        Self::Service(error.into())
    }
}

/// The operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// `CodeSystem/$lookup`.
    Lookup,
    /// `CodeSystem/$subsumes`.
    Subsumes,
    /// `CodeSystem/$validate-code`.
    InCodeSystem,
    /// `ValueSet/$expand`.
    Expand,
    /// `ValueSet/$validate-code`.
    InValueSet,
    /// `ConceptMap/$translate`.
    Translate,
}

/// How many resources a search gives at most.
const FOUND: usize = 200;

impl Terminology {
    /// Carries out an operation: what it needs is found out, loaded, and then it runs in memory.
    pub(crate) async fn operate(
        &self,
        actor: &Actor,
        release: Release,
        operation: Operation,
        asked: &Asked,
        language: Option<String>,
    ) -> Result<Value, FhirError> {
        let published = self.published(actor).await?;
        let times = (self.today(), self.store.clock().now());
        let mut library = Library::new(published, asked, release, times, language)?;
        let needs: BTreeSet<usize> = match operation {
            Operation::Lookup => lookup::needs(&library, asked)?,
            Operation::Subsumes => lookup::subsumes_needs(&library, asked)?,
            Operation::InCodeSystem => validate::system_needs(&library, asked)?,
            Operation::Expand => expand::needs(&library, asked)?,
            Operation::InValueSet => validate::set_needs(&library, asked)?,
            Operation::Translate => BTreeSet::new(),
        };
        for (place, edition) in library.missing(&needs) {
            let content = self.content(actor, &edition).await?;
            library.give(place, content);
        }
        Ok(match operation {
            Operation::Lookup => lookup::lookup(&library, asked)?,
            Operation::Subsumes => lookup::subsumes(&library, asked)?,
            Operation::InCodeSystem => validate::in_code_system(&library, asked)?,
            Operation::Expand => expand::expand(&library, asked)?,
            Operation::InValueSet => validate::in_value_set(&library, asked)?,
            Operation::Translate => self.translate(actor, &library, asked).await?,
        })
    }

    async fn translate(&self, actor: &Actor, library: &Library, asked: &Asked) -> Result<Value, FhirError> {
        let question = translate::Question::of(asked)?;
        let maps = translate::maps(library, asked)?;
        let mut found = Vec::new();
        let mut stored: Vec<(usize, EditionId)> = Vec::new();
        for place in maps {
            match library.sent_mappings(place) {
                Some(mappings) => found.extend(mappings.iter().map(|mapping| (place, mapping.clone()))),
                None => stored.push((place, library.edition(place).id)),
            }
        }
        let ids: Vec<EditionId> = stored.iter().map(|(_, id)| *id).collect();
        let mut read = self.store.read(actor).await?;
        for coding in &question.codings {
            for (id, mapping) in store::content::about(read.connection(), &ids, &coding.code).await? {
                let place = stored.iter().find(|(_, known)| *known == id).map(|(place, _)| *place);
                found.extend(place.map(|place| (place, mapping)));
            }
        }
        Ok(translate::translate(library, &question, &found))
    }

    /// What was published and not superseded, by kind, key, and the newest first.
    async fn published(&self, actor: &Actor) -> Result<Vec<Edition>, TerminologyError> {
        let mut all = self.editions(actor).await?;
        all.retain(|edition| edition.status == Status::Published);
        Ok(all)
    }

    /// The CapabilityStatement, or the TerminologyCapabilities.
    pub(crate) async fn capabilities(
        &self,
        actor: &Actor,
        release: Release,
        terminology: bool,
    ) -> Result<Value, FhirError> {
        let now = self.store.clock().now().to_string();
        if !terminology {
            self.may_read(actor).await?;
            return Ok(capability::statement(release, &now));
        }
        let mut systems = self.published(actor).await?;
        systems.retain(|edition| edition.subject.kind() == Kind::CodeSystem);
        Ok(capability::terminology(release, &now, &systems))
    }

    /// One resource, whole.
    pub(crate) async fn resource(
        &self,
        actor: &Actor,
        release: Release,
        kind: Kind,
        id: &str,
    ) -> Result<Value, FhirError> {
        let unknown = || Fault::not_found(format!("there is no {} of that id", type_name(kind)));
        let id: EditionId = id.parse().map_err(|_| unknown())?;
        let edition = match self.edition(actor, id).await {
            Ok(edition) if edition.subject.kind() == kind => edition,
            Ok(_) | Err(TerminologyError::NotFound(_)) => return Err(unknown().into()),
            Err(error) => return Err(error.into()),
        };
        Ok(match &edition.subject {
            Subject::CodeSystem(system) => {
                let content = self.content(actor, &edition).await?;
                code_system::write(&edition, system, Some(&content))
            }
            Subject::ConceptMap(map) => {
                let mut read = self.store.read(actor).await?;
                let mappings = store::content::mappings(read.connection(), edition.id).await?;
                concept_map::write(&edition, map, Some(&mappings), release)
            }
            Subject::ValueSet(set) => value_set::write(&edition, set),
        })
    }

    /// The resources that a search finds; code systems and maps without what is in them.
    pub(crate) async fn find_resources(
        &self,
        actor: &Actor,
        release: Release,
        kind: Kind,
        asked: &Asked,
        base: &str,
    ) -> Result<Value, FhirError> {
        let all = self.published(actor).await?;
        let offset = asked.number("_offset")?.unwrap_or(0);
        let count = asked.number("_count")?.unwrap_or(50).min(FOUND);
        let fits: Vec<&Edition> = all.iter().filter(|e| e.subject.kind() == kind && is_asked_for(e, asked)).collect();
        let entries = fits.iter().skip(offset).take(count).map(|edition| {
            let resource = match &edition.subject {
                Subject::CodeSystem(system) => code_system::write(edition, system, None),
                Subject::ConceptMap(map) => concept_map::write(edition, map, None, release),
                Subject::ValueSet(set) => value_set::write(edition, set),
            };
            let address = format!("{base}/{}/{}", type_name(kind), edition.id);
            json!({ "fullUrl": address, "resource": resource, "search": { "mode": "match" } })
        });
        let entries: Vec<Value> = entries.collect();
        let mut bundle = json!({ "resourceType": "Bundle", "type": "searchset", "total": fits.len() });
        if !entries.is_empty() {
            bundle["entry"] = Value::Array(entries);
        }
        Ok(bundle)
    }
}

/// FHIR's name of the kind.
pub(crate) const fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::CodeSystem => "CodeSystem",
        Kind::ConceptMap => "ConceptMap",
        Kind::ValueSet => "ValueSet",
    }
}

/// Whether a search asks for the edition: all that is said must fit (FHIR search; strings by their
/// beginning, without case).
fn is_asked_for(edition: &Edition, asked: &Asked) -> bool {
    let begins = |text: &str, start: &str| text.to_lowercase().starts_with(&start.to_lowercase());
    let name = edition.subject.key().as_str();
    type Check<'a> = (&'a str, &'a dyn Fn(&str) -> bool);
    let checks: [Check<'_>; 6] = [
        ("_id", &|wanted| edition.id.to_string() == wanted),
        ("url", &|wanted| {
            edition.subject.url() == wanted || edition.system().is_some_and(|system| system.is_called(wanted))
        }),
        ("version", &|wanted| edition.version == wanted),
        ("name", &|wanted| begins(name, wanted)),
        ("title", &|wanted| edition.subject.title().iter().any(|(_, title)| begins(title, wanted))),
        ("status", &|wanted| edition.status.fhir() == wanted),
    ];
    checks.iter().all(|(parameter, fits)| asked.text(parameter).is_none_or(fits))
}
