//! What other catalogues demand of what is proposed, as a reviewer reads it before publishing.

use varde_web::{Visit, ui::Tone};

use crate::{
    ProposedChange,
    ports::{Demand, Lack, Weight},
};

/// What one other catalogue demands of one source.
pub(super) struct DemandShown {
    pub(super) title: String,
    /// How much is lacking, in words.
    pub(super) count: String,
    pub(super) tone: Tone,
    pub(super) lacks: Vec<LackShown>,
}

pub(super) struct LackShown {
    pub(super) tag: String,
    pub(super) tone: Tone,
    pub(super) reason: String,
    pub(super) place: String,
}

impl DemandShown {
    /// What each other catalogue demands of what is proposed.
    pub(super) fn all(visit: &Visit, change: &ProposedChange) -> Vec<Self> {
        change.demands.iter().map(|demand| Self::of(visit, demand)).collect()
    }

    fn of(visit: &Visit, demand: &Demand) -> Self {
        let (breaches, count) = (demand.breaches(), demand.lacks.len());
        let tone = match (breaches, count) {
            (0, 0) => Tone::Success,
            (0, _) => Tone::Info,
            _ => Tone::Danger,
        };
        let arguments = [("breaches", breaches.into()), ("others", (count - breaches).into())];
        Self {
            title: visit.local(&demand.title).to_owned(),
            count: if count == 0 {
                visit.t("governance-abroad-none")
            } else {
                visit.t_with("governance-abroad-count", &arguments)
            },
            tone,
            lacks: demand.lacks.iter().map(|lack| LackShown::of(visit, lack)).collect(),
        }
    }
}

impl LackShown {
    fn of(visit: &Visit, lack: &Lack) -> Self {
        let (name, tone) = match lack.weight {
            Weight::Breach => ("breach", Tone::Danger),
            Weight::Advice => ("advice", Tone::Warning),
            Weight::Note => ("note", Tone::Info),
        };
        Self {
            tag: visit.t_of("governance-weight", name),
            tone,
            reason: visit.local(&lack.reason).to_owned(),
            place: lack.place.clone(),
        }
    }
}
