//! RDF in and out, and SHACL.
