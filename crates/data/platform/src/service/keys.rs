//! Project keys: made once per permit, sealed under the installation's key, destroyed at the end.

use std::{
    fs,
    io::{ErrorKind, Write},
    path::Path,
    sync::Arc,
};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use uuid::Uuid;
use varde_core::{Actor, PermitId, Randomness};
use varde_ledger::Draft;

use super::{Platform, finish};
use crate::{PlatformError, engine::pseudonym::ProjectKey, store};

/// What project keys are sealed under: AES-256-GCM. It does not print.
#[derive(Clone)]
pub struct MasterKey(Arc<LessSafeKey>);

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    /// The key of these 32 bytes.
    ///
    /// # Errors
    /// Never for 32 bytes; the library's signature allows it.
    pub fn new(bytes: &[u8; 32]) -> Result<Self, PlatformError> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| PlatformError::KeyUnreadable)?;
        Ok(Self(Arc::new(LessSafeKey::new(key))))
    }

    /// The key in a file; made on the first start, readable by its owner only.
    ///
    /// # Errors
    /// When the file cannot be read or made, or holds something else.
    pub fn load_or_create(path: &Path, randomness: &Randomness) -> Result<Self, PlatformError> {
        let disk = |e| PlatformError::disk(path, e);
        match fs::read(path) {
            Ok(bytes) => Self::new(&<[u8; 32]>::try_from(bytes).map_err(|_| PlatformError::KeyUnreadable)?),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let bytes: [u8; 32] = randomness.bytes();
                let folder = path.parent().unwrap_or(Path::new("."));
                // Whole before it has its name (a temporary file is readable by its owner only), and
                // never over another one: a process that was killed leaves no half key.
                let mut file = tempfile::NamedTempFile::new_in(folder).map_err(disk)?;
                file.write_all(&bytes).and_then(|()| file.as_file().sync_all()).map_err(disk)?;
                match file.persist_noclobber(path) {
                    Ok(_) => Self::new(&bytes),
                    Err(other) if other.error.kind() == ErrorKind::AlreadyExists => {
                        Self::load_or_create(path, randomness)
                    }
                    Err(other) => Err(disk(other.error)),
                }
            }
            Err(error) => Err(disk(error)),
        }
    }

    /// Seals a project key; its id is bound to it, so that sealed keys cannot be exchanged.
    fn seal(&self, id: Uuid, key: &[u8; 32], nonce: [u8; NONCE_LEN]) -> Result<Vec<u8>, PlatformError> {
        self.seal_bytes(id.as_bytes(), key.to_vec(), nonce)
    }

    fn open(&self, id: Uuid, sealed: &[u8]) -> Result<ProjectKey, PlatformError> {
        let bytes = self.open_bytes(id.as_bytes(), sealed)?;
        <&[u8; 32]>::try_from(bytes.as_slice()).map(ProjectKey::new).map_err(|_| PlatformError::KeyUnreadable)
    }

    /// Seals any bytes. What they are bound to must be said again to open them.
    pub(super) fn seal_bytes(
        &self,
        bound: &[u8],
        mut bytes: Vec<u8>,
        nonce: [u8; NONCE_LEN],
    ) -> Result<Vec<u8>, PlatformError> {
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound), &mut bytes)
            .map_err(|_| PlatformError::KeyUnreadable)?;
        Ok([nonce.as_slice(), &bytes].concat())
    }

    /// Opens what [`Self::seal_bytes`] has sealed.
    pub(super) fn open_bytes(&self, bound: &[u8], sealed: &[u8]) -> Result<Vec<u8>, PlatformError> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or(PlatformError::KeyUnreadable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| PlatformError::KeyUnreadable)?;
        let mut bytes = rest.to_vec();
        let opened = self.0.open_in_place(nonce, Aad::from(bound), &mut bytes);
        opened.map(|plain| plain.to_vec()).map_err(|_| PlatformError::KeyUnreadable)
    }
}

impl Platform {
    /// A new sealed project key with its id.
    pub(super) fn new_key(&self) -> Result<(Uuid, Vec<u8>), PlatformError> {
        let id = varde_core::id::version_seven(&**self.store.clock(), self.store.randomness());
        let (key, nonce) = (self.store.randomness().bytes(), self.store.randomness().bytes());
        Ok((id, self.parts.master.seal(id, &key, nonce)?))
    }

    /// Opens the key that a specification names.
    pub(super) async fn key(&self, actor: &Actor, id: &str) -> Result<ProjectKey, PlatformError> {
        let id = Uuid::parse_str(id).map_err(|_| PlatformError::Unreadable("key id"))?;
        let mut read = self.store.read(actor).await?;
        let sealed = store::keys::get(read.connection(), id).await?;
        self.parts.master.open(id, &sealed)
    }

    /// Destroys a project's key when the project has ended: its pseudonyms lead nowhere any more, and
    /// its extract cannot be made again (crypto-shredding). What the citizens are told, and their
    /// proofs, do not need it and stay. False when there is no key left.
    ///
    /// # Errors
    /// When the policy refuses, the permit is still in force, or the database is away.
    pub async fn destroy_key(&self, actor: &Actor, permit: PermitId) -> Result<bool, PlatformError> {
        let issued = self.parts.permits.issued(permit).await?;
        let resource = super::extracts::resource(permit, &issued.permit, []);
        let permission = self.permitted(actor, "platform.key.destroy", &resource).await?;
        let now = self.store.clock().now();
        if !issued.has_ended_at(now) {
            return Err(PlatformError::ProjectRunning);
        }
        let mut work = self.store.begin(actor).await?;
        let done = store::keys::destroy(work.connection(), permit.uuid(), now).await?;
        finish(work, &permission, Draft::new("platform.key.destroyed", "permit", permit).with("done", done)).await?;
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_key_opens_only_with_its_own_id_and_master() {
        let randomness = Randomness::seeded(1);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("platform.key");
        let master = MasterKey::load_or_create(&path, &randomness).unwrap();
        let again = MasterKey::load_or_create(&path, &randomness).unwrap();
        let (id, key) = (Uuid::from_u128(1), [9; 32]);
        let sealed = master.seal(id, &key, randomness.bytes()).unwrap();
        let person = varde_core::PersonId::from_uuid(Uuid::from_u128(5));
        let opened = again.open(id, &sealed).unwrap();
        assert_eq!(opened.pseudonym(person), ProjectKey::new(&key).pseudonym(person));
        assert!(master.open(Uuid::from_u128(2), &sealed).is_err());
        let other = MasterKey::new(&[1; 32]).unwrap();
        assert!(other.open(id, &sealed).is_err());
        assert!(master.open(id, &sealed[..20]).is_err());
    }
}
