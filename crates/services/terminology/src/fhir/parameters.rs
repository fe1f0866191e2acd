//! What an operation was asked: the query of a GET, or the Parameters of a POST.

use serde_json::Value;

use super::{object::Object, outcome::Fault};

/// How many parameters are read.
const MOST: usize = 500;

/// A parameter's value.
#[derive(Debug, Clone)]
enum Given {
    /// Text from an address; a type is read into it when it is asked for.
    Text(String),
    /// A value of a Parameters resource.
    Value(Value),
    /// A resource of a Parameters resource.
    Resource(Value),
}

/// A code with its system, as FHIR's Coding has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Coding {
    pub(crate) system: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) code: String,
    pub(crate) display: Option<String>,
}

impl Coding {
    fn of(value: &Value) -> Self {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Self {
            system: text("system"),
            version: text("version"),
            code: text("code").unwrap_or_default(),
            display: text("display"),
        }
    }
}

/// What an operation was asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    given: Vec<(String, Given)>,
}

impl Asked {
    /// The query of an address.
    pub(crate) fn of_query(query: &str) -> Result<Self, Fault> {
        let pairs = url::form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty());
        Self::checked(pairs.map(|(name, value)| (name.into_owned(), Given::Text(value.into_owned()))).collect())
    }

    /// A Parameters resource, or the query's beside it.
    pub(crate) fn of_body(query: &str, body: &[u8]) -> Result<Self, Fault> {
        let mut all = Self::of_query(query)?;
        let value: Value = serde_json::from_slice(body).map_err(|error| {
            Fault::invalid(format!("the body is not JSON: line {}, column {}", error.line(), error.column()))
        })?;
        if value.get("resourceType").and_then(Value::as_str) != Some("Parameters") {
            return Err(Fault::invalid("a resource of type Parameters is expected"));
        }
        let mut parameters = Object::new("Parameters", value)?;
        for mut parameter in parameters.objects("parameter")? {
            let name = parameter.needed("name")?;
            let given = match parameter.take("resource") {
                Some(resource) => Given::Resource(resource),
                None => {
                    let rest = parameter.rest();
                    let value = rest.into_iter().find(|(member, _)| member.starts_with("value"));
                    let Some((_, value)) = value else { continue };
                    Given::Value(value)
                }
            };
            all.given.push((name, given));
        }
        Self::checked(all.given)
    }

    fn checked(given: Vec<(String, Given)>) -> Result<Self, Fault> {
        if given.len() > MOST {
            return Err(Fault::too_costly(format!("at most {MOST} parameters are read")));
        }
        Ok(Self { given })
    }

    fn values<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a Given> + use<'a, 'n> {
        self.given.iter().filter(move |(given, _)| given == name).map(|(_, value)| value)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.values(name).next().is_some()
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.texts(name).next()
    }

    pub(crate) fn texts<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        self.values(name).filter_map(|given| match given {
            Given::Text(text) => Some(text.as_str()),
            Given::Value(value) => value.as_str(),
            Given::Resource(_) => None,
        })
    }

    /// The first of several names that has a text.
    pub(crate) fn any_text(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.text(name))
    }

    pub(crate) fn needed(&self, name: &str) -> Result<&str, Fault> {
        self.text(name).ok_or_else(|| Fault::required(name))
    }

    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Fault> {
        match self.values(name).next() {
            None => Ok(None),
            Some(Given::Value(Value::Bool(flag))) => Ok(Some(*flag)),
            Some(Given::Text(text)) if text == "true" => Ok(Some(true)),
            Some(Given::Text(text)) if text == "false" => Ok(Some(false)),
            Some(_) => Err(Fault::invalid(format!("{name}: true or false is expected"))),
        }
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, Fault> {
        let number = match self.values(name).next() {
            None => return Ok(None),
            Some(Given::Value(value)) => value.as_u64().and_then(|n| usize::try_from(n).ok()),
            Some(Given::Text(text)) => text.parse().ok(),
            Some(Given::Resource(_)) => None,
        };
        number.map(Some).ok_or_else(|| Fault::invalid(format!("{name}: a whole number from 0 is expected")))
    }

    pub(crate) fn coding(&self, name: &str) -> Option<Coding> {
        self.values(name).find_map(|given| match given {
            Given::Value(value) if value.is_object() => Some(Coding::of(value)),
            _ => None,
        })
    }

    /// The codings of a CodeableConcept.
    pub(crate) fn codings(&self, name: &str) -> Option<Vec<Coding>> {
        self.values(name).find_map(|given| match given {
            Given::Value(value) if value.is_object() => {
                let codings = value.get("coding").and_then(Value::as_array);
                Some(codings.into_iter().flatten().map(Coding::of).collect())
            }
            _ => None,
        })
    }

    pub(crate) fn resources<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a Value> + use<'a, 'n> {
        self.values(name).filter_map(|given| match given {
            Given::Resource(resource) => Some(resource),
            _ => None,
        })
    }
}
