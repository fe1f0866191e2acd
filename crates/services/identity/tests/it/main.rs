//! Identity through its public face: tokens and codes that must be refused, logins over HTTP,
//! roles on a real database.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail like the test itself")]

mod administer;
mod forged;
mod login;
mod logout;
mod onward;
mod party;
mod provider;
mod roles;
mod site;
mod texts;
