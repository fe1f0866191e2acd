//! The texts are complete in all languages, and all are used.

use varde_web::testing::faults_in_texts;

#[test]
fn the_texts_are_complete_and_used() {
    assert_eq!(faults_in_texts(env!("CARGO_MANIFEST_DIR"), [varde_terminology::TEXTS]), Vec::<String>::new());
}
