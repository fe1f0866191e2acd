//! Rooms to test with.

use std::{path::PathBuf, time::Duration};

use varde_core::RoomId;
use varde_rooms::driver::{Bubblewrap, BubblewrapConfig, Ended, Limits, Program, RoomDriver as _, RoomPlan};

/// A driver in a folder of its own, which goes when the test ends.
pub(crate) struct Machine {
    pub(crate) driver: Bubblewrap,
    pub(crate) folder: tempfile::TempDir,
}

impl Machine {
    /// A machine that must be able to make sandboxes: the test fails with the reason when not.
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let driver = folder.path().join("driver");
        Self::with(folder, driver).await
    }

    /// The same, with the driver's own files in a given folder.
    pub(crate) async fn with(folder: tempfile::TempDir, driver: PathBuf) -> Self {
        let mut config = BubblewrapConfig::new(driver);
        config.allow_process_limits = std::env::var_os("VARDE_TEST_PROCESS_LIMITS").is_some();
        let driver = Bubblewrap::new(config).unwrap();
        driver.probe().await.ready().unwrap_or_else(|error| panic!("{error}"));
        Self { driver, folder }
    }

    /// A room with small limits, its folders made.
    pub(crate) async fn room(&self, slot: u32) -> RoomPlan {
        let room = RoomId::from_uuid(uuid::Uuid::from_u128(
            u128::from(std::process::id()) << 32 | random() | u128::from(slot),
        ));
        let limits = Limits {
            memory_bytes: 512 << 20,
            processes: 64,
            cpu_percent: 100,
            file_bytes: 64 << 20,
            scratch_bytes: 32 << 20,
            ..Limits::default()
        };
        let folder: PathBuf = self.folder.path().join("rooms").join(room.to_string());
        let plan = RoomPlan { room, folder, slot, limits, tools: Vec::new() };
        self.driver.prepare(&plan).await.unwrap();
        plan
    }

    /// Runs a program in the room to its end.
    pub(crate) async fn run(&self, plan: &RoomPlan, argv: &[&str]) -> Ended {
        let program = Program::new(argv.iter().copied()).within(Duration::from_secs(120));
        self.driver.start(plan, &program).await.unwrap().finish(1 << 20).await.unwrap()
    }
}

/// Different in every test of a process.
fn random() -> u128 {
    let bytes: [u8; 8] = varde_core::Randomness::from_system().bytes();
    u128::from(u64::from_le_bytes(bytes)) << 64
}
