//! Where mail goes: a mail server, or the mailbox of a demonstration.

mod mailbox;
mod smtp;

pub use mailbox::{Mailbox, Received};
pub use smtp::{Security, Smtp, SmtpFault, SmtpSettings};
