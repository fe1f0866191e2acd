//! Automatic checks of results. [`ResultCheck`] is the face; the composition adds the disclosure
//! control of the platform. What is here concerns files as files.

mod png;

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
    /// People in the extract, by its manifest: a table with about as many rows may have a row each.
    pub people: u64,
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

    /// What the file's tables tell, each in a form of the check's own: it is kept once the file may leave.
    fn tells(&self, file: &ResultFile<'_>) -> Vec<serde_json::Value> {
        let _ = file;
        Vec::new()
    }

    /// What follows from the file beside what other files have told, in the form of [`Self::tells`], which a form
    /// of another check may be among.
    fn beside(&self, file: &ResultFile<'_>, told: &[serde_json::Value]) -> Vec<Finding> {
        let _ = (file, told);
        Vec::new()
    }
}

/// File types that a person can look through, sizes that they can, and no pseudonyms.
#[derive(Debug, Clone, Copy, Default)]
pub struct FileChecks;

/// What may leave: tables, text, pictures of points already drawn. JSON and HTML are shown to the reviewer as they
/// are written, and looked into by the disclosure control. SVG and documents carry hidden data; Parquet and R files
/// are rows.
const ALLOWED: [&str; 7] = ["csv", "tsv", "txt", "md", "json", "html", "png"];
/// Larger than a person looks through, in bytes.
const LARGE: usize = 256 * 1024;
/// More lines than a table of results has.
const LONG: usize = 1_000;
/// Pseudonyms are 128 bits as hexadecimal digits.
const PSEUDONYM: usize = 32;

impl ResultCheck for FileChecks {
    fn check(&self, file: &ResultFile<'_>) -> Vec<Finding> {
        let extension = file.extension();
        if !ALLOWED.contains(&extension.as_str()) {
            return vec![wrong_type()];
        }
        let is_picture = png::is_png(file.bytes);
        if (extension == "png") != is_picture || (!is_picture && std::str::from_utf8(file.bytes).is_err()) {
            return vec![not_what_it_says()];
        }
        let mut findings = Vec::new();
        if is_picture {
            findings.extend(png::fault(file.bytes).map(picture));
        } else {
            text(&String::from_utf8_lossy(file.bytes), &mut findings);
        }
        if file.bytes.len() > LARGE {
            findings.push(large());
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

/// What is wrong with a picture, in words.
fn picture(fault: png::Fault) -> Finding {
    let stop = |rule: &str, place: String, what, why, advice| finding(rule, Severity::Stop, place, what, why, advice);
    let again = || {
        LocalisedText::new(
            "Lagre figuren på nytt fra programmet som tegnet den.",
            "Lagre figuren på nytt frå programmet som teikna han.",
            "Save the figure anew from the program that drew it.",
        )
    };
    let unseen = || {
        LocalisedText::new(
            "Det som ikke vises i bildet, ser ingen kontrollør.",
            "Det som ikkje blir vist i biletet, ser ingen kontrollør.",
            "What the picture does not show, no reviewer sees.",
        )
    };
    match fault {
        png::Fault::Damaged => stop(
            "picture_damaged",
            String::new(),
            LocalisedText::new(
                "Bildet er ikke en hel PNG.",
                "Biletet er ikkje ei heil PNG.",
                "The picture is not a whole PNG.",
            ),
            unseen(),
            again(),
        ),
        png::Fault::Behind => stop(
            "picture_hidden_data",
            String::new(),
            LocalisedText::new(
                "Det ligger data bak bildet.",
                "Det ligg data bak biletet.",
                "There is data behind the picture.",
            ),
            unseen(),
            again(),
        ),
        png::Fault::Chunk(name) => stop(
            "picture_chunk",
            name.clone(),
            LocalisedText::new(
                format!("Bildet har en del av typen {name}, som ikke hører til i en figur."),
                format!("Biletet har ein del av typen {name}, som ikkje høyrer til i ein figur."),
                format!("The picture has a part of the kind {name}, which does not belong in a figure."),
            ),
            unseen(),
            LocalisedText::new(
                "Lagre figuren uten tekster og metadata. I matplotlib: savefig(…, metadata={\"Software\": None}).",
                "Lagre figuren utan tekstar og metadata. I matplotlib: savefig(…, metadata={\"Software\": None}).",
                "Save the figure without texts and metadata. In matplotlib: savefig(…, metadata={\"Software\": None}).",
            ),
        ),
        png::Fault::TooManyPixels => stop(
            "picture_size",
            String::new(),
            LocalisedText::new(
                "Bildet har flere bildepunkter enn en figur trenger.",
                "Biletet har fleire biletpunkt enn ein figur treng.",
                "The picture has more pixels than a figure needs.",
            ),
            LocalisedText::new(
                "I et så stort bilde kan ingen se over alt.",
                "I eit så stort bilete kan ingen sjå over alt.",
                "Nobody can look over all of so large a picture.",
            ),
            LocalisedText::new(
                "Lagre figuren med høyst 10 000 punkter på den lengste siden og 30 millioner i alt.",
                "Lagre figuren med høgst 10 000 punkt på den lengste sida og 30 millionar i alt.",
                "Save the figure with at most 10,000 pixels on the longest side and 30 million in all.",
            ),
        ),
        png::Fault::Dense => finding(
            "picture_dense",
            Severity::Explain,
            String::new(),
            LocalisedText::new(
                "Bildet holder mer data enn en figur av den størrelsen trenger.",
                "Biletet held meir data enn ein figur av den storleiken treng.",
                "The picture holds more data than a figure of its size needs.",
            ),
            LocalisedText::new(
                "Tett støy kan være opplysninger skrevet som bildepunkter.",
                "Tett støy kan vere opplysningar skrivne som biletpunkt.",
                "Dense noise may be data written as pixels.",
            ),
            LocalisedText::new(
                "Lag en figur med flater og linjer, eller forklar hva bildet viser.",
                "Lag ein figur med flater og linjer, eller forklar kva biletet viser.",
                "Make a figure of areas and lines, or explain what the picture shows.",
            ),
        ),
    }
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
            "Lagre resultatet som CSV, TSV, TXT, MD, JSON, HTML eller PNG.",
            "Lagre resultatet som CSV, TSV, TXT, MD, JSON, HTML eller PNG.",
            "Save the result as CSV, TSV, TXT, MD, JSON, HTML or PNG.",
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
        let file = ResultFile { name, bytes, minimum_group: 10, people: 1_000 };
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
        assert!(rules("t.PNG", &png::tests::picture(&[], &[])).is_empty());
        assert_eq!(rules("t.png", b"\x89PNG\r\n\x1a\nxxx"), ["picture_damaged"]);
        assert_eq!(rules("t.png", &png::tests::picture(&[], b"rows of persons")), ["picture_hidden_data"]);
        for other in ["t.svg", "t.xhtml", "t.ipynb"] {
            assert_eq!(rules(other, b"{}"), ["file_type"], "{other} is not offered: nobody sees all that is in it");
        }
        assert!(rules("t.json", b"{}").is_empty() && rules("t.html", b"<p>text").is_empty());
    }

    #[test]
    fn rows_about_persons_are_stopped_and_long_files_must_be_explained() {
        let row = format!("id,age\n{},40\n", "0123456789abcdef".repeat(2));
        assert_eq!(rules("t.csv", row.as_bytes()), ["pseudonym"]);
        assert_eq!(rules("t.csv", "1\n".repeat(1_001).as_bytes()), ["line_count"]);
        assert_eq!(rules("t.csv", "1".repeat(LARGE + 1).as_bytes()), ["file_size"]);
    }
}
