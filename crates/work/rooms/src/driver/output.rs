//! What a program said and how it ended.

use std::{process::ExitStatus, time::Duration};

use tokio::io::{AsyncRead, AsyncReadExt};

/// The beginning of what a program wrote; the rest is counted, not kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captured {
    /// The bytes that were kept.
    pub bytes: Vec<u8>,
    /// How many bytes were written in all.
    pub total: u64,
}

impl Captured {
    /// The text, with what is not UTF-8 replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Whether something was left out.
    pub fn cut(&self) -> bool {
        self.total > self.bytes.len() as u64
    }

    /// Reads to the end, keeping at most `keep` bytes. A reader that breaks off ends it.
    pub(super) async fn read(reader: Option<impl AsyncRead + Unpin>, keep: usize) -> Self {
        let mut captured = Self::default();
        let Some(mut reader) = reader else { return captured };
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(read @ 1..) = reader.read(&mut buffer).await {
            let room = keep.saturating_sub(captured.bytes.len()).min(read);
            captured.bytes.extend_from_slice(&buffer[..room]);
            captured.total += read as u64;
        }
        captured
    }
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The exit code; 128 plus the signal when a signal ended it (137: killed, most often because
    /// the room's memory was used up).
    pub code: i32,
    /// Whether the time limit ended it.
    pub timed_out: bool,
    /// How long it ran.
    pub took: Duration,
    /// What it wrote to standard output.
    pub output: Captured,
    /// What it wrote to standard error.
    pub errors: Captured,
}

/// The exit code in a shell's way.
pub(super) fn code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}
