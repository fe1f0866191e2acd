//! The catalogue's types, codebooks, proposals and differences: pure, no I/O beyond the readers
//! that are handed in.

mod availability;
pub mod codebook;
mod compare;
mod describe;
mod details;
mod difference;
pub mod explorer;
pub mod governance;
mod link;
mod name;
mod observed;
mod property;
pub mod proposal;
mod registry;
mod rule;
mod statistics;
mod text_file;
mod tree;
mod value;

pub use availability::{Availability, AvailableVariable, Standing};
pub use compare::{CodeMatch, ComparedCode, compare_codes};
pub use describe::{Inherited, VariableDescription, granularities};
pub use details::{Details, Effective, EffectiveTerms, External, Kept, Terms};
pub use difference::{Change, Difference, Named, VariableChange};
pub use link::{CodeLink, CodeLinkKind, GroupPlace, Pin, VariableDetails};
pub use name::{catalogue_name, variable_path};
pub use observed::{
    Count, Distribution, Filled, Groups, Interval, Limits, ObservedDataset, ObservedVariable, ObservedYear, Summary,
};
pub use property::{
    Properties, PropertyDefinition, PropertyLevel, PropertyOption, PropertyType, PropertyValue, TaggedText, WrongValue,
};
pub use registry::{CodeSystemName, Instrument, Registry, SavedFilter};
pub use rule::{NoRule, Relation, RowRule};
pub(crate) use statistics::meaning;
pub use statistics::{Observed, Statistics, YearStatistics};
pub use tree::{DataSource, Dataset, Publication, SubSource, Variable, VariableGroup, VariableVersion};
pub use value::{Bound, Bounds, Code, DataType, EhdsCategory, Identification, LinkKind, NotABound, Ranges, SourceKind};
