//! Rows that cannot be used, kept so that a steward can deal with them: in one file beside the release,
//! sealed in parts under the installation's key. They hold national numbers and health data, so nobody
//! sees them; what is shown is where and why.
//!
//! A part is its length (4 bytes, little-endian) and then the sealed JSON of some rows. The release, the
//! part's place and whether it is the last are bound to it: parts cannot be exchanged, and a file that was
//! cut off does not pass for a whole one.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufReader, BufWriter, Read as _, Write as _},
    path::{Path, PathBuf},
};

use aws_lc_rs::aead::NONCE_LEN;
use varde_core::{Randomness, ReleaseId};

use super::keys::MasterKey;
use crate::{
    PlatformError,
    import::{Fault, Reason, Unusable},
};

/// Rows in a part.
const PART: usize = 500;
/// More than any part has: a length beyond it is no length.
const LONGEST: u32 = 1 << 30;

/// Reason and column: rows that are alike for whoever deals with them.
pub(super) type Group = (Reason, String);

/// Writes the rows that cannot be used while they are found: sealed, and as a list of line, column and
/// reason for everybody who may read the release.
pub(super) struct Kept {
    master: MasterKey,
    randomness: Randomness,
    release: ReleaseId,
    sealed: BufWriter<File>,
    place: PathBuf,
    list: csv::Writer<File>,
    listed: PathBuf,
    waiting: Vec<Unusable>,
    part: u32,
    groups: BTreeMap<Group, u64>,
}

impl Kept {
    /// Begins both files.
    pub(super) fn create(
        (place, listed): (PathBuf, PathBuf),
        release: ReleaseId,
        master: &MasterKey,
        randomness: &Randomness,
    ) -> Result<Self, PlatformError> {
        let sealed = File::create(&place).map_err(|e| PlatformError::disk(&place, e))?;
        let list = csv::Writer::from_path(&listed).map_err(|e| PlatformError::disk(&listed, e.into()))?;
        Ok(Self {
            master: master.clone(),
            randomness: randomness.clone(),
            release,
            sealed: BufWriter::new(sealed),
            place,
            list,
            listed,
            waiting: Vec::new(),
            part: 0,
            groups: BTreeMap::new(),
        })
    }

    /// Keeps a row.
    pub(super) fn keep(&mut self, row: Unusable) -> Result<(), PlatformError> {
        self.list.serialize(&row.fault).map_err(|e| PlatformError::disk(&self.listed, e.into()))?;
        *self.groups.entry((row.fault.reason, row.fault.column.clone())).or_default() += 1;
        self.waiting.push(row);
        if self.waiting.len() == PART { self.seal(false) } else { Ok(()) }
    }

    /// Forces both files to disk; gives how many rows there are in each group.
    pub(super) fn finish(mut self) -> Result<BTreeMap<Group, u64>, PlatformError> {
        self.seal(true)?;
        let sealed = self.sealed.flush().and_then(|()| self.sealed.get_ref().sync_all());
        sealed.map_err(|e| PlatformError::disk(&self.place, e))?;
        let listed = self.list.flush().and_then(|()| self.list.get_ref().sync_all());
        listed.map_err(|e| PlatformError::disk(&self.listed, e))?;
        Ok(self.groups)
    }

    fn seal(&mut self, last: bool) -> Result<(), PlatformError> {
        let rows = std::mem::take(&mut self.waiting);
        let plain = serde_json::to_vec(&rows).map_err(|_| PlatformError::Unreadable("row"))?;
        let nonce: [u8; NONCE_LEN] = self.randomness.bytes();
        let sealed = self.master.seal_bytes(&bound(self.release, self.part, last), plain, nonce)?;
        let length = u32::try_from(sealed.len()).map_err(|_| PlatformError::Unreadable("row"))?;
        self.part += 1;
        let written = self.sealed.write_all(&length.to_le_bytes()).and_then(|()| self.sealed.write_all(&sealed));
        written.map_err(|e| PlatformError::disk(&self.place, e))
    }
}

fn bound(release: ReleaseId, part: u32, last: bool) -> Vec<u8> {
    let mut bound = b"varde.quarantine".to_vec();
    bound.extend(release.uuid().as_bytes());
    bound.extend(part.to_le_bytes());
    bound.push(u8::from(last));
    bound
}

/// Reads the sealed rows of a release, some at a time.
pub(super) struct SealedRows {
    master: MasterKey,
    release: ReleaseId,
    file: BufReader<File>,
    place: PathBuf,
    part: u32,
    ended: bool,
}

impl SealedRows {
    /// Opens the file.
    pub(super) fn open(place: &Path, release: ReleaseId, master: &MasterKey) -> Result<Self, PlatformError> {
        let file = File::open(place).map_err(|e| PlatformError::disk(place, e))?;
        let (master, file) = (master.clone(), BufReader::new(file));
        Ok(Self { master, release, file, place: place.to_owned(), part: 0, ended: false })
    }

    /// The next rows; `None` after the last.
    pub(super) fn next(&mut self) -> Result<Option<Vec<Unusable>>, PlatformError> {
        if self.ended {
            return Ok(None);
        }
        let disk = |e| PlatformError::disk(&self.place, e);
        let mut length = [0; 4];
        self.file.read_exact(&mut length).map_err(disk)?;
        let length = u32::from_le_bytes(length);
        if length > LONGEST {
            return Err(PlatformError::Unreadable("list of sealed rows"));
        }
        let mut sealed = vec![0; length as usize];
        self.file.read_exact(&mut sealed).map_err(disk)?;
        let open = |last| self.master.open_bytes(&bound(self.release, self.part, last), &sealed);
        let (plain, last) = match open(false) {
            Ok(plain) => (plain, false),
            Err(_) => (open(true)?, true),
        };
        self.part += 1;
        self.ended = last;
        serde_json::from_slice(&plain).map(Some).map_err(|_| PlatformError::Unreadable("sealed row"))
    }
}

/// The list of line, column and reason, at most `limit` of those that are `wanted`.
pub(super) fn listed(place: &Path, limit: usize, wanted: impl Fn(&Fault) -> bool) -> Result<Vec<Fault>, PlatformError> {
    if !fs::exists(place).map_err(|e| PlatformError::disk(place, e))? {
        return Ok(Vec::new());
    }
    let mut reader = csv::Reader::from_path(place).map_err(|e| PlatformError::disk(place, e.into()))?;
    let faults = reader.deserialize::<Fault>().filter(|fault| fault.as_ref().map_or(true, &wanted));
    faults.take(limit).collect::<Result<Vec<Fault>, _>>().map_err(|e| PlatformError::disk(place, e.into()))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn sealed_rows_open_whole_and_in_their_place_only() {
        let folder = tempfile::tempdir().unwrap();
        let (place, list) = (folder.path().join("rows.sealed"), folder.path().join("rows.csv"));
        let (master, randomness) = (MasterKey::new(&[1; 32]).unwrap(), Randomness::seeded(1));
        let release = ReleaseId::from_uuid(Uuid::from_u128(1));
        let row = |line| Unusable {
            fault: Fault { line, column: "pid".to_owned(), reason: Reason::PersonUnknown },
            person: "13097248022".to_owned(),
            cells: vec!["I509".to_owned()],
        };
        let mut kept = Kept::create((place.clone(), list.clone()), release, &master, &randomness).unwrap();
        (2..1_202).try_for_each(|line| kept.keep(row(line))).unwrap();
        let groups = kept.finish().unwrap();
        assert_eq!(groups.into_iter().collect::<Vec<_>>(), [((Reason::PersonUnknown, "pid".to_owned()), 1_200)]);
        let read = |release: u128, master: &MasterKey| -> Result<usize, PlatformError> {
            let mut rows = SealedRows::open(&place, ReleaseId::from_uuid(Uuid::from_u128(release)), master)?;
            let mut count = 0;
            while let Some(part) = rows.next()? {
                count += part.len();
            }
            Ok(count)
        };
        assert_eq!(read(1, &master).unwrap(), 1_200);
        assert!(read(2, &master).is_err(), "another release's");
        assert!(read(1, &MasterKey::new(&[2; 32]).unwrap()).is_err(), "another key");
        let bytes = fs::read(&place).unwrap();
        for secret in ["13097248022", "I509"] {
            assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()), "what is sealed cannot be read");
            assert!(!fs::read_to_string(&list).unwrap().contains(secret), "and is not listed");
        }
        // Cut off after its second part, and with its first two exchanged.
        let first = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize + 4;
        let second = first + u32::from_le_bytes(bytes[first..first + 4].try_into().unwrap()) as usize + 4;
        fs::write(&place, &bytes[..second]).unwrap();
        assert!(read(1, &master).is_err(), "it is not whole");
        fs::write(&place, [&bytes[first..second], &bytes[..first], &bytes[second..]].concat()).unwrap();
        assert!(read(1, &master).is_err(), "its parts are not in order");
        assert_eq!(listed(&list, 2, |fault| fault.line > 100).unwrap()[0].line, 101);
    }
}
