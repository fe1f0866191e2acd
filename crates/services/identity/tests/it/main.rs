//! Identity through its public face: tokens and codes that must be refused, logins over HTTP,
//! roles on a real database.

mod forged;
mod login;
mod provider;
mod roles;
mod site;
mod texts;
