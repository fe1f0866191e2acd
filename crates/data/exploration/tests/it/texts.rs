//! The texts are complete in all languages, and all are used.

use varde_web::{Texts, Usage};

#[test]
fn the_texts_are_complete_and_used() {
    let root = env!("CARGO_MANIFEST_DIR");
    let web = format!("{root}/../../foundation/web");
    let folders =
        [format!("{root}/src"), format!("{root}/templates"), format!("{web}/src"), format!("{web}/templates")];
    let texts = Texts::new([varde_exploration::TEXTS, varde_exploration::STATISTICS_TEXTS]);
    let usage = Usage::scan(folders).unwrap();
    let faults: Vec<String> = texts.check().into_iter().chain(texts.check_usage(&usage)).collect();
    let ours: Vec<&String> =
        faults.iter().filter(|fault| ["exploration", "statistics"].iter().any(|ours| fault.contains(ours))).collect();
    assert!(ours.is_empty(), "{ours:#?}");
}
