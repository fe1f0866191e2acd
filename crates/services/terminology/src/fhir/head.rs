//! What CodeSystem, ConceptMap and ValueSet say about themselves, in and out: the same members, the same
//! way of finding a key, the same that is worked out anew on the way out.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::object::{Misfit, Object, put, put_wording};
use crate::{Edition, Head, Key, UNDETERMINED, Wording};

/// The head of a resource that is being read. What else is in it is taken after, and [`Read::finish`]
/// keeps the rest.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) head: Head,
    name: Option<String>,
    /// The resource's language, when it says one.
    pub(crate) language: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) date: Option<Date>,
}

/// Whether a resource must have an address: those that come with a request may do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Address {
    Needed,
    Optional,
}

/// Takes the head out. `key` is used where it is given; else the name, the id or the address suggests one.
pub(crate) fn read(object: &mut Object, key: Option<&Key>, address: Address) -> Result<Read, Misfit> {
    object.take("resourceType");
    let (id, name) = (object.text("id")?, object.text("name")?);
    let url = match address {
        Address::Needed => object.needed("url")?,
        Address::Optional => object.text("url")?.unwrap_or_default(),
    };
    let suggested = [name.as_deref(), id.as_deref(), url.rsplit('/').next()].into_iter().flatten();
    let key = key.cloned().or_else(|| suggested.filter_map(Key::suggested).next());
    let key = key.ok_or_else(|| object.misfit("name", "a name that a key can be made of"))?;
    let language = object.text("language")?;
    let tag = language.as_deref().unwrap_or(UNDETERMINED);
    let title = object.wording("title", tag)?;
    let title =
        if title.is_empty() { Wording::new(tag, name.clone().unwrap_or_else(|| key.to_string())) } else { title };
    let mut head = Head::new(key, url, title);
    head.description = object.wording("description", tag)?;
    head.publisher = object.text("publisher")?.unwrap_or_default();
    head.copyright = object.text("copyright")?.unwrap_or_default();
    let (version, date) = (object.text("version")?, object.day("date")?);
    for derived in ["status", "meta", "text"] {
        object.take(derived);
    }
    Ok(Read { head, name, language, version, date })
}

impl Read {
    /// The language of texts that name none, as a BCP 47 tag.
    pub(crate) fn tag(&self) -> &str {
        self.language.as_deref().unwrap_or(UNDETERMINED)
    }

    /// The head with what nobody took, kept for the way out; the name stays as it came.
    pub(crate) fn finish(self, rest: Map<String, Value>) -> Head {
        let mut head = self.head;
        head.other = rest;
        if let Some(name) = self.name {
            head.other.insert("name".to_owned(), name.into());
        }
        head
    }
}

/// The head on its way out; texts are in `tag` first.
pub(crate) fn write(kind: &str, head: &Head, tag: &str) -> Map<String, Value> {
    let mut out = head.other.clone();
    out.insert("resourceType".to_owned(), kind.into());
    put(&mut out, "url", head.url.clone());
    out.entry("name").or_insert_with(|| fhir_name(&head.key).into());
    put_wording(&mut out, "title", &head.title, tag);
    put_wording(&mut out, "description", &head.description, tag);
    put(&mut out, "publisher", head.publisher.clone());
    put(&mut out, "copyright", head.copyright.clone());
    out
}

/// What an edition adds to the head.
pub(crate) fn put_edition(out: &mut Map<String, Value>, edition: &Edition) {
    out.insert("id".to_owned(), edition.id.to_string().into());
    put(out, "version", edition.version.clone());
    put(out, "status", edition.status.fhir().to_owned());
    put(out, "date", edition.valid.from.to_string());
}

/// Marks a resource that comes without what is in it, as FHIR asks (`SUBSETTED`).
pub(crate) fn mark_subsetted(out: &mut Map<String, Value>) {
    let subsetted =
        json!({ "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED" });
    out.insert("meta".to_owned(), json!({ "tag": [subsetted] }));
}

/// FHIR's computable name of a key: `icpc2b-icd10` becomes `Icpc2bIcd10`.
pub(crate) fn fhir_name(key: &Key) -> String {
    let words = key.as_str().split(['-', '_']).map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
    });
    let name: String = words.collect();
    if name.starts_with(|c: char| c.is_ascii_uppercase()) { name } else { format!("K{name}") }
}
