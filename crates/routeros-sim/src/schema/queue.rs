//! `/queue/simple`: who gets how much of the line.

use super::{
    Half, Kind, Menu, Property, Unique,
    command::{
        ADD_IN_ORDER, ALL_COUNTERS, Argument, COMMENTED, COUNTERS, FIND, FROM, OID, READ, REMOVE, RESET, SET, SWITCH,
        UNSET,
    },
    property::{
        ABOUT, COMMENT, DISABLED, QUEUE_TYPES, duration, live, number, number_within, one_of, pair, read_only,
        reference, shown, text,
    },
};
use crate::{live, rate::parse_pair, refused::Refused, table::Row};

pub(super) const SIMPLE: Menu = Menu {
    commands: &[READ, FIND, ADD_IN_ORDER, SET, UNSET, REMOVE, RESET, SWITCH, COMMENTED, COUNTERS, ALL_COUNTERS],
    flags: &[
        FROM,
        OID,
        Argument::new("bytes"),
        Argument::new("packets"),
        Argument::new("rate"),
        Argument::new("stats"),
    ],
    unique: Some(Unique { keys: &["name"], text: "failure: already have such name" }),
    sound: Some(promises_no_more_than_it_allows),
    ..Menu::table(
        "/queue/simple",
        &[
            text("name").required(),
            Property::new("target", Kind::Target).or(""),
            Property::new("dst", Kind::Target),
            reference("parent", "/queue/simple", &["none"]).or("none"),
            shown("packet-marks"),
            halves("priority", Half::Priority).or("8/8"),
            halves("queue", Half::OneOf(QUEUE_TYPES)).or("default-small/default-small"),
            halves("limit-at", Half::Rate).or("0/0"),
            halves("max-limit", Half::Rate).or("0/0"),
            halves("burst-limit", Half::Rate).or("0/0"),
            halves("burst-threshold", Half::Rate).or("0/0"),
            halves("burst-time", Half::Time).or("0s/0s"),
            halves("bucket-size", Half::Size).or("0.1/0.1"),
            text("time"),
            number_within("total-priority", 1, 8, &[]),
            one_of("total-queue", QUEUE_TYPES),
            number("total-limit-at"),
            number("total-max-limit"),
            number("total-burst-limit"),
            number("total-burst-threshold"),
            duration("total-burst-time", &[]),
            text("total-bucket-size"),
            live("bytes", live::queue_bytes),
            live("packets", live::queue_packets),
            pair("dropped"),
            live("rate", live::queue_rate),
            live("packet-rate", live::queue_packet_rate),
            pair("queued-packets"),
            pair("queued-bytes"),
            read_only("pcq-queues"),
            read_only("total-bytes").or("0"),
            read_only("total-packets").or("0"),
            read_only("total-dropped").or("0"),
            read_only("total-rate").or("0"),
            read_only("total-packet-rate").or("0"),
            read_only("total-queued-packets").or("0"),
            read_only("total-queued-bytes").or("0"),
            read_only("total-pcq-queues"),
            read_only("invalid").or("false"),
            live("dynamic", live::is_dynamic),
            DISABLED,
            COMMENT,
            ABOUT,
        ],
    )
};

const fn halves(name: &'static str, half: Half) -> Property {
    Property::new(name, Kind::Pair(half))
}

/// Captured for upload; download has the same words by its own names. A limit of 0 is none.
fn promises_no_more_than_it_allows(row: &Row) -> Result<(), Refused> {
    let (Some(max), Some(promised)) = (parse_pair(row.text("max-limit")), parse_pair(row.text("limit-at"))) else {
        return Ok(());
    };
    for (way, max, promised) in [("upload", max.up, promised.up), ("download", max.down, promised.down)] {
        if max > 0 && promised > max {
            return Err(Refused::plain(format!("failure: {way}-max-limit less than {way}-limit")));
        }
    }
    Ok(())
}
