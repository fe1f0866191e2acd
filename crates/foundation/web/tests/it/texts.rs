//! The shell's own texts are complete, used, and known.

use std::path::Path;

use varde_core::Language;
use varde_web::{Texts, Usage};

#[test]
fn the_three_languages_say_the_same() {
    assert_eq!(Texts::new([]).check(), Vec::<String>::new());
}

#[test]
fn every_text_is_used_and_every_text_used_exists() {
    let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let usage = Usage::scan([crate_root.join("src"), crate_root.join("templates")]).unwrap();
    assert_eq!(Texts::new([]).check_usage(&usage), Vec::<String>::new());
}

#[test]
fn a_text_is_in_the_language_and_has_its_values() {
    let texts = Texts::new([]);
    assert_eq!(texts.get(Language::Nn, "nav-my-page"), "Mi side");
    assert_eq!(texts.get_with(Language::En, "held-one", &[("time", "now".into())]), "Written now");
    assert_eq!(texts.get(Language::Nb, "no-such-text"), "no-such-text");
}
