//! Varde's part: what the platform does from the releases to the delivery.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use roaring::RoaringBitmap;
use uuid::Uuid;
use varde_core::PersonId;
use varde_engine::{
    Exclusions, Release,
    cohort::Facts,
    extract::{Order, Selection, deliver, select, silent},
    pseudonym::ProjectKey,
};
use varde_permit::Exclusion;

use super::{
    Outcome,
    job::{KEY, Registered, specification},
    world::{LeftOut, Place},
};
use crate::Usage;

/// About how many bytes of rows are held while sorting: as much as the service allows.
const MEMORY: usize = 512 << 20;

/// Makes the extract from what [`super::run`] has prepared in `folder`, into `output`, and says what
/// it took. For a process of its own: the peak of memory is the process's.
pub fn contest(folder: &Path, output: &Path) -> Result<Outcome> {
    let ((people, rows), usage) = Usage::of(|| extract(&Place::at(folder), output))?;
    Ok(Outcome { usage, people, rows, bytes: 0, data_bytes: 0 })
}

fn extract(place: &Place, output: &Path) -> Result<(u64, u64)> {
    let registered: [Registered; 2] = read(&place.registered())?;
    let releases = [place.contacts(), place.dispensings()];
    let open = |(path, it): (&PathBuf, &Registered)| Release::open_verified(path, it.digest);
    let releases: Vec<Release> = releases.iter().zip(&registered).map(open).collect::<Result<_, _>>()?;
    let spec = specification(&registered)?;
    let exclusions = exclusions(&read(&place.left_out())?);
    let key = ProjectKey::new(&KEY);
    let selection = select(&spec, &releases, &exclusions, &Facts::default(), &key)?;
    let ids = ids(place, &selection)?;
    let order = Order {
        spec: &spec,
        releases: &releases,
        exclusions: &exclusions,
        selection: &selection,
        ids: &ids,
        key: &key,
        title: "Heart failure",
        memory: MEMORY,
        previous: None,
    };
    let delivery = deliver(&order, output, &mut silent)?;
    Ok((delivery.manifest.people, delivery.manifest.files.iter().filter_map(|file| file.rows).sum()))
}

pub(crate) fn exclusions(left_out: &LeftOut) -> Exclusions {
    let mut all = Exclusions::default();
    let set = |people: &[u32]| people.iter().copied().collect::<RoaringBitmap>();
    all.everywhere(Exclusion::ConfidentialAddress, set(&left_out.protected));
    for (source, people) in &left_out.opted_out {
        match source.as_str() {
            "" => all.everywhere(Exclusion::OptedOut, set(people)),
            source => all.in_source(source, Exclusion::OptedOut, set(people)),
        }
    }
    all
}

/// The ids of everybody concerned: sixteen bytes a person in the order of the index.
fn ids(place: &Place, selection: &Selection) -> Result<Vec<PersonId>> {
    let all = fs::read(place.ids())?;
    let of = |person: u32| {
        let at = person as usize * 16;
        let bytes = all.get(at..at + 16).context("the file of ids is too short")?;
        Ok(PersonId::from_uuid(Uuid::from_slice(bytes)?))
    };
    selection.concerned().iter().map(of).collect()
}

pub(crate) fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(serde_json::from_slice(&bytes)?)
}
