//! `[rooms]`: what project rooms have and may use.

use std::{ops::RangeInclusive, time::Duration};

use serde::Deserialize;
use varde_rooms::{RoomsConfig, driver::BubblewrapConfig};

/// What rooms have and may use. The defaults are those of the rooms themselves.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RoomsSettings {
    /// Whether rooms get Python with data packages (made from the Python package index once).
    pub python: bool,
    /// Whether rooms get JupyterLab.
    pub notebook: bool,
    /// How many reviewers must approve a result.
    pub reviewers: u32,
    /// Memory of a room, in gibibytes.
    pub memory_gib: u64,
    /// Processor cores of a room.
    pub cores: u32,
    /// Processes and threads of a room.
    pub processes: u32,
    /// What a room's own files may take in all, in gigabytes (milliards of bytes).
    pub disk_gigabytes: u64,
    /// How many files and folders a room may have.
    pub disk_files: u64,
    /// How long a script may run, in minutes.
    pub script_minutes: u64,
    /// How long JupyterLab may be idle before it is stopped, in minutes.
    pub idle_minutes: u64,
    /// How many days the airlock keeps its copies after a request was fetched, rejected or withdrawn.
    pub airlock_days: u32,
    /// Whether a machine without control groups may open rooms with limits on each process only.
    pub allow_process_limits: bool,
    /// The first user id of rooms when root runs the service; nobody else may have it or those after it.
    pub first_uid: u32,
}

impl Default for RoomsSettings {
    fn default() -> Self {
        Self {
            python: true,
            notebook: true,
            reviewers: 1,
            memory_gib: 4,
            cores: 2,
            processes: 512,
            disk_gigabytes: 20,
            disk_files: 200_000,
            script_minutes: 10,
            idle_minutes: 60,
            airlock_days: 30,
            allow_process_limits: false,
            first_uid: 310_000,
        }
    }
}

const GIGABYTE: u64 = 1_000_000_000;
const GIB: u64 = 1 << 30;

impl RoomsSettings {
    /// What is out of range, in words that name the setting and the range.
    pub(super) fn fault(&self) -> Option<String> {
        let checks: [(&str, u64, RangeInclusive<u64>); 10] = [
            ("reviewers", self.reviewers.into(), 1..=10),
            ("memory_gib", self.memory_gib, 1..=4_096),
            ("cores", self.cores.into(), 1..=1_024),
            ("processes", self.processes.into(), 32..=100_000),
            ("disk_gigabytes", self.disk_gigabytes, 1..=1_000_000),
            ("disk_files", self.disk_files, 1_000..=100_000_000),
            ("script_minutes", self.script_minutes, 1..=10_080),
            ("idle_minutes", self.idle_minutes, 5..=1_440),
            // EHDS art. 68(12) leaves six months after the permit for everything.
            ("airlock_days", self.airlock_days.into(), 1..=180),
            // Below lie the system's and people's own; the last fits any room's number.
            ("first_uid", self.first_uid.into(), 100_000..=2_000_000_000),
        ];
        let wrong = checks.into_iter().find(|(_, value, range)| !range.contains(value));
        wrong.map(|(name, value, range)| {
            format!("rooms.{name} = {value} cannot be: choose a number from {} to {}", range.start(), range.end())
        })
    }

    /// These settings in the words of the rooms.
    pub(crate) fn apply(&self, config: &mut RoomsConfig) {
        config.reviewers_required = self.reviewers;
        config.airlock_days = self.airlock_days;
        config.script_time = Duration::from_secs(60 * self.script_minutes);
        config.notebook_idle = Duration::from_secs(60 * self.idle_minutes);
        config.limits.memory_bytes = self.memory_gib * GIB;
        config.limits.cpu_percent = self.cores * 100;
        config.limits.processes = self.processes;
        config.limits.disk_bytes = self.disk_gigabytes * GIGABYTE;
        config.limits.disk_files = self.disk_files;
        config.limits.file_bytes = config.limits.file_bytes.min(config.limits.disk_bytes);
    }

    /// These settings in the words of the driver.
    pub(crate) fn apply_to_driver(&self, config: &mut BubblewrapConfig) {
        config.first_uid = self.first_uid;
        config.allow_process_limits = self.allow_process_limits;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_in_range_and_are_those_of_the_rooms() {
        let settings = RoomsSettings::default();
        assert_eq!(settings.fault(), None);
        let (mut applied, own) = (RoomsConfig::new("/x"), RoomsConfig::new("/x"));
        settings.apply(&mut applied);
        assert_eq!(format!("{applied:?}"), format!("{own:?}"));
        let (mut applied, own) = (BubblewrapConfig::new("/x"), BubblewrapConfig::new("/x"));
        settings.apply_to_driver(&mut applied);
        assert_eq!(format!("{applied:?}"), format!("{own:?}"));
    }

    #[test]
    fn what_is_set_reaches_the_rooms_and_the_driver() {
        let settings: RoomsSettings =
            toml::from_str("disk_gigabytes = 3\nallow_process_limits = true\nfirst_uid = 500000\nairlock_days = 7")
                .unwrap();
        let (mut rooms, mut driver) = (RoomsConfig::new("/x"), BubblewrapConfig::new("/x"));
        settings.apply(&mut rooms);
        settings.apply_to_driver(&mut driver);
        assert_eq!((rooms.limits.disk_bytes, rooms.limits.file_bytes), (3 * GIGABYTE, 3 * GIGABYTE));
        assert_eq!(rooms.airlock_days, 7);
        assert!(driver.allow_process_limits && driver.first_uid == 500_000);
    }

    #[test]
    fn what_cannot_be_is_named_with_its_range() {
        for (text, name) in
            [("reviewers = 0", "reviewers"), ("first_uid = 0", "first_uid"), ("airlock_days = 400", "180")]
        {
            let settings: RoomsSettings = toml::from_str(text).unwrap();
            assert!(settings.fault().unwrap().contains(name), "{text}");
        }
    }
}
