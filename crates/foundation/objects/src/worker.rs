//! A thread that requests run on.

use std::{io, sync::mpsc, thread};

use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
};

use crate::ObjectsError;

/// The thread ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Worker {
    handle: Handle,
    _until: oneshot::Sender<()>,
}

impl Worker {
    pub(crate) fn start() -> Result<Self, ObjectsError> {
        let began = |error: io::Error| ObjectsError::Start(error);
        let runtime = Builder::new_current_thread().enable_all().build().map_err(began)?;
        let handle = runtime.handle().clone();
        let (until, ended) = oneshot::channel::<()>();
        let run = move || drop(runtime.block_on(ended));
        thread::Builder::new().name("objects".to_owned()).spawn(run).map_err(began)?;
        Ok(Self { handle, _until: until })
    }

    /// Runs `work` on the thread and waits for it here.
    pub(crate) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, ObjectsError>> + Send + 'static,
    ) -> Result<T, ObjectsError> {
        let (tell, told) = mpsc::sync_channel(1);
        self.handle.spawn(async move {
            // Whoever waited may be gone: then nobody is to be told.
            drop(tell.send(work.await));
        });
        told.recv().unwrap_or(Err(ObjectsError::Stopped))
    }
}
