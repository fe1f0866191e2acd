//! Concepts, represented variables, relations and how alike variables are: pure, no I/O.

pub mod code;
pub mod concept;
pub mod follows;
pub mod mappings;
pub mod relation;
pub mod similar;
pub(crate) mod text;
