//! What a codebook does not say about its source.

use varde_core::{LegalBasis, LocalisedText, OrganisationId};

use super::Register;
use crate::World;

/// A source as the catalogue describes it: the content of metadata's `SourceDescription`, and the
/// dataset's texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Which.
    pub register: Register,
    /// Its name.
    pub name: LocalisedText,
    /// What it holds.
    pub description: LocalisedText,
    /// The name of its dataset.
    pub dataset_name: LocalisedText,
    /// What a row of it is.
    pub dataset_description: LocalisedText,
    /// `central_register` or `quality_register`.
    pub kind: &'static str,
    /// Who answers for it.
    pub holder: OrganisationId,
    /// The law it is kept under.
    pub legal_basis: LegalBasis,
    /// Its category under EHDS art. 51, by the catalogue's name.
    pub ehds_category: &'static str,
    /// What it says besides, by the keys that the national variable explorer uses: where to ask, what it is
    /// for, how its data come about. Other catalogues demand it.
    pub properties: Vec<(&'static str, String)>,
}

/// Name, description, dataset, row: each in bokmål, nynorsk and English.
type Texts = [[&'static str; 3]; 4];

impl World {
    /// All seven sources.
    pub fn sources(&self) -> [Source; 7] {
        Register::ALL.map(|register| self.source(register))
    }

    /// One source.
    pub fn source(&self, register: Register) -> Source {
        let [name, description, dataset, row] = texts(register).map(|[nb, nn, en]| LocalisedText::new(nb, nn, en));
        let quality = register == Register::HeartFailure;
        Source {
            register,
            name,
            description,
            dataset_name: dataset,
            dataset_description: row,
            kind: if quality { "quality_register" } else { "central_register" },
            holder: if quality { self.quality_register_keeper() } else { self.register_keeper() },
            legal_basis: match quality {
                // The quality register rests on consent, which is what somebody can withdraw.
                true => LegalBasis::new("GDPR", "art. 9(2)(a)"),
                false => LegalBasis::new("helseregisterloven", "§ 11"),
            },
            ehds_category: match register {
                Register::Patients => "administrative",
                Register::Medicines => "medicines",
                Register::Births | Register::Vaccinations => "population_registers",
                Register::Deaths | Register::Cancer | Register::HeartFailure => "disease_registers",
            },
            properties: properties(register),
        }
    }
}

/// Addresses end in `.example`, so that nobody is written to by mistake (RFC 2606).
fn properties(register: Register) -> Vec<(&'static str, String)> {
    let name = register.name();
    let (keywords, theme, way) = match register {
        Register::Patients => ("sykehus;pasienter;kontakter", "health-services", "Sykehusene melder hver kontakt."),
        Register::Medicines => ("legemidler;apotek", "pharmaceuticals", "Apotekene melder hver utlevering."),
        Register::Deaths => {
            ("dødsårsaker", "public-health-surveillance", "Legen som konstaterer dødsfallet, melder det.")
        }
        Register::Births => ("fødsler;svangerskap", "reproductive-health", "Fødestedene melder hver fødsel."),
        Register::Cancer => ("kreft;svulster", "non-communicable-diseases", "Alle leger melder krefttilfeller."),
        Register::Vaccinations => ("vaksiner", "communicable-diseases", "Den som vaksinerer, melder vaksinen."),
        Register::HeartFailure => {
            ("hjertesvikt;poliklinikk", "non-communicable-diseases", "Poliklinikkene melder dem som samtykker.")
        }
    };
    let purpose = "[{\"value\":\"Forskning, statistikk og styring av helsetjenesten.\",\"language\":\"nb\"},\
                   {\"value\":\"Research, statistics and governance of the health services.\",\"language\":\"en\"}]";
    vec![
        ("accessRights", "eu-access:NON_PUBLIC".to_owned()),
        ("Hjemmeside", format!("https://{name}.helsedata.example/")),
        ("Epost", format!("{name}@helsedata.example")),
        ("Emneord", keywords.to_owned()),
        ("Innsamlingsmetode", way.to_owned()),
        ("FormaalFlerspraklig", purpose.to_owned()),
        ("healthTheme", format!("[\"healthdcatap:{theme}\"]")),
    ]
}

const fn texts(register: Register) -> Texts {
    match register {
        Register::Patients => PATIENTS,
        Register::Medicines => MEDICINES,
        Register::Deaths => DEATHS,
        Register::Births => BIRTHS,
        Register::Cancer => CANCER,
        Register::Vaccinations => VACCINATIONS,
        Register::HeartFailure => HEART_FAILURE,
    }
}

const PATIENTS: Texts = [
    ["Norsk pasientregister (demo)", "Norsk pasientregister (demo)", "Norwegian Patient Registry (demo)"],
    [
        "Kontakter med sykehus og andre deler av spesialisthelsetjenesten. Oppdiktede data.",
        "Kontaktar med sjukehus og andre delar av spesialisthelsetenesta. Oppdikta data.",
        "Contacts with hospitals and other specialist health services. Invented data.",
    ],
    ["Sykehuskontakter", "Sjukehuskontaktar", "Hospital contacts"],
    [
        "Én rad er en innleggelse, en dagbehandling eller en poliklinisk konsultasjon.",
        "Éi rad er ei innlegging, ei dagbehandling eller ein poliklinisk konsultasjon.",
        "One row is an inpatient stay, a day treatment or an outpatient consultation.",
    ],
];

const MEDICINES: Texts = [
    ["Legemiddelregisteret (demo)", "Legemiddelregisteret (demo)", "Norwegian Prescribed Drug Registry (demo)"],
    [
        "Legemidler som apotek har utlevert på resept. Oppdiktede data.",
        "Legemiddel som apotek har utlevert på resept. Oppdikta data.",
        "Medicines dispensed by pharmacies on prescription. Invented data.",
    ],
    ["Utleveringer", "Utleveringar", "Dispensed medicines"],
    [
        "Én rad er én utlevering av ett legemiddel.",
        "Éi rad er éi utlevering av eitt legemiddel.",
        "One row is one medicine dispensed once.",
    ],
];

const DEATHS: Texts = [
    ["Dødsårsaksregisteret (demo)", "Dødsårsaksregisteret (demo)", "Norwegian Cause of Death Registry (demo)"],
    [
        "Dødsfall og årsakene til dem. Oppdiktede data.",
        "Dødsfall og årsakene til dei. Oppdikta data.",
        "Deaths and their causes. Invented data.",
    ],
    ["Dødsfall", "Dødsfall", "Deaths"],
    ["Én rad er ett dødsfall.", "Éi rad er eitt dødsfall.", "One row is one death."],
];

const BIRTHS: Texts = [
    ["Medisinsk fødselsregister (demo)", "Medisinsk fødselsregister (demo)", "Medical Birth Registry of Norway (demo)"],
    [
        "Fødsler, med opplysninger om barnet og moren. Oppdiktede data.",
        "Fødslar, med opplysningar om barnet og mora. Oppdikta data.",
        "Births, with information on the child and the mother. Invented data.",
    ],
    ["Fødsler", "Fødslar", "Births"],
    ["Én rad er ett barn som er født.", "Éi rad er eitt barn som er fødd.", "One row is one child born."],
];

const CANCER: Texts = [
    ["Kreftregisteret (demo)", "Kreftregisteret (demo)", "Cancer Registry of Norway (demo)"],
    [
        "Krefttilfeller, hvor i kroppen de sitter og hvor langt de er kommet. Oppdiktede data.",
        "Krefttilfelle, kvar i kroppen dei sit og kor langt dei er komne. Oppdikta data.",
        "Cancers, where in the body they are and how far they have come. Invented data.",
    ],
    ["Krefttilfeller", "Krefttilfelle", "Cancers"],
    ["Én rad er ett krefttilfelle.", "Éi rad er eitt krefttilfelle.", "One row is one cancer."],
];

const VACCINATIONS: Texts = [
    [
        "SYSVAK, vaksinasjonsregisteret (demo)",
        "SYSVAK, vaksinasjonsregisteret (demo)",
        "Norwegian Immunisation Registry SYSVAK (demo)",
    ],
    [
        "Vaksiner som er gitt i Norge. Oppdiktede data.",
        "Vaksinar som er gitt i Noreg. Oppdikta data.",
        "Vaccines given in Norway. Invented data.",
    ],
    ["Vaksinasjoner", "Vaksinasjonar", "Vaccinations"],
    ["Én rad er én dose av én vaksine.", "Éi rad er éin dose av éin vaksine.", "One row is one dose of one vaccine."],
];

const HEART_FAILURE: Texts = [
    ["Norsk hjertesviktregister (demo)", "Norsk hjartesviktregister (demo)", "Norwegian Heart Failure Registry (demo)"],
    [
        "Kvalitetsregister for pasienter med hjertesvikt. Pasienten har samtykket. Oppdiktede data.",
        "Kvalitetsregister for pasientar med hjartesvikt. Pasienten har samtykt. Oppdikta data.",
        "Quality register of patients with heart failure, with their consent. Invented data.",
    ],
    ["Besøk ved hjertesviktpoliklinikk", "Besøk ved hjartesviktpoliklinikk", "Visits to a heart failure clinic"],
    [
        "Én rad er ett besøk med undersøkelse og behandling.",
        "Éi rad er eitt besøk med undersøking og behandling.",
        "One row is one visit with examination and treatment.",
    ],
];
