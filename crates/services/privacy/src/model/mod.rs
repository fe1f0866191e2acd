//! Preferences and what they mean for a permit; pure.

mod effect;
mod preference;

pub use effect::{Effect, effect};
pub use preference::{AsAt, Choice, Kind, Preference, Scope, current};
