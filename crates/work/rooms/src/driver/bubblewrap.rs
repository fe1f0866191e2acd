//! The driver for one Linux machine: bubblewrap makes the name spaces, control groups the limits,
//! a system-call filter the rest.

use std::{
    fs, io,
    os::unix::fs::{PermissionsExt as _, chown},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::process::Command;
use varde_core::{Digest, RoomId};

use super::{
    Availability, Capabilities, Containment, DriverError, Limits, Program, RoomDriver, RoomPlan, Sandboxed,
    arguments::{Features, Identity, arguments},
    etc, seccomp,
    spawner::Spawner,
};

/// Joins the control groups, limits what each process may do, lets go of every inherited file and
/// becomes the sandbox. Bash, because descriptors above 9 must be closed too. Lowering a limit
/// always succeeds; `ulimit` fails only where the machine's own limit is lower already.
const WRAPPER: &str = r#"
filter=$1 files=$2 memory=$3 processes=$4 groups=$5; shift 5
for ((i = 0; i < groups; i++)); do echo $$ > "$1" || exit 125; shift; done
ulimit -c 0; ulimit -f "$files"; [ "$memory" = none ] || { ulimit -v "$memory"; ulimit -u "$processes"; }
for open in /proc/self/fd/*; do open=${open##*/}; if ((open > 2)); then exec {open}>&-; fi; done
exec "$@" 9< "$filter"
"#;

/// How the driver is set up.
#[derive(Debug, Clone)]
pub struct BubblewrapConfig {
    /// The sandbox program, by name or path.
    pub program: PathBuf,
    /// Where the driver keeps its own files (the filter); made when missing.
    pub folder: PathBuf,
    /// The first user id of rooms, when the service runs as root. Choose ids that nobody has.
    pub first_uid: u32,
    /// Whether a machine without control groups may still open rooms, with limits on each process
    /// only. Off by default: then no room is opened.
    pub allow_process_limits: bool,
    /// Where control groups are mounted.
    pub cgroup_root: PathBuf,
}

impl BubblewrapConfig {
    /// Ordinary settings, with the driver's files under `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            program: "bwrap".into(),
            folder: folder.into(),
            first_uid: 310_000,
            allow_process_limits: false,
            cgroup_root: "/sys/fs/cgroup".into(),
        }
    }
}

/// The driver.
#[derive(Debug)]
pub struct Bubblewrap {
    config: BubblewrapConfig,
    spawner: Spawner,
    containment: Result<Containment, String>,
    filter: PathBuf,
    version: Result<(String, Features), String>,
}

impl Bubblewrap {
    /// The driver with its settings. A machine without the means is no error here: [`Self::probe`]
    /// tells, and every start answers with the same reason.
    pub fn new(config: BubblewrapConfig) -> Result<Self, DriverError> {
        let doing = || DriverError::file(format!("preparing {}", config.folder.display()));
        fs::create_dir_all(&config.folder).map_err(doing())?;
        let filter = config.folder.join("seccomp.bpf");
        fs::write(&filter, seccomp::filter()).map_err(doing())?;
        let containment = containment(&config);
        let version = version(&config.program);
        let spawner = Spawner::new().map_err(doing())?;
        Ok(Self { spawner, containment, filter, version, config })
    }

    fn identity(&self, plan: &RoomPlan) -> Identity {
        if is_root() { Identity::OwnUser(self.config.first_uid + plan.slot) } else { Identity::UserNamespace }
    }

    fn command(&self, plan: &RoomPlan, program: &Program) -> Result<Command, DriverError> {
        let (_, features) = self.version.clone().map_err(no_program)?;
        let containment = self.containment.clone().map_err(no_groups)?;
        let doing = || DriverError::file(format!("limiting room {}", plan.room));
        let groups = containment.enter(plan.room, &plan.limits).map_err(doing())?;
        let mut command = Command::new("/bin/bash");
        command.env_clear().current_dir("/").kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.args(["-c", WRAPPER, "varde-room"]).arg(&self.filter);
        command.args(process_limits(&plan.limits, &containment)).arg(groups.len().to_string()).args(groups);
        command.arg(self.path());
        command.args(arguments(plan, program, self.identity(plan), features, &|path: &Path| path.exists()));
        Ok(command)
    }

    /// The program by its path: the wrapper has no `PATH`.
    fn path(&self) -> PathBuf {
        find(&self.config.program).unwrap_or_else(|| self.config.program.clone())
    }

    /// Runs `true` in a room that is made for it.
    async fn rehearse(&self) -> Result<(), DriverError> {
        let folder = self.config.folder.join(format!("rehearsal-{}", std::process::id()));
        let plan = RoomPlan {
            room: RoomId::from_uuid(uuid::Uuid::nil()),
            folder: folder.clone(),
            slot: 0,
            limits: Limits::default(),
            tools: Vec::new(),
        };
        let doing = || DriverError::file("making a room to try the sandbox with");
        let ended = async {
            self.prepare(&plan).await?;
            let program = Program::new(["/usr/bin/true"]).within(Duration::from_secs(20));
            self.start(&plan, &program).await?.finish(4096).await.map_err(doing())
        }
        .await;
        self.stop(plan.room).await?;
        fs::remove_dir_all(&folder).map_err(doing())?;
        match ended? {
            ended if ended.code == 0 => Ok(()),
            ended => Err(DriverError::Unavailable {
                reason: format!("the sandbox answered: {}", ended.errors.text().trim()),
                way_on: "Allow user name spaces for the service's user, or run the service as root; \
                         in a container, give it the right to make name spaces"
                    .to_owned(),
            }),
        }
    }
}

#[async_trait::async_trait]
impl RoomDriver for Bubblewrap {
    async fn probe(&self) -> Availability {
        let unavailable = |error: DriverError| match error {
            DriverError::Unavailable { reason, way_on } => Availability::Unavailable { reason, way_on },
            DriverError::File { doing, source } => Availability::Unavailable {
                reason: format!("{doing}: {source}"),
                way_on: "Check the rights on the folder".to_owned(),
            },
        };
        if let Err(error) = self.rehearse().await {
            return unavailable(error);
        }
        match (&self.version, &self.containment) {
            (Ok((version, _)), Ok(containment)) => Availability::Ready(Capabilities {
                version: version.clone(),
                own_user: is_root(),
                containment: containment.clone(),
            }),
            (Err(reason), _) => unavailable(no_program(reason.clone())),
            (_, Err(reason)) => unavailable(no_groups(reason.clone())),
        }
    }

    async fn prepare(&self, plan: &RoomPlan) -> Result<(), DriverError> {
        let own = match self.identity(plan) {
            Identity::OwnUser(uid) => Some(uid),
            Identity::UserNamespace => None,
        };
        folders(plan, own).map_err(DriverError::file(format!("making the folders of room {}", plan.room)))
    }

    async fn start(&self, plan: &RoomPlan, program: &Program) -> Result<Sandboxed, DriverError> {
        let command = self.command(plan, program)?;
        let child = self.spawner.spawn(command).await;
        let child = child.map_err(DriverError::file(format!("starting a program in room {}", plan.room)))?;
        Ok(Sandboxed::new(child, program.time_limit))
    }

    async fn stop(&self, room: RoomId) -> Result<(), DriverError> {
        let Ok(containment) = self.containment.clone() else { return Ok(()) };
        let left = tokio::task::spawn_blocking(move || containment.leave(room)).await;
        left.unwrap_or_else(|error| Err(io::Error::other(error)))
            .map_err(DriverError::file(format!("ending the programs of room {room}")))
    }

    async fn repair(&self) -> Result<usize, DriverError> {
        let Ok(containment) = self.containment.clone() else { return Ok(0) };
        let swept = tokio::task::spawn_blocking(move || containment.sweep()).await;
        swept
            .unwrap_or_else(|error| Err(io::Error::other(error)))
            .map_err(DriverError::file("ending what an earlier run left in rooms"))
    }
}

impl Drop for Bubblewrap {
    fn drop(&mut self) {
        if let Ok(containment) = &self.containment {
            containment.close();
        }
    }
}

/// Only root may give a room a user of its own.
fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

fn containment(config: &BubblewrapConfig) -> Result<Containment, String> {
    let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let service = Digest::of(config.folder.as_os_str().as_encoded_bytes()).to_string();
    match Containment::find(&config.cgroup_root, &own, &service[..16]) {
        Ok(found) => Ok(found),
        Err(_) if config.allow_process_limits => Ok(Containment::ProcessLimits),
        Err(error) => Err(error.to_string()),
    }
}

fn no_program(reason: String) -> DriverError {
    DriverError::Unavailable { reason, way_on: "Install Debian's package bubblewrap (0.8 or newer)".to_owned() }
}

fn no_groups(reason: String) -> DriverError {
    DriverError::Unavailable {
        reason: format!("memory, processes and processor time cannot be limited: {reason}"),
        way_on: "Run the service as root, or under systemd with Delegate=yes, or set \
                 rooms.allow_process_limits if limits on each process are enough here"
            .to_owned(),
    }
}

/// What the program calls itself and understands.
fn version(program: &Path) -> Result<(String, Features), String> {
    let Some(path) = find(program) else { return Err(format!("{} is not installed", program.display())) };
    let ask = |argument: &str| {
        let answer = std::process::Command::new(&path).arg(argument).output();
        answer.map(|o| String::from_utf8_lossy(&o.stdout).into_owned()).map_err(|e| e.to_string())
    };
    let (version, help) = (ask("--version")?, ask("--help")?);
    let features = Features { size: help.contains("--size "), disable_userns: help.contains("--disable-userns") };
    Ok((version.trim().to_owned(), features))
}

fn find(program: &Path) -> Option<PathBuf> {
    if program.is_absolute() {
        return program.is_file().then(|| program.to_owned());
    }
    ["/usr/bin", "/usr/local/bin", "/bin"].iter().map(|folder| Path::new(folder).join(program)).find(|p| p.is_file())
}

/// `ulimit` wants kibibytes for files and memory. Without control groups the limits on each
/// process are all there is; with them, only the size of files.
fn process_limits(limits: &Limits, containment: &Containment) -> [String; 3] {
    let files = (limits.file_bytes / 1024).to_string();
    if *containment == Containment::ProcessLimits {
        [files, (limits.memory_bytes / 1024).to_string(), limits.processes.to_string()]
    } else {
        [files, "none".to_owned(), "none".to_owned()]
    }
}

/// The room's folder is closed to all but the service; inside it, what the room writes belongs to
/// the room's user and what it reads is open to read, which only counts where it is mounted.
fn folders(plan: &RoomPlan, own: Option<u32>) -> io::Result<()> {
    fs::create_dir_all(&plan.folder)?;
    fs::set_permissions(&plan.folder, fs::Permissions::from_mode(0o700))?;
    for name in RoomPlan::FOLDERS {
        let folder = plan.folder.join(name);
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let writable = RoomPlan::WRITABLE.contains(&name);
        fs::set_permissions(&folder, fs::Permissions::from_mode(if writable { 0o700 } else { 0o755 }))?;
        if let (Some(uid), true) = (own, writable) {
            chown(&folder, Some(uid), Some(uid))?;
        }
    }
    let (uid, gid) = match own {
        Some(uid) => (uid, uid),
        None => (nix::unistd::getuid().as_raw(), nix::unistd::getgid().as_raw()),
    };
    etc::write(&plan.folder.join("etc"), uid, gid)
}
