//! A member of a JSON object and the path to it, for errors that name the place and no value.

use jiff::civil::Date;
use serde_json::{Map, Value};
use varde_core::Period;

use super::ColumnFault;
use crate::Dated;

/// A value in a line.
pub(crate) struct Member<'a> {
    value: &'a Value,
    path: String,
}

type Result<T> = std::result::Result<T, ColumnFault>;

impl<'a> Member<'a> {
    /// The line as an object.
    pub(crate) fn line(value: &'a Value) -> Self {
        Self { value, path: String::new() }
    }

    /// The text of a line as JSON. A syntax error is told by its place, since the parser's words may
    /// repeat a value.
    pub(crate) fn parse(text: &str) -> Result<Value> {
        serde_json::from_str(text).map_err(|error| ColumnFault {
            column: format!("character {}", error.column()),
            reason: "this is not JSON".to_owned(),
        })
    }

    pub(crate) fn fault(&self, reason: impl std::fmt::Display) -> ColumnFault {
        ColumnFault { column: self.path.clone(), reason: reason.to_string() }
    }

    fn object(&self) -> Result<&'a Map<String, Value>> {
        self.value.as_object().ok_or_else(|| self.fault("this must be an object"))
    }

    /// Refuses members that are not known: a typing error must not lose a death or an end date.
    pub(crate) fn only(&self, known: &[&str]) -> Result<()> {
        match self.object()?.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => {
                let shown = name.chars().all(|c| c.is_ascii_alphabetic()) && name.len() <= 40;
                let named = if shown { format!("{name:?} is") } else { "a member is".to_owned() };
                Err(self.fault(format!("{named} not known here; known are {}", known.join(", "))))
            }
            None => Ok(()),
        }
    }

    /// A member that may be missing or null.
    pub(crate) fn get(&self, name: &str) -> Result<Option<Member<'a>>> {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Ok(self.object()?.get(name).filter(|v| !v.is_null()).map(|value| Member { value, path }))
    }

    /// A member that must be there.
    pub(crate) fn need(&self, name: &str) -> Result<Member<'a>> {
        self.get(name)?.ok_or_else(|| self.fault(format!("{name} is missing")))
    }

    /// The elements of a list that may be missing.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<Member<'a>>> {
        let Some(list) = self.get(name)? else { return Ok(Vec::new()) };
        let elements = list.value.as_array().ok_or_else(|| list.fault("this must be a list"))?;
        Ok(elements
            .iter()
            .enumerate()
            .map(|(i, value)| Member { value, path: format!("{}[{i}]", list.path) })
            .collect())
    }

    /// Whether a member is there and true.
    pub(crate) fn flag(&self, name: &str) -> Result<bool> {
        let Some(member) = self.get(name)? else { return Ok(false) };
        member.value.as_bool().ok_or_else(|| member.fault("this must be true or false"))
    }

    /// The path to it.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn text(&self) -> Result<&'a str> {
        self.value.as_str().ok_or_else(|| self.fault("this must be a text in quotation marks"))
    }

    /// A value read from its text.
    pub(crate) fn read<T, E: std::fmt::Display>(&self, read: impl Fn(&str) -> std::result::Result<T, E>) -> Result<T> {
        read(self.text()?).map_err(|error| self.fault(error))
    }

    pub(crate) fn date(&self) -> Result<Date> {
        self.read(|text| text.parse::<Date>().map_err(|_| "this must be a date, such as 2026-11-22"))
    }

    /// One of the codes, written as the sources do: `RegisteredAtBirth` for `registered_at_birth`.
    pub(crate) fn code<T: Copy>(&self, all: &[T], code: impl Fn(T) -> &'static str) -> Result<T> {
        let text = self.text()?;
        let found = all.iter().copied().find(|value| pascal(code(*value)) == text);
        found.ok_or_else(|| {
            let known: Vec<String> = all.iter().map(|value| pascal(code(*value))).collect();
            self.fault(format!("this must be one of {}", known.join(", ")))
        })
    }

    /// The days the element is valid: `validFrom`, and `validTo` when it is over.
    pub(crate) fn period(&self) -> Result<Period> {
        let until = self.get("validTo")?.map(|day| day.date()).transpose()?;
        let period = Period { from: self.need("validFrom")?.date()?, until };
        if period.until.is_some_and(|until| until < period.from) {
            return Err(self.fault("it ends before it begins"));
        }
        Ok(period)
    }

    /// The elements of a list, each a value with the days it is valid. `known` are the members an
    /// element may have beside those days.
    pub(crate) fn dated<T>(
        &self,
        name: &str,
        known: &[&str],
        value: impl Fn(&Member<'a>) -> Result<T>,
    ) -> Result<Vec<Dated<T>>> {
        let known: Vec<&str> = known.iter().copied().chain(["validFrom", "validTo"]).collect();
        let dated = |element: Member<'a>| {
            element.only(&known)?;
            Ok(Dated::new(value(&element)?, element.period()?))
        };
        self.list(name)?.into_iter().map(dated).collect()
    }
}

fn pascal(code: &str) -> String {
    let word = |word: &str| word.chars().take(1).map(|c| c.to_ascii_uppercase()).chain(word.chars().skip(1)).collect();
    code.split('_').map(word).collect::<Vec<String>>().concat()
}
