//! How much of the disk a room holds, and when its programs must be stopped for it.

use crate::driver::Limits;

/// Less than this is as good as nothing, in bytes: disks are given out in blocks.
const LAST_CORNER: u64 = 64 << 10;

/// What a room's writable folders hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DiskUse {
    /// Bytes on the disk.
    pub bytes: u64,
    /// Files and folders.
    pub files: u64,
}

impl DiskUse {
    /// What the limits let a room hold.
    pub const fn allowed(limits: &Limits) -> Self {
        Self { bytes: limits.disk_bytes, files: limits.disk_files }
    }

    /// Whether it is all that is allowed, or so nearly that nothing worth it can be written.
    pub const fn is_full(self, allowed: Self) -> bool {
        self.bytes.saturating_add(LAST_CORNER) > allowed.bytes || self.files >= allowed.files
    }

    /// Whether little is left, so that the members should be told.
    pub fn is_nearly_full(self, allowed: Self) -> bool {
        let nearly = |used: u64, of: u64| used >= of - of / 5;
        nearly(self.bytes, allowed.bytes) || nearly(self.files, allowed.files)
    }

    /// How many bytes may still be written; none when the room is full.
    pub const fn left(self, allowed: Self) -> u64 {
        if self.is_full(allowed) { 0 } else { allowed.bytes - self.bytes }
    }

    /// Whether the room's programs must be stopped: it holds more than allowed and more than when it
    /// was looked at last. A room that is too full already goes on as long as it does not grow, so
    /// that its members can delete.
    pub fn must_stop(self, allowed: Self, before: Self) -> bool {
        let grown = |now: u64, of: u64, then: u64| now > of && now > then;
        grown(self.bytes, allowed.bytes, before.bytes) || grown(self.files, allowed.files, before.files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: DiskUse = DiskUse { bytes: 1_000_000, files: 10 };

    fn held(bytes: u64, files: u64) -> DiskUse {
        DiskUse { bytes, files }
    }

    #[test]
    fn what_may_still_be_written_shrinks_to_nothing() {
        assert_eq!(held(0, 0).left(ALLOWED), 1_000_000);
        assert_eq!(held(900_000, 9).left(ALLOWED), 100_000);
        for full in [held(1_000_000, 0), held(999_000, 0), held(u64::MAX, 0), held(0, 10)] {
            assert!(full.is_full(ALLOWED) && full.is_nearly_full(ALLOWED));
            assert_eq!(full.left(ALLOWED), 0);
        }
        assert!(held(800_000, 0).is_nearly_full(ALLOWED) && held(0, 8).is_nearly_full(ALLOWED));
        assert!(!held(799_999, 7).is_nearly_full(ALLOWED));
    }

    #[test]
    fn a_room_that_outgrows_its_limit_is_stopped_and_one_that_shrinks_is_not() {
        assert!(!held(1_000_000, 10).must_stop(ALLOWED, held(0, 0)));
        assert!(held(1_000_001, 1).must_stop(ALLOWED, held(0, 0)));
        assert!(held(1, 11).must_stop(ALLOWED, held(0, 0)));
        assert!(!held(1_500_000, 11).must_stop(ALLOWED, held(1_600_000, 12)), "its members are deleting");
        assert!(held(1_600_001, 1).must_stop(ALLOWED, held(1_600_000, 12)));
    }
}
