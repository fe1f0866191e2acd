//! What a payload says that the model would not say again: found out when everything is in its place, and kept
//! beside what it is about.

use jiff::civil::Date;
use serde_json::Value;

use super::{
    taking::{Place, Taking},
    version::list_of,
};
use crate::model::{
    details::{External, Kept},
    explorer::{
        fields::text,
        keep::difference,
        payload::{Payload, Payloads},
        write::Writer,
        write_variable::codes_payload,
    },
    registry::Registry,
    tree::DataSource,
};

impl Taking {
    /// Finds out, now that everything is in its place, where payloads differ from what we would write.
    pub(super) fn keep(&mut self, payloads: &Payloads, registry: &Registry, today: Date) {
        for at in 0..self.sources.len() {
            let found = self.kept_of(at, payloads, registry, today);
            let source = &mut self.sources[at];
            for (id, payload, kept) in found {
                note(source, &id, payload, kept);
            }
        }
        self.keep_variables(payloads, registry, today);
    }

    fn kept_of(
        &self,
        at: usize,
        payloads: &Payloads,
        registry: &Registry,
        today: Date,
    ) -> Vec<(String, &'static str, Vec<Kept>)> {
        let source = &self.sources[at];
        let writer = Writer::bare(source, registry, today);
        let Some(id) = source.details.external.as_ref().map(|e| e.id.as_str()) else { return Vec::new() };
        let of = |list: &[Payload], key: &str, name: &'static str, ours: &dyn Fn() -> Value| {
            let found = list.iter().rev().find(|payload| text(&payload.value, key) == Some(id));
            found.map(|payload| (id.to_owned(), name, difference(&ours(), &payload.value)))
        };
        let mut kept: Vec<_> = [
            of(&payloads.summaries, "id", "summary", &|| writer.summary()),
            of(&payloads.sources, "id", "source", &|| writer.source()),
            of(&payloads.hierarchies, "kildeId", "hierarchy", &|| writer.hierarchy()),
        ]
        .into_iter()
        .flatten()
        .collect();
        for payload in payloads.datasets.iter().filter(|p| text(&p.value, "parentKildeId") == Some(id)) {
            let Some(dataset) = text(&payload.value, "id").and_then(|id| self.dataset_of(id)) else { continue };
            let dataset = &source.datasets[dataset.1];
            let Some(external) = &dataset.details.external else { continue };
            kept.push((external.id.clone(), "dataset", difference(&writer.dataset(dataset), &payload.value)));
        }
        kept
    }

    fn keep_variables(&mut self, payloads: &Payloads, registry: &Registry, today: Date) {
        let mut found: Vec<(String, String, Vec<Kept>)> = Vec::new();
        {
            let writers: Vec<Writer<'_>> = self.sources.iter().map(|s| Writer::bare(s, registry, today)).collect();
            let at = |(s, d, v): Place| {
                let dataset = &self.sources[s].datasets[d];
                (&writers[s], dataset, &dataset.variables[v])
            };
            let place = |payload: &Payload| {
                let id = text(&payload.value, "id")?;
                Some((id.to_owned(), at(*self.variables.get(id)?)))
            };
            for payload in &payloads.variables {
                let Some((id, (writer, dataset, variable))) = place(payload) else { continue };
                found.push((id, "variable".into(), difference(&writer.variable(dataset, variable), &payload.value)));
            }
            for payload in &payloads.items {
                let Some((id, (writer, dataset, variable))) = place(payload) else { continue };
                found.push((id, "item".into(), difference(&writer.item(dataset, variable), &payload.value)));
            }
            for payload in &payloads.timelines {
                let Some((writer, _, variable)) = self.timeline_of(&payload.value).map(at) else { continue };
                let Some(external) = &variable.details.external else { continue };
                found.push((
                    external.id.clone(),
                    "timeline".into(),
                    difference(&writer.timeline(variable), &payload.value),
                ));
            }
            for payload in &payloads.codes {
                let Some((kind, reference)) = list_of(&payload.value) else { continue };
                for (id, place) in &self.variables {
                    let (writer, _, variable) = at(*place);
                    let Some(ours) = writer.codes(variable, kind, reference) else { continue };
                    found.push((id.clone(), codes_payload(kind, reference), difference(&ours, &payload.value)));
                }
            }
        }
        for (id, payload, kept) in found {
            let Some(place) = self.variables.get(&id).copied() else { continue };
            if let Some(external) = &mut self.variable(place).details.external {
                set_kept(external, &payload, kept);
            }
        }
    }
}

/// Keeps what was found beside the source or the dataset of that id.
fn note(source: &mut DataSource, id: &str, payload: &str, kept: Vec<Kept>) {
    let datasets = source.datasets.iter_mut().filter_map(|dataset| dataset.details.external.as_mut());
    let all = source.details.external.iter_mut().chain(datasets);
    if let Some(external) = all.into_iter().find(|external| external.id == id) {
        set_kept(external, payload, kept);
    }
}

fn set_kept(external: &mut External, payload: &str, kept: Vec<Kept>) {
    if kept.is_empty() {
        external.kept.remove(payload);
    } else {
        external.kept.insert(payload.to_owned(), kept);
    }
}
