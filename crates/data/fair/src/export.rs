//! Scores for other programs: as lines of a file, and in the words of the published models as RDF (Data
//! Quality Vocabulary, W3C 2016).

use varde_core::CataloguePath;
use varde_rdf::{
    NamedNode, Statements, node_of,
    vocabulary::{DCT, DQV, PROV, SKOS},
};

use crate::{Evidence, Finding, Indicator, Kept, Model, Outcome, Outline, Outlines, Score};

/// The type of what is told as one of our outcomes; boolean metrics have true and false.
const TEXT: &str = "string";

/// The measurements of a source, at the address that the exchange knows the source by.
pub(crate) fn dqv(outlines: &Outlines, site: &str, path: &CataloguePath, scores: &[Kept<Score>]) -> Statements {
    let mut out = Statements::new();
    let source = node_of(&format!("{site}/api/dcat/sources/{path}"), "");
    for kept in scores {
        let outline = outlines.of(kept.content.model);
        let mut told = Told { out: &mut out, source: &source, base: &format!("{site}/api/fair/scores/{path}"), kept };
        told.whole(outline);
        for ((dimension, indicator), finding) in outline.indicators().zip(&kept.content.findings) {
            told.measurement(outline, (&dimension.id, indicator), finding);
        }
    }
    out
}

/// The metric of an indicator: as the model publishes it, or as a part of its publication.
pub(crate) fn metric(outline: &Outline, name: &str) -> NamedNode {
    node_of(outline.published.trim_end_matches('#'), name)
}

struct Told<'a> {
    out: &'a mut Statements,
    source: &'a NamedNode,
    base: &'a str,
    kept: &'a Kept<Score>,
}

impl Told<'_> {
    fn begin(&mut self, outline: &Outline, name: &str) -> NamedNode {
        let node = node_of(self.base, &format!("{}/{name}", outline.model.name()));
        self.out.say(self.source, DQV.term("hasQualityMeasurement"), node.clone());
        self.out.is(&node, DQV.term("QualityMeasurement"));
        self.out.say(&node, DQV.term("computedOn"), self.source.clone());
        self.out.say(&node, DQV.term("isMeasurementOf"), metric(outline, name));
        self.out.typed(&node, PROV.term("generatedAtTime"), &self.kept.at.to_string(), "dateTime");
        node
    }

    /// The score: points where the model publishes weights, the share in per cent elsewhere.
    fn whole(&mut self, outline: &Outline) {
        let points = self.kept.content.points;
        let value = match outline.model {
            Model::Mqa => Some(points.halves / 2),
            _ => points.percent().map(u32::from),
        };
        let Some(value) = value else { return };
        let node = self.begin(outline, "score");
        self.out.typed(&node, DQV.term("value"), &value.to_string(), "integer");
    }

    /// One indicator. A metric of yes or no has no value where neither is known; that it is rightly
    /// restricted is told as an annotation.
    fn measurement(&mut self, outline: &Outline, (dimension, indicator): (&str, &Indicator), finding: &Finding) {
        if outline.model == Model::Mqa {
            if finding.outcome.counts() {
                let node = self.begin(outline, &indicator.id);
                let value = if finding.outcome == Outcome::Met { "true" } else { "false" };
                self.out.typed(&node, DQV.term("value"), value, "boolean");
                return;
            }
        } else {
            let node = self.begin(outline, &indicator.id);
            self.out.typed(&node, DQV.term("value"), finding.outcome.name(), TEXT);
            let metric = metric(outline, &indicator.id);
            self.out.is(&metric, DQV.term("Metric"));
            if let Some(name) = &indicator.name {
                self.out.text(&metric, SKOS.term("definition"), name);
            }
            self.out.say(&metric, DQV.term("inDimension"), node_of(outline.published.as_str(), dimension));
        }
        if finding.outcome == Outcome::RightlyRestricted {
            let note = node_of(self.base, &format!("{}/{}/restricted", outline.model.name(), indicator.id));
            self.out.say(self.source, DQV.term("hasQualityAnnotation"), note.clone());
            self.out.is(&note, DQV.term("QualityAnnotation"));
            for Evidence { value, .. } in finding.evidence.iter().filter(|one| !one.value.is_empty()) {
                self.out.string(&note, DCT.term("description"), value);
            }
        }
    }
}

/// Lines as a file that spreadsheets in Norway open: with a byte-order mark and semicolons.
pub(crate) fn csv(lines: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::from("\u{feff}".as_bytes()));
    let harmless = |line: &Vec<String>| line.iter().map(|field| harmless(field)).collect::<Vec<_>>();
    let written = lines.iter().try_for_each(|line| writer.write_record(harmless(line)));
    let bytes = written.ok().and_then(|()| writer.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// A text that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_a_text_in_a_file() {
        let text = csv(&[vec!["navn".to_owned(), "=1+1".to_owned()], vec!["a;b".to_owned(), String::new()]]);
        assert_eq!(text, "\u{feff}navn;'=1+1\n\"a;b\";\n");
    }
}
