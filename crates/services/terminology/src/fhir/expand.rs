//! `ValueSet/$expand`.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value, json};
use varde_core::Digest;

use super::{
    code_system::designations,
    library::Library,
    members::{Member, members},
    outcome::Fault,
    parameters::Asked,
    validate::asked_set,
    value_set::head,
};
use crate::find::Finder;

/// How many codes an expansion may have at once; more are read page by page (`count`, `offset`).
pub(crate) const AT_ONCE: usize = 20_000;

/// The systems that the operation needs.
pub(crate) fn needs(library: &Library, asked: &Asked) -> Result<BTreeSet<usize>, Fault> {
    Ok(library.systems_of(&asked_set(library, asked)?.0))
}

/// What the expansion is to be like.
struct Wish<'a> {
    filter: Option<&'a str>,
    count: Option<usize>,
    offset: usize,
    active_only: bool,
    language: Option<&'a str>,
    designations: bool,
    /// Whether codes may stand below each other: only when somebody asks for it, and for all at once.
    nested: bool,
}

impl<'a> Wish<'a> {
    fn of(library: &'a Library, asked: &'a Asked) -> Result<Self, Fault> {
        let (filter, count) = (asked.text("filter"), asked.number("count")?);
        let offset = asked.number("offset")?.unwrap_or(0);
        let paged = count.is_some() || offset > 0;
        Ok(Self {
            filter,
            count,
            offset,
            active_only: asked.flag("activeOnly")?.unwrap_or(false),
            language: asked.text("displayLanguage").or(library.language.as_deref()),
            designations: asked.flag("includeDesignations")?.unwrap_or(false),
            nested: asked.flag("excludeNested")? == Some(false) && !paged && filter.is_none(),
        })
    }

    /// The parameters that the expansion says it was made with.
    fn parameters(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let text = |name: &str, value: &str| json!({ "name": name, "valueString": value });
        all.extend(self.filter.map(|filter| text("filter", filter)));
        all.extend(self.count.map(|count| json!({ "name": "count", "valueInteger": count })));
        if self.offset > 0 {
            all.push(json!({ "name": "offset", "valueInteger": self.offset }));
        }
        if self.active_only {
            all.push(json!({ "name": "activeOnly", "valueBoolean": true }));
        }
        all.extend(self.language.map(|language| json!({ "name": "displayLanguage", "valueCode": language })));
        if self.designations {
            all.push(json!({ "name": "includeDesignations", "valueBoolean": true }));
        }
        all.push(json!({ "name": "excludeNested", "valueBoolean": !self.nested }));
        all
    }
}

/// `ValueSet/$expand`.
///
/// # Errors
/// As [`members`]; more than [`AT_ONCE`] codes without `count`.
pub(crate) fn expand(library: &Library, asked: &Asked) -> Result<Value, Fault> {
    let (set, version) = asked_set(library, asked)?;
    let wish = Wish::of(library, asked)?;
    let members = members(library, &set)?;
    let finder = wish.filter.and_then(Finder::new);
    let fits = |member: &&Member| {
        let Some(content) = library.content(member.system) else { return false };
        let concept = content.at(member.position);
        let said = member.chosen.as_ref().and_then(|chosen| chosen.display.as_deref());
        (concept.active || !wish.active_only)
            && finder.as_ref().is_none_or(|f| f.finds(concept).is_some() || said.is_some_and(|text| f.finds_text(text)))
    };
    let all: Vec<&Member> = members.all.iter().filter(fits).collect();
    let total = all.len();
    let page: Vec<&Member> = all.into_iter().skip(wish.offset).take(wish.count.unwrap_or(AT_ONCE + 1)).collect();
    if page.len() > AT_ONCE {
        let text =
            format!("the value set has {total} codes: ask for them page by page (count of at most {AT_ONCE}, offset)");
        return Err(Fault::too_costly(text));
    }
    let contains = if wish.nested { nested(library, &page, &wish) } else { flat(library, &page, &wish) };
    let mut out = head(&set);
    out.insert("status".to_owned(), "active".into());
    if let Some(version) = version.filter(|version| !version.is_empty()) {
        out.insert("version".to_owned(), version.into());
    }
    let mut parameters = wish.parameters();
    parameters.extend(members.systems.iter().map(|at| {
        let edition = library.edition(*at);
        let used = if edition.version.is_empty() { edition.subject.url().to_owned() } else { edition.canonical() };
        json!({ "name": "used-codesystem", "valueUri": used })
    }));
    parameters.extend(members.sets.iter().map(|used| json!({ "name": "used-valueset", "valueUri": used })));
    let mut expansion = json!({
        "identifier": identifier(&contains, &parameters),
        "timestamp": library.now.to_string(),
        "total": total,
        "parameter": parameters,
    });
    if wish.count.is_some() || wish.offset > 0 {
        expansion["offset"] = wish.offset.into();
    }
    if !contains.is_empty() {
        expansion["contains"] = Value::Array(contains);
    }
    out.insert("expansion".to_owned(), expansion);
    Ok(Value::Object(out))
}

/// The same codes under the same wishes are the same expansion.
fn identifier(contains: &[Value], parameters: &[Value]) -> String {
    let digest = Digest::of(json!([contains, parameters]).to_string().as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.bytes()[..16]);
    format!("urn:uuid:{}", uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

fn flat(library: &Library, page: &[&Member], wish: &Wish<'_>) -> Vec<Value> {
    page.iter().map(|member| Value::Object(item(library, member, wish))).collect()
}

/// Each code below the nearest one above it that is in the value set too, by its first parents.
fn nested(library: &Library, page: &[&Member], wish: &Wish<'_>) -> Vec<Value> {
    let places: HashMap<(usize, usize), usize> =
        page.iter().enumerate().map(|(n, m)| ((m.system, m.position), n)).collect();
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); page.len()];
    let mut tops = Vec::new();
    for (n, member) in page.iter().enumerate() {
        let mut above = None;
        let mut at = member.position;
        while let Some(parent) = library.content(member.system).and_then(|c| c.parents(at).first()) {
            above = places.get(&(member.system, *parent));
            if above.is_some() {
                break;
            }
            at = *parent;
        }
        above.map_or(&mut tops, |above| &mut below[*above]).push(n);
    }
    let page: Vec<Map<String, Value>> = page.iter().map(|member| item(library, member, wish)).collect();
    tops.iter().map(|top| branch(*top, &below, &page)).collect()
}

fn branch(at: usize, below: &[Vec<usize>], page: &[Map<String, Value>]) -> Value {
    let mut out = page[at].clone();
    if !below[at].is_empty() {
        out.insert("contains".to_owned(), below[at].iter().map(|child| branch(*child, below, page)).collect());
    }
    Value::Object(out)
}

fn item(library: &Library, member: &Member, wish: &Wish<'_>) -> Map<String, Value> {
    let mut out = Map::new();
    let (Some(content), Some(system)) = (library.content(member.system), library.code_system(member.system)) else {
        return out;
    };
    let concept = content.at(member.position);
    let own = system.language.as_deref().unwrap_or("nb");
    let mut put = |name: &str, value: Value| {
        out.insert(name.to_owned(), value);
    };
    put("system", system.url.as_str().into());
    if !concept.selectable {
        put("abstract", true.into());
    }
    if !concept.active {
        put("inactive", true.into());
    }
    put("code", concept.code.as_str().into());
    let said = member.chosen.as_ref().and_then(|chosen| chosen.display.as_deref());
    // What the value set calls it counts, unless somebody asks for a language that the system has.
    let asked = wish.language.and_then(|language| concept.display.exactly(language));
    let display = asked.or(said).unwrap_or_else(|| concept.display.get(wish.language.unwrap_or(own)));
    put("display", display.into());
    if wish.designations {
        let all = designations(concept, own);
        if !all.is_empty() {
            put("designation", Value::Array(all));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};
    use proptest::prelude::*;

    use super::*;
    use crate::Release;

    /// A system of that many codes, sent with the request, and a page of all its codes.
    fn page(size: usize, query: &str) -> Result<Value, Fault> {
        let concepts: Vec<Value> =
            (0..size).map(|n| json!({ "code": format!("c{n}"), "display": format!("tekst {n}") })).collect();
        let system = json!({ "resourceType": "CodeSystem", "url": "urn:a", "status": "active", "content": "complete",
            "concept": concepts });
        let body =
            json!({ "resourceType": "Parameters", "parameter": [{ "name": "tx-resource", "resource": system }] });
        let asked = Asked::of_body(&format!("url=urn:a%3Ffhir_vs{query}"), body.to_string().as_bytes()).unwrap();
        let times = (date(2026, 1, 1), Timestamp::UNIX_EPOCH);
        let library = Library::new(Vec::new(), &asked, Release::R4, times, None).unwrap();
        Ok(expand(&library, &asked)?["expansion"].clone())
    }

    fn codes(expansion: &Value) -> Vec<String> {
        let contains = expansion["contains"].as_array();
        contains.into_iter().flatten().map(|item| item["code"].as_str().unwrap_or_default().to_owned()).collect()
    }

    proptest! {
        /// Whatever their size, pages laid side by side are the whole, and each says how much there is.
        #[test]
        fn pages_laid_side_by_side_are_the_whole(size in 1_usize..40, count in 1_usize..15) {
            let whole = codes(&page(size, "").unwrap());
            prop_assert_eq!(whole.len(), size);
            let mut together = Vec::new();
            for offset in (0..size + count).step_by(count) {
                let part = page(size, &format!("&count={count}&offset={offset}")).unwrap();
                prop_assert_eq!(part["total"].as_u64(), Some(size as u64));
                prop_assert!(codes(&part).len() <= count);
                together.extend(codes(&part));
            }
            prop_assert_eq!(together, whole);
        }
    }

    #[test]
    fn more_than_can_be_given_at_once_is_asked_for_page_by_page() {
        assert_eq!(codes(&page(AT_ONCE, "").unwrap()).len(), AT_ONCE);
        assert_eq!(codes(&page(AT_ONCE + 1, "&count=3").unwrap()).len(), 3);
        assert_eq!(page(AT_ONCE + 1, "").unwrap_err().issue.code, "too-costly");
    }
}
