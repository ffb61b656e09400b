//! `/system/resource`: board, version, load.

use routeros_proto::{
    row,
    value::{Span, Text},
};

use crate::{Menu, Row};

row! {
    /// What the router is and how busy it is.
    pub struct SystemResource, properties SystemResourceProperty {
        /// How long it has been up.
        pub uptime: Span = Uptime(b"uptime"),
        /// RouterOS's version with its channel: `7.22.3 (stable)`.
        pub version: Text = Version(b"version"),
        /// When that was built.
        pub build_time: Text = BuildTime(b"build-time"),
        /// The version it was sold with.
        pub factory_software: Text = FactorySoftware(b"factory-software"),
        /// Bytes of memory that are free.
        pub free_memory: u64 = FreeMemory(b"free-memory"),
        /// Bytes of memory.
        pub total_memory: u64 = TotalMemory(b"total-memory"),
        /// The kind of processor.
        pub cpu: Text = Cpu(b"cpu"),
        /// How many cores.
        pub cpu_count: u64 = CpuCount(b"cpu-count"),
        /// Their clock in MHz.
        pub cpu_frequency: u64 = CpuFrequency(b"cpu-frequency"),
        /// Load of all cores in percent.
        pub cpu_load: u64 = CpuLoad(b"cpu-load"),
        /// Bytes of storage that are free.
        pub free_hdd_space: u64 = FreeHddSpace(b"free-hdd-space"),
        /// Bytes of storage.
        pub total_hdd_space: u64 = TotalHddSpace(b"total-hdd-space"),
        /// The processor's architecture.
        pub architecture_name: Text = ArchitectureName(b"architecture-name"),
        /// The board.
        pub board_name: Text = BoardName(b"board-name"),
        /// Always `MikroTik`.
        pub platform: Text = Platform(b"platform"),
    }
}

impl Row for SystemResource {
    const MENU: Menu = Menu::SystemResource;
    type Property = SystemResourceProperty;
}
