//! Limits on a room as a whole, through control groups: version 1 (a folder per controller, as in
//! many virtual machines) and version 2 (one tree). The kernel's files are few and plain, so they
//! are written directly: Documentation/admin-guide/cgroup-v1, cgroup-v2.rst.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use varde_core::RoomId;

use super::Limits;

/// The folder of ours in every tree; in it, one for each service on the machine.
const OURS: &str = "varde-rooms";
const CONTROLLERS: [&str; 3] = ["memory", "pids", "cpu"];
/// The period that processor quotas are counted in, in microseconds.
const CPU_PERIOD: u64 = 100_000;

/// How a room's use of the machine is limited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Containment {
    /// Control groups version 1: the folders of the controllers memory, pids and cpu.
    GroupsV1([PathBuf; 3]),
    /// Control groups version 2: our folder in the one tree.
    GroupsV2(PathBuf),
    /// Limits on each process only (`setrlimit`): weaker, used only where the configuration
    /// allows it, and shown on the room's page.
    ProcessLimits,
}

impl Containment {
    /// Finds the control groups of this machine under `root` (`/sys/fs/cgroup`) and makes a
    /// folder in them for this service, told from others on the machine by `service`; `own` is the
    /// text of `/proc/self/cgroup`.
    pub(super) fn find(root: &Path, own: &str, service: &str) -> io::Result<Self> {
        if root.join("cgroup.controllers").is_file() {
            return version_two(root, own, service);
        }
        let folders = CONTROLLERS.map(|controller| root.join(controller).join(OURS).join(service));
        for folder in &folders {
            fs::create_dir_all(folder)?;
        }
        Ok(Self::GroupsV1(folders))
    }

    /// Makes sure that this service's own folders are there: another process on the same data
    /// directory, such as the command line, removes them when it ends and no room is left in them.
    fn ready(&self) -> io::Result<()> {
        match self {
            Self::ProcessLimits => Ok(()),
            Self::GroupsV1(folders) => folders.iter().try_for_each(fs::create_dir_all),
            Self::GroupsV2(ours) => {
                make(ours)?;
                write(ours, "cgroup.subtree_control", "+memory +pids +cpu")
            }
        }
    }

    /// Makes the room's groups with its limits; returns the `cgroup.procs` files that a process
    /// writes itself into to belong to the room.
    pub(super) fn enter(&self, room: RoomId, limits: &Limits) -> io::Result<Vec<PathBuf>> {
        self.ready()?;
        let name = room.to_string();
        let quota = u64::from(limits.cpu_percent) * CPU_PERIOD / 100;
        match self {
            Self::ProcessLimits => Ok(Vec::new()),
            Self::GroupsV1([memory, pids, cpu]) => {
                let [memory, pids, cpu] = [memory.join(&name), pids.join(&name), cpu.join(&name)];
                for folder in [&memory, &pids, &cpu] {
                    make(folder)?;
                }
                write(&memory, "memory.limit_in_bytes", limits.memory_bytes)?;
                optional(write(&memory, "memory.memsw.limit_in_bytes", limits.memory_bytes))?;
                write(&pids, "pids.max", limits.processes)?;
                write(&cpu, "cpu.cfs_period_us", CPU_PERIOD)?;
                write(&cpu, "cpu.cfs_quota_us", quota)?;
                Ok([memory, pids, cpu].map(|folder| folder.join("cgroup.procs")).to_vec())
            }
            Self::GroupsV2(ours) => {
                let folder = ours.join(&name);
                make(&folder)?;
                write(&folder, "memory.max", limits.memory_bytes)?;
                optional(write(&folder, "memory.swap.max", 0))?;
                optional(write(&folder, "memory.oom.group", 0))?;
                write(&folder, "pids.max", limits.processes)?;
                write(&folder, "cpu.max", format!("{quota} {CPU_PERIOD}"))?;
                Ok(vec![folder.join("cgroup.procs")])
            }
        }
    }

    /// Kills everything in the room's groups and removes them. Nothing there is fine.
    pub(super) fn leave(&self, room: RoomId) -> io::Result<()> {
        self.folders().into_iter().try_for_each(|folder| end(&folder.join(room.to_string())))
    }

    /// Ends what is left of every room; returns how many rooms that were.
    pub(super) fn sweep(&self) -> io::Result<usize> {
        let Some(first) = self.folders().into_iter().next() else { return Ok(0) };
        let mut rooms = 0;
        for found in fs::read_dir(first)? {
            let found = found?;
            if let Ok(room) = found.file_name().to_string_lossy().parse::<RoomId>() {
                self.leave(room)?;
                rooms += 1;
            }
        }
        Ok(rooms)
    }

    /// Removes this service's own folders when no room is left in them.
    pub(super) fn close(&self) {
        for folder in self.folders() {
            let _ = fs::remove_dir(folder);
        }
    }

    fn folders(&self) -> Vec<PathBuf> {
        match self {
            Self::ProcessLimits => Vec::new(),
            Self::GroupsV1(folders) => folders.to_vec(),
            Self::GroupsV2(ours) => vec![ours.clone()],
        }
    }
}

/// Version 2 lets only leaves hold processes, so the service first moves itself into a leaf of its
/// own group (which systemd gives it with `Delegate=yes`) and then shares out the controllers.
fn version_two(root: &Path, own: &str, service: &str) -> io::Result<Containment> {
    let path = own.lines().find_map(|line| line.strip_prefix("0::")).unwrap_or("/");
    let group = root.join(path.trim_start_matches('/'));
    let group = if group.ends_with("varde-service") { group.parent().unwrap_or(root).to_owned() } else { group };
    let offered = fs::read_to_string(group.join("cgroup.controllers"))?;
    if let Some(missing) = CONTROLLERS.iter().find(|wanted| !offered.split_whitespace().any(|c| c == **wanted)) {
        return Err(io::Error::other(format!("the controller {missing} is not delegated to {}", group.display())));
    }
    if group != root {
        let leaf = group.join("varde-service");
        make(&leaf)?;
        write(&leaf, "cgroup.procs", std::process::id())?;
    }
    write(&group, "cgroup.subtree_control", "+memory +pids +cpu")?;
    let mut ours = group;
    for name in [OURS, service] {
        ours = ours.join(name);
        make(&ours)?;
        write(&ours, "cgroup.subtree_control", "+memory +pids +cpu")?;
    }
    Ok(Containment::GroupsV2(ours))
}

fn make(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn write(folder: &Path, file: &str, value: impl std::fmt::Display) -> io::Result<()> {
    fs::write(folder.join(file), value.to_string())
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", folder.join(file).display())))
}

/// Files that exist only where the kernel accounts for swap.
fn optional(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied) => Ok(()),
        other => other,
    }
}

/// Kills until nobody is left (a process may fork while we read the list), then removes the group.
fn end(folder: &Path) -> io::Result<()> {
    let deadline = patience();
    loop {
        let Ok(members) = fs::read_to_string(folder.join("cgroup.procs")) else { return Ok(()) };
        for pid in members.lines().filter_map(|line| line.parse::<i32>().ok()) {
            // Gone already is as good.
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
        match fs::remove_dir(folder) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) if Instant::now() > deadline => return Err(error),
            Err(_) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// How long killed processes may take to disappear.
fn patience() -> Instant {
    Instant::now() + Duration::from_secs(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room() -> RoomId {
        "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
    }

    #[test]
    fn version_two_writes_the_limits_and_hands_out_the_leaf() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("cgroup.controllers"), "cpuset cpu io memory pids\n").unwrap();
        let group = root.path().join("system.slice/varde.service");
        fs::create_dir_all(&group).unwrap();
        fs::write(group.join("cgroup.controllers"), "cpu memory pids\n").unwrap();
        let containment = Containment::find(root.path(), "0::/system.slice/varde.service\n", "a").unwrap();
        assert_eq!(containment, Containment::GroupsV2(group.join(OURS).join("a")));
        let own = fs::read_to_string(group.join("varde-service/cgroup.procs")).unwrap();
        assert_eq!(own, std::process::id().to_string(), "the service moves into a leaf first");

        let limits = Limits { memory_bytes: 1024, processes: 7, cpu_percent: 50, ..Limits::default() };
        let files = containment.enter(room(), &limits).unwrap();
        let leaf = group.join(OURS).join("a").join(room().to_string());
        assert_eq!(files, [leaf.join("cgroup.procs")]);
        assert_eq!(fs::read_to_string(leaf.join("memory.max")).unwrap(), "1024");
        assert_eq!(fs::read_to_string(leaf.join("pids.max")).unwrap(), "7");
        assert_eq!(fs::read_to_string(leaf.join("cpu.max")).unwrap(), "50000 100000");
    }

    #[test]
    fn another_process_that_ends_does_not_take_the_groups_away() {
        let root = tempfile::tempdir().unwrap();
        let first = Containment::find(root.path(), "", "a").unwrap();
        let other = Containment::find(root.path(), "", "a").unwrap();
        other.close();
        assert!(!root.path().join("memory").join(OURS).join("a").exists(), "the command line has ended");
        assert_eq!(first.enter(room(), &Limits::default()).unwrap().len(), 3);
    }

    #[test]
    fn a_controller_that_is_not_delegated_is_named() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("cgroup.controllers"), "memory cpu\n").unwrap();
        let error = Containment::find(root.path(), "0::/\n", "a").unwrap_err();
        assert!(error.to_string().contains("controller pids"), "{error}");
    }
}
