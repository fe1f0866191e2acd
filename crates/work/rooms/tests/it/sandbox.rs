//! The sandbox: nothing leads out, limits hold, rooms are apart, and it ends when it should.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    net::{Ipv4Addr, TcpListener, UdpSocket},
    os::{
        linux::net::SocketAddrExt as _,
        unix::net::{SocketAddr, UnixListener},
    },
    process::{Child, Command},
    time::{Duration, Instant},
};

use varde_rooms::driver::{Availability, Bubblewrap, BubblewrapConfig, Program, RoomDriver as _};

use crate::support::Machine;

const PROBE: &str = include_str!("escape.py");
/// Ways that lead nowhere from a machine without the internet, so they prove nothing outside.
const NEEDS_INTERNET: [&str; 3] = ["name_lookup", "cloud_metadata_address", "public_address"];

/// What the probe looks for, set up outside the room. Ends with the test.
struct Outside {
    folder: tempfile::TempDir,
    victim: Child,
    fixtures: serde_json::Value,
}

impl Drop for Outside {
    fn drop(&mut self) {
        let _ = self.victim.kill();
        let _ = self.victim.wait();
    }
}

impl Outside {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        for name in ["work", "outbox", "extract", "other", "database"] {
            fs::create_dir(path(name)).unwrap();
        }
        fs::write(path("extract/data.parquet"), "rows").unwrap();
        fs::write(path("other/file"), "secret of another room").unwrap();
        let abstract_name = format!("varde-escape-{}", std::process::id());
        let database = UnixListener::bind(path("database/.s.PGSQL.5432")).unwrap();
        let unix = UnixListener::bind(path("other/socket")).unwrap();
        let abstract_address = SocketAddr::from_abstract_name(&abstract_name).unwrap();
        let listening = [unix, database, UnixListener::bind_addr(&abstract_address).unwrap()];
        for listener in listening {
            std::thread::spawn(move || listener.incoming().flatten().for_each(|mut c| drop(c.write_all(b"outside"))));
        }
        let sleep = ["-c", "import time; time.sleep(600)", "varde-escape"];
        let victim = Command::new("/usr/bin/python3").args(sleep).spawn().unwrap();
        let fixtures = serde_json::json!({
            "tcp_port": greeter("127.0.0.1:0"), "tcp6_port": greeter("[::1]:0"), "any_port": greeter("0.0.0.0:0"),
            "own_address": own_address().to_string(), "udp_port": name_server(),
            "abstract": abstract_name, "unix": path("other/socket"), "database": path("database"),
            "other_room": path("other/file"), "extract": path("extract/data.parquet"),
            "work": path("work"), "outbox": path("outbox"), "pid": victim.id(), "secret": env!("CARGO_MANIFEST_DIR"),
            "too_much_memory": 1u64 << 30, "too_many_processes": 200, "too_large_file": 128u64 << 20,
            "too_much_scratch": 64u64 << 20,
        });
        Self { folder, victim, fixtures }
    }

    /// The fixtures as they are called inside the room: its own folders by their inner names.
    fn inside(&self) -> String {
        let mut fixtures = self.fixtures.clone();
        fixtures["extract"] = "/data/data.parquet".into();
        fixtures["work"] = "/work".into();
        fixtures["outbox"] = "/outbox".into();
        fixtures.to_string()
    }
}

/// A listener that greets whoever connects; returns its port.
fn greeter(address: &str) -> u16 {
    let listener = TcpListener::bind(address).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || listener.incoming().flatten().for_each(|mut c| drop(c.write_all(b"outside"))));
    port
}

/// Sends back what it gets, as a name server that knows nothing would begin; returns its port.
fn name_server() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((read, from)) = socket.recv_from(&mut buffer) {
            let _ = socket.send_to(&buffer[..read], from);
        }
    });
    port
}

/// The address that the machine would send from: another one than loopback where it has one.
fn own_address() -> std::net::IpAddr {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    let found = socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr());
    found.map_or(Ipv4Addr::LOCALHOST.into(), |address| address.ip())
}

/// What the probe printed, by way.
fn ways(printed: &str) -> BTreeMap<String, (bool, String)> {
    let line = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| value[key].as_str().unwrap().to_owned();
        (text("way"), (value["out"].as_bool().unwrap(), text("said")))
    };
    printed.lines().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_way_leads_out_of_a_room_and_the_same_ways_lead_out_of_no_room() {
    let machine = Machine::new().await;
    let plan = machine.room(1).await;
    let outside = Outside::new();
    fs::write(plan.folder.join("data/data.parquet"), "rows").unwrap();

    let ended = machine.run(&plan, &["/usr/bin/python3", "-c", PROBE, &outside.inside()]).await;
    assert_eq!(ended.code, 0, "{}", ended.errors.text());
    let inside = ways(&ended.output.text());
    let escaped: Vec<_> = inside.iter().filter(|(_, (out, _))| *out).collect();
    assert!(escaped.is_empty(), "ways out of the room: {escaped:#?}");
    assert!(inside.len() >= 50, "the probe tried only {} ways", inside.len());

    let probe = outside.folder.path().join("escape.py");
    fs::write(&probe, PROBE).unwrap();
    // Descriptor 9 is the inherited file that the probe looks for.
    let script = "exec /usr/bin/python3 \"$0\" \"$1\" 9< \"$0\"";
    let free =
        Command::new("/bin/bash").args(["-c", script]).arg(&probe).arg(outside.fixtures.to_string()).output().unwrap();
    let free = ways(&String::from_utf8(free.stdout).unwrap());
    let led_out = free.values().filter(|(out, _)| *out).count();
    let blind: Vec<_> = free.iter().filter(|(way, (out, _))| !out && !NEEDS_INTERNET.contains(&way.as_str())).collect();
    println!(
        "{} ways tried in the room, 0 led out; outside it {led_out} of {} did; blind: {blind:?}",
        inside.len(),
        free.len()
    );
    assert_eq!(inside.len(), free.len(), "both runs try the same ways");
    assert!(led_out >= 20, "the probe proves nothing: outside a room only {led_out} ways led out; {blind:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ordinary_user_gets_a_room_that_is_as_tight() {
    if !nix::unistd::geteuid().is_root() {
        println!("not root: the test above was the ordinary user's");
        return;
    }
    let folder =
        tempfile::Builder::new().permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755)).tempdir().unwrap();
    let copy = folder.path().join("it");
    fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
    let run = Command::new("/usr/bin/setpriv")
        .args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "--"])
        .arg(&copy)
        .args(["--exact", "--nocapture", "sandbox::no_way_leads_out_of_a_room_and_the_same_ways_lead_out_of_no_room"])
        .env("VARDE_TEST_PROCESS_LIMITS", "1")
        .current_dir("/")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
    assert!(said.contains("ways tried in the room, 0 led out"), "{said}");
    println!("{said}");
}

#[tokio::test]
async fn without_the_program_or_control_groups_there_is_no_room_and_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = BubblewrapConfig::new(folder.path().join("a"));
    config.program = "no-such-sandbox".into();
    let answer = Bubblewrap::new(config).unwrap().probe().await;
    assert!(
        matches!(&answer, Availability::Unavailable { reason, way_on }
        if reason.contains("no-such-sandbox") && way_on.contains("bubblewrap")),
        "{answer:?}"
    );

    let mut config = BubblewrapConfig::new(folder.path().join("b"));
    config.cgroup_root = "/proc/no-such-folder".into();
    let answer = Bubblewrap::new(config.clone()).unwrap().probe().await;
    assert!(
        matches!(&answer, Availability::Unavailable { reason, way_on }
        if reason.contains("cannot be limited") && way_on.contains("allow_process_limits")),
        "{answer:?}"
    );

    config.allow_process_limits = true;
    let answer = Bubblewrap::new(config).unwrap().probe().await;
    assert!(matches!(answer, Availability::Ready(_)), "{answer:?}");
}

#[tokio::test]
async fn a_room_starts_in_under_two_seconds() {
    let machine = Machine::new().await;
    let plan = machine.room(2).await;
    let begun = Instant::now();
    let ended = machine.run(&plan, &["/usr/bin/python3", "-c", "print(6 * 7)"]).await;
    let took = begun.elapsed();
    println!("a room with Python started, ran and ended in {} ms", took.as_millis());
    assert_eq!((ended.code, ended.output.text().as_str()), (0, "42\n"), "{}", ended.errors.text());
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[tokio::test]
async fn work_stays_in_the_room_and_other_rooms_do_not_see_it() {
    let machine = Machine::new().await;
    let (first, second) = (machine.room(3).await, machine.room(4).await);
    let write = ["/bin/bash", "-c", "echo mine > /work/a.txt; echo out > /outbox/b.txt; ls /work"];
    assert_eq!(machine.run(&first, &write).await.output.text(), "a.txt\n");
    let again = machine.run(&first, &["/bin/cat", "/work/a.txt"]).await;
    assert_eq!(again.output.text(), "mine\n", "the folder lives on between programs");
    let look =
        machine.run(&second, &["/bin/bash", "-c", "ls -A /work /outbox /data; find / -name a.txt 2>/dev/null"]).await;
    assert_eq!(look.output.text(), "/data:\n\n/outbox:\n\n/work:\n");
}

#[tokio::test]
async fn time_limits_and_output_limits_hold() {
    let machine = Machine::new().await;
    let plan = machine.room(5).await;
    let forever = Program::new(["/bin/bash", "-c", "sleep 60 & sleep 60"]).within(Duration::from_millis(300));
    let ended = machine.driver.start(&plan, &forever).await.unwrap().finish(100).await.unwrap();
    assert!(ended.timed_out && ended.took < Duration::from_secs(5), "{ended:?}");
    let talk = Program::new(["/usr/bin/head", "-c", "100000", "/dev/zero"]);
    let ended = machine.driver.start(&plan, &talk).await.unwrap().finish(100).await.unwrap();
    assert_eq!((ended.output.bytes.len(), ended.output.total, ended.output.cut()), (100, 100_000, true));
}

#[tokio::test]
async fn using_up_the_rooms_memory_ends_the_program_and_not_the_machine() {
    let machine = Machine::new().await;
    let plan = machine.room(6).await;
    let ended = machine.run(&plan, &["/usr/bin/python3", "-c", "x = bytearray(1 << 30)"]).await;
    assert!(ended.code == 137 || ended.errors.text().contains("MemoryError"), "{ended:?}");
}

#[tokio::test]
async fn stopping_a_room_ends_everything_in_it() {
    let machine = Machine::new().await;
    let plan = machine.room(7).await;
    let program = Program::new(["/bin/bash", "-c", "trap '' TERM; (setsid sleep 600 &) ; sleep 600"]);
    let mut running = machine.driver.start(&plan, &program).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!running.ended());
    machine.driver.stop(plan.room).await.unwrap();
    let ended = running.finish(100).await.unwrap();
    assert_eq!(ended.code, 137);
    machine.driver.stop(plan.room).await.unwrap();
}

/// Run by the test below in a process of its own, which is killed.
#[tokio::test]
async fn a_service_that_holds_a_room() {
    let Ok(folder) = std::env::var("VARDE_TEST_HOLD_A_ROOM") else { return };
    let machine = Machine::with(tempfile::tempdir().unwrap(), format!("{folder}/driver").into()).await;
    let plan = machine.room(8).await;
    let program = Program::new(["/bin/sleep", "599.25"]);
    let _running = machine.driver.start(&plan, &program).await.unwrap();
    fs::write(format!("{folder}/room"), plan.room.to_string()).unwrap();
    tokio::time::sleep(Duration::from_secs(120)).await;
}

#[tokio::test]
async fn rooms_die_with_a_service_that_is_killed_and_the_next_one_cleans_up() {
    let folder = tempfile::tempdir().unwrap();
    let mut service = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sandbox::a_service_that_holds_a_room"])
        .env("VARDE_TEST_HOLD_A_ROOM", folder.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let marker = folder.path().join("room");
    wait_until(|| marker.exists() && sleepers() == 1).await;
    service.kill().unwrap();
    service.wait().unwrap();
    wait_until(|| sleepers() == 0).await;
    let driver = folder.path().join("driver");
    let next = Bubblewrap::new(BubblewrapConfig::new(driver)).unwrap();
    assert_eq!(next.repair().await.unwrap(), 1, "the killed service's control group is given back");
    assert_eq!(next.repair().await.unwrap(), 0);
}

/// How many of the test's programs run on the machine.
fn sleepers() -> usize {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let command = |process: fs::DirEntry| fs::read(process.path().join("cmdline")).unwrap_or_default();
    processes.map(command).filter(|command| command == b"/bin/sleep\x00599.25\x00").count()
}

async fn wait_until(condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < Duration::from_secs(30), "waited too long");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
