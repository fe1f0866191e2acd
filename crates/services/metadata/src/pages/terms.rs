//! What holds for a source or a dataset: what it says itself, and what it has from what it is in.

use varde_core::LocalisedText;
use varde_web::Visit;

use super::text::Words;
use crate::{
    DataSource, Dataset, Effective, Properties, PropertyDefinition, PropertyLevel, PropertyValue, Registry, TaggedText,
    Terms,
};

/// A term: what the node says itself, what holds, and who says so when that is another.
pub(crate) struct TermRow {
    pub(crate) name: String,
    pub(crate) own: String,
    pub(crate) holds: String,
    /// What it has it from; empty when it says so itself.
    pub(crate) from: Words,
}

/// The terms of a source, or of a dataset in it; nothing of what nobody says.
pub(crate) fn terms(visit: &Visit, source: &DataSource, dataset: Option<&Dataset>) -> Vec<TermRow> {
    let part = dataset.and_then(|dataset| dataset.sub_source.as_deref());
    let mut chain: Vec<(&LocalisedText, &Terms)> = Vec::new();
    chain.extend(dataset.map(|dataset| (&dataset.name, &dataset.details.terms)));
    chain.extend(source.above(part).map(|part| (&part.name, &part.details.terms)));
    chain.push((&source.name, &source.details.terms));
    let said: Vec<&Terms> = chain.iter().map(|(_, terms)| *terms).collect();
    let holds = crate::EffectiveTerms::of(&said);
    let row = |key: &str, text: Option<String>, own: bool, at: Option<usize>| {
        let text = text?;
        let from = at.filter(|_| !own).and_then(|at| chain.get(at)).map(|(name, _)| Words::of(visit, name));
        Some(TermRow {
            name: visit.t(key),
            own: if own { text.clone() } else { String::new() },
            holds: text,
            from: from.unwrap_or_default(),
        })
    };
    let text = |key: &str, term: &Effective<String>| row(key, term.value.clone(), term.own, term.at);
    let day = |key: &str, term: &Effective<jiff::civil::Date>| {
        row(key, term.value.map(|day| visit.date(day)), term.own, term.at)
    };
    let identification = Effective {
        value: holds.identification.value.as_deref().map(|code| identification(visit, code)),
        own: holds.identification.own,
        at: holds.identification.at,
    };
    let rows = [
        text("metadata-fact-legal-basis", &holds.legal_basis),
        text("metadata-term-controller", &holds.controller),
        text("metadata-term-processor", &holds.processor),
        text("metadata-fact-identification", &identification),
        day("metadata-term-from", &holds.valid_from),
        day("metadata-term-until", &holds.valid_until),
    ];
    rows.into_iter().flatten().collect()
}

/// How people can be told, in words; a code that we do not know as it is.
fn identification(visit: &Visit, code: &str) -> String {
    const KNOWN: [&str; 4] = ["directlyIdentifiable", "indirectlyIdentifiable", "deIdentified", "anonymous"];
    if KNOWN.contains(&code) { visit.t_of("metadata-identifiable", code) } else { code.to_owned() }
}

/// Values of the properties that the registry defines, in its order, and then those that it does not know.
pub(crate) fn properties(
    visit: &Visit,
    registry: &Registry,
    level: PropertyLevel,
    properties: &Properties,
) -> Vec<(String, String)> {
    let defined = registry.properties_of(level);
    let known = defined.iter().filter_map(|definition| {
        let value = properties.0.get(&definition.key)?;
        Some((label(visit, definition), in_words(visit, definition, value)))
    });
    let unknown = properties.0.keys().filter(|key| !defined.iter().any(|definition| definition.key == **key));
    let unknown = unknown.map(|key| (key.clone(), undefined(visit, properties, key)));
    known.chain(unknown).filter(|(_, value)| !value.trim().is_empty()).collect()
}

/// A property that no registry defines: by its looks a text in several languages, a list or one text.
fn undefined(visit: &Visit, properties: &Properties, key: &str) -> String {
    let texts = properties.tagged(key);
    if texts.iter().any(|text| text.language.is_some()) {
        return in_our_language(visit, &texts);
    }
    let looks_like = |begin: char| properties.text(key).is_some_and(|text| text.trim_start().starts_with(begin));
    match looks_like('{').then(|| properties.localised(key)).flatten() {
        Some(text) => visit.local(&text).to_owned(),
        None => properties.list(key).join("; "),
    }
}

/// The texts in the page's language, else all of them.
fn in_our_language(visit: &Visit, texts: &[TaggedText]) -> String {
    let ours = |text: &&TaggedText| text.language.as_deref().is_none_or(|tag| tag == visit.language.tag());
    let mut found: Vec<&str> = texts.iter().filter(ours).map(|text| text.value.as_str()).collect();
    if found.is_empty() {
        found = texts.iter().map(|text| text.value.as_str()).collect();
    }
    found.join("; ")
}

fn label(visit: &Visit, definition: &PropertyDefinition) -> String {
    let label = visit.local(&definition.label);
    if label.is_empty() { definition.key.clone() } else { label.to_owned() }
}

fn in_words(visit: &Visit, definition: &PropertyDefinition, value: &serde_json::Value) -> String {
    match definition.read(value) {
        Ok(PropertyValue::Text(text)) => text,
        Ok(PropertyValue::Number(number)) => number.to_string(),
        Ok(PropertyValue::Date(day)) => visit.date(day),
        Ok(PropertyValue::Boolean(true)) => visit.t("metadata-yes"),
        Ok(PropertyValue::Boolean(false)) => visit.t("metadata-no"),
        Ok(PropertyValue::Url(url)) => url.to_string(),
        Ok(PropertyValue::Chosen(options)) => {
            options.iter().map(|option| visit.local(&option.label)).collect::<Vec<_>>().join("; ")
        }
        Ok(PropertyValue::Multilingual(texts)) => {
            let ours = visit.language.tag();
            let wanted = [ours, "nb", "no", "nn", "en"].into_iter();
            wanted.filter_map(|tag| texts.get(tag)).find(|text| !text.is_empty()).cloned().unwrap_or_default()
        }
        Ok(PropertyValue::Tagged(texts)) => in_our_language(visit, &texts),
        // What has parts of its own is no text for people; what does not fit its type is shown as it is.
        Ok(PropertyValue::Object(_)) => String::new(),
        Err(_) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
    }
}
