//! `CodeSystem/$validate-code` and `ValueSet/$validate-code`: an answer with a result and issues,
//! whatever was asked; only a request that says nothing is an error.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::Value;

use super::{
    answer::Answer,
    library::Library,
    members::{Members, members, no_system},
    outcome::{Fault, Issue, outcome},
    parameters::{Asked, Coding},
    value_set,
};
use crate::{Concept, ContentKind, ValueSet};

/// What is validated, and where in the request it stands.
struct Candidate {
    coding: Coding,
    place: String,
}

impl Candidate {
    fn at(&self, member: &str) -> String {
        if self.place.is_empty() { member.to_owned() } else { format!("{}.{member}", self.place) }
    }
}

/// The codes of the request. `system` and its version have other names in the two operations.
fn candidates(asked: &Asked, system: &[&str], version: &[&str]) -> Result<Vec<Candidate>, Fault> {
    if let Some(coding) = asked.coding("coding") {
        return Ok(vec![Candidate { coding, place: "Coding".to_owned() }]);
    }
    if let Some(codings) = asked.codings("codeableConcept") {
        let at = |(n, coding)| Candidate { coding, place: format!("CodeableConcept.coding[{n}]") };
        return Ok(codings.into_iter().enumerate().map(at).collect());
    }
    let text = |names: &[&str]| asked.any_text(names).map(str::to_owned);
    let code = asked.text("code").ok_or_else(|| Fault::required("code"))?.to_owned();
    let display = asked.text("display").map(str::to_owned);
    let coding = Coding { system: text(system), version: text(version), code, display };
    Ok(vec![Candidate { coding, place: String::new() }])
}

const SYSTEM_OF_CS: [&str; 2] = ["url", "system"];
const SYSTEM_OF_VS: [&str; 1] = ["system"];
const VERSION_OF_CS: [&str; 2] = ["version", "systemVersion"];
const VERSION_OF_VS: [&str; 1] = ["systemVersion"];

/// What was found out about one code.
struct Verdict {
    issues: Vec<Issue>,
    system: Option<String>,
    version: Option<String>,
    code: String,
    display: Option<String>,
    inactive: bool,
    unknown_system: Option<String>,
}

impl Verdict {
    fn of(coding: &Coding) -> Self {
        Self {
            issues: Vec::new(),
            system: coding.system.clone(),
            version: None,
            code: coding.code.clone(),
            display: None,
            inactive: false,
            unknown_system: None,
        }
    }

    fn is_good(&self) -> bool {
        self.issues.iter().all(|issue| issue.severity != "error")
    }

    fn answer(self) -> Value {
        let good = self.is_good();
        let mut answer = Answer::new().with("result", "valueBoolean", good);
        answer = answer
            .maybe("system", "valueUri", self.system.as_deref())
            .maybe("version", "valueString", self.version.as_deref())
            .maybe("code", "valueCode", Some(&self.code))
            .maybe("display", "valueString", self.display.as_deref());
        if self.inactive {
            answer = answer.with("inactive", "valueBoolean", true);
        }
        let mut errors: Vec<&str> =
            self.issues.iter().filter(|i| good || i.severity == "error").map(|i| i.text.as_str()).collect();
        errors.sort_unstable();
        answer = answer.maybe("message", "valueString", Some(&errors.join("; ")));
        answer = answer.maybe("x-caused-by-unknown-system", "valueCanonical", self.unknown_system.as_deref());
        if !self.issues.is_empty() {
            answer = answer.resource("issues", outcome(&self.issues));
        }
        answer.value()
    }
}

/// Looks the code up in its system; says what is wrong with it there.
fn in_system(
    library: &Library,
    asked: &Asked,
    candidate: &Candidate,
) -> Result<(Verdict, Option<(usize, usize)>), Fault> {
    let coding = &candidate.coding;
    let mut verdict = Verdict::of(coding);
    let Some(system) = &coding.system else {
        let text = "Coding has no system. A code with no system has no defined meaning, and it cannot be validated. A \
                    system should be provided";
        let issue = Issue::error("invalid", Some("invalid-data"), text).id("Coding_has_no_system__cannot_validate");
        let place = if candidate.place.is_empty() { "code" } else { &candidate.place };
        verdict.issues.push(issue.at(place));
        return Ok((verdict, None));
    };
    let found = library.system(system, coding.version.as_deref());
    let Some((at, content)) = found.and_then(|at| library.content(at).map(|content| (at, content))) else {
        let so = "the code cannot be validated";
        verdict.issues.push(no_system(library, system, coding.version.as_deref(), so).at(candidate.at("system")));
        verdict.unknown_system = Some(system.clone());
        return Ok((verdict, None));
    };
    let version = library.edition(at).version.clone();
    let Some(position) = content.position(&coding.code) else {
        let part = library.code_system(at).is_some_and(|system| system.content != ContentKind::Complete);
        let text = format!("Unknown code '{}' in the CodeSystem '{system}' version '{version}'", coding.code);
        let issue = Issue::error("code-invalid", Some("invalid-code"), text).id("Unknown_Code_in_Version");
        // Only a part of the system is here: the code may be right.
        let issue = if part { issue.id("UNKNOWN_CODE_IN_FRAGMENT").warning() } else { issue };
        verdict.issues.push(issue.at(candidate.at("code")));
        verdict.version = Some(version);
        return Ok((verdict, None));
    };
    let concept = content.at(position);
    let language = library.code_system(at).and_then(|s| s.language.as_deref()).unwrap_or("nb");
    let language = asked.text("displayLanguage").or(library.language.as_deref()).unwrap_or(language);
    verdict.code.clone_from(&concept.code);
    verdict.version = Some(version);
    verdict.display = Some(concept.display.get(language).to_owned());
    verdict.inactive = !concept.active;
    if verdict.inactive {
        let text = format!("The concept '{}' has a status of inactive and its use should be reviewed", concept.code);
        let issue = Issue::error("business-rule", Some("code-comment"), text).id("INACTIVE_CONCEPT_FOUND").warning();
        verdict.issues.push(issue.at(candidate.at("code")));
    }
    if asked.flag("abstract")? == Some(false) && !concept.selectable {
        let text = format!("Code '{system}#{}' is abstract, and not allowed in this context", concept.code);
        let issue = Issue::error("business-rule", Some("code-rule"), text).id("ABSTRACT_CODE_NOT_ALLOWED");
        verdict.issues.push(issue.at(candidate.at("code")));
    }
    if let Some(display) = &coding.display
        && !is_called(concept, display)
    {
        let lenient = asked.flag("lenient-display-validation")? == Some(true);
        let text = format!(
            "Wrong Display Name '{display}' for {system}#{}. Valid display is '{}'",
            concept.code,
            concept.display.get(language)
        );
        let issue = Issue::error("invalid", Some("invalid-display"), text)
            .id("Display_Name_for__should_be_one_of__instead_of")
            .at(candidate.at("display"));
        verdict.issues.push(if lenient { issue.warning() } else { issue });
    }
    Ok((verdict, Some((at, position))))
}

/// Whether a display is one of the concept's texts: case and spaces do not matter.
fn is_called(concept: &Concept, display: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let wanted = plain(display);
    concept.texts().any(|text| plain(text) == wanted)
}

/// The systems that `CodeSystem/$validate-code` needs.
pub(crate) fn system_needs(library: &Library, asked: &Asked) -> Result<BTreeSet<usize>, Fault> {
    let all = candidates(asked, &SYSTEM_OF_CS, &VERSION_OF_CS)?;
    Ok(places(library, &all))
}

fn places(library: &Library, candidates: &[Candidate]) -> BTreeSet<usize> {
    let place = |c: &Candidate| library.system(c.coding.system.as_deref()?, c.coding.version.as_deref());
    candidates.iter().filter_map(place).collect()
}

/// `CodeSystem/$validate-code`.
pub(crate) fn in_code_system(library: &Library, asked: &Asked) -> Result<Value, Fault> {
    let mut all = candidates(asked, &SYSTEM_OF_CS, &VERSION_OF_CS)?;
    // A system that is named beside a coding says which one is meant.
    if let Some(url) = asked.text("url") {
        all.iter_mut().for_each(|c| {
            c.coding.system.get_or_insert_with(|| url.to_owned());
        });
    }
    let verdicts = all.iter().map(|candidate| Ok(in_system(library, asked, candidate)?.0));
    best(verdicts.collect::<Result<Vec<_>, Fault>>()?)
}

/// The first good one; else the first with what is wrong with all of them.
fn best(verdicts: Vec<Verdict>) -> Result<Value, Fault> {
    let good = verdicts.iter().position(Verdict::is_good);
    let mut verdicts = verdicts.into_iter();
    if let Some(good) = good {
        return Ok(verdicts.nth(good).map(Verdict::answer).unwrap_or_default());
    }
    let mut first = verdicts.next().ok_or_else(|| Fault::required("coding"))?;
    for other in verdicts {
        first.issues.extend(other.issues);
        first.unknown_system = first.unknown_system.or(other.unknown_system);
    }
    Ok(first.answer())
}

/// The value set that is asked about: sent with the request, or by address.
pub(crate) fn asked_set(library: &Library, asked: &Asked) -> Result<(ValueSet, Option<String>), Fault> {
    if let Some(resource) = asked.resources("valueSet").next() {
        let read = value_set::read(resource.clone(), Some(&"request".parse().map_err(|_| Fault::required("url"))?))?;
        return Ok((read.set, read.version));
    }
    let url = asked.text("url").ok_or_else(|| Fault::required("url"))?;
    let canonical = match asked.text("valueSetVersion") {
        Some(version) => format!("{url}|{version}"),
        None => url.to_owned(),
    };
    library.value_set(&canonical).ok_or_else(|| {
        let text = format!("A definition for the value Set '{canonical}' could not be found");
        let issue = Issue::error("not-found", Some("not-found"), text).id("Unable_to_resolve_value_Set_").at("url");
        Fault::new(StatusCode::NOT_FOUND, issue)
    })
}

/// The systems that `ValueSet/$validate-code` needs.
pub(crate) fn set_needs(library: &Library, asked: &Asked) -> Result<BTreeSet<usize>, Fault> {
    let (set, _) = asked_set(library, asked)?;
    let all = candidates(asked, &SYSTEM_OF_VS, &VERSION_OF_VS)?;
    Ok(library.systems_of(&set).into_iter().chain(places(library, &all)).collect())
}

/// `ValueSet/$validate-code`.
pub(crate) fn in_value_set(library: &Library, asked: &Asked) -> Result<Value, Fault> {
    let (set, version) = asked_set(library, asked)?;
    let mut all = candidates(asked, &SYSTEM_OF_VS, &VERSION_OF_VS)?;
    let found = members(library, &set)?;
    if asked.flag("inferSystem")? == Some(true) {
        infer(library, &found, &mut all);
    }
    let canonical = version.map_or_else(|| set.url.clone(), |version| format!("{}|{version}", set.url));
    let verdicts = all.iter().map(|candidate| {
        let (mut verdict, place) = in_system(library, asked, candidate)?;
        let is_in = place.and_then(|(system, position)| found.find(system, position));
        match is_in {
            Some(member) => {
                let said = member.chosen.as_ref().and_then(|chosen| chosen.display.clone());
                verdict.display = said.or(verdict.display);
            }
            None => {
                let coding = &candidate.coding;
                let shown =
                    coding.system.as_ref().map_or_else(|| coding.code.clone(), |s| format!("{s}#{}", coding.code));
                let text = format!("The provided code '{shown}' was not found in the value set '{canonical}'");
                let issue = Issue::error("code-invalid", Some("not-in-vs"), text)
                    .id("None_of_the_provided_codes_are_in_the_value_set_one");
                verdict.issues.insert(0, issue.at(candidate.at("code")));
            }
        }
        Ok(verdict)
    });
    best(verdicts.collect::<Result<Vec<_>, Fault>>()?)
}

/// Gives a code without a system that of the one system of the value set that has it.
fn infer(library: &Library, members: &Members, candidates: &mut [Candidate]) {
    for candidate in candidates.iter_mut().filter(|c| c.coding.system.is_none()) {
        let has = |at: &&usize| {
            let position = library.content(**at).and_then(|content| content.position(&candidate.coding.code));
            position.is_some_and(|position| members.find(**at, position).is_some())
        };
        let systems: Vec<&usize> = members.systems.iter().filter(has).collect();
        if let [only] = systems[..] {
            candidate.coding.system = library.code_system(*only).map(|system| system.url.clone());
        }
    }
}
