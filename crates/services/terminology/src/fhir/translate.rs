//! `ConceptMap/$translate`, from source to target and back.

use serde_json::{Value, json};

use super::{
    Release,
    answer::Answer,
    library::Library,
    outcome::{Fault, Issue},
    parameters::{Asked, Coding},
};
use crate::{Mapping, Relation, Subject, map::System};
use http::StatusCode;

/// What is to be translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    /// The codes; several of a CodeableConcept.
    pub(crate) codings: Vec<Coding>,
    /// The system to come to, if only that is wanted.
    pub(crate) target: Option<String>,
    /// Whether the codes are targets, and sources are wanted.
    pub(crate) reverse: bool,
}

impl Question {
    /// Reads R4's parameters and R5's, which have other names.
    pub(crate) fn of(asked: &Asked) -> Result<Self, Fault> {
        let r4_reverse = asked.flag("reverse")?.unwrap_or(false);
        let r5_reverse = asked.has("targetCode") || asked.has("targetCoding") || asked.has("targetCodeableConcept");
        let reverse = r4_reverse || r5_reverse;
        let (coding, concept, code) = match r5_reverse {
            true => (["targetCoding", ""], ["targetCodeableConcept", ""], ["targetCode", ""]),
            false => (["sourceCoding", "coding"], ["sourceCodeableConcept", "codeableConcept"], ["sourceCode", "code"]),
        };
        let system_names: &[&str] = if r5_reverse { &["targetSystem", "system"] } else { &["system"] };
        let target_names: &[&str] =
            if r5_reverse { &["sourceSystem", "system"] } else { &["targetSystem", "targetsystem"] };
        let codings = if let Some(coding) = coding.iter().find_map(|name| asked.coding(name)) {
            vec![coding]
        } else if let Some(codings) = concept.iter().find_map(|name| asked.codings(name)) {
            codings
        } else {
            let code = asked.any_text(&code).ok_or_else(|| Fault::required("code"))?.to_owned();
            let system = asked.any_text(system_names).ok_or_else(|| Fault::required("system"))?.to_owned();
            let version = asked.text("version").map(str::to_owned);
            vec![Coding { system: Some(system), version, code, display: None }]
        };
        Ok(Self { codings, target: asked.any_text(target_names).map(str::to_owned), reverse })
    }
}

/// The places of the maps that may be followed: the one that is named, or all that hold today.
pub(crate) fn maps(library: &Library, asked: &Asked) -> Result<Vec<usize>, Fault> {
    let named = asked.text("url").map(|url| match asked.text("conceptMapVersion") {
        Some(version) => format!("{url}|{version}"),
        None => url.to_owned(),
    });
    match named {
        None => Ok(library.maps()),
        Some(canonical) => {
            let place = library.map(&canonical).ok_or_else(|| {
                let text = format!("A definition for the ConceptMap '{canonical}' could not be found");
                Fault::new(StatusCode::NOT_FOUND, Issue::error("not-found", Some("not-found"), text).at("url"))
            })?;
            Ok(vec![place])
        }
    }
}

/// One place that a code leads to.
struct Match {
    relation: Relation,
    concept: Value,
    other: Value,
    comment: String,
    map: String,
}

/// `ConceptMap/$translate` over the mappings that were found, each with the place of its map.
pub(crate) fn translate(library: &Library, question: &Question, found: &[(usize, Mapping)]) -> Value {
    let mut matches = Vec::new();
    for (place, mapping) in found {
        let edition = library.edition(*place);
        if !matches!(edition.subject, Subject::ConceptMap(_)) {
            continue;
        }
        for coding in &question.codings {
            follow(question, coding, mapping, &edition.canonical(), &mut matches);
        }
    }
    let result = matches.iter().any(|m| m.relation.is_match());
    let mut answer = Answer::new().with("result", "valueBoolean", result);
    if !result {
        let shown: Vec<String> = question
            .codings
            .iter()
            .map(|c| format!("'{}#{}'", c.system.as_deref().unwrap_or_default(), c.code))
            .collect();
        let text = format!("No translations found for {}", shown.join(", "));
        answer = answer.with("message", "valueString", text);
    }
    for found in matches {
        answer = answer.parts("match", parts(&found, library.release));
    }
    answer.value()
}

fn follow(question: &Question, coding: &Coding, mapping: &Mapping, map: &str, into: &mut Vec<Match>) {
    let is = |system: &System, code: &str, wanted: &Coding| {
        code == wanted.code
            && wanted.system.as_deref().is_none_or(|url| url == system.url)
            && wanted.version.as_deref().zip(system.version.as_deref()).is_none_or(|(a, b)| a == b)
    };
    let wanted = |system: &System| question.target.as_deref().is_none_or(|url| url == system.url);
    for target in &mapping.targets {
        let (from, to, relation, fits) = match question.reverse {
            false => (
                as_coding(&mapping.source, &mapping.code, &mapping.display),
                as_coding(&target.system, &target.code, &target.display),
                target.relation,
                is(&mapping.source, &mapping.code, coding) && wanted(&target.system),
            ),
            true => (
                as_coding(&target.system, &target.code, &target.display),
                as_coding(&mapping.source, &mapping.code, &mapping.display),
                target.relation.reversed(),
                is(&target.system, &target.code, coding) && wanted(&mapping.source),
            ),
        };
        if fits {
            let (map, comment) = (map.to_owned(), target.comment.clone());
            into.push(Match { relation, concept: to, other: from, comment, map });
        }
    }
}

fn as_coding(system: &System, code: &str, display: &str) -> Value {
    let mut coding = json!({ "system": system.url, "code": code });
    if let Some(version) = &system.version {
        coding["version"] = version.as_str().into();
    }
    if !display.is_empty() {
        coding["display"] = display.into();
    }
    coding
}

fn parts(found: &Match, release: Release) -> Answer {
    let parts = match release {
        Release::R4 => Answer::new().with("equivalence", "valueCode", found.relation.r4()),
        Release::R5 => Answer::new().with("relationship", "valueCode", found.relation.name()),
    };
    let parts = parts.with("concept", "valueCoding", found.concept.clone());
    let parts = parts.with("source", "valueCoding", found.other.clone());
    let parts = parts.maybe("comment", "valueString", Some(&found.comment));
    match release {
        Release::R4 => parts.with("originMap", "valueUri", found.map.as_str()),
        Release::R5 => parts.with("originMap", "valueCanonical", found.map.as_str()),
    }
}
