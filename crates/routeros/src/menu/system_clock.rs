//! `/system/clock`: the router's clock.

use routeros_proto::{
    row,
    value::{Date, Text, TimeOfDay},
};

use crate::{Menu, Row};

row! {
    /// The router's local time.
    pub struct SystemClock, properties SystemClockProperty {
        /// The time of day.
        pub time: TimeOfDay = Time(b"time"),
        /// The day.
        pub date: Date = Date(b"date"),
        /// Whether the zone is guessed.
        pub time_zone_autodetect: bool = TimeZoneAutodetect(b"time-zone-autodetect"),
        /// The zone, `Asia/Dhaka` or `manual`.
        pub time_zone_name: Text = TimeZoneName(b"time-zone-name"),
        /// Local time minus UTC, `+06:00`.
        pub gmt_offset: Text = GmtOffset(b"gmt-offset"),
        /// Whether it is summer time.
        pub dst_active: bool = DstActive(b"dst-active"),
    }
}

impl Row for SystemClock {
    const MENU: Menu = Menu::SystemClock;
    type Property = SystemClockProperty;
}
