//! The account of changes for people, in the language that the applicant chose.

use std::fmt::Write as _;

use varde_core::{Language, ReleaseId};

use super::{Changes, Counts, FileChange};

/// `CHANGES.md`.
pub(super) fn to_read(changes: &Changes, language: Language) -> String {
    let words = words(language);
    let mut page = format!("# {} {}\n\n{}\n\n", words.update, changes.number, words.lead);
    // Writing into a String cannot fail.
    let _ = writeln!(page, "- {}: {}\n- {}: {}\n", words.this, changes.extract, words.before, changes.previous);
    let _ =
        writeln!(page, "## {}\n\n| {} | {} | {} |\n|---|---|---|", words.releases, words.dataset, words.was, words.is);
    for release in &changes.releases {
        let shown = |id: Option<ReleaseId>| id.map_or_else(|| "–".to_owned(), |id| id.to_string());
        let same = if release.before == release.after { words.same.to_owned() } else { shown(release.after) };
        let _ = writeln!(page, "| {} | {} | {same} |", release.dataset, shown(release.before));
    }
    for (heading, of) in [(words.rows, rows_of as fn(&FileChange) -> Counts), (words.people, people_of)] {
        let _ = writeln!(page, "\n## {heading}\n");
        let [was, is, added, removed, changed] = [words.was, words.is, words.added, words.removed, words.changed];
        let _ = writeln!(page, "| {} | {was} | {is} | {added} | {removed} | {changed} |", words.file);
        let _ = writeln!(page, "|---|---:|---:|---:|---:|---:|");
        for file in &changes.files {
            let Counts { before, after, added, removed, changed } = of(file);
            let _ = writeln!(page, "| {} | {before} | {after} | {added} | {removed} | {changed} |", file.file);
        }
    }
    let _ = writeln!(page, "\n{}", words.how);
    page
}

const fn rows_of(file: &FileChange) -> Counts {
    file.rows
}

const fn people_of(file: &FileChange) -> Counts {
    file.people
}

struct Words {
    update: &'static str,
    lead: &'static str,
    this: &'static str,
    before: &'static str,
    releases: &'static str,
    dataset: &'static str,
    was: &'static str,
    is: &'static str,
    same: &'static str,
    rows: &'static str,
    people: &'static str,
    file: &'static str,
    added: &'static str,
    removed: &'static str,
    changed: &'static str,
    how: &'static str,
}

const fn words(language: Language) -> Words {
    match language {
        Language::Nb => Words {
            update: "Oppdatering",
            lead: "Det samme uttrekket, laget på nytt av nyere dataversjoner. Den forrige leveransen ligger urørt ved \
                   siden av. Samme person har samme pseudonym i begge.",
            this: "Dette uttrekket",
            before: "Det forrige",
            releases: "Dataversjoner",
            dataset: "Datasett",
            was: "Før",
            is: "Nå",
            same: "samme",
            rows: "Rader",
            people: "Personer",
            file: "Fil",
            added: "Nye",
            removed: "Borte",
            changed: "Endret",
            how: "Tallene er avrundet til nærmeste ti, og alt fra 1 til 14 vises som 10. Rader har ingen egne navn: har \
                  en person både mistet og fått rader, regnes så mange par som endret. Noen kan være borte fordi de har \
                  reservert seg, eller fordi for få ligner dem nå.",
        },
        Language::Nn => Words {
            update: "Oppdatering",
            lead: "Det same uttrekket, laga på nytt av nyare dataversjonar. Den førre leveransen ligg urørt ved sida av. \
                   Same person har same pseudonym i begge.",
            this: "Dette uttrekket",
            before: "Det førre",
            releases: "Dataversjonar",
            dataset: "Datasett",
            was: "Før",
            is: "No",
            same: "same",
            rows: "Rader",
            people: "Personar",
            file: "Fil",
            added: "Nye",
            removed: "Borte",
            changed: "Endra",
            how: "Tala er runda av til næraste ti, og alt frå 1 til 14 blir vist som 10. Rader har ingen eigne namn: har \
                  ein person både mista og fått rader, blir så mange par rekna som endra. Nokon kan vere borte fordi dei \
                  har reservert seg, eller fordi for få liknar dei no.",
        },
        Language::En => Words {
            update: "Update",
            lead: "The same extract, made again from newer releases. The delivery before it lies beside, untouched. A \
                   person has the same pseudonym in both.",
            this: "This extract",
            before: "The one before",
            releases: "Releases",
            dataset: "Dataset",
            was: "Before",
            is: "Now",
            same: "the same",
            rows: "Rows",
            people: "People",
            file: "File",
            added: "Added",
            removed: "Removed",
            changed: "Changed",
            how: "Numbers are rounded to the nearest ten, and everything from 1 to 14 is shown as 10. Rows have no names \
                  of their own: where a person has both lost and gained rows, as many pairs count as changed. Somebody \
                  may be gone because they have opted out, or because too few are like them now.",
        },
    }
}
