//! Checkpoints: how large the log is and the root of its tree, signed by the log and cosigned by
//! witnesses (C2SP tlog-checkpoint, signed-note, tlog-cosignature).

use signed_note::{Note, Signature, Verifier, VerifierList};
use tlog_tiles::Hash;
use varde_core::Digest;

use crate::{
    PublicKey, SecretKey,
    key::{KeyKind, cosigned_message},
};

/// The text of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: the name of its key.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The Merkle tree hash of the entries (RFC 6962, 2.1).
    pub root: Digest,
}

/// What is wrong with a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text is not a signed checkpoint.
    #[error("not a signed checkpoint (C2SP tlog-checkpoint): {0}")]
    Malformed(&'static str),
    /// No signature by the key that was asked for.
    #[error("the checkpoint is not signed by {0}")]
    NotSignedBy(String),
    /// There is a signature by the key but it does not fit the text.
    #[error("the signature of {0} does not fit the checkpoint: it was altered")]
    WrongSignature(String),
}

impl Checkpoint {
    /// The text that is signed.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, Hash(*self.root.bytes()))
    }

    /// Signs it with the log's key, whose name is the origin.
    pub fn sign(size: u64, root: Digest, key: &SecretKey) -> SignedCheckpoint {
        let checkpoint = Self { origin: key.public().name().to_owned(), size, root };
        let line = signature_line(key.public(), &key.sign(checkpoint.text().as_bytes()));
        let text = format!("{}\n{line}", checkpoint.text());
        SignedCheckpoint { checkpoint, text }
    }
}

/// A checkpoint with its signatures, as published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    text: String,
}

/// A witness's statement that it saw the log grow consistently up to a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// The witness's name.
    pub witness: String,
    /// When, in POSIX seconds by the witness's clock.
    pub time: u64,
}

impl SignedCheckpoint {
    /// Reads a signed checkpoint; no signature is checked yet.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        Note::from_bytes(text.as_bytes()).map_err(|_| CheckpointError::Malformed("not a signed note"))?;
        let (body, _) = text.rsplit_once("\n\n").ok_or(CheckpointError::Malformed("no empty line"))?;
        let parsed = tlog_tiles::Checkpoint::from_bytes(format!("{body}\n").as_bytes())
            .map_err(|_| CheckpointError::Malformed("expected origin, size and root, one a line"))?;
        if !parsed.extension().is_empty() {
            return Err(CheckpointError::Malformed("unexpected lines after the root"));
        }
        let checkpoint = Checkpoint {
            origin: parsed.origin().to_owned(),
            size: parsed.size(),
            root: Digest::from_bytes(parsed.hash().0),
        };
        Ok(Self { checkpoint, text: text.to_owned() })
    }

    /// What it says. Believe it after [`Self::verify`].
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The text with all signatures, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Checks the log's signature; the key's name must be the origin.
    pub fn verify(&self, log: &PublicKey) -> Result<(), CheckpointError> {
        if log.kind() != KeyKind::Log || log.name() != self.checkpoint.origin {
            return Err(CheckpointError::NotSignedBy(log.name().to_owned()));
        }
        self.signature_by(log).map(|_| ())
    }

    /// Checks a witness's cosignature.
    pub fn cosigned_by(&self, witness: &PublicKey) -> Result<Cosignature, CheckpointError> {
        if witness.kind() != KeyKind::Witness {
            return Err(CheckpointError::NotSignedBy(witness.name().to_owned()));
        }
        let signature = self.signature_by(witness)?;
        let time = signature.signature().first_chunk::<8>().copied().map(u64::from_be_bytes).unwrap_or(0);
        Ok(Cosignature { witness: witness.name().to_owned(), time })
    }

    /// Cosigns it at a POSIX time in seconds; returns the signature line, newline included.
    pub fn cosign(&self, key: &SecretKey, time: u64) -> String {
        let signature = key.sign(&cosigned_message(time, self.checkpoint.text().as_bytes()));
        signature_line(key.public(), &[time.to_be_bytes().as_slice(), &signature].concat())
    }

    /// The same checkpoint with the signature lines that are by one of the witnesses and valid;
    /// others are ignored, as C2SP tlog-witness demands.
    #[must_use]
    pub fn with_cosignatures(&self, lines: &str, witnesses: &[PublicKey]) -> Self {
        let mut text = self.text.clone();
        for line in lines.lines() {
            let line = format!("{line}\n");
            let alone =
                Self { checkpoint: self.checkpoint.clone(), text: format!("{}\n{line}", self.checkpoint.text()) };
            let known = witnesses.iter().any(|w| alone.cosigned_by(w).is_ok());
            if known && !text.contains(&line) {
                text.push_str(&line);
            }
        }
        Self { checkpoint: self.checkpoint.clone(), text }
    }

    fn signature_by(&self, key: &PublicKey) -> Result<Signature, CheckpointError> {
        let note =
            Note::from_bytes(self.text.as_bytes()).map_err(|_| CheckpointError::Malformed("not a signed note"))?;
        let verified = note.verify(&VerifierList::new(vec![Box::new(key.clone())]));
        let (name, id) = (Verifier::name(key).to_owned(), key.id());
        match verified {
            Ok((by_key, _)) => {
                by_key.into_iter().find(|s| s.name() == name && s.id() == id).ok_or(CheckpointError::NotSignedBy(name))
            }
            Err(signed_note::NoteError::InvalidSignature { .. }) => Err(CheckpointError::WrongSignature(name)),
            Err(_) => Err(CheckpointError::NotSignedBy(name)),
        }
    }
}

/// `— name base64(key id ‖ signature)` and a newline (C2SP signed-note).
fn signature_line(key: &PublicKey, signature: &[u8]) -> String {
    use base64::prelude::{BASE64_STANDARD, Engine};
    let encoded = BASE64_STANDARD.encode([key.id().to_be_bytes().as_slice(), signature].concat());
    format!("— {} {encoded}\n", key.name())
}

#[cfg(test)]
mod tests {
    use varde_core::Randomness;

    use super::*;

    fn key(kind: KeyKind, name: &str) -> SecretKey {
        SecretKey::generate(name, kind, &Randomness::seeded(7)).unwrap()
    }

    #[test]
    fn signs_and_verifies_and_finds_every_altered_byte() {
        let key = key(KeyKind::Log, "varde.example/log");
        let signed = Checkpoint::sign(3, Digest::of(b"root"), &key);
        let read = SignedCheckpoint::parse(signed.text()).unwrap();
        assert_eq!(read, signed);
        read.verify(key.public()).unwrap();
        for i in 0..signed.text().len() {
            for bit in [0x01, 0x20, 0x80] {
                let mut altered = signed.text().as_bytes().to_vec();
                altered[i] ^= bit;
                let verified = String::from_utf8(altered)
                    .ok()
                    .and_then(|text| SignedCheckpoint::parse(&text).ok())
                    .is_some_and(|c| c.verify(key.public()).is_ok());
                assert!(!verified, "byte {i} bit {bit}");
            }
        }
    }

    #[test]
    fn cosignatures_of_known_witnesses_are_kept_and_others_ignored() {
        let log = key(KeyKind::Log, "varde.example/log");
        let (known, unknown) = (key(KeyKind::Witness, "witness.example/w1"), key(KeyKind::Witness, "other.example"));
        let signed = Checkpoint::sign(3, Digest::of(b"root"), &log);
        let lines = format!("{}{}", signed.cosign(&unknown, 5), signed.cosign(&known, 1_700_000_000));
        let cosigned = signed.with_cosignatures(&lines, &[known.public().clone()]);
        cosigned.verify(log.public()).unwrap();
        assert_eq!(cosigned.cosigned_by(known.public()).unwrap().time, 1_700_000_000);
        assert!(cosigned.cosigned_by(unknown.public()).is_err());
        assert_eq!(cosigned.text().lines().count(), 6);
        assert_eq!(cosigned.with_cosignatures(&lines, &[known.public().clone()]), cosigned);
    }

    /// The example of C2SP tlog-cosignature: its key is not published, so only the form is tested.
    #[test]
    fn the_specifications_example_parses() {
        let example = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
            — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
            — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
        let parsed = SignedCheckpoint::parse(example).unwrap();
        assert_eq!(parsed.checkpoint().size, 20_852_163);
        assert_eq!(parsed.checkpoint().origin, "example.com/behind-the-sofa");
    }
}
