//! The simulator, asked over the wire.

#[cfg(test)]
mod client;
#[cfg(test)]
#[cfg(feature = "control")]
mod control;
#[cfg(test)]
mod conversations;
#[cfg(test)]
mod counters;
#[cfg(test)]
mod dump;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod login;
#[cfg(test)]
mod pace;
#[cfg(test)]
mod records;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod trouble;
#[cfg(test)]
mod versions;
