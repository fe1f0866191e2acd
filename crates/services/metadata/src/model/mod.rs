//! The catalogue's types, codebooks, proposals and differences: pure, no I/O beyond the readers
//! that are handed in.

pub mod codebook;
mod describe;
mod difference;
mod name;
pub mod proposal;
mod text_file;
mod tree;
mod value;

pub use describe::{Inherited, VariableDescription, granularities};
pub use difference::{Change, Difference, Named, VariableChange};
pub use name::{catalogue_name, variable_path};
pub use tree::{DataSource, Dataset, SubSource, Variable, VariableGroup, VariableVersion};
pub use value::{Bound, Bounds, Code, DataType, EhdsCategory, Identification, LinkKind, NotABound, Ranges, SourceKind};
