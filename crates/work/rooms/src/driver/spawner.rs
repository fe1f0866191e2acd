//! Starting processes from one thread that lives as long as the driver.
//!
//! `--die-with-parent` asks the kernel for a signal when the *thread* that started the sandbox
//! ends (prctl(2), PR_SET_PDEATHSIG). Threads of an asynchronous runtime come and go, so every
//! sandbox is started from this one: rooms die with the service, and never before.

use std::{io, sync::mpsc, thread, time::Duration};

use tokio::{
    process::{Child, Command},
    runtime::Handle,
    sync::oneshot,
    time::Instant,
};

use super::output::{self, Captured, Ended};

struct Request {
    command: Command,
    runtime: Handle,
    reply: oneshot::Sender<io::Result<Child>>,
}

/// The thread that starts sandboxes. Dropping it ends them.
#[derive(Debug)]
pub(super) struct Spawner {
    requests: mpsc::Sender<Request>,
}

impl Spawner {
    pub(super) fn new() -> io::Result<Self> {
        let (requests, inbox) = mpsc::channel::<Request>();
        thread::Builder::new().name("varde-rooms".to_owned()).spawn(move || {
            for Request { mut command, runtime, reply } in inbox {
                let _entered = runtime.enter();
                // Nobody waits for the answer any more: the child is dropped and thereby killed.
                let _ = reply.send(command.spawn());
            }
        })?;
        Ok(Self { requests })
    }

    pub(super) async fn spawn(&self, command: Command) -> io::Result<Child> {
        let gone = || io::Error::other("the thread that starts sandboxes has ended");
        let (reply, answer) = oneshot::channel();
        self.requests.send(Request { command, runtime: Handle::current(), reply }).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

/// A program that runs in a room. Dropping it ends it.
#[derive(Debug)]
pub struct Sandboxed {
    child: Child,
    time_limit: Option<Duration>,
    started: Instant,
}

impl Sandboxed {
    pub(super) fn new(child: Child, time_limit: Option<Duration>) -> Self {
        Self { child, time_limit, started: Instant::now() }
    }

    /// Waits until the program ends or its time is up, keeping at most `keep` bytes of each output.
    pub async fn finish(mut self, keep: usize) -> io::Result<Ended> {
        let output = tokio::spawn(Captured::read(self.child.stdout.take(), keep));
        let errors = tokio::spawn(Captured::read(self.child.stderr.take(), keep));
        let limit = self.time_limit.unwrap_or(Duration::from_secs(u32::MAX.into()));
        let (status, timed_out) = match tokio::time::timeout(limit, self.child.wait()).await {
            Ok(status) => (status?, false),
            Err(_) => {
                self.child.kill().await?;
                (self.child.wait().await?, true)
            }
        };
        Ok(Ended {
            code: output::code(status),
            timed_out,
            took: self.started.elapsed(),
            output: output.await.unwrap_or_default(),
            errors: errors.await.unwrap_or_default(),
        })
    }

    /// Reads what it writes and forgets it, so that it never waits for a reader.
    pub fn discard_output(&mut self) {
        drop(tokio::spawn(Captured::read(self.child.stdout.take(), 0)));
        drop(tokio::spawn(Captured::read(self.child.stderr.take(), 0)));
    }

    /// Ends it and returns the beginning of what it complained about.
    pub async fn kill_and_read(mut self) -> String {
        let _ = self.child.kill().await;
        Captured::read(self.child.stderr.take(), 16 * 1024).await.text()
    }

    /// Whether it has ended by now.
    pub fn ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Its process id on the machine, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }
}
