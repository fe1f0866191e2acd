//! Sources, sub-sources, datasets and groups from their payloads.

use serde_json::Value;
use varde_core::LocalisedText;

use super::taking::{Taking, group, part};
use crate::model::{
    details::Details,
    explorer::{
        fields::{self, array, must, owned, text},
        names,
        payload::{Payload, WrongPayload},
    },
    tree::VariableGroup,
    value::SourceKind,
};

impl Taking {
    pub(super) fn summary(&mut self, payload: &Payload) -> Result<usize, WrongPayload> {
        let value = &payload.value;
        let (id, name) = (must(payload, value, "id")?, must(payload, value, "navn")?);
        let at = self.source(payload, id, name, text(value, "code"))?;
        let source = &mut self.sources[at];
        source.kind = kind(value);
        name.clone_into(&mut source.name.nb);
        fields::details(&mut source.details, value);
        fields::texts_of(&mut source.details.properties, &mut source.name, &mut source.description);
        Ok(at)
    }

    pub(super) fn whole_source(&mut self, payload: &Payload) -> Result<usize, WrongPayload> {
        let value = &payload.value;
        let (id, name) = (must(payload, value, "id")?, must(payload, value, "preferredTerm")?);
        let at = self.source(payload, id, name, text(value, "code"))?;
        let source = &mut self.sources[at];
        source.kind = kind(value);
        say(value, name, &mut source.name, &mut source.description, &mut source.details);
        self.datasets_in(payload, at, value, None)?;
        self.parts(payload, at, array(value, "delkilder"), None)?;
        Ok(at)
    }

    fn parts(
        &mut self,
        payload: &Payload,
        at: usize,
        parts: &[Value],
        above: Option<&str>,
    ) -> Result<(), WrongPayload> {
        for value in parts {
            let (id, name) = (must(payload, value, "id")?, must(payload, value, "name")?);
            let here = part(&mut self.sources[at], id, name);
            here.parent = above.map(str::to_owned);
            say(value, name, &mut here.name, &mut here.description, &mut here.details);
            let code = here.code.clone();
            self.datasets_in(payload, at, value, Some(&code))?;
            self.parts(payload, at, array(value, "children"), Some(&code))?;
        }
        Ok(())
    }

    /// The datasets that a source or a sub-source lists.
    fn datasets_in(
        &mut self,
        payload: &Payload,
        at: usize,
        value: &Value,
        part: Option<&str>,
    ) -> Result<(), WrongPayload> {
        for entry in array(value, "datasamlinger") {
            let (id, name) = (must(payload, entry, "id")?, must(payload, entry, "name")?);
            let (s, d) = self.dataset(at, id, name);
            let dataset = &mut self.sources[s].datasets[d];
            dataset.sub_source = part.map(str::to_owned);
            say(entry, name, &mut dataset.name, &mut dataset.description, &mut dataset.details);
        }
        Ok(())
    }

    pub(super) fn hierarchy(&mut self, payload: &Payload) -> Result<usize, WrongPayload> {
        let value = &payload.value;
        let (id, name) = (must(payload, value, "kildeId")?, must(payload, value, "kildeName")?);
        let at = self.source(payload, id, name, None)?;
        self.branches(payload, at, array(value, "directDatasamlinger"), None)?;
        self.part_branches(payload, at, array(value, "delkilder"), None)?;
        Ok(at)
    }

    fn part_branches(
        &mut self,
        payload: &Payload,
        at: usize,
        parts: &[Value],
        above: Option<&str>,
    ) -> Result<(), WrongPayload> {
        for value in parts {
            let (id, name) = (must(payload, value, "id")?, must(payload, value, "name")?);
            let here = part(&mut self.sources[at], id, name);
            here.parent = above.map(str::to_owned);
            groups_in(payload, &mut here.groups, array(value, "unassignedVariabelgrupper"), None)?;
            let code = here.code.clone();
            self.branches(payload, at, array(value, "datasamlinger"), Some(&code))?;
            self.part_branches(payload, at, array(value, "children"), Some(&code))?;
        }
        Ok(())
    }

    fn branches(
        &mut self,
        payload: &Payload,
        at: usize,
        datasets: &[Value],
        part: Option<&str>,
    ) -> Result<(), WrongPayload> {
        for value in datasets {
            let (id, name) = (must(payload, value, "id")?, must(payload, value, "name")?);
            let (s, d) = self.dataset(at, id, name);
            let dataset = &mut self.sources[s].datasets[d];
            dataset.sub_source = part.map(str::to_owned);
            dataset.details.order = value.get("presentationOrder").and_then(Value::as_i64);
            groups_in(payload, &mut dataset.groups, array(value, "variabelgrupper"), None)?;
        }
        Ok(())
    }

    pub(super) fn whole_dataset(&mut self, payload: &Payload) -> Result<usize, WrongPayload> {
        let value = &payload.value;
        let (id, name) = (must(payload, value, "id")?, must(payload, value, "preferredTerm")?);
        let (source, named) = (must(payload, value, "parentKildeId")?, must(payload, value, "parentKildeNavn")?);
        let at = self.source(payload, source, named, None)?;
        let (s, d) = self.dataset(at, id, name);
        let dataset = &mut self.sources[s].datasets[d];
        say(value, name, &mut dataset.name, &mut dataset.description, &mut dataset.details);
        Ok(s)
    }
}

fn kind(value: &Value) -> SourceKind {
    names::kind(text(value, "kildetype").unwrap_or_default())
}

/// What a payload says of anything in the tree: its name and description in bokmål, its details, and what
/// their properties hold in other languages.
fn say(value: &Value, given: &str, name: &mut LocalisedText, description: &mut LocalisedText, details: &mut Details) {
    given.clone_into(&mut name.nb);
    description.nb = owned(value, "beskrivelse").unwrap_or_default();
    fields::details(details, value);
    fields::texts_of(&mut details.properties, name, description);
}

fn groups_in(
    payload: &Payload,
    groups: &mut Vec<VariableGroup>,
    branches: &[Value],
    above: Option<&str>,
) -> Result<(), WrongPayload> {
    for value in branches {
        let (id, name) = (must(payload, value, "id")?, must(payload, value, "name")?);
        let code = group(groups, id, name, above);
        groups_in(payload, groups, array(value, "childVariabelgrupper"), Some(&code))?;
    }
    Ok(())
}
