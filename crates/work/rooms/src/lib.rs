//! varde-rooms
