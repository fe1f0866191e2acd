//! The texts are there in all three languages.

use varde_web::Texts;

#[test]
fn texts_are_complete() {
    let texts = Texts::new([varde_web::TEXTS, varde_exchange::TEXTS]);
    let problems = texts.check();
    assert!(problems.is_empty(), "{problems:?}");
}
