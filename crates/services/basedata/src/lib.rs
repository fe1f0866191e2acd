//! varde-basedata
