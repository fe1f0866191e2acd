//! What goes with the data: a codebook for machines and people, and a page to read first.

use std::path::Path;

use csv::Writer;
use varde_core::Language;
use varde_permit::DeliveredFile;

use super::{Order, select::by_dataset};
use crate::{EngineError, granularity, output::write_file};

/// Writes codebook, value lists and the two pages to read.
pub(crate) fn write(
    order: &Order<'_>,
    data: &[DeliveredFile],
    draft: &Path,
) -> Result<Vec<DeliveredFile>, EngineError> {
    let made = [
        ("codebook.csv", codebook(order)?),
        ("values.csv", values(order)?),
        ("LES-MEG.md", read_me(order, data, Language::Nb)),
        ("README.md", read_me(order, data, Language::En)),
    ];
    made.into_iter()
        .map(|(name, bytes)| {
            let sealed = write_file(&draft.join(name), &bytes)?;
            Ok(DeliveredFile {
                name: name.to_owned(),
                dataset: None,
                digest: sealed.digest,
                bytes: sealed.bytes,
                rows: None,
                columns: Vec::new(),
            })
        })
        .collect()
}

fn codebook(order: &Order<'_>) -> Result<Vec<u8>, EngineError> {
    let header = ["file", "column", "variable", "type", "granularity", "label_nb", "label_nn", "label_en"];
    table(
        &header,
        by_dataset(order.spec, order.releases).into_iter().flat_map(|(release, variables)| {
            let file = release.schema().dataset.as_str().replace('/', "_");
            variables.into_iter().filter_map(move |variable| {
                let column = release.schema().column(variable.variable.name())?;
                let kind = granularity::delivered(column.kind, variable.granularity);
                Some(vec![
                    format!("{file}.parquet"),
                    column.name.clone(),
                    variable.variable.to_string(),
                    if kind == column.kind.arrow() {
                        column.kind.name().to_owned()
                    } else {
                        kind.to_string().to_lowercase()
                    },
                    granularity::describe(variable.granularity),
                    column.label.get(Language::Nb).to_owned(),
                    column.label.get(Language::Nn).to_owned(),
                    column.label.get(Language::En).to_owned(),
                ])
            })
        }),
    )
}

fn values(order: &Order<'_>) -> Result<Vec<u8>, EngineError> {
    let header = ["variable", "code", "label_nb", "label_nn", "label_en"];
    table(
        &header,
        by_dataset(order.spec, order.releases).into_iter().flat_map(|(release, variables)| {
            variables.into_iter().flat_map(move |variable| {
                let column = release.schema().column(variable.variable.name());
                column.into_iter().flat_map(|c| &c.codes).map(move |code| {
                    let label = |language| code.label.get(language).to_owned();
                    let (nb, nn, en) = (label(Language::Nb), label(Language::Nn), label(Language::En));
                    vec![variable.variable.to_string(), code.code.clone(), nb, nn, en]
                })
            })
        }),
    )
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, EngineError> {
    let failed = |e: csv::Error| EngineError::file(Path::new("codebook.csv"), e.into());
    let mut writer = Writer::from_writer(Vec::new());
    writer.write_record(header).map_err(failed)?;
    for row in rows {
        writer.write_record(row).map_err(failed)?;
    }
    writer.into_inner().map_err(|e| EngineError::file(Path::new("codebook.csv"), e.into_error()))
}

fn read_me(order: &Order<'_>, data: &[DeliveredFile], language: Language) -> Vec<u8> {
    let (spec, people) = (order.spec, order.selection.included.len());
    let files: String =
        data.iter().map(|f| format!("| {} | {} | {} |\n", f.name, f.rows.unwrap_or(0), f.columns.len())).collect();
    let releases: String =
        spec.releases.iter().map(|r| format!("- {}: {} (SHA-256 {})\n", r.dataset, r.release, r.digest)).collect();
    let title = order.title;
    let until = spec.period.until.map_or_else(|| "…".to_owned(), |d| d.to_string());
    let period = format!("{} – {until}", spec.period.from);
    let text = match language {
        Language::En => format!(
            "# {title}\n\nExtract {extract} under permit {permit}.\n\n- People: {people}\n- Period: {period}\n\
             - Smallest group: {group}\n\n| File | Rows | Columns |\n|---|---|---|\n{files}\n\
             Every file has the column `pseudonym`. It is the same for a person in all files of this project and \
             different in every other project. Rows are in the order of the pseudonyms, which says nothing.\n\n\
             `codebook.csv` says what the columns mean, `values.csv` what the codes mean, and `manifest.json` what \
             was delivered, from which releases, and which checks were made.\n\n## Read from\n\n{releases}",
            extract = spec.extract,
            permit = spec.permit,
            group = spec.minimum_group,
        ),
        Language::Nb | Language::Nn => format!(
            "# {title}\n\nUttrekk {extract} etter tillatelse {permit}.\n\n- Personer: {people}\n- Periode: {period}\n\
             - Minste gruppe: {group}\n\n| Fil | Rader | Kolonner |\n|---|---|---|\n{files}\n\
             Alle filer har kolonnen `pseudonym`. Den er lik for samme person i alle filene i dette prosjektet og \
             ulik i alle andre prosjekter. Radene står i pseudonymenes rekkefølge, som ikke betyr noe.\n\n\
             `codebook.csv` sier hva kolonnene betyr, `values.csv` hva kodene betyr, og `manifest.json` hva som er \
             levert, fra hvilke dataversjoner, og hvilke kontroller som er gjort.\n\n## Lest fra\n\n{releases}",
            extract = spec.extract,
            permit = spec.permit,
            group = spec.minimum_group,
        ),
    };
    text.into_bytes()
}
