//! One API line: signing in, then commands, until somebody hangs up.

use std::{net::IpAddr, sync::Arc, time::Duration};

use routeros_proto::Sentence;
use tokio::sync::mpsc;

use crate::{
    commands::Command,
    log,
    refused::Refused,
    router::Router,
    rules::{self, Door},
    schema,
    sentences::Outgoing,
    sim::Core,
    table::{Origin, Value},
    trouble::Fate,
    who::{Proof, Who},
};

/// Failed logins that a line survives.
const PATIENCE: u32 = 4;

/// The router's end of one API line.
pub(crate) struct Line {
    core: Arc<Core>,
    id: u64,
    peer: IpAddr,
    to: mpsc::UnboundedSender<Sentence>,
    guest: Guest,
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
    pub(crate) fn new(core: Arc<Core>, id: u64, peer: IpAddr, to: mpsc::UnboundedSender<Sentence>) -> Self {
        Self { core, id, peer, to, guest: Guest::Stranger { failures: 0, challenge: None } }
    }

    /// Takes one sentence.
    pub(crate) async fn hear(&mut self, sentence: &Sentence) -> Next {
        let word = String::from_utf8_lossy(sentence.first()).into_owned();
        let (fate, delay) = self.meet_troubles(&word);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        let out = Outgoing::new(self.to.clone(), sentence.raw_tag().map(<[u8]>::to_vec));
        match fate {
            Fate::Answered => self.answer(sentence, &out),
            Fate::Swallowed => Next::Listen,
            Fate::Cut => Next::Cut,
            Fate::CutAfter => {
                self.answer_nobody(sentence);
                Next::Cut
            }
            Fate::Trapped(message) => {
                out.refuse(&Refused::plain(message));
                Next::Listen
            }
            Fate::Fatal(message) => hang_up(&out, &message),
        }
    }

    fn meet_troubles(&self, word: &str) -> (Fate, u64) {
        let mut router = self.core.router();
        *router.counts.entry(word.to_owned()).or_default() += 1;
        (router.troubles.meet(word), router.troubles.delay())
    }

    fn answer_nobody(&mut self, sentence: &Sentence) {
        let (nobody, _) = mpsc::unbounded_channel();
        self.answer(sentence, &Outgoing::new(nobody, None));
    }

    fn answer(&mut self, sentence: &Sentence, out: &Outgoing) -> Next {
        match (&self.guest, sentence.first()) {
            (_, b"/quit") => hang_up(out, "session terminated on request"),
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
        let who = Who::sign_in(router, name, &proof);
        if who.is_none() {
            log::login_failure(router, name, self.peer);
        }
        match who {
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
