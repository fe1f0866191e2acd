//! Fuzzes the module for as long as one likes: `cargo xtask fuzz jose --seconds 600`.
//!
//! Valid tokens and keys are damaged where damage matters: in their bytes, in the structure of what is
//! signed (and signed again, so that the damage gets past the signature), in the keys. Each case is
//! judged: what must be refused is, what must be taken is, whatever is taken was signed by that key and
//! is taken by an independent library too, with the same claims. A panic ends the run as a finding does,
//! with the seed and the number of the case, which make it again.

mod cases;
mod judge;
mod keys;
mod module;

use std::{
    io::Write as _,
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use varde_core::Randomness;

use judge::{Count, judge};
use module::Ours;

/// The case at hand, for whoever reads a panic.
static CASE: AtomicU64 = AtomicU64::new(0);

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let mut next = |default| arguments.next().and_then(Result::ok).unwrap_or(default);
    let (seconds, seed, only) = (next(10), next(1), next(u64::MAX));
    say_where_it_breaks(seed);
    let keys = keys::Keys::generate();
    let mut count = Count::default();
    let begun = Instant::now();
    let cases = if only == u64::MAX { 0..u64::MAX } else { only..only.saturating_add(1) };
    for case in cases {
        if begun.elapsed() >= Duration::from_secs(seconds) {
            break;
        }
        CASE.store(case, Ordering::Relaxed);
        // Each case has its own stream, so that one can be made again without those before it.
        let random = Randomness::of_case(seed, case);
        if let Err(finding) = judge(&Ours, &cases::make(&keys, &random), &keys, &mut count) {
            say(&format!("FINDING in case {case} of seed {seed}: {finding}"));
            return ExitCode::FAILURE;
        }
    }
    say(&format!("{count} in {:.0} s, seed {seed}: nothing found", begun.elapsed().as_secs_f64()));
    ExitCode::SUCCESS
}

fn say_where_it_breaks(seed: u64) {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        say(&format!("PANIC in case {} of seed {seed}", CASE.load(Ordering::Relaxed)));
        usual(panic);
    }));
}

fn say(text: &str) {
    // Who reads has gone: the exit code still tells.
    let _ = writeln!(std::io::stdout(), "{text}");
}
