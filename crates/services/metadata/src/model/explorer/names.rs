//! The explorer's words for what the model has in enums and fields of its own.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;
use varde_core::Digest;

use crate::model::{
    codebook::ALWAYS,
    details::{External, Kept},
    link::CodeLinkKind,
    value::{DataType, SourceKind},
};

/// The catalogue's name in [`External`].
pub(crate) const CATALOGUE: &str = "explorer";

/// Properties that the model has as fields: they leave the properties on the way in and come back on
/// the way out.
pub(super) const NAME_EN: &str = "NavnEngelsk";
pub(super) const DESCRIPTION_EN: &str = "BeskrivelseEngelsk";
pub(super) const UNIT: &str = "MaaleEnhet";
pub(super) const LENGTH: &str = "Lengde";
pub(super) const DECIMALS: &str = "Presisjon";
pub(super) const LOW: &str = "GrenseLav";
pub(super) const HIGH: &str = "GrenseHoy";
/// Properties that the model reads and leaves where they are.
pub(super) const DATA_TYPE: &str = "DataType";
pub(super) const COLUMN: &str = "DatabaseReferanse";
pub(super) const IDENTIFICATION: &str = "Identifiseringsgrad";
pub(super) const CRITERIA: &str = "InklusjonsOgEksklusjonskriterier";

/// The kinds of sources. `manueltOpprettet` says how the record came about, not what the source is;
/// it reads as another source, and is kept.
const KINDS: [(&str, SourceKind); 7] = [
    ("sentraltHelseregister", SourceKind::CentralRegister),
    ("nasjonaltMedisinskKvalitetsregister", SourceKind::QualityRegister),
    ("annetMedisinskKvalitetsregister", SourceKind::OtherQualityRegister),
    ("befolkningsbasertHelseundersokelse", SourceKind::PopulationSurvey),
    ("biobank", SourceKind::Biobank),
    ("forskningsprosjekt", SourceKind::Project),
    ("annenDatakilde", SourceKind::Other),
];

/// The explorer's name of a kind of source.
pub(crate) fn kind_name(kind: SourceKind) -> &'static str {
    KINDS.iter().find(|(_, k)| *k == kind).map_or("annenDatakilde", |(name, _)| name)
}

/// The kind of source of that name.
pub(super) fn kind(name: &str) -> SourceKind {
    KINDS.iter().find(|(n, _)| *n == name).map_or(SourceKind::Other, |(_, kind)| *kind)
}

const LINKS: [(&str, CodeLinkKind); 3] = [
    ("Kildekodeverk", CodeLinkKind::Local),
    ("AdministrativtKodeverk", CodeLinkKind::Administrative),
    ("HelsefagligKodeverk", CodeLinkKind::Clinical),
];

/// The explorer's name of a kind of code link.
pub(crate) fn link_name(kind: CodeLinkKind) -> &'static str {
    LINKS.iter().find(|(_, k)| *k == kind).map_or("Kildekodeverk", |(name, _)| name)
}

/// The kind of code link of that name.
pub(crate) fn link(name: &str) -> Option<CodeLinkKind> {
    LINKS.iter().find(|(n, _)| *n == name).map(|(_, kind)| *kind)
}

/// The type that values of the explorer's type number have: 1 text, 2 whole number, 3 decimal, 4 yes
/// or no, 6 date, 7 date and time. Times, addresses, binaries and national numbers (5, 8, 9, 10)
/// are texts to us.
pub(super) fn data_type(number: &str) -> DataType {
    match number {
        "2" => DataType::Integer,
        "3" => DataType::Decimal,
        "4" => DataType::Boolean,
        "6" => DataType::Date,
        "7" => DataType::DateTime,
        _ => DataType::Text,
    }
}

/// The explorer's type number of a variable: the one it came with as long as it agrees with the
/// type, else the type's own.
pub(super) fn type_number(given: Option<String>, data_type: DataType) -> Option<String> {
    let coded = matches!(data_type, DataType::List | DataType::Code);
    match given {
        Some(number) if coded || self::data_type(&number) == data_type => Some(number),
        None if coded => None,
        _ => Some(own_number(data_type).to_owned()),
    }
}

fn own_number(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Integer => "2",
        DataType::Decimal => "3",
        DataType::Boolean => "4",
        DataType::Date => "6",
        DataType::DateTime => "7",
        DataType::Text | DataType::Code | DataType::List => "1",
    }
}

/// A day as the explorer writes it: midnight UTC.
pub(super) fn day(day: Date) -> Value {
    Value::String(format!("{day}T00:00:00.000Z"))
}

/// The same for a day that may be open; the first day of everything is open to the explorer.
pub(super) fn open_day(from: Option<Date>) -> Value {
    from.filter(|from| *from != ALWAYS).map_or(Value::Null, day)
}

/// A time as the explorer writes it: milliseconds, UTC.
pub(super) fn time(time: Option<Timestamp>) -> Value {
    time.map_or(Value::Null, |t| Value::String(t.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()))
}

/// The day of a time in a payload, in UTC as the explorer writes them.
pub(super) fn day_of(text: &str) -> Option<Date> {
    let time: Option<Timestamp> = text.parse().ok();
    time.map(|t| t.to_zoned(TimeZone::UTC).date()).or_else(|| text.get(..10)?.parse().ok())
}

/// The id that clients of the explorer know a node by: the one it came with, else one of our own that
/// follows from its path, so that it stays the same over editions.
pub(crate) fn id(external: Option<&External>, path: &str) -> String {
    external.map_or_else(|| own_id(path), |external| external.id.clone())
}

/// A UUID (version 8, RFC 9562) that follows from a text.
pub(crate) fn own_id(text: &str) -> String {
    let digest = Digest::of(format!("varde/explorer/{text}").as_bytes());
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest.bytes()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

/// What was kept of a payload of a node.
pub(super) fn kept<'a>(external: Option<&'a External>, payload: &str) -> &'a [Kept] {
    external.and_then(|external| external.kept.get(payload)).map_or(&[], Vec::as_slice)
}
