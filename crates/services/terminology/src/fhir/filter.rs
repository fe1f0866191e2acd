//! The filters of a value set over the concepts of a system. Regular expressions run in linear time
//! and small memory, whatever they are.

use regex::{Regex, RegexBuilder};

use super::{code_system, outcome::Fault};
use crate::{Content, Filter, FilterKind, PropertyValue};

/// The longest regular expression, in bytes.
const LONGEST: usize = 1_000;
/// How much memory a compiled one may take, in bytes.
const ROOM: usize = 1 << 20;

/// A filter made ready for one content.
pub(crate) struct Sieve {
    property: String,
    test: Test,
}

enum Test {
    /// The concept is one of those.
    Places(Vec<bool>),
    /// Some value fits.
    Value(Box<dyn Fn(&str) -> bool + Send + Sync>),
    /// No value fits.
    NoValue(Box<dyn Fn(&str) -> bool + Send + Sync>),
    /// The property is there, or is not.
    Exists(bool),
}

impl Sieve {
    /// Makes a filter ready; `place` is where it stands in the value set.
    pub(crate) fn new(filter: &Filter, system: &str, content: &Content, place: &str) -> Result<Self, Fault> {
        let Filter { property, op, value, .. } = filter;
        if value.is_empty() {
            let text = format!("The system {system} filter with property = {property}, op = {op} has no value");
            let mut fault = Fault::value_set(text, format!("{place}.value"));
            fault.issue.message = Some("UNABLE_TO_HANDLE_SYSTEM_FILTER_WITH_NO_VALUE");
            return Err(fault);
        }
        let kind = FilterKind::from_name(op).ok_or_else(|| {
            Fault::value_set(format!("the filter operation {op:?} is not known"), format!("{place}.op"))
        })?;
        let test = test(kind, property, value, system, content, place)?;
        Ok(Self { property: property.clone(), test })
    }

    /// Whether the concept at that position passes.
    pub(crate) fn lets_through(&self, content: &Content, at: usize) -> bool {
        match &self.test {
            Test::Places(places) => places[at],
            Test::Value(fits) => values(content, at, &self.property).iter().any(|value| fits(value)),
            Test::NoValue(fits) => !values(content, at, &self.property).iter().any(|value| fits(value)),
            Test::Exists(wanted) => *wanted != values(content, at, &self.property).is_empty(),
        }
    }
}

fn test(
    kind: FilterKind,
    property: &str,
    value: &str,
    system: &str,
    content: &Content,
    place: &str,
) -> Result<Test, Fault> {
    let list = || value.split(',').map(|item| item.trim().to_owned()).collect::<Vec<_>>();
    let wanted = value.to_owned();
    Ok(match kind {
        FilterKind::Equals => Test::Value(Box::new(move |value| value == wanted)),
        FilterKind::In => Test::Value(Box::new({
            let list = list();
            move |value| list.iter().any(|item| item == value)
        })),
        FilterKind::NotIn => Test::NoValue(Box::new({
            let list = list();
            move |value| list.iter().any(|item| item == value)
        })),
        FilterKind::Regex => {
            let regex = compiled(value, place)?;
            Test::Value(Box::new(move |value| regex.is_match(value)))
        }
        FilterKind::Exists => match value {
            "true" => Test::Exists(true),
            "false" => Test::Exists(false),
            _ => return Err(Fault::value_set("exists takes true or false", format!("{place}.value"))),
        },
        hierarchical => {
            if !matches!(property, "concept" | "code") {
                let text = format!("{} is about the property concept, not {property}", hierarchical.name());
                return Err(Fault::value_set(text, format!("{place}.property")));
            }
            let at = content.position(value).ok_or_else(|| {
                let text = format!("the code {value} of a filter is not in the code system {system}");
                Fault::value_set(text, format!("{place}.value"))
            })?;
            Test::Places(places(hierarchical, content, at))
        }
    })
}

/// The whole value is to match.
fn compiled(pattern: &str, place: &str) -> Result<Regex, Fault> {
    let place = format!("{place}.value");
    if pattern.len() > LONGEST {
        return Err(Fault::value_set(format!("a regular expression has at most {LONGEST} bytes"), place));
    }
    let built = RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(ROOM).dfa_size_limit(ROOM).build();
    built.map_err(|_| Fault::value_set("the regular expression cannot be read, or is too large", place))
}

fn places(kind: FilterKind, content: &Content, at: usize) -> Vec<bool> {
    let mut places = vec![false; content.len()];
    let chosen = match kind {
        FilterKind::Generalizes => content.ancestors(at),
        FilterKind::ChildOf => content.children(at).to_vec(),
        FilterKind::DescendentLeaf => {
            content.descendants(at).into_iter().filter(|below| content.children(*below).is_empty()).collect()
        }
        _ => content.descendants(at),
    };
    chosen.into_iter().for_each(|place| places[place] = true);
    if matches!(kind, FilterKind::IsA | FilterKind::IsNotA | FilterKind::Generalizes) {
        places[at] = true;
    }
    if kind == FilterKind::IsNotA {
        places.iter_mut().for_each(|place| *place = !*place);
    }
    places
}

/// The values of a property, as texts: the code, the display, the places around it, or what the owner
/// says.
fn values(content: &Content, at: usize, property: &str) -> Vec<String> {
    let concept = content.at(at);
    let codes = |places: &[usize]| places.iter().map(|at| content.at(*at).code.clone()).collect();
    match property {
        "concept" | "code" => vec![concept.code.clone()],
        "display" => concept.display.iter().map(|(_, text)| text.to_owned()).collect(),
        "parent" => codes(content.parents(at)),
        "child" => codes(content.children(at)),
        "inactive" => vec![(!concept.active).to_string()],
        "notSelectable" => vec![(!concept.selectable).to_string()],
        other => {
            let own: Vec<String> = concept.property(other).map(PropertyValue::as_text).collect();
            if !own.is_empty() {
                return own;
            }
            let derived = code_system::properties(content, at).into_iter().filter(|(code, ..)| code == other);
            derived.map(|(.., value)| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect()
        }
    }
}
