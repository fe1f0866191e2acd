//! The demo world: a synthetic country, deterministic from its seed.
