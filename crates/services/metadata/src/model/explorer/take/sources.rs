//! Sources, sub-sources, datasets and groups from their payloads.

use serde_json::Value;
use varde_core::LocalisedText;

use super::taking::{Taking, group, part};
use crate::model::{
    explorer::{
        fields::{self, array, must, owned, text},
        names,
        payload::{Payload, WrongPayload},
    },
    tree::{DataSource, SubSource, VariableGroup},
};

impl Taking {
    pub(super) fn summary(&mut self, payload: &Payload) -> Result<usize, WrongPayload> {
        let value = &payload.value;
        let (id, name) = (must(payload, value, "id")?, must(payload, value, "navn")?);
        let at = self.source(payload, id, name, text(value, "code"))?;
        let source = &mut self.sources[at];
        name_nb(&mut source.name, name);
        about_source(source, value);
        Ok(at)
    }

    pub(super) fn whole_source(&mut self, payload: &Payload) -> Result<usize, WrongPayload> {
        let value = &payload.value;
        let (id, name) = (must(payload, value, "id")?, must(payload, value, "preferredTerm")?);
        let at = self.source(payload, id, name, text(value, "code"))?;
        let source = &mut self.sources[at];
        name_nb(&mut source.name, name);
        source.description.nb = owned(value, "beskrivelse").unwrap_or_default();
        about_source(source, value);
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
            name_nb(&mut here.name, name);
            here.parent = above.map(str::to_owned);
            about_part(here, value);
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
            name_nb(&mut dataset.name, name);
            dataset.description.nb = owned(entry, "beskrivelse").unwrap_or_default();
            dataset.sub_source = part.map(str::to_owned);
            fields::details(&mut dataset.details, entry);
            fields::texts_of(&mut dataset.details.properties, &mut dataset.name, &mut dataset.description);
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
        name_nb(&mut dataset.name, name);
        dataset.description.nb = owned(value, "beskrivelse").unwrap_or_default();
        fields::details(&mut dataset.details, value);
        fields::texts_of(&mut dataset.details.properties, &mut dataset.name, &mut dataset.description);
        Ok(s)
    }
}

/// A name given in bokmål; other languages stay until their own property says otherwise.
fn name_nb(name: &mut LocalisedText, given: &str) {
    given.clone_into(&mut name.nb);
}

fn about_source(source: &mut DataSource, value: &Value) {
    source.kind = names::kind(text(value, "kildetype").unwrap_or_default());
    fields::details(&mut source.details, value);
    fields::texts_of(&mut source.details.properties, &mut source.name, &mut source.description);
}

fn about_part(part: &mut SubSource, value: &Value) {
    part.description.nb = owned(value, "beskrivelse").unwrap_or_default();
    fields::details(&mut part.details, value);
    fields::texts_of(&mut part.details.properties, &mut part.name, &mut part.description);
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
