//! `CodeSystem/$lookup` and `CodeSystem/$subsumes`.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::Value;

use super::{
    answer::Answer,
    code_system::{designations, properties},
    head::fhir_name,
    library::Library,
    members::no_system,
    outcome::{Fault, Issue},
    parameters::{Asked, Coding},
};
use crate::{CodeSystem, Content};

/// What is looked up.
fn coding(asked: &Asked) -> Result<Coding, Fault> {
    if let Some(coding) = asked.coding("coding") {
        return Ok(coding);
    }
    Ok(Coding {
        system: Some(asked.needed("system")?.to_owned()),
        version: asked.text("version").map(str::to_owned),
        code: asked.needed("code")?.to_owned(),
        display: None,
    })
}

/// The places of the systems that the operation needs.
pub(crate) fn needs(library: &Library, asked: &Asked) -> Result<BTreeSet<usize>, Fault> {
    let coding = coding(asked)?;
    let system = coding.system.ok_or_else(|| Fault::required("system"))?;
    Ok(library.system(&system, coding.version.as_deref()).into_iter().collect())
}

/// A code system with its concepts, or the fault that it is not here.
fn opened<'a>(
    library: &'a Library,
    system: &str,
    version: Option<&str>,
) -> Result<(usize, &'a CodeSystem, &'a Content), Fault> {
    let unknown = || Fault::new(StatusCode::NOT_FOUND, no_system(library, system, version, "the code is not known"));
    let at = library.system(system, version).ok_or_else(unknown)?;
    let (found, content) = library.code_system(at).zip(library.content(at)).ok_or_else(unknown)?;
    Ok((at, found, content))
}

/// A code's place in its system, or the fault that it is not there.
fn place(content: &Content, code: &str, system: &str, version: &str) -> Result<usize, Fault> {
    content.position(code).ok_or_else(|| {
        let text = format!("Unknown code '{code}' in the CodeSystem '{system}' version '{version}'");
        let mut fault = Fault::no_code(text);
        fault.issue.message = Some("Unknown_Code_in_Version");
        fault
    })
}

/// `CodeSystem/$lookup`.
pub(crate) fn lookup(library: &Library, asked: &Asked) -> Result<Value, Fault> {
    let coding = coding(asked)?;
    let system = coding.system.ok_or_else(|| Fault::required("system"))?;
    let (at, code_system, content) = opened(library, &system, coding.version.as_deref())?;
    let version = &library.edition(at).version;
    let place = place(content, &coding.code, &system, version)?;
    let concept = content.at(place);
    let own = code_system.language.as_deref().unwrap_or("nb");
    let language = asked.text("displayLanguage").or(library.language.as_deref()).unwrap_or(own);
    let wanted: Vec<&str> = asked.texts("property").collect();
    let wants = |name: &str| wanted.is_empty() || wanted.contains(&name) || wanted.contains(&"*");
    let mut answer = Answer::new()
        .with("name", "valueString", name(code_system))
        .with("system", "valueUri", code_system.url.as_str())
        .with("code", "valueCode", concept.code.as_str())
        .maybe("version", "valueString", Some(version))
        .maybe("display", "valueString", Some(concept.display.get(language)))
        .maybe("definition", "valueString", Some(concept.definition.get(language)))
        .with("abstract", "valueBoolean", !concept.selectable);
    if wants("designation") {
        let main = concept.display.best(own);
        let preferred = main.map(|(language, text)| serde_json::json!({ "language": language, "value": text }));
        for designation in preferred.into_iter().chain(designations(concept, own)) {
            answer = answer.parts("designation", designation_parts(&designation));
        }
    }
    if wants("inactive") {
        answer = answer.parts("property", property("inactive", "valueBoolean", (!concept.active).into(), None));
    }
    for (name, places) in [("parent", content.parents(place)), ("child", content.children(place))] {
        for other in places.iter().filter(|_| wants(name)).map(|at| content.at(*at)) {
            let described = other.display.get(language);
            answer = answer.parts("property", property(name, "valueCode", other.code.clone().into(), Some(described)));
        }
    }
    for (code, member, value) in properties(content, place) {
        if wants(&code) && !matches!(code.as_str(), "inactive" | "parent" | "child") {
            answer = answer.parts("property", property(&code, member, value, None));
        }
    }
    Ok(answer.value())
}

fn name(system: &CodeSystem) -> String {
    let own = system.other.get("name").and_then(Value::as_str);
    own.map_or_else(|| fhir_name(&system.key), str::to_owned)
}

fn designation_parts(designation: &Value) -> Answer {
    let text = |member: &str| designation.get(member).and_then(Value::as_str);
    let mut parts = Answer::new().maybe("language", "valueCode", text("language").filter(|l| *l != "und"));
    if let Some(purpose) = designation.get("use") {
        parts = parts.with("use", "valueCoding", purpose.clone());
    }
    parts.maybe("value", "valueString", text("value"))
}

fn property(code: &str, member: &str, value: Value, description: Option<&str>) -> Answer {
    let parts = Answer::new().with("code", "valueCode", code).with("value", member, value);
    parts.maybe("description", "valueString", description)
}

/// The two codes of `$subsumes`.
fn pair(asked: &Asked) -> Result<(Coding, Coding), Fault> {
    let (a, b) = (asked.coding("codingA"), asked.coding("codingB"));
    if let (Some(a), Some(b)) = (a, b) {
        return Ok((a, b));
    }
    let system = asked.text("system").map(str::to_owned);
    let version = asked.text("version").map(str::to_owned);
    let code = |name: &str| {
        let code = asked.needed(name)?.to_owned();
        Ok::<_, Fault>(Coding { system: system.clone(), version: version.clone(), code, display: None })
    };
    Ok((code("codeA")?, code("codeB")?))
}

/// Two codes without a system are a wrong question, not one about a system that is not here.
fn no_system_to_compare_in() -> Fault {
    let text = "the parameter system is missing: two codes are compared in a code system";
    let issue = Issue::error("invalid", Some("invalid-data"), text).id("SUBSUMES_SYSTEM_REQUIRED").at("system");
    Fault::new(StatusCode::BAD_REQUEST, issue)
}

/// The places of the systems that `$subsumes` needs.
pub(crate) fn subsumes_needs(library: &Library, asked: &Asked) -> Result<BTreeSet<usize>, Fault> {
    let (a, _) = pair(asked)?;
    let system = a.system.ok_or_else(no_system_to_compare_in)?;
    Ok(library.system(&system, a.version.as_deref()).into_iter().collect())
}

/// `CodeSystem/$subsumes`.
pub(crate) fn subsumes(library: &Library, asked: &Asked) -> Result<Value, Fault> {
    let (a, b) = pair(asked)?;
    let system = a.system.ok_or_else(no_system_to_compare_in)?;
    if b.system.as_ref().is_some_and(|other| *other != system) {
        let text = "the two codes are of different code systems";
        return Err(Fault::new(StatusCode::BAD_REQUEST, Issue::error("invalid", None, text)));
    }
    let (at, _, content) = opened(library, &system, a.version.as_deref())?;
    let version = &library.edition(at).version;
    let place = |code: &str| place(content, code, &system, version);
    let outcome = content.subsumption(place(&a.code)?, place(&b.code)?);
    Ok(Answer::new().with("outcome", "valueCode", outcome.code()).value())
}
