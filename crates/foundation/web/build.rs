//! Embeds what `cargo xtask assets` has built: a table of names, addresses and bytes.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

fn main() {
    println!("cargo::rerun-if-env-changed=VARDE_ASSETS");
    println!("cargo::rerun-if-changed=migrations");
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default());
    let Some(folder) = assets_folder(&out) else {
        println!("cargo::error=the style and scripts are not built yet: run `cargo xtask assets` first");
        return;
    };
    println!("cargo::rerun-if-changed={}", folder.display());
    let table = table(&folder, &out).and_then(|table| fs::write(out.join("assets.rs"), table));
    if let Err(error) = table {
        println!("cargo::error=cannot embed {}: {error}; run `cargo xtask assets` again", folder.display());
    }
}

/// `VARDE_ASSETS`, or the folder `assets` in the target folder that `OUT_DIR` lies in.
fn assets_folder(out: &Path) -> Option<PathBuf> {
    let given = env::var_os("VARDE_ASSETS").map(PathBuf::from);
    let found = out.ancestors().map(|a| a.join("assets")).find(|a| a.join("varde.css").is_file());
    given.or(found)
}

/// The source text of the table. Fonts come first: the style sheet names them, so it is embedded
/// with their addresses in it.
fn table(folder: &Path, out: &Path) -> io::Result<String> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.retain(|f| f.extension().and_then(|e| e.to_str()).and_then(media_type).is_some());
    files.sort_by_key(|f| (f.extension().is_some_and(|e| e == "css"), f.clone()));
    let mut addresses: Vec<(String, String)> = Vec::new();
    let mut table = String::from("static ASSETS: &[Asset] = &[\n");
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
        let mut bytes = fs::read(&file)?;
        if extension == "css" {
            let mut text = String::from_utf8_lossy(&bytes).into_owned();
            for (plain, address) in &addresses {
                text = text.replace(plain, address);
            }
            bytes = text.into_bytes();
        }
        let digest: String = Sha256::digest(&bytes).iter().take(8).map(|b| format!("{b:02x}")).collect();
        let address = format!("/assets/{stem}-{digest}.{extension}");
        let embedded = out.join(&name);
        fs::write(&embedded, bytes)?;
        let media_type = media_type(extension).unwrap_or_default();
        let _ = writeln!(
            table,
            "    Asset {{ name: {name:?}, address: {address:?}, media_type: {media_type:?}, bytes: include_bytes!({:?}) }},",
            embedded.display().to_string()
        );
        addresses.push((name, address));
    }
    table.push_str("];\n");
    Ok(table)
}

fn media_type(extension: &str) -> Option<&'static str> {
    Some(match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}
