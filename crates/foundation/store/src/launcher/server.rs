//! One PostgreSQL server on one data folder: making the cluster, starting, finding one that is
//! still running, stopping.

use std::{
    fs,
    io::ErrorKind,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::Stdio,
    thread::sleep,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::postgres::PgConnectOptions;

use super::{Account, Binaries, LauncherError};

/// How long a server may take to become ready: recovery after a crash replays its journal.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// The name of the role and of the database that we use in a private cluster.
pub(super) const NAME: &str = "varde";

/// What PostgreSQL says when processes of a killed server are still there (`sysv_shmem.c`).
const STILL_ENDING: &str = "pre-existing shared memory block";
/// What the name of a cluster that is being made begins with; the process's number follows.
const HALF: &str = "cluster.new";

/// A cluster's place and how it is run.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) binaries: Binaries,
    pub(crate) account: Account,
    /// The folder of everything: the cluster, its socket, its log.
    pub(crate) folder: PathBuf,
    /// Settings, `name=value`.
    pub(crate) settings: &'static [&'static str],
    /// Whether `initdb` makes sure that everything is on the disk.
    pub(crate) durable: bool,
}

/// A server that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Running {
    pub(crate) pid: Pid,
    pub(crate) socket: PathBuf,
}

impl Running {
    /// How to connect to a database of the server.
    pub(crate) fn options(&self, database: &str) -> PgConnectOptions {
        options(&self.socket, database)
    }

    fn answers(&self) -> bool {
        UnixStream::connect(self.socket.join(".s.PGSQL.5432")).is_ok()
    }
}

/// How to connect to a database of the server that listens in a folder.
pub(super) fn options(socket: &Path, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass().socket(socket).port(5432).username(NAME).database(database)
}

impl Server {
    /// The running server: one that was left running is taken over, else one is started; the
    /// cluster is made first if there is none.
    pub(crate) fn run(&self) -> Result<Running, LauncherError> {
        self.account.own_folder(&self.folder)?;
        self.make()?;
        match self.left_running()? {
            Some(running) => Ok(running),
            None => self.start(),
        }
    }

    pub(crate) fn cluster(&self) -> PathBuf {
        self.folder.join("cluster")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// Makes the cluster under another name and renames it when it is whole, so that a process
    /// killed half way leaves nothing that looks like a cluster. The name is this process's own: the
    /// `initdb` of one that was killed may still be writing into its.
    fn make(&self) -> Result<(), LauncherError> {
        let (cluster, half) = (self.cluster(), self.folder.join(format!("{HALF}{}", std::process::id())));
        if cluster.join("PG_VERSION").exists() {
            self.remove_halves();
            return self.check_version();
        }
        self.remove_halves();
        self.account.servers_folder(&half)?;
        let mut command = self.account.command(self.binaries.program("initdb"));
        command.arg("-D").arg(&half).args(["-U", NAME, "-E", "UTF8", "--locale=C.UTF-8"]);
        command.args(["--auth-local=trust", "--auth-host=reject", "--data-checksums", "--no-instructions"]);
        if !self.durable {
            command.arg("--no-sync");
        }
        let made =
            command.stdin(Stdio::null()).output().map_err(LauncherError::file(self.binaries.program("initdb")))?;
        if !made.status.success() {
            return Err(LauncherError::failed("initdb", &self.folder, &String::from_utf8_lossy(&made.stderr)));
        }
        fs::rename(&half, &cluster).map_err(LauncherError::file(&cluster))
    }

    /// Removes what killed processes left. What an `initdb` is still writing into stays until a later
    /// start: it is in nobody's way.
    fn remove_halves(&self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(HALF)) {
            if let Err(error) = fs::remove_dir_all(entry.path()) {
                tracing::debug!(%error, "a half-made cluster could not be removed yet");
            }
        }
    }

    fn check_version(&self) -> Result<(), LauncherError> {
        let file = self.cluster().join("PG_VERSION");
        let made = fs::read_to_string(&file).map_err(LauncherError::file(&file))?.trim().to_owned();
        if made == self.binaries.version.to_string() {
            return Ok(());
        }
        Err(LauncherError::OtherVersion { folder: self.cluster(), made, installed: self.binaries.version })
    }

    /// The server that a killed process left behind, if it is alive. One that is just starting or
    /// stopping is waited for, and so is one that was killed and not collected by its parent yet:
    /// PostgreSQL takes its number for a server that runs, and refuses to start.
    pub(crate) fn left_running(&self) -> Result<Option<Running>, LauncherError> {
        let deadline = Instant::now() + READY_WITHIN;
        while let Some((running, ready)) = self.pid_file() {
            match process(running.pid) {
                Process::Other => return Ok(None),
                Process::Server if ready && running.answers() => return Ok(Some(running)),
                Process::Server | Process::Ended => self.wait_until(deadline)?,
            }
        }
        Ok(None)
    }

    /// Process, socket folder and readiness from `postmaster.pid` (PostgreSQL, `pidfile.h`: line 1
    /// the process, 5 the socket folder, 8 the status).
    fn pid_file(&self) -> Option<(Running, bool)> {
        let text = fs::read_to_string(self.cluster().join("postmaster.pid")).ok()?;
        let lines: Vec<&str> = text.lines().collect();
        let pid = Pid::from_raw(lines.first()?.trim().parse().ok()?);
        let socket = PathBuf::from(lines.get(4).copied().unwrap_or_default());
        let ready = lines.get(7).is_some_and(|status| status.trim() == "ready");
        Some((Running { pid, socket }, ready))
    }

    /// Starts the server and waits until it is ready. The last processes of one that was killed take a
    /// moment to end, and PostgreSQL
    /// refuses to start beside them: they are waited for.
    fn start(&self) -> Result<Running, LauncherError> {
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            match self.try_start(deadline) {
                Err(LauncherError::Failed { said, .. }) if said.contains(STILL_ENDING) => self.wait_until(deadline)?,
                started => return started,
            }
        }
    }

    fn try_start(&self, deadline: Instant) -> Result<Running, LauncherError> {
        let (socket, log) = (self.socket_folder()?, self.log());
        let output = fs::File::create(&log).map_err(LauncherError::file(&log))?;
        let mut command = self.account.command(self.binaries.program("postgres"));
        command.arg("-D").arg(self.cluster()).arg("-k").arg(&socket).args(["-p", "5432"]);
        for setting in ["listen_addresses=", "unix_socket_permissions=0700"].iter().chain(self.settings) {
            command.arg("-c").arg(setting);
        }
        let errors = output.try_clone().map_err(LauncherError::file(&log))?;
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        let mut child = command.spawn().map_err(LauncherError::file(self.binaries.program("postgres")))?;
        loop {
            if let Ok(Some(_)) = child.try_wait() {
                let said = fs::read_to_string(&log).unwrap_or_default();
                return Err(LauncherError::failed("postgres", &self.folder, &said));
            }
            if let Some((running, true)) = self.pid_file().filter(|(r, _)| r.pid.as_raw().unsigned_abs() == child.id())
            {
                reap(child);
                return Ok(running);
            }
            self.wait_until(deadline)?;
        }
    }

    fn wait_until(&self, deadline: Instant) -> Result<(), LauncherError> {
        if Instant::now() > deadline {
            return Err(LauncherError::NotReady { seconds: READY_WITHIN.as_secs(), log: self.log() });
        }
        sleep(Duration::from_millis(20));
        Ok(())
    }

    /// The folder of the socket: below ours if the path fits in a socket address (107 bytes), else
    /// a private one below the folder for temporary files.
    fn socket_folder(&self) -> Result<PathBuf, LauncherError> {
        let mut socket = self.folder.join("socket");
        if socket.as_os_str().len() + "/.s.PGSQL.5432".len() > 100 {
            let digest = varde_core::Digest::of(self.folder.as_os_str().as_encoded_bytes()).to_string();
            let short: String = digest.chars().filter(char::is_ascii_hexdigit).take(16).collect();
            socket = Path::new("/tmp").join(format!("varde-{short}"));
        }
        self.account.servers_folder(&socket)?;
        Ok(socket)
    }

    /// Whether its process lives, ready or not.
    pub(super) fn lives(&self) -> bool {
        self.process().is_some()
    }

    /// Its process, if that lives.
    pub(super) fn process(&self) -> Option<u32> {
        let (running, _) = self.pid_file().filter(|(running, _)| is_postgres(running.pid))?;
        Some(running.pid.as_raw().unsigned_abs())
    }

    /// Stops the server if it runs, whoever started it.
    pub(super) fn stop_running(&self) {
        if let Some((running, _)) = self.pid_file()
            && is_postgres(running.pid)
        {
            self.stop(&running);
        }
    }

    /// Stops the server: connections are broken, everything committed is kept.
    pub(crate) fn stop(&self, running: &Running) {
        for (signal, patience) in [(Signal::SIGINT, 30), (Signal::SIGQUIT, 10)] {
            if kill(running.pid, signal).is_err() {
                return;
            }
            let deadline = Instant::now() + Duration::from_secs(patience);
            while Instant::now() < deadline {
                if !is_postgres(running.pid) {
                    return;
                }
                sleep(Duration::from_millis(10));
            }
        }
    }
}

/// Waits for the child in the background, so that a stopped server does not stay a zombie.
fn reap(mut child: std::process::Child) {
    std::thread::spawn(move || child.wait());
}

/// What has a process number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Process {
    /// A PostgreSQL server that lives.
    Server,
    /// One that has ended, and that its parent has not asked about yet.
    Ended,
    /// Nothing, or another program: after a restart of the machine another process may have got the
    /// number.
    Other,
}

fn process(pid: Pid) -> Process {
    match fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) if stat.contains("(postgres) Z") => Process::Ended,
        Ok(stat) if stat.contains("(postgres)") => Process::Server,
        Ok(_) => Process::Other,
        Err(error) if error.kind() == ErrorKind::NotFound && Path::new("/proc/self").exists() => Process::Other,
        Err(_) if kill(pid, None).is_ok() => Process::Server,
        Err(_) => Process::Other,
    }
}

fn is_postgres(pid: Pid) -> bool {
    process(pid) == Process::Server
}

#[cfg(test)]
mod tests {
    use std::{
        process::Command,
        thread,
        time::{Duration, Instant},
    };

    use super::*;

    #[test]
    fn a_killed_server_that_was_not_collected_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let (cluster, program) = (folder.path().join("cluster"), folder.path().join("postgres"));
        fs::create_dir(&cluster).unwrap();
        fs::copy("/bin/sleep", &program).unwrap();
        let mut killed = Command::new(&program).arg("60").spawn().unwrap();
        let pid = Pid::from_raw(i32::try_from(killed.id()).unwrap());
        fs::write(cluster.join("postmaster.pid"), format!("{pid}\n{}\n", cluster.display())).unwrap();
        let server = Server {
            binaries: Binaries::find().unwrap(),
            account: Account::find().unwrap(),
            folder: folder.path().to_owned(),
            settings: &[],
            durable: false,
        };
        kill(pid, Signal::SIGKILL).unwrap();
        while process(pid) != Process::Ended {
            sleep(Duration::from_millis(1));
        }
        let parent = thread::spawn(move || {
            sleep(Duration::from_millis(300));
            killed.wait()
        });
        let began = Instant::now();
        assert_eq!(server.left_running().unwrap(), None);
        assert!(began.elapsed() >= Duration::from_millis(250), "its number was still taken");
        assert_eq!(process(pid), Process::Other);
        parent.join().unwrap().unwrap();
    }
}
