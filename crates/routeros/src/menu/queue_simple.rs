//! `/queue/simple`: queues that hold customers to their speed.

use routeros_proto::{
    row,
    value::{Pair, RowId, Text},
};

use crate::{Menu, Row};

row! {
    /// A queue. That of a session is called `<pppoe-NAME>` or `<hotspot-NAME>`, is dynamic, and exists where there is a rate limit. Pairs are the target's: upload, then download.
    pub struct SimpleQueue, properties SimpleQueueProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// Its name.
        pub name: Text = Name(b"name"),
        /// Whose traffic: an interface, or addresses.
        pub target: Text = Target(b"target"),
        /// The queue above it, or `none`.
        pub parent: Text = Parent(b"parent"),
        /// From 1, first, to 8, for each direction.
        pub priority: Text = Priority(b"priority"),
        /// The kind of queue for each direction.
        pub queue: Text = Queue(b"queue"),
        /// Speed that is kept free, in bit/s.
        pub limit_at: Pair = LimitAt(b"limit-at"),
        /// Speed, in bit/s; 0 for no limit.
        pub max_limit: Pair = MaxLimit(b"max-limit"),
        /// Speed of a burst, in bit/s.
        pub burst_limit: Pair = BurstLimit(b"burst-limit"),
        /// Average speed below which a burst may begin, in bit/s.
        pub burst_threshold: Pair = BurstThreshold(b"burst-threshold"),
        /// Over how long the average is made, for each direction.
        pub burst_time: Text = BurstTime(b"burst-time"),
        /// Bytes carried.
        pub bytes: Pair = Bytes(b"bytes"),
        /// Packets carried.
        pub packets: Pair = Packets(b"packets"),
        /// Packets dropped.
        pub dropped: Pair = Dropped(b"dropped"),
        /// Speed now, in bit/s.
        pub rate: Pair = Rate(b"rate"),
        /// Whether it does nothing because its target is gone.
        pub invalid: bool = Invalid(b"invalid"),
        /// Whether the router made it by itself: such rows can be neither changed nor removed.
        pub dynamic: bool = Dynamic(b"dynamic"),
        /// Whether it is switched off.
        pub disabled: bool = Disabled(b"disabled"),
        /// What somebody wrote about it.
        pub comment: Text = Comment(b"comment"),
    }
}

impl Row for SimpleQueue {
    const MENU: Menu = Menu::SimpleQueue;
    type Property = SimpleQueueProperty;
}
