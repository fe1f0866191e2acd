//! The columns of the format.

/// The 27 columns of the classic format, in its order. All must be there; the order may differ.
pub const CLASSIC: [&str; 27] = [
    "skjemanavn",
    "navn_i_rapporteket",
    "ledetekst",
    "obligatorisk",
    "type",
    "listeverdier",
    "listetekst",
    "normalintervall_start_numerisk",
    "normalintervall_slutt_numerisk",
    "maksintervall_start_numerisk",
    "maksintervall_slutt_numerisk",
    "normalintervall_start_dato",
    "normalintervall_slutt_dato",
    "maksintervall_start_dato",
    "maksintervall_slutt_dato",
    "antall_tegn",
    "lovlige_tegn",
    "desimaler",
    "aktiveringsspoersmaal",
    "underspoersmaal",
    "innfoert_dato",
    "utfaset_dato",
    "tabell",
    "fysisk_feltnavn",
    "kommentar",
    "variabel_id",
    "hjelpetekst",
];

/// Columns that Varde adds after the 27, each optional: unit, identification class, code system, the texts in
/// nynorsk and English, and rules between variables.
pub const EXTRA: [&str; 10] = [
    "enhet",
    "identifisering",
    "kodeverk",
    "ledetekst_nn",
    "ledetekst_en",
    "listetekst_nn",
    "listetekst_en",
    "hjelpetekst_nn",
    "hjelpetekst_en",
    "regler",
];

/// The column's name as a constant, when it is one of ours.
pub(super) fn known(name: &str) -> Option<&'static str> {
    CLASSIC.iter().chain(&EXTRA).copied().find(|c| *c == name)
}
