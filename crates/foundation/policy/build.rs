//! Lists the policy files for embedding: a new file in `policies/` is a new rule, with no list to
//! forget. (An embedding macro would not notice files that arrive later.)

use std::{env, fs, io, path::PathBuf};

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?).join("policies");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?).join("sources.rs");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)?.map(|f| f.map(|f| f.path())).collect::<io::Result<_>>()?;
    files.retain(|f| f.extension().is_some_and(|e| e == "cedar" || e == "cedarschema"));
    files.sort();
    let mut list = String::from("&[\n");
    for file in &files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        list.push_str(&format!("    ({name:?}, include_str!({:?})),\n", file.to_string_lossy()));
    }
    list.push(']');
    println!("cargo::rerun-if-changed=policies");
    println!("cargo::rerun-if-changed=build.rs");
    fs::write(out, list)
}
