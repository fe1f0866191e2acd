//! What bubblewrap is told: pure, so that the whole sandbox can be read on one page.

use std::path::Path;

use super::{Program, RoomPlan, etc};

/// How the room's programs get an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Identity {
    /// The service is root: mounts are made as root (so the room's folder may lie where no other
    /// user can enter), then the program becomes this user and loses every capability.
    OwnUser(u32),
    /// The service is an ordinary user: a user name space, its own user id, no further name spaces.
    UserNamespace,
}

/// What this machine's bubblewrap understands beyond the oldest version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Features {
    /// `--size` for temporary file systems (0.7).
    pub(super) size: bool,
    /// `--disable-userns` (0.8).
    pub(super) disable_userns: bool,
}

/// Parts of `/etc` that Python, R and the dynamic linker read; what is missing is left out.
const ETC: [&str; 9] = [
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/python3",
    "/etc/python3.11",
    "/etc/R",
];

/// Windows of `/proc` into the kernel as a whole; covered with `/dev/null`.
const MASKED: [&str; 7] = [
    "/proc/kcore",
    "/proc/keys",
    "/proc/key-users",
    "/proc/kallsyms",
    "/proc/timer_list",
    "/proc/cmdline",
    "/proc/sysrq-trigger",
];

/// The arguments after `bwrap`, for one program in one room. `exists` tells which paths of the
/// machine are there.
pub(super) fn arguments(
    plan: &RoomPlan,
    program: &Program,
    identity: Identity,
    features: Features,
    exists: &dyn Fn(&Path) -> bool,
) -> Vec<String> {
    let mut out = Arguments(Vec::with_capacity(128));
    isolation(&mut out, identity, features);
    system(&mut out, plan, features, exists);
    room(&mut out, plan);
    environment(&mut out, plan, program);
    out.add(["--chdir", "/", "--"]);
    if let Identity::OwnUser(uid) = identity {
        let uid = uid.to_string();
        out.add(["/usr/bin/setpriv", "--reuid", &uid, "--regid", &uid, "--clear-groups", "--no-new-privs"]);
        out.add(["--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all", "--"]);
    }
    // Only now: without its capabilities, root may not enter a folder that belongs to the room.
    out.add(["/usr/bin/env", "--chdir=/work", "--"]);
    out.0.extend(program.argv.iter().cloned());
    out.0
}

fn isolation(out: &mut Arguments, identity: Identity, features: Features) {
    out.add(["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup"]);
    out.add(["--die-with-parent", "--new-session", "--clearenv", "--hostname", "rom", "--seccomp", "9"]);
    match identity {
        Identity::OwnUser(_) => {
            out.add(["--cap-drop", "ALL"]);
            out.add(["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP"]);
        }
        Identity::UserNamespace => {
            out.add(["--unshare-user"]);
            if features.disable_userns {
                out.add(["--disable-userns"]);
            }
        }
    }
}

fn system(out: &mut Arguments, plan: &RoomPlan, features: Features, exists: &dyn Fn(&Path) -> bool) {
    out.add(["--ro-bind", "/usr", "/usr"]);
    if exists(Path::new("/usr/local")) {
        // What the machine's administrator has put there is not for rooms.
        out.add(["--tmpfs", "/usr/local", "--remount-ro", "/usr/local"]);
    }
    for link in ["bin", "sbin", "lib", "lib32", "lib64"] {
        if exists(&Path::new("/usr").join(link)) {
            out.add(["--symlink", &format!("usr/{link}"), &format!("/{link}")]);
        }
    }
    // Folders above a mount are made closed (0700), and the room's user could not enter them.
    for folder in ["/etc", "/home", "/run"] {
        out.add(["--perms", "0755", "--dir", folder]);
    }
    for path in ETC.into_iter().filter(|path| exists(Path::new(path))) {
        out.add(["--ro-bind", path, path]);
    }
    for file in etc::FILES {
        out.add(["--ro-bind", &plan.folder.join("etc").join(file).to_string_lossy(), &format!("/etc/{file}")]);
    }
    out.add(["--proc", "/proc", "--dev", "/dev"]);
    for path in MASKED.into_iter().filter(|path| exists(Path::new(path))) {
        out.add(["--ro-bind", "/dev/null", path]);
    }
    for folder in ["/tmp", "/home/rom", "/dev/shm"] {
        out.add(["--perms", "1777"]);
        if features.size {
            out.add(["--size", &plan.limits.scratch_bytes.to_string()]);
        }
        out.add(["--tmpfs", folder]);
    }
}

fn room(out: &mut Arguments, plan: &RoomPlan) {
    for tool in &plan.tools {
        let mut above: Vec<_> = tool.ancestors().skip(1).filter(|path| path.parent().is_some()).collect();
        above.reverse();
        for folder in above {
            out.add(["--perms", "0755", "--dir", &folder.to_string_lossy()]);
        }
        let tool = tool.to_string_lossy();
        out.add(["--ro-bind", &tool, &tool]);
    }
    let folder = |name: &str| plan.folder.join(name).to_string_lossy().into_owned();
    out.add(["--bind", &folder("work"), "/work", "--bind", &folder("outbox"), "/outbox"]);
    out.add(["--bind", &folder("run"), "/run/varde"]);
    out.add(["--ro-bind", &folder("data"), "/data", "--ro-bind", &folder("scripts"), "/scripts"]);
    // The root and /etc were assembled on a temporary file system: close them for writing too.
    out.add(["--remount-ro", "/"]);
}

fn environment(out: &mut Arguments, plan: &RoomPlan, program: &Program) {
    let mut path: Vec<String> = plan.tools.iter().map(|tool| tool.join("bin").to_string_lossy().into_owned()).collect();
    path.push("/usr/bin".to_owned());
    let fixed = [
        ("PATH", path.join(":")),
        ("HOME", "/home/rom".to_owned()),
        ("USER", "rom".to_owned()),
        ("LOGNAME", "rom".to_owned()),
        ("SHELL", "/bin/bash".to_owned()),
        ("LANG", "C.UTF-8".to_owned()),
        ("TZ", "Europe/Oslo".to_owned()),
        ("TMPDIR", "/tmp".to_owned()),
        ("PYTHONDONTWRITEBYTECODE", "1".to_owned()),
        ("PYTHONUNBUFFERED", "1".to_owned()),
        ("MPLBACKEND", "Agg".to_owned()),
    ];
    for (name, value) in fixed.iter().map(|(name, value)| (*name, value.as_str())) {
        out.add(["--setenv", name, value]);
    }
    for (name, value) in &program.environment {
        out.add(["--setenv", name, value]);
    }
}

struct Arguments(Vec<String>);

impl Arguments {
    fn add<const N: usize>(&mut self, arguments: [&str; N]) {
        self.0.extend(arguments.iter().map(|argument| (*argument).to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::Limits;

    fn told(identity: Identity) -> String {
        let plan = RoomPlan {
            room: "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(),
            folder: "/srv/rooms/a".into(),
            slot: 3,
            limits: Limits::default(),
            tools: vec!["/srv/tools/x".into()],
        };
        let features = Features { size: true, disable_userns: true };
        let program = Program::new(["/usr/bin/python3", "-V"]);
        arguments(&plan, &program, identity, features, &|_| true).join(" ")
    }

    #[test]
    fn the_network_is_never_shared_and_only_three_folders_are_writable() {
        for identity in [Identity::OwnUser(310_003), Identity::UserNamespace] {
            let told = told(identity);
            assert!(told.contains("--unshare-net") && !told.contains("--share-net"));
            let writable: Vec<&str> =
                told.split("--bind ").skip(1).map(|rest| rest.split(' ').nth(1).unwrap()).collect();
            assert_eq!(
                writable
                    .iter()
                    .filter(|w| told.contains(&format!("--bind /srv/rooms/a/{}", w.trim_start_matches('/'))))
                    .count(),
                2
            );
            assert_eq!(told.matches(" --bind ").count(), 3);
        }
    }

    #[test]
    fn root_drops_to_the_rooms_user_and_an_ordinary_user_stays_in_its_name_space() {
        assert!(told(Identity::OwnUser(310_003)).contains("--reuid 310003"));
        assert!(told(Identity::UserNamespace).contains("--unshare-user --disable-userns"));
    }
}
