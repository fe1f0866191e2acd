//! Checks pairs of shapes and data, and prints what was found as one line of JSON for each pair, for
//! `web/tests/shacl/compare.py` to compare with another validator's.
//!
//! `cargo run -p varde-rdf --example shacl -- NAME SHAPES.ttl DATA.ttl EXPECTED [NAME …]`; EXPECTED is a
//! number of findings, `violations=N`, or `-`.

use std::{env, error::Error, fs};

use serde_json::json;
use varde_rdf::{Format, Graph, Limits, Term, read, shacl::Shapes};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    for pair in arguments.chunks(4) {
        let [name, shapes, data, expected] = pair else { return Err("give NAME SHAPES DATA EXPECTED".into()) };
        let report = Shapes::read(&graph(shapes)?)?.validate(&graph(data)?)?;
        let found: Vec<_> = report
            .findings
            .iter()
            .map(|f| {
                json!([
                    term(&f.focus),
                    f.path.as_ref().map(ToString::to_string).unwrap_or_default(),
                    f.component.name()
                ])
            })
            .collect();
        let line = json!({ "name": name, "shapes": shapes, "data": data, "expected": expected, "found": found });
        print_line(&line.to_string())?;
    }
    Ok(())
}

fn graph(file: &str) -> Result<Graph, Box<dyn Error>> {
    let text = fs::read(file).map_err(|error| format!("{file}: {error}"))?;
    let format = Format::from_file_name(file).ok_or_else(|| format!("{file}: the format is not known"))?;
    let document = read(&text, format, Some("https://example.org/"), Limits::default());
    Ok(document.map_err(|error| format!("{file}: {error}"))?.graph)
}

fn term(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => node.as_str().to_owned(),
        Term::BlankNode(_) => "_:".to_owned(),
        Term::Literal(literal) => format!("literal {}", literal.value()),
    }
}

fn print_line(line: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    writeln!(std::io::stdout(), "{line}")
}
