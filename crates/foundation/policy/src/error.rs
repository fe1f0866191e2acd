//! What can be wrong with the policy files. All of it is found when the program starts.

/// The policies could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file does not parse.
    #[error("policy file {file}: {reason}")]
    Syntax {
        /// The file's name.
        file: String,
        /// What and where.
        reason: String,
    },
    /// The schema fragments do not fit together.
    #[error("the policy schemas do not fit together: {0}")]
    Schema(String),
    /// A policy lacks an annotation.
    #[error("policy file {file}: policy {policy:?} lacks @{name}")]
    Annotation {
        /// The file's name.
        file: String,
        /// The policy's id, empty when that is what is missing.
        policy: String,
        /// The missing annotation.
        name: &'static str,
    },
    /// Two policies have one id.
    #[error("policy file {file}: there is already a policy with the id {policy:?}")]
    Duplicate {
        /// The file's name.
        file: String,
        /// The id.
        policy: String,
    },
    /// The policies do not fit the schema (strict validation).
    #[error("the policies do not fit the schema:\n{0}")]
    Invalid(String),
}
