//! Automatic checks of results. [`ResultCheck`] is the face; the composition adds the disclosure
//! control of the platform. What is here concerns files as files.

use varde_core::LocalisedText;

use crate::model::{Finding, Severity};

/// A file as the checks see it.
#[derive(Debug, Clone, Copy)]
pub struct ResultFile<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The smallest group the permit lets results show.
    pub minimum_group: u32,
}

impl ResultFile<'_> {
    /// The name's ending in lower case, without the dot.
    pub fn extension(&self) -> String {
        self.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
    }
}

/// An automatic check of a result.
pub trait ResultCheck: Send + Sync + std::fmt::Debug {
    /// What it finds, in order of place; nothing when all is well.
    fn check(&self, file: &ResultFile<'_>) -> Vec<Finding>;
}

/// File types that a person can look through, sizes that they can, and no pseudonyms.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileChecks;

/// What may leave: tables, text, pictures of points already drawn. SVG and documents carry hidden
/// data; Parquet and R files are rows.
const ALLOWED: [&str; 5] = ["csv", "tsv", "txt", "md", "png"];
/// Larger than a person looks through, in bytes.
const LARGE: usize = 256 * 1024;
/// More lines than a table of results has.
const LONG: usize = 1_000;
/// Pseudonyms are 128 bits as hexadecimal digits.
const PSEUDONYM: usize = 32;

impl ResultCheck for FileChecks {
    fn check(&self, file: &ResultFile<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let extension = file.extension();
        if !ALLOWED.contains(&extension.as_str()) {
            return vec![wrong_type()];
        }
        let is_png = file.bytes.starts_with(b"\x89PNG\r\n\x1a\n");
        if (extension == "png") != is_png || (!is_png && std::str::from_utf8(file.bytes).is_err()) {
            return vec![not_what_it_says()];
        }
        if file.bytes.len() > LARGE {
            findings.push(large());
        }
        if !is_png {
            text(&String::from_utf8_lossy(file.bytes), &mut findings);
        }
        findings
    }
}

fn text(text: &str, findings: &mut Vec<Finding>) {
    if text.lines().count() > LONG {
        findings.push(long());
    }
    for (number, line) in text.lines().enumerate() {
        let mut words = line.split(|c: char| !c.is_ascii_alphanumeric());
        if words.any(|word| word.len() == PSEUDONYM && word.bytes().all(|b| b.is_ascii_hexdigit())) {
            findings.push(pseudonym(number + 1));
            // One is enough: the file holds rows about persons.
            return;
        }
    }
}

fn finding(
    rule: &str,
    severity: Severity,
    place: String,
    what: LocalisedText,
    why: LocalisedText,
    advice: LocalisedText,
) -> Finding {
    Finding { rule: rule.to_owned(), severity, place, what, why, advice }
}

fn wrong_type() -> Finding {
    finding(
        "file_type",
        Severity::Stop,
        String::new(),
        LocalisedText::new(
            "Filtypen kan ikke forlate rommet.",
            "Filtypen kan ikkje forlate rommet.",
            "Files of this type cannot leave the room.",
        ),
        LocalisedText::new(
            "Andre filtyper kan bære skjulte data som ingen kontrollør ser.",
            "Andre filtypar kan bere skjulte data som ingen kontrollør ser.",
            "Other file types can carry hidden data that no reviewer sees.",
        ),
        LocalisedText::new(
            "Lagre resultatet som CSV, TSV, TXT, MD eller PNG.",
            "Lagre resultatet som CSV, TSV, TXT, MD eller PNG.",
            "Save the result as CSV, TSV, TXT, MD or PNG.",
        ),
    )
}

fn not_what_it_says() -> Finding {
    finding(
        "file_content",
        Severity::Stop,
        String::new(),
        LocalisedText::new(
            "Innholdet er ikke det filnavnet sier.",
            "Innhaldet er ikkje det filnamnet seier.",
            "The content is not what the file name says.",
        ),
        LocalisedText::new(
            "Da kan ingen kontrollere det.",
            "Då kan ingen kontrollere det.",
            "Nobody can check it then.",
        ),
        LocalisedText::new(
            "Lagre teksten som UTF-8, eller bildet som PNG, med riktig filendelse.",
            "Lagre teksten som UTF-8, eller biletet som PNG, med rett filending.",
            "Save the text as UTF-8, or the picture as PNG, with the right ending.",
        ),
    )
}

fn large() -> Finding {
    finding(
        "file_size",
        Severity::Explain,
        String::new(),
        LocalisedText::new(
            "Filen er stor for et resultat.",
            "Fila er stor for eit resultat.",
            "The file is large for a result.",
        ),
        LocalisedText::new(
            "Store filer rommer ofte opplysninger om enkeltpersoner.",
            "Store filer rommar ofte opplysningar om enkeltpersonar.",
            "Large files often hold information about individuals.",
        ),
        LocalisedText::new(
            "Ta bare med det du skal publisere, eller forklar hvorfor filen må være så stor.",
            "Ta berre med det du skal publisere, eller forklar kvifor fila må vere så stor.",
            "Take out only what you will publish, or explain why the file must be this large.",
        ),
    )
}

fn long() -> Finding {
    finding(
        "line_count",
        Severity::Explain,
        String::new(),
        LocalisedText::new(
            "Filen har over tusen linjer.",
            "Fila har over tusen linjer.",
            "The file has more than a thousand lines.",
        ),
        LocalisedText::new(
            "Så mange linjer kan være rader om enkeltpersoner.",
            "Så mange linjer kan vere rader om enkeltpersonar.",
            "So many lines may be rows about individuals.",
        ),
        LocalisedText::new(
            "Slå sammen grupper, eller forklar hva linjene er.",
            "Slå saman grupper, eller forklar kva linjene er.",
            "Merge groups, or explain what the lines are.",
        ),
    )
}

fn pseudonym(line: usize) -> Finding {
    finding(
        "pseudonym",
        Severity::Stop,
        format!("{line}"),
        LocalisedText::new(
            format!("Linje {line} har det som ser ut som et pseudonym."),
            format!("Linje {line} har det som ser ut som eit pseudonym."),
            format!("Line {line} has what looks like a pseudonym."),
        ),
        LocalisedText::new(
            "Rader om personer skal aldri forlate rommet.",
            "Rader om personar skal aldri forlate rommet.",
            "Rows about persons must never leave the room.",
        ),
        LocalisedText::new(
            "Ta ut grupperte tall uten person-id.",
            "Ta ut grupperte tal utan person-id.",
            "Take out grouped figures without person ids.",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(name: &str, bytes: &[u8]) -> Vec<String> {
        let file = ResultFile { name, bytes, minimum_group: 10 };
        FileChecks.check(&file).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_table_passes_and_what_nobody_can_read_does_not() {
        assert!(rules("t.csv", b"age,n\n20-29,120\n").is_empty());
        assert_eq!(rules("t.parquet", b"PAR1"), ["file_type"]);
        assert_eq!(rules("t", b"x"), ["file_type"]);
        assert_eq!(rules("t.csv", b"\x89PNG\r\n\x1a\n"), ["file_content"]);
        assert_eq!(rules("t.png", b"age,n\n"), ["file_content"]);
        assert_eq!(rules("t.csv", b"\xff\xfe"), ["file_content"]);
        assert!(rules("t.PNG", b"\x89PNG\r\n\x1a\nxxx").is_empty());
    }

    #[test]
    fn rows_about_persons_are_stopped_and_long_files_must_be_explained() {
        let row = format!("id,age\n{},40\n", "0123456789abcdef".repeat(2));
        assert_eq!(rules("t.csv", row.as_bytes()), ["pseudonym"]);
        assert_eq!(rules("t.csv", "1\n".repeat(1_001).as_bytes()), ["line_count"]);
        assert_eq!(rules("t.csv", "1".repeat(LARGE + 1).as_bytes()), ["file_size"]);
    }
}
