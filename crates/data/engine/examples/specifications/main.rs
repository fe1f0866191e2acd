//! Fuzzes specifications of extracts: `cargo xtask fuzz extract --cases 1000000`.
//!
//! Permits that a body could give, permits that it could not, and specifications that nobody gave, against
//! small worlds in which it is known who may not be read. Each is compiled, selected and delivered in
//! memory by the code that delivers, and judged: nobody excluded is there, no column is outside the permit,
//! nothing that exceeds the permit is taken for within it, nothing that compiles cannot be made. A panic
//! ends the run as a finding does, with the seed and the number of the case, which make it again.

mod judge;
mod specs;
mod world;

use std::{
    cell::Cell,
    io::Write as _,
    path::Path,
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use varde_core::Randomness;

use judge::{Count, judge, with_files};
use world::World;

/// How many worlds the cases are spread over.
const WORLDS: u64 = 64;
/// One in so many cases is also delivered as files.
const WITH_FILES: u64 = 2_000;

thread_local! {
    /// The case at hand, for whoever reads a panic.
    static CASE: Cell<u64> = const { Cell::new(0) };
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let mut next = |default| arguments.next().and_then(Result::ok).unwrap_or(default);
    let (cases, seed, only) = (next(10_000), next(1), next(u64::MAX));
    say_where_it_breaks(seed);
    let begun = Instant::now();
    let range = if only == u64::MAX { 0..cases } else { only..only.saturating_add(1) };
    let folder = match tempfile::tempdir() {
        Ok(folder) => folder,
        Err(error) => {
            say(&format!("no folder for the worlds: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let worlds: Result<Vec<World>, _> = (0..WORLDS).map(|number| World::make(number, folder.path())).collect();
    let worlds = match worlds {
        Ok(worlds) => worlds,
        Err(error) => {
            say(&format!("a world cannot be made: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let total = Mutex::new(Count::default());
    let stop = AtomicBool::new(false);
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let good = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..threads)
            .map(|thread| {
                let (worlds, total, stop, range, folder) = (&worlds, &total, &stop, range.clone(), folder.path());
                scope.spawn(move || run(worlds, seed, range, (thread, threads), folder, total, stop))
            })
            .collect();
        // Every run is waited for, also after one has failed.
        let ended: Vec<bool> = runs.into_iter().map(|run| run.join().unwrap_or(false)).collect();
        ended.into_iter().all(|good| good)
    });
    if !good {
        return ExitCode::FAILURE;
    }
    let count = total.into_inner().unwrap_or_default();
    say(&format!("{cases} cases in {:.0} s, seed {seed}: {count}: nothing found", begun.elapsed().as_secs_f64()));
    ExitCode::SUCCESS
}

/// The cases of one thread; whether nothing was found.
fn run(
    worlds: &[World],
    seed: u64,
    range: std::ops::Range<u64>,
    (thread, threads): (u64, u64),
    folder: &Path,
    total: &Mutex<Count>,
    stop: &AtomicBool,
) -> bool {
    let mut count = Count::default();
    for case in range.filter(|case| case % threads == thread) {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        CASE.set(case);
        // Each case has its own stream, so that one can be made again without those before it.
        let random = Randomness::of_case(seed, case);
        let world = &worlds[(case % WORLDS) as usize];
        let found = judge(world, &random, &mut count, None).and_then(|()| match case % WITH_FILES {
            0 => with_files(world, &random, &folder.join(format!("delivery-{case}"))),
            _ => Ok(()),
        });
        if let Err(finding) = found {
            stop.store(true, Ordering::Relaxed);
            say(&format!("FINDING in case {case} of seed {seed}: {finding}"));
            return false;
        }
    }
    if let Ok(mut total) = total.lock() {
        *total += count;
    }
    true
}

fn say_where_it_breaks(seed: u64) {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        say(&format!("PANIC in case {} of seed {seed}", CASE.get()));
        usual(panic);
    }));
}

fn say(text: &str) {
    // Who reads has gone: the exit code still tells.
    let _ = writeln!(std::io::stdout(), "{text}");
}
