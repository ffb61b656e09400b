//! The services against a router in memory, over TCP: what the product promises, counted in the router's own rows.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod world; // a router, the services on it, and somebody who may do everything
mod bodies; // customers and packages as programs send them
mod connection; // is the router there
mod sign_in; // who is calling, and what they may
mod audit; // who did what
mod sync; // one request, written and read back
mod names; // usernames that customers give up, take and swap
mod converge; // whatever a router holds and whatever is wanted
mod prunes; // accounts of ours that a whole list names nobody for
mod few; // a few customers are looked for, not the whole router
mod stored; // customers of the store, and words for plans of them
mod plans; // looked at first, then carried out
mod runs; // carried out by themselves
mod profiles; // packages on the router
mod accounts; // customers on the router
mod changes; // one account enabled, disabled, or given a new password
mod sessions; // who is online
mod records; // the store's own customers and packages
mod deletions; // what a deleted customer's account comes to
mod drift; // where router and store disagree, and what somebody chooses
mod faults; // what goes wrong, and what must come of it
mod full; // the store cannot be written
mod patience; // what a router is spared
mod sweep; // the line is cut everywhere
mod live; // who is online, as it happens
mod history; // who was
