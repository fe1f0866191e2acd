//! The texts are there in all three languages, and each is used.

use std::path::Path;

use varde_web::{Texts, Usage};

#[test]
fn texts_are_complete_and_used() {
    let texts = Texts::new([varde_exchange::TEXTS]);
    assert_eq!(texts.check(), Vec::<String>::new());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let web = root.join("../../foundation/web");
    let folders = [root.join("src"), root.join("templates"), web.join("src"), web.join("templates")];
    assert_eq!(texts.check_usage(&Usage::scan(folders).unwrap()), Vec::<String>::new());
}
