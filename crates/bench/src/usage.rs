//! What a process has used, from the kernel's own account (proc(5)).

use std::{fs, time::Instant};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

/// Ticks a second of the times in `/proc/PID/stat`: `USER_HZ`, which is 100 on every architecture
/// that Varde runs on (proc(5)).
const TICKS: f64 = 100.0;

/// What a piece of work used.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// Seconds on the clock.
    pub wall_seconds: f64,
    /// Seconds of processor, user and system, of all threads; to the hundredth.
    pub cpu_seconds: f64,
    /// The most memory that was resident at once since the process began, in bytes.
    pub peak_bytes: u64,
}

impl Usage {
    /// Does the work in this process and says what it used. The peak is that of the whole process,
    /// so whoever wants the work's own peak gives it a process of its own.
    pub fn of<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Self)> {
        let (began, before) = (Instant::now(), cpu_seconds("self")?);
        let done = work()?;
        let wall_seconds = began.elapsed().as_secs_f64();
        let cpu_seconds = cpu_seconds("self")? - before;
        Ok((done, Self { wall_seconds, cpu_seconds, peak_bytes: memory("self", "VmHWM")? }))
    }
}

/// Seconds of processor that a process (its id, or `self`) has used, user and system, without its
/// children.
pub fn cpu_seconds(process: &str) -> Result<f64> {
    let path = format!("/proc/{process}/stat");
    let text = fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
    ticks(&text).map(|ticks| ticks as f64 / TICKS).with_context(|| format!("{path} is not as proc(5) says"))
}

/// The same of a process and all its children, ended ones that it has waited for included: a
/// PostgreSQL server is one process a connection.
pub fn cpu_seconds_with_children(process: u32) -> Result<f64> {
    let stat = |id: &str| fs::read_to_string(format!("/proc/{id}/stat")).ok();
    let own = stat(&process.to_string()).and_then(|text| ticks_with_waited(&text));
    let own = own.with_context(|| format!("/proc/{process}/stat is not as proc(5) says"))?;
    let mut living = 0;
    for entry in fs::read_dir("/proc").context("/proc cannot be read")? {
        let name = entry?.file_name();
        // A process may end while we look: then its parent has waited for it, or will have.
        let Some(text) = name.to_str().filter(|n| n.bytes().all(|b| b.is_ascii_digit())).and_then(stat) else {
            continue;
        };
        if parent(&text) == Some(process) {
            living += ticks(&text).unwrap_or_default();
        }
    }
    Ok((own + living) as f64 / TICKS)
}

/// Bytes of memory of a process by the name of proc(5): `VmRSS` now, `VmHWM` the most so far.
pub fn memory(process: &str, name: &str) -> Result<u64> {
    let path = format!("/proc/{process}/status");
    let text = fs::read_to_string(&path).with_context(|| format!("{path} cannot be read"))?;
    kilobytes(&text, name).map(|kilobytes| kilobytes * 1_024).with_context(|| format!("{path} has no {name}"))
}

/// `utime` and `stime`, fields 14 and 15; field 2 is the name in parentheses and may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let (_, after) = stat.rsplit_once(')')?;
    let mut fields = after.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()? + next()?)
}

/// The same with `cutime` and `cstime`, fields 16 and 17: those of children that were waited for.
fn ticks_with_waited(stat: &str) -> Option<u64> {
    let (_, after) = stat.rsplit_once(')')?;
    after.split_whitespace().skip(11).take(4).map(|field| field.parse::<u64>().ok()).sum()
}

/// `ppid`, field 4.
fn parent(stat: &str) -> Option<u32> {
    let (_, after) = stat.rsplit_once(')')?;
    after.split_whitespace().nth(1)?.parse().ok()
}

fn kilobytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.split(':').next() == Some(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_any_name() {
        let stat = "42 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20 0 8 0 1";
        assert_eq!(ticks(stat), Some(175));
        assert_eq!(ticks("42 (x) S 1"), None);
        assert_eq!((parent(stat), ticks_with_waited(stat)), (Some(1), Some(175)));
    }

    #[test]
    fn memory_is_found_by_its_whole_name() {
        let status = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t 1024 kB\n";
        assert_eq!(kilobytes(status, "VmRSS"), Some(1_024));
        assert_eq!(kilobytes(status, "Vm"), None);
    }

    #[test]
    fn work_uses_time_and_memory() {
        let (sum, usage) = Usage::of(|| Ok((0..20_000_000_u64).map(std::hint::black_box).sum::<u64>())).unwrap();
        assert_eq!(sum, 199_999_990_000_000);
        assert!(usage.wall_seconds > 0.0 && usage.peak_bytes > 1 << 20, "{usage:?}");
    }
}
