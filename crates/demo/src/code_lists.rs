//! Small code systems for the demo world, each in two years with a difference: some of the codes that
//! its registers use, in words of our own, since the texts of the real ones belong to others.

/// A code system of the demo world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeList {
    /// The name that the codebooks use.
    pub key: &'static str,
    /// What it is called, in bokmål, nynorsk and English.
    pub title: [&'static str; 3],
    /// Its editions, the oldest first: the year, and the codes as CSV.
    pub editions: [(&'static str, &'static str); 2],
}

/// The code systems of the demo world.
pub const CODE_LISTS: [CodeList; 2] = [
    CodeList {
        key: "icd10",
        title: ["Diagnosekoder i demoverdenen", "Diagnosekodar i demoverda", "Diagnosis codes of the demo world"],
        editions: [
            ("2025", include_str!("../code_systems/icd10_2025.csv")),
            ("2026", include_str!("../code_systems/icd10_2026.csv")),
        ],
    },
    CodeList {
        key: "atc",
        title: ["Legemiddelkoder i demoverdenen", "Legemiddelkodar i demoverda", "Medicine codes of the demo world"],
        editions: [
            ("2025", include_str!("../code_systems/atc_2025.csv")),
            ("2026", include_str!("../code_systems/atc_2026.csv")),
        ],
    },
];
