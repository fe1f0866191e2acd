//! In which registers am I?

use std::collections::BTreeMap;

use serde::Serialize;
use varde_core::{Actor, CataloguePath, LegalBasis, LocalisedText};
use varde_metadata::{AsAt, SourceView};
use varde_platform::Own;
use varde_privacy::{Kind, Preference};

use super::{CitizenService, Setting};
use crate::{CitizenError, model};

/// A dataset with rows about the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DatasetIn {
    /// `source/dataset`.
    pub path: CataloguePath,
    /// Its name; the path where the catalogue has none.
    pub name: LocalisedText,
}

/// A register that the person is in.
#[derive(Debug, Clone, Serialize)]
pub struct Register {
    /// The source's name in addresses, such as `npr`.
    pub source: String,
    /// Its name.
    pub name: LocalisedText,
    /// What it holds and why.
    pub description: LocalisedText,
    /// The name of the organisation that answers for it.
    pub holder: Option<String>,
    /// The law it is kept under.
    pub legal_basis: Option<LegalBasis>,
    /// Whether it rests on the person's consent.
    pub by_consent: bool,
    /// Which datasets have rows about the person.
    pub datasets: Vec<DatasetIn>,
    /// What the person has chosen about it.
    pub setting: Setting,
}

impl CitizenService {
    /// The registers that have rows about whoever is logged in, by their current releases.
    ///
    /// # Errors
    /// When nobody is logged in, or a service is away.
    pub async fn registers(&self, actor: &Actor) -> Result<Vec<Register>, CitizenError> {
        let me = self.me(actor, "citizen.register.read").await?;
        let (own, history) = self.own(actor, me).await?;
        self.registers_in(actor, &own, &history).await
    }

    pub(super) async fn registers_in(
        &self,
        actor: &Actor,
        own: &Own,
        history: &[Preference],
    ) -> Result<Vec<Register>, CitizenError> {
        let mut by_source: BTreeMap<String, Vec<&CataloguePath>> = BTreeMap::new();
        for dataset in &own.datasets {
            by_source.entry(source_of(dataset).to_owned()).or_default().push(dataset);
        }
        let mut registers = Vec::with_capacity(by_source.len());
        for (source, datasets) in by_source {
            let view = self.source(actor, &source).await?;
            let datasets = datasets.into_iter().map(|path| dataset(path, view.as_ref())).collect();
            let about = view.map(|v| v.source);
            let setting = self.setting(&source, about.as_ref(), history);
            let by_law = about.as_ref().and_then(|a| a.legal_basis.as_ref()).is_some_and(model::is_consent);
            let holder = match about.as_ref().and_then(|a| a.holder) {
                Some(holder) => self.organisations(actor, [holder]).await?.remove(&holder),
                None => None,
            };
            registers.push(Register {
                name: about.as_ref().map_or_else(|| LocalisedText::bokmaal(&source), |a| a.name.clone()),
                description: about.as_ref().map(|a| a.description.clone()).unwrap_or_default(),
                legal_basis: about.and_then(|a| a.legal_basis),
                by_consent: by_law || setting.kind == Kind::Consent,
                source,
                holder,
                datasets,
                setting,
            });
        }
        Ok(registers)
    }

    /// A source of the catalogue; `None` also when the name could not be one.
    pub(super) async fn source(&self, actor: &Actor, source: &str) -> Result<Option<SourceView>, CitizenError> {
        let Ok(path) = source.parse::<CataloguePath>() else { return Ok(None) };
        if path.parent().is_some() {
            return Ok(None);
        }
        Ok(self.ports.catalogue.source(actor, &path, AsAt::default()).await?)
    }

    fn setting(&self, source: &str, about: Option<&varde_metadata::DataSource>, history: &[Preference]) -> Setting {
        let name = about.map_or_else(|| LocalisedText::bokmaal(source), |a| a.name.clone());
        let by_consent = about.and_then(|a| a.legal_basis.as_ref()).is_some_and(model::is_consent);
        Setting::of_source(source, name, by_consent, history, self.now())
    }

    /// What the person has chosen about a source, and can choose.
    pub(super) fn setting_of(&self, source: &str, view: Option<&SourceView>, history: &[Preference]) -> Setting {
        self.setting(source, view.map(|v| &v.source), history)
    }
}

/// The first part of a path: its source.
pub(super) fn source_of(path: &CataloguePath) -> &str {
    path.parts().next().unwrap_or_default()
}

fn dataset(path: &CataloguePath, view: Option<&SourceView>) -> DatasetIn {
    let known = view.and_then(|v| v.datasets.iter().find(|(d, _)| d.path == *path));
    let name = known.map_or_else(|| LocalisedText::bokmaal(path.as_str()), |(d, _)| d.name.clone());
    DatasetIn { path: path.clone(), name }
}
