//! The only place that writes to the terminal.

use std::{
    io::{IsTerminal as _, Write as _},
    time::Duration,
};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

/// Where a command's words and results go.
pub(crate) struct Out;

impl Out {
    /// Words for people, on standard error.
    pub(crate) fn say(text: &str) {
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// A result, on standard output.
    pub(crate) fn result(text: &str) -> Result<()> {
        writeln!(std::io::stdout(), "{text}")?;
        Ok(())
    }

    /// A result for machines, on standard output.
    pub(crate) fn json(value: &impl Serialize) -> Result<()> {
        Self::result(&serde_json::to_string_pretty(value)?)
    }

    /// An error with its causes.
    pub(crate) fn error(error: &anyhow::Error) {
        Self::say(&format!("varde: {error}"));
        for cause in error.chain().skip(1) {
            Self::say(&format!("  because: {cause}"));
        }
        let full = |cause: &(dyn std::error::Error + 'static)| {
            cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::StorageFull)
        };
        if error.chain().any(full) {
            Self::say("The disk is full: free some space and start again; nothing half done is kept");
        }
    }

    /// A progress bar on a terminal, silent elsewhere.
    pub(crate) fn progress(what: &str) -> ProgressBar {
        if !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(0).with_message(what.to_owned());
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }
}
