use std::{io::Write, process::Command};

use jiff::Timestamp;
use varde_core::{Actor, EntryId, LegalBasis, Randomness, SimulatedClock};

use super::*;
use crate::{
    Checkpoint, Draft, PublicKey, SecretKey,
    key::KeyKind,
    tree::{Edge, Tiles},
};

/// A log of some entries, and the proof of one of them.
fn proof(entries: u64, index: u64) -> (LogProof, PublicKey) {
    let draft = |n| {
        Draft::new("access.application.submitted", "application", n)
            .because(LegalBasis::new("helseregisterloven", "§ 19 a"))
    };
    proof_of(entries, index, draft)
}

/// The same with entries of one's own.
pub(crate) fn proof_of(entries: u64, index: u64, draft: impl Fn(u64) -> Draft) -> (LogProof, PublicKey) {
    let randomness = Randomness::seeded(11);
    let clock = SimulatedClock::new(Timestamp::UNIX_EPOCH);
    let key = SecretKey::generate("varde.example/log", KeyKind::Log, &randomness).unwrap();
    let root = Digest::from_bytes(tlog_tiles::tlog::EMPTY_HASH.0);
    let mut edge = Edge::resume(0, root, &Tiles::new()).unwrap();
    let mut chosen = None;
    for n in 0..entries {
        let entry = draft(n).into_entry(EntryId::new(&clock, &randomness), Timestamp::UNIX_EPOCH, &Actor::anonymous());
        let body = String::from_utf8(entry.canonical()).unwrap();
        let opened = Opened { salt: randomness.bytes(), body };
        edge.push(&opened.commitment()).unwrap();
        if n == index {
            chosen = Some(opened);
        }
    }
    let root = edge.root().unwrap();
    let tiles: Tiles = edge.new_tiles().unwrap().into_iter().collect();
    let path = tree::prove_inclusion(index, entries, root, &tiles).unwrap();
    let checkpoint = Checkpoint::sign(entries, root, &key);
    (LogProof { opened: chosen, index, path, checkpoint }, key.public().clone())
}

#[test]
fn a_proof_survives_being_written_and_read_and_is_small() {
    for (entries, index) in [(1, 0), (2, 1), (700, 513)] {
        let (proof, key) = proof(entries, index);
        let text = proof.to_string();
        let read: LogProof = text.parse().unwrap();
        assert_eq!(read, proof);
        let proven = read.check(&Policy::trusting(key)).unwrap();
        assert_eq!((proven.index, proven.size), (index, entries));
        assert_eq!(proven.entry.unwrap().resource, format!("application:{index}"));
        assert!(text.len() < 2_048, "{} bytes", text.len());
    }
}

#[test]
fn every_altered_byte_is_found() {
    let (proof, key) = proof(5, 3);
    let (text, trust) = (proof.to_string().into_bytes(), Policy::trusting(key));
    for i in 0..text.len() {
        for bit in [0x01, 0x02, 0x20, 0x80] {
            let mut altered = text.clone();
            altered[i] ^= bit;
            let held = String::from_utf8(altered).ok().and_then(|t| t.parse::<LogProof>().ok()?.check(&trust).ok());
            assert_eq!(held, None, "byte {i}, bit {bit:02x}");
        }
        let mut shorter = text.clone();
        shorter.remove(i);
        let held = String::from_utf8(shorter).ok().and_then(|t| t.parse::<LogProof>().ok()?.check(&trust).ok());
        assert_eq!(held, None, "without byte {i}");
    }
}

#[test]
fn an_erased_entry_is_proved_by_its_commitment() {
    let (mut proof, key) = proof(5, 3);
    let trust = Policy::trusting(key);
    let commitment = proof.opened.take().unwrap().commitment();
    let read: LogProof = proof.to_string().parse().unwrap();
    assert_eq!(read.check(&trust), Err(ProofError::NoEntry));
    read.check_commitment(&commitment, &trust).unwrap();
    assert!(read.check_commitment(&Digest::of(b"another"), &trust).is_err());
}

/// Runs the checker in `docs/` that shares no code with this crate.
pub(crate) fn independent(text: &[u8], key: &str) -> (bool, String) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../docs/check_proof.py");
    let output = Command::new("python3").arg(script).arg(file.path()).arg(key).output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(!said.contains("Traceback"), "{said}");
    (output.status.success(), said)
}

#[test]
fn the_independent_checker_agrees() {
    let (proof, key) = proof(700, 513);
    let (text, key) = (proof.to_string(), key.to_string());
    let (held, said) = independent(text.as_bytes(), &key);
    assert!(held, "{said}");
    assert!(said.contains("application:513"), "{said}");

    let step = text.len() / 12;
    for i in (0..text.len()).step_by(step.max(1)) {
        let mut altered = text.clone().into_bytes();
        altered[i] ^= 1;
        let (held, said) = independent(&altered, &key);
        assert!(!held, "byte {i}: {said}");
    }
    let other = SecretKey::generate("varde.example/log", KeyKind::Log, &Randomness::seeded(12)).unwrap();
    assert!(!independent(text.as_bytes(), &other.public().to_string()).0);
}
