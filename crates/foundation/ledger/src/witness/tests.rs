use varde_core::{Randomness, SimulatedClock};

use super::*;
use crate::{
    Checkpoint,
    key::KeyKind,
    tree::{Edge, Tiles, prove_consistency},
};

struct Log {
    key: SecretKey,
    leaves: Vec<Digest>,
}

impl Log {
    fn new() -> Self {
        let key = SecretKey::generate("varde.example/log", KeyKind::Log, &Randomness::seeded(1)).unwrap();
        Self { key, leaves: Vec::new() }
    }

    fn grow(&mut self, by: u64, flavour: &str) {
        let from = self.leaves.len() as u64;
        self.leaves.extend((from..from + by).map(|n| Digest::of(format!("{flavour} {n}").as_bytes())));
    }

    fn request(&self, old: u64) -> String {
        let mut edge = Edge::resume(0, Digest::of(b""), &Tiles::new()).unwrap();
        for leaf in &self.leaves {
            edge.push(leaf).unwrap();
        }
        let (size, root) = (edge.size(), edge.root().unwrap());
        let tiles = edge.new_tiles().unwrap().into_iter().collect();
        let proof = prove_consistency(old.min(size), size, root, &tiles).unwrap();
        request(old, &proof, &Checkpoint::sign(size, root, &self.key))
    }
}

fn clock() -> SimulatedClock {
    SimulatedClock::new(jiff::Timestamp::from_second(1_800_000_000).unwrap())
}

fn witness(folder: &Path, log: &Log) -> Witness {
    let key = SecretKey::generate("witness.example/w1", KeyKind::Witness, &Randomness::seeded(2)).unwrap();
    Witness::open(&folder.join("state.json"), key, vec![log.key.public().clone()]).unwrap()
}

#[test]
fn cosigns_growth_and_remembers_it_over_a_restart() {
    let (folder, mut log) = (tempfile::tempdir().unwrap(), Log::new());
    log.grow(3, "a");
    {
        let witness = witness(folder.path(), &log);
        let body = log.request(0);
        let line = witness.add_checkpoint(&body, &clock()).unwrap();
        let checkpoint = SignedCheckpoint::parse(body.split_once("\n\n").unwrap().1).unwrap();
        let cosigned = checkpoint.with_cosignatures(&line, &[witness.public().clone()]);
        assert_eq!(cosigned.cosigned_by(witness.public()).unwrap().time, 1_800_000_000);
        let busy = SecretKey::generate("witness.example/w1", KeyKind::Witness, &Randomness::seeded(2)).unwrap();
        let second = Witness::open(&folder.path().join("state.json"), busy, Vec::new());
        assert!(matches!(second, Err(OpenError::InUse(_))));
    }
    let witness = witness(folder.path(), &log);
    assert_eq!(witness.seen("varde.example/log").unwrap().size, 3);
    log.grow(300, "a");
    assert!(matches!(witness.add_checkpoint(&log.request(0), &clock()), Err(Refusal::Conflict(3))));
    witness.add_checkpoint(&log.request(3), &clock()).unwrap();
    // The same checkpoint again is cosigned again: the log may have lost the answer.
    witness.add_checkpoint(&log.request(303), &clock()).unwrap();
}

#[test]
fn refuses_rollback_fork_and_rewriting() {
    let (folder, mut log) = (tempfile::tempdir().unwrap(), Log::new());
    let witness = witness(folder.path(), &log);
    log.grow(10, "a");
    witness.add_checkpoint(&log.request(0), &clock()).unwrap();

    let mut fork = Log::new();
    fork.grow(10, "b");
    let refused = witness.add_checkpoint(&fork.request(10), &clock()).unwrap_err();
    assert_eq!((refused.status(), refused.body().as_str()), (409, "10\n"));
    fork.grow(5, "b");
    assert_eq!(witness.add_checkpoint(&fork.request(10), &clock()).unwrap_err().status(), 422);

    let mut shorter = Log::new();
    shorter.grow(4, "a");
    assert_eq!(witness.add_checkpoint(&shorter.request(4), &clock()).unwrap_err().body(), "10\n");
    assert_eq!(witness.add_checkpoint(&shorter.request(10), &clock()).unwrap_err().status(), 400);
    assert_eq!(witness.seen("varde.example/log").unwrap().size, 10);
}

#[test]
fn refuses_strangers_and_malformed_requests() {
    let (folder, mut log) = (tempfile::tempdir().unwrap(), Log::new());
    let witness = witness(folder.path(), &log);
    log.grow(2, "a");
    let status = |body: &str| witness.add_checkpoint(body, &clock()).unwrap_err().status();
    let good = log.request(0);
    for bad in [
        "",
        "old 0",
        "old 00\n\nx",
        "old -1\n\nx",
        &good.replace("old 0", "old  0"),
        &good.replace("old 0\n", "old 0\nzz\n"),
    ] {
        assert_eq!(status(bad), 400, "{bad:?}");
    }
    let too_many =
        good.replacen("old 0\n", &format!("old 0\n{}", "A".repeat(43).as_str().to_owned() + "=\n").repeat(1), 1);
    assert_eq!(status(&too_many), 422);
    let lines = format!("old 0\n{}", format!("{}=\n", "A".repeat(43)).repeat(64));
    assert_eq!(status(&good.replacen("old 0\n", &lines, 1)), 400);
    let stranger = SecretKey::generate("varde.example/log", KeyKind::Log, &Randomness::seeded(9)).unwrap();
    assert_eq!(status(&request(0, &[], &Checkpoint::sign(1, Digest::of(b"r"), &stranger))), 403);
    let unknown = SecretKey::generate("other.example/log", KeyKind::Log, &Randomness::seeded(9)).unwrap();
    assert_eq!(status(&request(0, &[], &Checkpoint::sign(1, Digest::of(b"r"), &unknown))), 404);
}

#[test]
fn a_damaged_state_is_not_taken_for_a_new_one() {
    let (folder, log) = (tempfile::tempdir().unwrap(), Log::new());
    fs::write(folder.path().join("state.json"), "{\"varde").unwrap();
    let key = SecretKey::generate("witness.example/w1", KeyKind::Witness, &Randomness::seeded(2)).unwrap();
    let opened = Witness::open(&folder.path().join("state.json"), key, vec![log.key.public().clone()]);
    assert!(matches!(opened, Err(OpenError::Damaged(_))));
}
