//! The page to read first, in the language that the applicant chose.

use std::fmt::Write as _;

use varde_core::Language;
use varde_permit::{DeliveredFile, ExtractSpec, Format, Handover, Update};

use crate::changes::CHANGES_TO_READ;

/// The file.
pub(crate) const READ_ME: &str = "README.md";

/// What the page is told from.
pub(crate) struct About<'a> {
    pub(crate) spec: &'a ExtractSpec,
    pub(crate) title: &'a str,
    pub(crate) people: u64,
    pub(crate) data: &'a [DeliveredFile],
}

/// `README.md`.
pub(crate) fn read_me(about: &About<'_>) -> Vec<u8> {
    let spec = about.spec;
    let words = words(spec.handover.language);
    let until = spec.period.until.map_or_else(|| "…".to_owned(), |day| day.to_string());
    let mut page = format!("# {}\n\n", about.title);
    // Writing into a String cannot fail.
    let _ = writeln!(page, "{} {} {} {}.\n", words.extract, spec.extract, words.under, spec.permit);
    if let Some(update) = &spec.update {
        let _ = writeln!(page, "{}\n", updated(update, spec.handover.language));
    }
    let _ = writeln!(page, "- {}: {}", words.people, about.people);
    let _ = writeln!(page, "- {}: {} – {until}", words.period, spec.period.from);
    let _ = writeln!(page, "- {}: {}\n", words.group, spec.minimum_group);
    let _ = writeln!(page, "| {} | {} | {} |\n|---|---|---|", words.file, words.rows, words.columns);
    for (file, rows) in about.data.iter().filter_map(|file| Some((file, file.rows?))) {
        let _ = writeln!(page, "| {} | {rows} | {} |", file.name, file.columns.len());
    }
    let _ = writeln!(page, "\n{}\n\n## {}\n", words.pseudonym, words.how);
    for format in spec.handover.formats() {
        let _ = writeln!(page, "{}", how(format, spec.handover.language));
    }
    let _ = writeln!(page, "\n{}\n\n## {}\n", words.papers, words.from);
    for release in &spec.releases {
        let _ = writeln!(page, "- {}: {} (SHA-256 {})", release.dataset, release.release, release.digest);
    }
    page.into_bytes()
}

/// That the delivery updates an earlier one.
fn updated(update: &Update, language: Language) -> String {
    let (number, of) = (update.number, update.of);
    match language {
        Language::Nb => {
            format!("Dette er oppdatering {number}. `{CHANGES_TO_READ}` sier hva som er endret siden {of}.")
        }
        Language::Nn => {
            format!("Dette er oppdatering {number}. `{CHANGES_TO_READ}` seier kva som er endra sidan {of}.")
        }
        Language::En => format!("This is update {number}. `{CHANGES_TO_READ}` says what has changed since {of}."),
    }
}

/// `README.md` of invented data.
pub(crate) fn invented_read_me(handover: &Handover, title: &str, data: &[DeliveredFile]) -> Vec<u8> {
    let words = words(handover.language);
    let (heading, text) = match handover.language {
        Language::Nb => (
            "Oppdiktede data",
            "Alt i disse filene er oppdiktet. De har samme filnavn, kolonner, typer og navn som uttrekket vil få, slik \
             at du kan skrive kode mens du venter. Verdiene er trukket tilfeldig etter kodeboken, og ingen opplysning om \
             noe menneske er brukt. Sammenhenger og fordelinger i dem betyr ingenting.",
        ),
        Language::Nn => (
            "Oppdikta data",
            "Alt i desse filene er oppdikta. Dei har same filnamn, kolonnar, typar og namn som uttrekket vil få, slik at \
             du kan skrive kode medan du ventar. Verdiane er trekte tilfeldig etter kodeboka, og inga opplysning om noko \
             menneske er brukt. Samanhengar og fordelingar i dei tyder ingenting.",
        ),
        Language::En => (
            "Invented data",
            "Everything in these files is invented. They have the file names, columns, types and labels that the extract \
             will have, so that you can write code while you wait. Values are drawn at random by the codebook; nothing \
             about any person was used. Relations and distributions in them mean nothing.",
        ),
    };
    let mut page = format!(
        "# {heading}: {title}\n\n{text}\n\n| {} | {} | {} |\n|---|---|---|\n",
        words.file, words.rows, words.columns
    );
    for file in data {
        let _ = writeln!(page, "| {} | {} | {} |", file.name, file.rows.unwrap_or(0), file.columns.len());
    }
    let _ = writeln!(page, "\n## {}\n", words.how);
    for format in handover.formats() {
        let _ = writeln!(page, "{}", how(format, handover.language));
    }
    page.into_bytes()
}

struct Words {
    extract: &'static str,
    under: &'static str,
    people: &'static str,
    period: &'static str,
    group: &'static str,
    file: &'static str,
    rows: &'static str,
    columns: &'static str,
    pseudonym: &'static str,
    how: &'static str,
    papers: &'static str,
    from: &'static str,
}

const fn words(language: Language) -> Words {
    match language {
        Language::Nb => Words {
            extract: "Uttrekk",
            under: "etter tillatelse",
            people: "Personer",
            period: "Periode",
            group: "Minste gruppe",
            file: "Fil",
            rows: "Rader",
            columns: "Kolonner",
            pseudonym: "Alle filer har kolonnen `pseudonym`. Den er lik for samme person i alle filene i dette \
                        prosjektet og ulik i alle andre prosjekter. Radene står i pseudonymenes rekkefølge, som ikke \
                        betyr noe. Det samme datasettet har de samme radene i alle formater.",
            how: "Slik åpner du filene",
            papers: "`codebook.csv` sier hva kolonnene betyr, `values.csv` hva kodene betyr, og `codebook.json` det \
                     samme for programmer. `manifest.json` sier hva som er levert, fra hvilke dataversjoner, og hvilke \
                     kontroller som er gjort, og `ro-crate-metadata.json` hvordan leveransen ble til.",
            from: "Lest fra",
        },
        Language::Nn => Words {
            extract: "Uttrekk",
            under: "etter løyve",
            people: "Personar",
            period: "Periode",
            group: "Minste gruppe",
            file: "Fil",
            rows: "Rader",
            columns: "Kolonnar",
            pseudonym: "Alle filer har kolonnen `pseudonym`. Han er lik for same person i alle filene i dette \
                        prosjektet og ulik i alle andre prosjekt. Radene står i rekkjefølgja til pseudonyma, som ikkje \
                        tyder noko. Det same datasettet har dei same radene i alle format.",
            how: "Slik opnar du filene",
            papers: "`codebook.csv` seier kva kolonnane tyder, `values.csv` kva kodane tyder, og `codebook.json` det \
                     same for program. `manifest.json` seier kva som er levert, frå kva dataversjonar, og kva \
                     kontrollar som er gjorde, og `ro-crate-metadata.json` korleis leveransen vart til.",
            from: "Lese frå",
        },
        Language::En => Words {
            extract: "Extract",
            under: "under permit",
            people: "People",
            period: "Period",
            group: "Smallest group",
            file: "File",
            rows: "Rows",
            columns: "Columns",
            pseudonym: "Every file has the column `pseudonym`. It is the same for a person in all files of this \
                        project and different in every other project. Rows are in the order of the pseudonyms, which \
                        says nothing. A dataset has the same rows in every format.",
            how: "How to open the files",
            papers: "`codebook.csv` says what the columns mean, `values.csv` what the codes mean, and `codebook.json` \
                     the same for programs. `manifest.json` says what was delivered, from which releases, and which \
                     checks were made, and `ro-crate-metadata.json` how the delivery came about.",
            from: "Read from",
        },
    }
}

/// How a format is opened, and what it does not hold.
pub(super) const fn how(format: Format, language: Language) -> &'static str {
    match (format, language) {
        (Format::Parquet, Language::Nb) => {
            "- Parquet: `pandas.read_parquet`, `polars.read_parquet` eller DuckDB. Typene er kodebokens, og navnene på \
             variabler og koder står i filens metadata."
        }
        (Format::Parquet, Language::Nn) => {
            "- Parquet: `pandas.read_parquet`, `polars.read_parquet` eller DuckDB. Typane er dei i kodeboka, og namna på \
             variablar og kodar står i metadata i fila."
        }
        (Format::Parquet, Language::En) => {
            "- Parquet: `pandas.read_parquet`, `polars.read_parquet` or DuckDB. Types are the codebook's, and labels of \
             variables and codes stand in the file's metadata."
        }
        (Format::Csv, Language::Nb) => {
            "- CSV: UTF-8 med komma. Les koder som tekst, ellers blir `0301` til 301. Manglende verdi er ingenting, tom \
             tekst er `\"\"`."
        }
        (Format::Csv, Language::Nn) => {
            "- CSV: UTF-8 med komma. Les kodar som tekst, elles blir `0301` til 301. Manglande verdi er ingenting, tom \
             tekst er `\"\"`."
        }
        (Format::Csv, Language::En) => {
            "- CSV: UTF-8 with commas. Read codes as text, or `0301` becomes 301. A missing value is nothing, an empty \
             text is `\"\"`."
        }
        (Format::Arrow, Language::Nb) => {
            "- Arrow: `pandas.read_feather` eller `polars.read_ipc`. Som Parquet, uten pakking."
        }
        (Format::Arrow, Language::Nn) => {
            "- Arrow: `pandas.read_feather` eller `polars.read_ipc`. Som Parquet, utan pakking."
        }
        (Format::Arrow, Language::En) => {
            "- Arrow: `pandas.read_feather` or `polars.read_ipc`. As Parquet, not compressed."
        }
        (Format::Stata, Language::Nb) => {
            "- Stata: `use` i Stata 14 eller nyere, `haven::read_dta` i R. Koder som er hele tall, er tall med navn; andre \
             koder er tekst, med navnene i `values.csv`. Manglende og tom tekst er det samme, og navn på over 32 tegn er \
             kuttet (`stata_name` i kodeboken)."
        }
        (Format::Stata, Language::Nn) => {
            "- Stata: `use` i Stata 14 eller nyare, `haven::read_dta` i R. Kodar som er heile tal, er tal med namn; andre \
             kodar er tekst, med namna i `values.csv`. Manglande og tom tekst er det same, og namn på over 32 teikn er \
             kutta (`stata_name` i kodeboka)."
        }
        (Format::Stata, Language::En) => {
            "- Stata: `use` in Stata 14 or newer, `haven::read_dta` in R. Codes that are whole numbers are numbers with \
             labels; other codes are text, with their labels in `values.csv`. Missing and empty text are the same, and \
             names longer than 32 characters are cut (`stata_name` in the codebook)."
        }
    }
}
