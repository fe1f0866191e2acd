//! Which codes are in a value set.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{
    filter::Sieve,
    library::{DEPTH, Library},
    outcome::{Fault, Issue},
};
use crate::{Chosen, Include, ValueSet};
use http::StatusCode;

/// How many codes a value set may have here.
const MOST: usize = 200_000;

/// A code of a value set.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    /// The place of its code system in the library.
    pub(crate) system: usize,
    /// Its position there.
    pub(crate) position: usize,
    /// What the value set calls it, and what else it says of it.
    pub(crate) chosen: Option<Chosen>,
}

/// The codes of a value set in the order of its rules, each once, and what was used.
#[derive(Debug, Default)]
pub(crate) struct Members {
    pub(crate) all: Vec<Member>,
    places: HashMap<(usize, usize), usize>,
    /// The code systems.
    pub(crate) systems: BTreeSet<usize>,
    /// The value sets that were looked into, as canonical references.
    pub(crate) sets: BTreeSet<String>,
}

impl Members {
    fn add(&mut self, member: Member) -> Result<(), Fault> {
        let key = (member.system, member.position);
        if let Some(place) = self.places.get(&key) {
            // A rule that lists the code may call it something; one that only finds it does not.
            if self.all[*place].chosen.is_none() {
                self.all[*place].chosen = member.chosen;
            }
            return Ok(());
        }
        if self.all.len() >= MOST {
            return Err(Fault::too_costly(format!("the value set has more than {MOST} codes")));
        }
        self.places.insert(key, self.all.len());
        self.all.push(member);
        Ok(())
    }

    /// The member of that system and position.
    pub(crate) fn find(&self, system: usize, position: usize) -> Option<&Member> {
        self.places.get(&(system, position)).map(|place| &self.all[*place])
    }

    fn keep(&mut self, keep: impl Fn(&Member) -> bool) {
        self.all.retain(keep);
        self.places = self.all.iter().enumerate().map(|(at, m)| ((m.system, m.position), at)).collect();
    }
}

/// The codes of a value set.
///
/// # Errors
/// A system or value set is not here; a rule is wrong; value sets stand in a circle; there are too
/// many codes.
pub(crate) fn members(library: &Library, set: &ValueSet) -> Result<Members, Fault> {
    let mut above = vec![set.url.clone()];
    of_set(library, set, &mut above)
}

fn of_set(library: &Library, set: &ValueSet, above: &mut Vec<String>) -> Result<Members, Fault> {
    let mut members = Members::default();
    for (at, rule) in set.include.iter().enumerate() {
        let place = format!("ValueSet.compose.include[{at}]");
        let found = of_rule(library, rule, &place, above)?;
        members.systems.extend(found.systems);
        members.sets.extend(found.sets);
        found.all.into_iter().try_for_each(|member| members.add(member))?;
    }
    for (at, rule) in set.exclude.iter().enumerate() {
        let place = format!("ValueSet.compose.exclude[{at}]");
        let found = of_rule(library, rule, &place, above)?;
        members.systems.extend(found.systems);
        members.sets.extend(found.sets);
        let gone: HashSet<(usize, usize)> = found.all.iter().map(|m| (m.system, m.position)).collect();
        members.keep(|member| !gone.contains(&(member.system, member.position)));
    }
    if set.inactive == Some(false) {
        let active = |m: &Member| library.content(m.system).is_some_and(|content| content.at(m.position).active);
        members.keep(active);
    }
    Ok(members)
}

fn of_rule(library: &Library, rule: &Include, place: &str, above: &mut Vec<String>) -> Result<Members, Fault> {
    let mut members = match &rule.system {
        Some(system) => Some(of_system(library, rule, system, place)?),
        None if rule.value_sets.is_empty() => {
            return Err(Fault::value_set("a rule names a code system or value sets", place));
        }
        None => None,
    };
    for canonical in &rule.value_sets {
        let inner = of_named(library, canonical, above)?;
        members = Some(match members {
            None => inner,
            Some(mut outer) => {
                outer.keep(|member| inner.find(member.system, member.position).is_some());
                outer.systems.extend(&inner.systems);
                outer.sets.extend(inner.sets);
                outer
            }
        });
    }
    Ok(members.unwrap_or_default())
}

fn of_named(library: &Library, canonical: &str, above: &mut Vec<String>) -> Result<Members, Fault> {
    let (set, version) = library.value_set(canonical).ok_or_else(|| {
        let text = format!("A definition for the value Set '{canonical}' could not be found");
        let issue = Issue::error("not-found", Some("not-found"), text).id("Unable_to_resolve_value_Set_");
        Fault::new(StatusCode::NOT_FOUND, issue)
    })?;
    if above.contains(&set.url) || above.len() > DEPTH {
        let text = format!("Cyclic reference detected when including {}", above.join(", "));
        let issue = Issue::error("processing", Some("vs-invalid"), text).id("VALUESET_CIRCULAR_REFERENCE");
        return Err(Fault::new(StatusCode::UNPROCESSABLE_ENTITY, issue));
    }
    above.push(set.url.clone());
    let mut members = of_set(library, &set, above)?;
    above.pop();
    members.sets.insert(match version {
        Some(version) => format!("{}|{version}", set.url),
        None => set.url.clone(),
    });
    Ok(members)
}

/// Why a code system that somebody asks for cannot be used.
pub(crate) fn no_system(library: &Library, system: &str, version: Option<&str>, so: &str) -> Issue {
    let versions = library.versions(system);
    match version.filter(|_| !versions.is_empty()) {
        None => {
            let text = format!("A definition for CodeSystem '{system}' could not be found, so {so}");
            Issue::error("not-found", Some("not-found"), text).id("UNKNOWN_CODESYSTEM")
        }
        Some(version) => {
            let text = format!(
                "A definition for CodeSystem '{system}' version '{version}' could not be found, so {so}. Valid versions: {}",
                versions.join(", ")
            );
            Issue::error("not-found", Some("not-found"), text).id("UNKNOWN_CODESYSTEM_VERSION")
        }
    }
}

fn of_system(library: &Library, rule: &Include, system: &str, place: &str) -> Result<Members, Fault> {
    let version = rule.version.as_deref();
    let unknown =
        || Fault::new(StatusCode::NOT_FOUND, no_system(library, system, version, "the value set cannot be expanded"));
    let at = library.system(system, version).ok_or_else(unknown)?;
    let content = library.content(at).ok_or_else(unknown)?;
    let mut members = Members { systems: BTreeSet::from([at]), ..Members::default() };
    if !rule.concepts.is_empty() && !rule.filters.is_empty() {
        return Err(Fault::value_set("a rule either lists codes or filters them", place));
    }
    for chosen in &rule.concepts {
        // A code that is not in the system is not in the set: nothing could be said about it.
        if let Some(position) = content.position(&chosen.code) {
            members.add(Member { system: at, position, chosen: Some(chosen.clone()) })?;
        }
    }
    if !rule.concepts.is_empty() {
        return Ok(members);
    }
    let sieves = rule.filters.iter().enumerate();
    let sieves = sieves.map(|(n, filter)| Sieve::new(filter, system, content, &format!("{place}.filter[{n}]")));
    let sieves = sieves.collect::<Result<Vec<_>, _>>()?;
    let through = (0..content.len()).filter(|at| sieves.iter().all(|sieve| sieve.lets_through(content, *at)));
    through.map(|position| Member { system: at, position, chosen: None }).try_for_each(|member| members.add(member))?;
    Ok(members)
}
