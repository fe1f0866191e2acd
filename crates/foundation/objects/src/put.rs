//! Putting a file: in one request when it is small, in parts that are made one whole at the end otherwise.

use std::{
    fs::File,
    io::{self, Read as _},
    path::PathBuf,
    sync::Arc,
};

use bytes::Bytes;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, WriteMultipart, path::Path as Name};

use crate::ObjectsError;

/// The smallest part, and the largest file that is put in one request. S3 takes parts from 5 MiB on.
const PART: u64 = 16 << 20;
/// S3 takes 10,000 parts at most: parts of larger files are larger.
const PARTS: u64 = 9_000;
/// Parts that are on their way at once.
const AT_ONCE: usize = 4;

/// Puts the file under a name that nothing has yet.
pub(crate) async fn put(store: Arc<dyn ObjectStore>, name: Name, path: PathBuf) -> Result<(), ObjectsError> {
    let disk = |source| ObjectsError::File { path: path.clone(), source };
    let file = File::open(&path).map_err(disk)?;
    let size = file.metadata().map_err(disk)?.len();
    if size <= PART {
        let (_, bytes) = part(file, PART).await.map_err(disk)?;
        let create = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        store.put_opts(&name, bytes.into(), create).await?;
        return Ok(());
    }
    match store.head(&name).await {
        Ok(_) => return Err(ObjectsError::Exists(name.to_string())),
        Err(object_store::Error::NotFound { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let length = PART.max(size.div_ceil(PARTS));
    let upload = store.put_multipart(&name).await?;
    let mut upload = WriteMultipart::new_with_chunk_size(upload, usize::try_from(length).unwrap_or(usize::MAX));
    match parts(&mut upload, file, length, &path).await {
        Ok(()) => upload.finish().await.map(drop).map_err(Into::into),
        Err(error) => {
            // What was sent is thrown away, if the store can still be reached; the reason is what matters.
            drop(upload.abort().await);
            Err(error)
        }
    }
}

async fn parts(
    upload: &mut WriteMultipart,
    file: File,
    length: u64,
    path: &std::path::Path,
) -> Result<(), ObjectsError> {
    let mut file = file;
    loop {
        let (rest, bytes) =
            part(file, length).await.map_err(|source| ObjectsError::File { path: path.to_owned(), source })?;
        if bytes.is_empty() {
            return Ok(());
        }
        file = rest;
        upload.wait_for_capacity(AT_ONCE).await?;
        upload.put(bytes);
    }
}

/// The next bytes of a file, away from the requests.
async fn part(file: File, length: u64) -> io::Result<(File, Bytes)> {
    let read = move || {
        let mut bytes = Vec::new();
        (&file).take(length).read_to_end(&mut bytes)?;
        Ok((file, bytes.into()))
    };
    tokio::task::spawn_blocking(read).await.map_err(io::Error::other)?
}
