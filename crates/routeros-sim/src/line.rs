//! One API line: signing in, then commands, until somebody hangs up.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use routeros_proto::Sentence;

use crate::{
    commands::Command,
    log,
    refused::Refused,
    router::Router,
    rules::{self, Door},
    schema,
    sentences::{Mouth, Outgoing},
    sim::Core,
    table::{Origin, Value},
    timer,
    trouble::{Met, What},
    welcome::NO_SESSION_LEFT,
    who::{Proof, Who},
};

mod suffer;

/// Failed logins that a line survives. Seen on v6; what v7 does was not captured.
const PATIENCE: u32 = 4;
/// What a stranger may say at once. A router has such limits and publishes no figures; these are a guess.
const STRANGER_WORDS: usize = 64;
const STRANGER_BYTES: usize = 4 * 1024;

/// The router's end of one API line.
pub(crate) struct Line {
    core: Arc<Core>,
    id: u64,
    peer: IpAddr,
    mouth: Mouth,
    guest: Guest,
    /// The line is one too many: who signs in is sent away.
    is_over: bool,
    /// Sentences so far.
    heard: u64,
    last_tag: Option<Vec<u8>>,
}

/// Whether the line goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Listen,
    /// What was said is still sent, then the line is closed.
    HangUp,
    /// The line is closed as it is.
    Cut,
}

/// Who is at the other end.
enum Guest {
    Stranger { failures: u32, challenge: Option<String> },
    Known(Who),
}

impl Line {
    pub(crate) fn new(core: Arc<Core>, id: u64, peer: IpAddr, mouth: Mouth) -> Self {
        let guest = Guest::Stranger { failures: 0, challenge: None };
        Self { core, id, peer, mouth, guest, is_over: false, heard: 0, last_tag: None }
    }

    /// The same line, one too many.
    pub(crate) fn over(self) -> Self {
        Self { is_over: true, ..self }
    }

    /// Takes one sentence.
    pub(crate) async fn hear(&mut self, sentence: &Sentence) -> Next {
        let word = String::from_utf8_lossy(sentence.first()).into_owned();
        self.heard += 1;
        let (what, slowness, done_at) = self.meet(&word);
        if !slowness.is_zero() {
            tokio::time::sleep(slowness).await;
        }
        if let Some(done_at) = done_at {
            timer::until(done_at).await;
        }
        if !self.core.router().has_line(self.id) {
            return Next::Cut;
        }
        let tag = sentence.raw_tag().map(<[u8]>::to_vec);
        let out = Outgoing::new(self.mouth.clone(), tag.clone());
        let next = match what {
            None => self.answer(sentence, &out),
            Some(what) => self.suffer(what, sentence, out),
        };
        self.last_tag = tag;
        next
    }

    /// Counts the sentence; the trouble it meets, and how long the router takes for it.
    fn meet(&self, word: &str) -> (Option<What>, Duration, Option<Instant>) {
        let mut router = self.core.router();
        match router.counts.get_mut(word) {
            Some(count) => *count += 1,
            None => drop(router.counts.insert(word.to_owned(), 1)),
        }
        let fate = router.troubles.meet(&Met { command: word, on_line: self.heard });
        (fate.what, fate.slowness, router.work.take(Instant::now()))
    }

    fn answer(&mut self, sentence: &Sentence, out: &Outgoing) -> Next {
        match (&self.guest, sentence.first()) {
            (_, b"/quit") => hang_up(out, "session terminated on request"),
            (Guest::Stranger { .. }, _) if is_too_much(sentence) => Next::Cut,
            (Guest::Stranger { .. }, b"/login") => self.login(sentence, out),
            (Guest::Stranger { .. }, _) => hang_up(out, "not logged in"),
            (Guest::Known(_), b"/login") => {
                out.done();
                Next::Listen
            }
            (Guest::Known(who), _) => {
                let going_on = Command { sentence, who, line: self.id, out }.run(&mut self.core.router());
                if let Some(ticking) = going_on {
                    ticking.spawn(&self.core);
                }
                Next::Listen
            }
        }
    }

    fn login(&mut self, sentence: &Sentence, out: &Outgoing) -> Next {
        let core = Arc::clone(&self.core);
        let router = &mut core.router();
        let given = |name: &[u8]| sentence.attributes().find(|(key, _)| *key == name).map(|(_, value)| value);
        let Guest::Stranger { failures, challenge } = &mut self.guest else {
            return Next::Listen;
        };
        let proof = match (given(b"response"), given(b"password")) {
            (Some(response), _) => Proof::Response { response, challenge: challenge.as_deref().unwrap_or("") },
            (None, Some(password)) if router.version.since(6, 43) => Proof::Password(password),
            // Old routers know no passwords on the line: whatever begins a login gets a challenge.
            _ if challenges(router) => {
                let fresh = challenge.insert(format!("{:032x}", rand::random::<u128>()));
                out.done_with(fresh);
                return Next::Listen;
            }
            _ => Proof::Password(b""),
        };
        let name = given(b"name").unwrap_or_default();
        let who = Who::sign_in(router, name, &proof, self.peer);
        if who.is_none() {
            log::login_failure(router, name, self.peer);
        }
        match who {
            Some(_) if self.is_over => return hang_up(out, NO_SESSION_LEFT),
            Some(who) => {
                note_login(router, self.id, self.peer, &who);
                self.guest = Guest::Known(who);
                out.done();
            }
            None if *failures == PATIENCE => return hang_up(out, "too many commands before login"),
            None => {
                *failures += 1;
                out.refuse(&Refused::plain(wrong(router)));
            }
        }
        Next::Listen
    }
}

fn hang_up(out: &Outgoing, reason: &str) -> Next {
    out.fatal(reason);
    Next::HangUp
}

/// Before login a router takes neither long nor many words. It closes the line without one of its own, so far as
/// anybody knows.
fn is_too_much(sentence: &Sentence) -> bool {
    let words = sentence.words();
    words.len() > STRANGER_WORDS || words.iter().map(Vec::len).sum::<usize>() > STRANGER_BYTES
}

/// Up to 6.45 both logins worked; the change log took the challenge away then.
fn challenges(router: &Router) -> bool {
    !router.version.since(6, 45)
}

fn wrong(router: &Router) -> &'static str {
    if router.version.since(6, 43) { "invalid user name or password (6)" } else { "cannot log in" }
}

/// Every login is a row of `/user/active` until its line ends.
fn note_login(router: &mut Router, line: u64, peer: IpAddr, who: &Who) {
    let menu = schema::menu("/user/active").expect("a menu of the schema");
    let unix = router.clock.unix(router.clock.now());
    let (when, peer) = (crate::live::moment(router, unix), peer.to_string());
    let values: &rules::Arguments<'_> =
        &[("when", &when), ("name", &who.name), ("address", peer.as_bytes()), ("via", b"api"), ("group", &who.group)];
    let row = rules::new_row(router, menu, Origin::Line(line), Door::Inside, values).expect("good values");
    router.insert(menu, row);
    log::account(router, &who.name, "in", peer.as_bytes());
    let users = schema::menu("/user").expect("a menu of the schema");
    if let Some((id, mut user)) = router.row_named("/user", &who.name).map(|(id, row)| (id, row.clone())) {
        user.put("last-logged-in", Some(Value::Bytes(unix.to_string().into_bytes())));
        router.replace(users, id, user);
    }
}
