//! Reading FHIR's JSON member by member: what is known is taken out, the rest is kept as it came,
//! and what has the wrong form is named by its place.

use jiff::civil::Date;
use serde_json::{Map, Value};

use crate::Wording;

/// Something in a resource has the wrong form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {expected} is expected")]
pub struct Misfit {
    /// Where, as a FHIRPath: `CodeSystem.concept[3].code`.
    pub place: String,
    /// What should be there.
    pub expected: &'static str,
}

/// The extension that carries a text in another language.
const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";

/// An object on its way in.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) place: String,
    members: Map<String, Value>,
}

impl Object {
    pub(crate) fn new(place: impl Into<String>, value: Value) -> Result<Self, Misfit> {
        let place = place.into();
        match value {
            Value::Object(members) => Ok(Self { place, members }),
            _ => Err(Misfit { place, expected: "an object" }),
        }
    }

    pub(crate) fn misfit(&self, name: &str, expected: &'static str) -> Misfit {
        Misfit { place: format!("{}.{name}", self.place), expected }
    }

    /// The member of that name, taken out.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, Misfit> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.misfit(name, "a text")),
        }
    }

    pub(crate) fn needed(&mut self, name: &str) -> Result<String, Misfit> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| self.misfit(name, "a text"))
    }

    pub(crate) fn flag(&mut self, name: &str) -> Result<Option<bool>, Misfit> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(self.misfit(name, "true or false")),
        }
    }

    /// A date, or the day of a date and time; a year or month alone means its first day.
    pub(crate) fn day(&mut self, name: &str) -> Result<Option<Date>, Misfit> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        day(&text).map(Some).ok_or_else(|| self.misfit(name, "a date such as 2017-01-31"))
    }

    pub(crate) fn list(&mut self, name: &str) -> Result<Vec<Value>, Misfit> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(self.misfit(name, "a list")),
        }
    }

    pub(crate) fn objects(&mut self, name: &str) -> Result<Vec<Self>, Misfit> {
        let items = self.list(name)?;
        (0..).zip(items).map(|(at, item): (usize, _)| Self::new(format!("{}.{name}[{at}]", self.place), item)).collect()
    }

    /// A text with its translations.
    pub(crate) fn wording(&mut self, name: &str, language: &str) -> Result<Wording, Misfit> {
        let Some(text) = self.text(name)? else { return Ok(Wording::default()) };
        let beside = format!("_{name}");
        let translations = self.members.get(&beside).and_then(translations);
        let mut wording = Wording::new(language, text);
        if let Some(translations) = translations {
            wording = translations.into_iter().fold(wording, |all, (lang, content)| all.with(&lang, content));
            self.members.remove(&beside);
        }
        Ok(wording)
    }

    /// What nobody took.
    pub(crate) fn rest(self) -> Map<String, Value> {
        self.members
    }
}

/// The day of a FHIR date or date and time.
pub(crate) fn day(text: &str) -> Option<Date> {
    let date = text.split('T').next()?;
    let whole = match date.len() {
        4 => format!("{date}-01-01"),
        7 => format!("{date}-01"),
        _ => date.to_owned(),
    };
    whole.parse().ok()
}

/// The translations beside a text, when nothing else is there: what else there is must not be lost.
fn translations(beside: &Value) -> Option<Vec<(String, String)>> {
    let members = beside.as_object().filter(|members| members.len() == 1)?;
    members.get("extension")?.as_array()?.iter().map(translation).collect()
}

fn translation(extension: &Value) -> Option<(String, String)> {
    if extension.get("url")?.as_str()? != TRANSLATION {
        return None;
    }
    let parts = extension.get("extension")?.as_array()?;
    let part = |url: &str| parts.iter().find(|p| p.get("url").and_then(Value::as_str) == Some(url));
    let language = part("lang")?.get("valueCode")?.as_str()?;
    let content = part("content")?;
    let content = content.get("valueString").or_else(|| content.get("valueMarkdown"))?.as_str()?;
    Some((language.to_owned(), content.to_owned()))
}

/// Puts a text with its translations into an object on its way out.
pub(crate) fn put_wording(into: &mut Map<String, Value>, name: &str, wording: &Wording, language: &str) {
    let Some((main, text)) = wording.best(language) else { return };
    into.insert(name.to_owned(), text.into());
    let others = wording.iter().filter(|(l, _)| *l != main).map(|(l, content)| {
        serde_json::json!({ "url": TRANSLATION, "extension": [
            { "url": "lang", "valueCode": l }, { "url": "content", "valueString": content },
        ] })
    });
    let others: Vec<Value> = others.collect();
    if !others.is_empty() {
        into.insert(format!("_{name}"), serde_json::json!({ "extension": others }));
    }
}

/// Puts a member that is there.
pub(crate) fn put(into: &mut Map<String, Value>, name: &str, value: impl Into<Option<String>>) {
    if let Some(text) = value.into().filter(|text| !text.is_empty()) {
        into.insert(name.to_owned(), text.into());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_keeps_its_translations_and_the_way_back_gives_the_same() {
        let mut out = Map::new();
        put_wording(&mut out, "title", &Wording::nb("Kjønn").with("en", "Sex"), "nb");
        let mut object = Object::new("CodeSystem", Value::Object(out)).unwrap();
        assert_eq!(object.wording("title", "nb").unwrap(), Wording::nb("Kjønn").with("en", "Sex"));
        assert!(object.rest().is_empty());
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place() {
        let mut object = Object::new("CodeSystem", json!({ "concept": [{ "code": 7 }] })).unwrap();
        let mut concept = object.objects("concept").unwrap().remove(0);
        assert_eq!(concept.text("code").unwrap_err().to_string(), "CodeSystem.concept[0].code: a text is expected");
        assert_eq!(day("2017"), Some(jiff::civil::date(2017, 1, 1)));
        assert_eq!(day("2017-02-03T04:05:06Z"), Some(jiff::civil::date(2017, 2, 3)));
        assert_eq!(day("yesterday"), None);
    }
}
