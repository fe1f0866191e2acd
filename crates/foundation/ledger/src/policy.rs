//! Whom a verifier trusts: the log's key and how many of which witnesses must have cosigned, in
//! the text format of C2SP tlog-policy.

use std::collections::BTreeMap;

use crate::{
    PublicKey, SignedCheckpoint,
    checkpoint::{CheckpointError, Cosignature},
    key::{KeyError, KeyKind},
};

/// Logs, witnesses, groups of witnesses, and the quorum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<PublicKey>,
    witnesses: BTreeMap<String, PublicKey>,
    groups: BTreeMap<String, Group>,
    quorum: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    least: usize,
    members: Vec<String>,
}

/// Why a policy could not be read or a checkpoint does not satisfy it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A line of the policy's text is wrong.
    #[error("line {line} of the trust policy: {what}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// There is no `quorum` line.
    #[error("the trust policy has no quorum line (write `quorum none` to ask for no witnesses)")]
    NoQuorum,
    /// None of the trusted logs has this origin.
    #[error("the checkpoint is of the log {0:?}, which is not trusted here: compare with the public key")]
    UnknownLog(String),
    /// The log's signature or a witness's does not hold.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Too few witnesses have cosigned.
    #[error("too few witnesses have cosigned the checkpoint: the policy asks for {quorum:?}, found {found} valid")]
    Quorum {
        /// The name after `quorum`.
        quorum: String,
        /// How many valid cosignatures there are.
        found: usize,
    },
}

impl Policy {
    /// Trusts a log by its key and asks for no witnesses.
    pub fn trusting(log: PublicKey) -> Self {
        Self { logs: vec![log], witnesses: BTreeMap::new(), groups: BTreeMap::new(), quorum: None }
    }

    /// Reads a policy file (`log`, `witness`, `group`, `quorum` lines, `#` comments). A text that is
    /// nothing but one public key trusts that log.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        if let Ok(key) = PublicKey::parse(text)
            && key.kind() == KeyKind::Log
        {
            return Ok(Self::trusting(key));
        }
        let mut policy = Self { logs: Vec::new(), witnesses: BTreeMap::new(), groups: BTreeMap::new(), quorum: None };
        let (mut quorum_seen, mut members_seen) = (false, Vec::new());
        for (number, line) in text.lines().enumerate() {
            let words: Vec<&str> = line.split([' ', '\t']).filter(|w| !w.is_empty()).collect();
            let read = match words.as_slice() {
                [] => Ok(()),
                [first, ..] if first.starts_with('#') => Ok(()),
                ["log", key] | ["log", key, _] => policy.add_log(key),
                ["witness", name, key] | ["witness", name, key, _] => policy.add_witness(name, key),
                ["group", name, least, members @ ..] => policy.add_group(name, least, members, &mut members_seen),
                ["quorum", name] if !quorum_seen => {
                    quorum_seen = true;
                    policy.set_quorum(name)
                }
                ["quorum", _] => Err("there is a second quorum line".to_owned()),
                [word, ..] => Err(format!("expected log, witness, group or quorum, found {word:?}")),
            };
            read.map_err(|what| PolicyError::Line { line: number + 1, what })?;
        }
        if quorum_seen { Ok(policy) } else { Err(PolicyError::NoQuorum) }
    }

    /// The log of that origin.
    pub fn log(&self, origin: &str) -> Option<&PublicKey> {
        self.logs.iter().find(|l| l.name() == origin)
    }

    /// The witnesses' keys.
    pub fn witnesses(&self) -> Vec<PublicKey> {
        self.witnesses.values().cloned().collect()
    }

    /// Checks the log's signature and the quorum; returns the valid cosignatures.
    pub fn check(&self, checkpoint: &SignedCheckpoint) -> Result<Vec<Cosignature>, PolicyError> {
        let origin = &checkpoint.checkpoint().origin;
        let same_origin: Vec<_> = self.logs.iter().filter(|l| l.name() == origin).collect();
        let mut outcome = Err(PolicyError::UnknownLog(origin.clone()));
        for log in same_origin {
            outcome = checkpoint.verify(log).map_err(PolicyError::from);
            if outcome.is_ok() {
                break;
            }
        }
        outcome?;
        let mut valid = BTreeMap::new();
        for (name, key) in &self.witnesses {
            if let Ok(cosignature) = checkpoint.cosigned_by(key) {
                valid.insert(name.as_str(), cosignature);
            }
        }
        match &self.quorum {
            Some(quorum) if !self.witnessed(quorum, &valid) => {
                Err(PolicyError::Quorum { quorum: quorum.clone(), found: valid.len() })
            }
            _ => Ok(valid.into_values().collect()),
        }
    }

    fn witnessed(&self, name: &str, valid: &BTreeMap<&str, Cosignature>) -> bool {
        match self.groups.get(name) {
            Some(group) => group.members.iter().filter(|m| self.witnessed(m, valid)).count() >= group.least,
            None => valid.contains_key(name),
        }
    }

    fn add_log(&mut self, key: &str) -> Result<(), String> {
        let key = public_key(key, KeyKind::Log)?;
        if self.logs.contains(&key) {
            return Err("the same log twice".to_owned());
        }
        self.logs.push(key);
        Ok(())
    }

    fn add_witness(&mut self, name: &str, key: &str) -> Result<(), String> {
        let key = public_key(key, KeyKind::Witness)?;
        self.new_name(name)?;
        if self.witnesses.values().any(|w| *w == key) {
            return Err("the same witness twice".to_owned());
        }
        self.witnesses.insert(name.to_owned(), key);
        Ok(())
    }

    fn add_group(&mut self, name: &str, least: &str, members: &[&str], used: &mut Vec<String>) -> Result<(), String> {
        self.new_name(name)?;
        let least = match least {
            "all" => members.len(),
            "any" => 1,
            number => number.parse().map_err(|_| format!("expected all, any or a number, found {number:?}"))?,
        };
        if least < 1 || least > members.len() {
            return Err(format!("a group of {} cannot ask for {least}", members.len()));
        }
        for member in members {
            if !self.witnesses.contains_key(*member) && !self.groups.contains_key(*member) {
                return Err(format!("{member:?} is not defined above"));
            }
            if used.iter().any(|u| u == member) {
                return Err(format!("{member:?} is a member twice"));
            }
            used.push((*member).to_owned());
        }
        let members = members.iter().map(|m| (*m).to_owned()).collect();
        self.groups.insert(name.to_owned(), Group { least, members });
        Ok(())
    }

    fn set_quorum(&mut self, name: &str) -> Result<(), String> {
        if name == "none" {
            return Ok(());
        }
        if !self.witnesses.contains_key(name) && !self.groups.contains_key(name) {
            return Err(format!("{name:?} is not defined above"));
        }
        self.quorum = Some(name.to_owned());
        Ok(())
    }

    fn new_name(&self, name: &str) -> Result<(), String> {
        if name == "none" || self.witnesses.contains_key(name) || self.groups.contains_key(name) {
            return Err(format!("the name {name:?} is taken"));
        }
        Ok(())
    }
}

fn public_key(text: &str, kind: KeyKind) -> Result<PublicKey, String> {
    let key = PublicKey::parse(text).map_err(|e: KeyError| e.to_string())?;
    if key.kind() == kind {
        Ok(key)
    } else {
        Err("a key of another kind (log keys are type 01, witnesses 04)".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use varde_core::{Digest, Randomness};

    use super::*;
    use crate::{Checkpoint, SecretKey};

    #[test]
    fn a_quorum_of_groups_is_counted() {
        let randomness = Randomness::seeded(3);
        let log = SecretKey::generate("varde.example/log", KeyKind::Log, &randomness).unwrap();
        let witnesses: Vec<SecretKey> = (0..3)
            .map(|i| SecretKey::generate(&format!("w{i}.example"), KeyKind::Witness, &randomness).unwrap())
            .collect();
        let text = format!(
            "# who watches\nlog {}\nwitness A {}\nwitness B {}\nwitness C {}\ngroup two 2 A B\ngroup all all two C\nquorum all\n",
            log.public(),
            witnesses[0].public(),
            witnesses[1].public(),
            witnesses[2].public()
        );
        let policy = Policy::parse(&text).unwrap();
        let mut checkpoint = Checkpoint::sign(1, Digest::of(b"x"), &log);
        for (n, witness) in witnesses.iter().enumerate() {
            assert!(matches!(policy.check(&checkpoint), Err(PolicyError::Quorum { found, .. }) if found == n));
            checkpoint = checkpoint.with_cosignatures(&checkpoint.cosign(witness, 9), &policy.witnesses());
        }
        assert_eq!(policy.check(&checkpoint).unwrap().len(), 3);
        let other = SecretKey::generate("other.example/log", KeyKind::Log, &randomness).unwrap();
        let foreign = Checkpoint::sign(1, Digest::of(b"x"), &other);
        assert!(matches!(policy.check(&foreign), Err(PolicyError::UnknownLog(_))));
        let same_name = SecretKey::generate("varde.example/log", KeyKind::Log, &randomness).unwrap();
        let forged = Checkpoint::sign(1, Digest::of(b"x"), &same_name);
        assert!(matches!(policy.check(&forged), Err(PolicyError::Checkpoint(CheckpointError::NotSignedBy(_)))));
    }

    #[test]
    fn mistakes_are_named_by_line() {
        let key = SecretKey::generate("l.example", KeyKind::Log, &Randomness::seeded(1)).unwrap();
        assert_eq!(Policy::parse(&key.public().to_string()).unwrap(), Policy::trusting(key.public().clone()));
        let line = |text: &str| match Policy::parse(text) {
            Err(PolicyError::Line { line, .. }) => line,
            other => panic!("{other:?}"),
        };
        assert_eq!(line("\nlog x\nquorum none"), 2);
        assert_eq!(line("quorum none\nquorum none"), 2);
        assert_eq!(line("group g 1 A\nquorum g"), 1);
        assert_eq!(line("quorum nobody"), 1);
        assert_eq!(Policy::parse("# nothing\n"), Err(PolicyError::NoQuorum));
    }
}
