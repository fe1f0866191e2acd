//! What every contestant is to do.

use anyhow::Result;
use jiff::{Timestamp, civil::date};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varde_core::{CataloguePath, Digest, ExtractId, Period, PermitId, ReleaseId};
use varde_engine::{Column, Kind, Schema};
use varde_permit::{Cohort, ExtractSpec, Granularity, PermittedVariable, PinnedRelease, RuleSet};

pub(crate) const CONTACTS: &str = "npr/contact";
pub(crate) const DISPENSINGS: &str = "lmr/dispensing";
/// The project's key; the peers use the same, so that the results can be compared.
pub(super) const KEY: [u8; 32] = [7; 32];
/// Everything that is random or has an id in here comes from it.
pub(crate) const SEED: u64 = 1;

/// A release's digest, as the platform's register would keep it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Registered {
    pub(crate) release: ReleaseId,
    pub(crate) digest: Digest,
}

pub(super) fn contact_schema() -> Result<Schema> {
    Ok(Schema {
        dataset: CONTACTS.parse()?,
        event_date: Some("in_date".to_owned()),
        columns: vec![
            Column::new("episode", Kind::Integer),
            Column::new("contact_type", Kind::Code),
            Column::new("urgency", Kind::Code),
            Column::new("in_date", Kind::Date),
            Column::new("out_date", Kind::Date),
            Column::new("main_condition", Kind::Code),
            Column::new("other_condition", Kind::Code),
            Column::new("procedure", Kind::Code),
            Column::new("institution", Kind::Code),
            Column::new("department", Kind::Code),
            Column::new("municipality", Kind::Code).identifying(),
        ],
    })
}

pub(super) fn dispensing_schema() -> Result<Schema> {
    Ok(Schema {
        dataset: DISPENSINGS.parse()?,
        event_date: Some("date".to_owned()),
        columns: vec![
            Column::new("date", Kind::Date),
            Column::new("atc", Kind::Code),
            Column::new("packages", Kind::Integer),
            Column::new("ddd", Kind::Decimal),
            Column::new("specialty", Kind::Code),
            Column::new("reimbursement", Kind::Code),
        ],
    })
}

/// What a permit would have compiled to. Groups of one are allowed: the check is made, but leaves
/// out nobody, since the peers make none.
pub(super) fn specification(registered: &[Registered; 2]) -> Result<ExtractSpec> {
    let period = Period::new(date(2020, 1, 1), date(2024, 12, 31));
    let pin = |dataset: &str, it: &Registered| {
        anyhow::Ok(PinnedRelease { dataset: dataset.parse()?, release: it.release, digest: it.digest })
    };
    Ok(ExtractSpec {
        extract: ExtractId::from_uuid(Uuid::from_u128(1)),
        permit: PermitId::from_uuid(Uuid::from_u128(2)),
        permit_digest: Digest::of(b"bench"),
        rule_set: RuleSet::Norway,
        preferences_at: Timestamp::UNIX_EPOCH,
        releases: vec![pin(CONTACTS, &registered[0])?, pin(DISPENSINGS, &registered[1])?],
        cohort: Cohort::HasCode { variable: path(CONTACTS, "main_condition")?, prefixes: vec!["I50".to_owned()] },
        design: varde_permit::Design::default(),
        variables: variables()?,
        period: period.unwrap_or_else(|| Period::since(date(2020, 1, 1))),
        minimum_group: 1,
        key: "bench".to_owned(),
        handover: varde_permit::Handover::default(),
        update: None,
        edition: None,
    })
}

fn variables() -> Result<Vec<PermittedVariable>> {
    let wanted = [
        (CONTACTS, "in_date", Granularity::Month),
        (CONTACTS, "contact_type", Granularity::AsIs),
        (CONTACTS, "main_condition", Granularity::Prefix(3)),
        (CONTACTS, "institution", Granularity::AsIs),
        (CONTACTS, "municipality", Granularity::Prefix(2)),
        (DISPENSINGS, "date", Granularity::Month),
        (DISPENSINGS, "atc", Granularity::AsIs),
        (DISPENSINGS, "packages", Granularity::AsIs),
        (DISPENSINGS, "ddd", Granularity::AsIs),
    ];
    let one = |(dataset, name, granularity): (&str, &str, Granularity)| {
        Ok(PermittedVariable::rows(path(dataset, name)?, granularity))
    };
    wanted.into_iter().map(one).collect()
}

fn path(dataset: &str, name: &str) -> Result<CataloguePath> {
    Ok(format!("{dataset}/{name}").parse()?)
}
