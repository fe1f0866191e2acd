//! Codes of the code systems in use, the commonest first; without texts, which belong to others.
//! ICD-10 is written without a full stop, as the national registers deliver it.

use crate::population::Gender;

/// A chronic condition.
pub(crate) struct Condition {
    /// ICD-10 codes, the commonest first.
    pub(crate) codes: &'static [&'static str],
    /// The first of them.
    pub(crate) code: &'static str,
    /// How many in a thousand have it, by age band (0–17, 18–39, 40–59, 60–74, 75 and over).
    pub(crate) per_mille: [u32; 5],
    /// Hospital contacts in ten years.
    pub(crate) contacts: f64,
    /// ATC codes that are dispensed for it.
    pub(crate) medicines: &'static [&'static str],
    /// Dispensings of each in ten years.
    pub(crate) dispensings: f64,
    /// Whether people live with it for decades.
    pub(crate) lasting: bool,
}

const fn condition(
    codes: &'static [&'static str],
    per_mille: [u32; 5],
    contacts: f64,
    medicines: &'static [&'static str],
    dispensings: f64,
) -> Condition {
    Condition { codes, code: codes[0], per_mille, contacts, medicines, dispensings, lasting: true }
}

/// Chronic conditions; heart failure is the first.
pub(crate) const CONDITIONS: [Condition; 14] = [
    condition(
        &["I500", "I501", "I509", "I500", "I110"],
        [0, 1, 10, 42, 145],
        9.0,
        &["C03CA01", "C07AB02", "C09AA05", "C09DX04", "C03DA01"],
        3.0,
    ),
    condition(
        &["I10", "I119", "I159"],
        [0, 12, 140, 330, 420],
        0.9,
        &["C09CA01", "C08CA01", "C09DA01", "C03AA03"],
        2.2,
    ),
    condition(&["I480", "I489", "I481", "I482"], [0, 2, 18, 80, 170], 4.0, &["B01AF02", "C07AB02", "B01AF01"], 2.4),
    condition(&["E119", "E114", "E112", "E118"], [0, 6, 45, 110, 130], 3.0, &["A10BA02", "A10BK03", "A10BJ06"], 2.4),
    condition(&["E109", "E104", "E103"], [3, 6, 6, 5, 3], 8.0, &["A10AB05", "A10AE04"], 5.0),
    condition(&["J449", "J441", "J440"], [0, 1, 22, 75, 90], 5.0, &["R03AK06", "R03BB04", "R03AC02"], 3.0),
    condition(&["J459", "J450", "J451"], [55, 60, 55, 50, 40], 1.2, &["R03AC02", "R03BA02", "R03AK07"], 1.8),
    condition(&["F321", "F331", "F320", "F412"], [22, 95, 85, 55, 50], 3.2, &["N06AB10", "N06AX11", "N05CF01"], 2.6),
    condition(&["M170", "M169", "M171"], [0, 4, 60, 150, 190], 2.4, &["N02BE01", "M01AE01"], 1.6),
    condition(&["I251", "I209", "I214", "I252"], [0, 1, 25, 110, 190], 4.0, &["C10AA05", "B01AC06", "C07AB02"], 3.0),
    condition(&["G409", "G403", "G402"], [7, 7, 7, 8, 11], 4.0, &["N03AX14", "N03AF01", "N03AG01"], 4.0),
    condition(&["K509", "K519", "K515"], [2, 13, 12, 9, 7], 7.0, &["A07EC02", "L04AB02"], 3.0),
    condition(&["N183", "N184", "N185"], [0, 2, 10, 40, 110], 5.0, &["C03CA01", "B03XA02"], 2.0),
    condition(&["G309", "F009", "F019"], [0, 0, 1, 18, 120], 2.2, &["N06DA02", "N06DX01"], 2.4),
];

/// Rare diseases: few in the country, and in a small municipality only one.
pub(crate) const RARE_DISEASES: [&str; 8] = ["E752", "G122", "E840", "G10", "Q780", "D840", "E830", "G710"];

/// A site of cancer.
pub(crate) struct Site {
    /// ICD-O topography.
    pub(crate) topography: &'static str,
    /// ICD-10.
    pub(crate) icd10: &'static str,
    /// ICD-O morphology with behaviour.
    pub(crate) morphology: &'static str,
    /// Whose it is.
    pub(crate) gender: Option<Gender>,
    /// The least age.
    pub(crate) youngest: i32,
}

const fn site(
    topography: &'static str,
    icd10: &'static str,
    morphology: &'static str,
    gender: Option<Gender>,
    youngest: i32,
) -> Site {
    Site { topography, icd10, morphology, gender, youngest }
}

/// Sites of cancer, the commonest first.
pub(crate) const SITES: [Site; 14] = [
    site("C619", "C61", "8140/3", Some(Gender::Male), 45),
    site("C504", "C504", "8500/3", Some(Gender::Female), 28),
    site("C187", "C187", "8140/3", None, 35),
    site("C341", "C341", "8140/3", None, 40),
    site("C445", "C435", "8720/3", None, 20),
    site("C679", "C679", "8120/3", None, 45),
    site("C209", "C20", "8140/3", None, 35),
    site("C509", "C509", "8520/3", Some(Gender::Female), 30),
    site("C778", "C833", "9680/3", None, 10),
    site("C259", "C259", "8500/3", None, 45),
    site("C541", "C541", "8380/3", Some(Gender::Female), 40),
    site("C421", "C910", "9811/3", None, 0),
    site("C719", "C719", "9440/3", None, 5),
    site("C629", "C629", "9061/3", Some(Gender::Male), 16),
];

/// Reasons for contact that may happen to anybody, by age: children, adults, old people.
pub(crate) const REASONS: [&[&str]; 3] = [
    &[
        "J069", "S525", "J180", "H669", "R104", "K529", "S060", "J210", "Z001", "J353", "K590", "L209", "N390", "H522",
        "F900", "S420", "R509", "J459", "Z019", "Q211", "B349", "T784", "H501", "R688", "F840", "M419", "K359", "P599",
    ],
    &[
        "Z370", "R104", "M545", "Z094", "S826", "R074", "K802", "O809", "Z018", "M751", "N200", "R55", "H251", "S626",
        "F101", "M232", "J189", "K359", "G473", "R060", "L400", "N390", "G439", "D259", "K219", "S610", "Z302", "O342",
        "H919", "L031", "I839", "M511", "R296", "T814", "N920", "K429", "F438", "K409", "G560", "A099",
    ],
    &[
        "H251", "Z098", "J189", "S720", "H353", "R074", "N390", "M545", "R55", "I639", "H409", "Z951", "A419", "R060",
        "H911", "N40", "S525", "K573", "R31", "G459", "L570", "D509", "K566", "M819", "R42", "E871", "Z501", "S000",
        "I702", "K922", "R339", "L979", "H903", "T840", "D648", "M353", "I350", "R410", "K803", "J690",
    ],
];

/// NCSP and NCMP codes, the commonest first.
pub(crate) const PROCEDURES: [&str; 20] = [
    "FYDB11", "CJE20", "NGB40", "JKA21", "KCH00", "TPH00", "FNG02", "NFB49", "UJF32", "MCA10", "FXDE00", "NHJ62",
    "ZXE00", "GDFC00", "LCA10", "JEA01", "TFP00", "QAB00", "NBA11", "FPGE00",
];

/// ATC codes of what anybody may be given, the commonest first, with the DDDs of a package.
pub(crate) const MEDICINES: [(&str, f64); 30] = [
    ("N02BE01", 33.3),
    ("M01AE01", 20.0),
    ("A02BC02", 98.0),
    ("C10AA01", 98.0),
    ("J01CE02", 10.0),
    ("N02AJ06", 16.7),
    ("R06AE07", 100.0),
    ("H03AA01", 66.7),
    ("N05CF01", 100.0),
    ("R01AD09", 30.0),
    ("B01AC06", 100.0),
    ("G03AA07", 84.0),
    ("D07AC01", 30.0),
    ("A02BC05", 98.0),
    ("J01CA08", 7.5),
    ("N05BA04", 12.5),
    ("S01ED51", 25.0),
    ("H02AB06", 50.0),
    ("N02CC01", 12.0),
    ("A06AD15", 50.0),
    ("J01AA02", 20.0),
    ("B03BA03", 50.0),
    ("N06BA04", 30.0),
    ("G04CA02", 90.0),
    ("M04AA01", 100.0),
    ("R03AC02", 50.0),
    ("J01FA01", 10.0),
    ("N03AX16", 28.0),
    ("A11CC05", 90.0),
    ("L01BA01", 28.0),
];

/// Underlying causes of death that need no illness before, the commonest first.
pub(crate) const CAUSES: [&str; 16] = [
    "I219", "C349", "F03", "J449", "I639", "R99", "I259", "C189", "J189", "W19", "X42", "I64", "C259", "N19", "X70",
    "K703",
];
