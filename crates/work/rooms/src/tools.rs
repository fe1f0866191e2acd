//! The tools in the rooms: a Python environment made from the committed lock files, mounted
//! read-only. Debian's Python is used, because one under root's home could not be entered.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Command,
};
use varde_core::Digest;

use crate::RoomsError;

const REQUIREMENTS: &str = include_str!("../tools/requirements.lock");
const NOTEBOOK: &str = include_str!("../tools/notebook.lock");
const NO_PIP: &str = include_str!("../tools/no_pip.py");
const JUPYTER: &str = include_str!("../tools/jupyter_server_config.py");
const STYLE: &str = include_str!("../tools/custom.css");
const PAGE: &str = include_str!("../tools/page_config.json");
const NO_NOTE: &str = include_str!("../tools/no_note.py");
/// The runner of SQL scripts, given to Python by `-c`.
pub(crate) const SQL_RUNNER: &str = include_str!("../tools/sql.py");
const PYTHON: &str = "/usr/bin/python3";
/// Written last: an environment without it was interrupted and is made again.
const COMPLETE: &str = "varde-complete";

/// What is to be in the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kit {
    /// DuckDB, pandas, pyarrow, numpy, matplotlib.
    Analysis,
    /// The same and JupyterLab.
    Notebook,
}

impl Kit {
    fn locks(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Analysis => &[("requirements.lock", REQUIREMENTS)],
            Self::Notebook => &[("requirements.lock", REQUIREMENTS), ("notebook.lock", NOTEBOOK)],
        }
    }

    /// The environment's folder name: the digest of everything it is made of.
    fn name(self) -> String {
        let parts: Vec<&str> =
            self.locks().iter().map(|(_, text)| *text).chain([NO_PIP, JUPYTER, STYLE, PAGE, NO_NOTE, "1"]).collect();
        Digest::of(parts.join("\0").as_bytes()).to_string()[..16].to_owned()
    }
}

/// Where the tools of an installation lie: shared by all of the machine when root runs us, since rooms run
/// as users who cannot look into somebody's home; else below `data`.
pub fn folder(data: &Path) -> PathBuf {
    let shared = Path::new("/var/lib/varde/tools");
    if fs::create_dir_all(shared).is_ok() { shared.to_owned() } else { data.join("tools") }
}

/// Where an environment of that kit lies under `root`, if it is complete.
pub fn installed(root: &Path, kit: Kit) -> Option<PathBuf> {
    let folder = root.join(kit.name());
    folder.join(COMPLETE).is_file().then_some(folder)
}

/// Makes the environment under `root`, or finds it made. `progress` hears about every package as
/// it is fetched: its name, how many so far, how many in all. Several processes may ask at once:
/// one makes it, the others wait. Takes a minute or two the first time.
///
/// # Errors
/// [`RoomsError::Tools`] with what pip said, when Python or the registry is not to be had.
pub async fn ensure_tools(
    root: &Path,
    kit: Kit,
    progress: &(dyn Fn(&str, usize, usize) + Sync),
) -> Result<PathBuf, RoomsError> {
    let folder = root.join(kit.name());
    fs::create_dir_all(root).map_err(RoomsError::file(root))?;
    let path = root.join(format!("{}.lock", kit.name()));
    let lock = fs::File::create(&path).map_err(RoomsError::file(&path))?;
    let locked = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await;
    let _lock = locked.map_err(|e| RoomsError::Tools(e.to_string()))?.map_err(RoomsError::file(&path))?;
    if folder.join(COMPLETE).is_file() {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(RoomsError::file(&folder))?;
    }
    make(&folder, kit, progress).await?;
    fs::write(folder.join(COMPLETE), "").map_err(RoomsError::file(&folder))?;
    Ok(folder)
}

async fn make(folder: &Path, kit: Kit, progress: &(dyn Fn(&str, usize, usize) + Sync)) -> Result<(), RoomsError> {
    let place = folder.to_string_lossy().into_owned();
    run(PYTHON, &["-m", "venv", &place], &|_| {}).await?;
    let python = folder.join("bin/python").to_string_lossy().into_owned();
    let total = kit.locks().iter().map(|(_, lock)| lock.lines().filter(|line| line.contains("==")).count()).sum();
    let seen = std::sync::atomic::AtomicUsize::new(0);
    let heard = |line: &str| {
        if let Some(package) = line.strip_prefix("Collecting ") {
            let so_far = 1 + seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            progress(package.split(['=', ' ']).next().unwrap_or(package), so_far, total);
        }
    };
    for (name, text) in kit.locks() {
        let lock = folder.join(name);
        fs::write(&lock, text).map_err(RoomsError::file(&lock))?;
        let lock = lock.to_string_lossy().into_owned();
        let install = ["-m", "pip", "install", "--no-input", "--no-deps", "--require-hashes", "--only-binary", ":all:"];
        let rest = ["--progress-bar", "off", "--disable-pip-version-check", "-r", &lock];
        run(&python, &[&install[..], &rest[..]].concat(), &heard).await?;
    }
    run(&python, &["-m", "pip", "uninstall", "--yes", "--quiet", "pip"], &|_| {}).await?;
    finish(folder).await
}

/// Puts the stand-in for pip and the notebook's settings in place, and has matplotlib draw pictures
/// that the airlock takes.
async fn finish(folder: &Path) -> Result<(), RoomsError> {
    let python = folder.join("bin/python").to_string_lossy().into_owned();
    let ask = ["-c", "import sysconfig; print(sysconfig.get_path('purelib'))"];
    let output = Command::new(&python).args(ask).output().await.map_err(RoomsError::file(&python))?;
    let packages = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let put = |path: PathBuf, text: &str| {
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).and_then(|()| fs::write(&path, text)).map_err(RoomsError::file(&path))
    };
    put(packages.join("pip/__init__.py"), "")?;
    put(packages.join("pip/__main__.py"), NO_PIP)?;
    put(folder.join("etc/jupyter/jupyter_server_config.py"), JUPYTER)?;
    let jupyter = packages.join("jupyter_server/static");
    if jupyter.is_dir() {
        put(jupyter.join("custom/custom.css"), STYLE)?;
    }
    put(folder.join("etc/jupyter/labconfig/page_config.json"), PAGE)?;
    let drawing = packages.join("matplotlib/backends/backend_agg.py");
    let drawn = fs::read_to_string(&drawing).map_err(RoomsError::file(&drawing))?;
    put(drawing, &(drawn + NO_NOTE))?;
    for name in ["bin/pip", "bin/pip3"] {
        let path = folder.join(name);
        put(path.clone(), &format!("#!{python}\n{NO_PIP}"))?;
        let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&path, executable).map_err(RoomsError::file(&path))?;
    }
    Ok(())
}

/// Runs a program of the installation, listening to its lines.
async fn run(program: &str, arguments: &[&str], heard: &(dyn Fn(&str) + Sync)) -> Result<(), RoomsError> {
    let mut command = Command::new(program);
    command.args(arguments).env("PYTHONNOUSERSITE", "1").env_remove("PYTHONPATH").env_remove("PYTHONHOME");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let failed = |error: std::io::Error| RoomsError::Tools(format!("{program}: {error}"));
    let mut child = command.spawn().map_err(failed)?;
    let errors = child.stderr.take();
    let errors = tokio::spawn(async move {
        let mut text = String::new();
        if let Some(mut errors) = errors {
            let _ = tokio::io::AsyncReadExt::read_to_string(&mut errors, &mut text).await;
        }
        text
    });
    if let Some(output) = child.stdout.take() {
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            heard(line.trim());
        }
    }
    let status = child.wait().await.map_err(failed)?;
    if status.success() {
        return Ok(());
    }
    let errors = errors.await.unwrap_or_default();
    let last = errors.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no reason given");
    Err(RoomsError::Tools(last.to_owned()))
}

/// Whether Debian's R is installed.
pub fn r_installed() -> bool {
    Path::new("/usr/bin/Rscript").is_file()
}
