//! Code systems, their editions and what can be said about them. Pure: no I/O, no clock.

pub mod concept;
pub mod content;
pub mod difference;
pub mod edition;
pub mod find;
pub mod head;
pub mod loss;
pub mod map;
pub mod name;
pub mod system;
pub mod value_set;

pub use concept::{Concept, Designation, Property, PropertyValue};
pub use content::{Content, Fault, Subsumption};
pub use difference::Difference;
pub use edition::{Edition, EditionId, Kind, Status, Subject, current, predecessor};
pub use head::Head;
pub use loss::{Loss, Rules};
pub use map::{ConceptMap, Decided, Mapping, Relation, Target};
pub use name::{Key, NotAKey, UNDETERMINED, Wording};
pub use system::{CodeSystem, ContentKind, HierarchyMeaning, PropertyDefinition, SystemKind};
pub use value_set::{Chosen, Filter, FilterKind, Include, ValueSet};
