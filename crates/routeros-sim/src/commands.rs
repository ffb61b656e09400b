//! Commands of somebody who is signed in.

use std::time::Duration;

use routeros_proto::Sentence;

use crate::{
    log,
    print::{Print, Sensitive},
    query::Queries,
    reads,
    refused::Refused,
    router::Router,
    rules,
    schema::{self, Command as Known, Does, Menu, Shape},
    sentences::Outgoing,
    table::print_id,
    ticks::{Rhythm, Ticking},
    version::Version,
    who::Who,
};

/// One command on its way.
pub(crate) struct Command<'a> {
    pub(crate) sentence: &'a Sentence,
    pub(crate) who: &'a Who,
    pub(crate) line: u64,
    pub(crate) out: &'a Outgoing,
}

/// A command's arguments, taken apart.
struct Call<'a> {
    menu: &'static Menu,
    command: &'static Known,
    arguments: Vec<(&'a str, &'a [u8])>,
    who: &'a Who,
}

/// How a command ends that sends no rows.
enum Done {
    Bare,
    With(Vec<u8>),
}

impl Command<'_> {
    /// Carries the command out and answers.
    ///
    /// What goes on after its first answer is handed back.
    pub(crate) fn run(&self, router: &mut Router) -> Option<Ticking> {
        if self.sentence.first() == b"/cancel" {
            self.cancel(router);
            return None;
        }
        self.dispatch(router).unwrap_or_else(|refused| {
            self.out.refuse(&refused);
            None
        })
    }

    fn dispatch(&self, router: &mut Router) -> Result<Option<Ticking>, Refused> {
        let call = self.call(&router.version)?;
        call.must_be_allowed()?;
        call.must_be_known(&router.version)?;
        match call.command.does {
            Does::Print | Does::Listen => self.print(router, &call),
            Does::Traffic | Does::Load | Does::Session => self.monitor(router, &call),
            _ => {
                match call.answer(router)? {
                    Done::Bare => self.out.done(),
                    Done::With(ret) => self.out.done_with(&ret),
                }
                Ok(None)
            }
        }
    }

    fn call(&self, version: &Version) -> Result<Call<'_>, Refused> {
        let word = std::str::from_utf8(self.sentence.first()).map_err(|_| Refused::no_command_prefix())?;
        let (menu, command) = locate(word, version)?;
        let name = |name| std::str::from_utf8(name).map_err(|_| Refused::unknown_parameter("?"));
        let arguments = self.sentence.attributes().map(|(key, value)| Ok((name(key)?, value)));
        Ok(Call { menu, command, arguments: arguments.collect::<Result<_, Refused>>()?, who: self.who })
    }

    fn print(&self, router: &mut Router, call: &Call<'_>) -> Result<Option<Ticking>, Refused> {
        let is_listen = call.command.does == Does::Listen;
        if is_listen && call.menu.shape == Shape::Singleton {
            // listen is print follow-only underneath.
            return Err(Refused::unknown_parameter("follow-only"));
        }
        let queries = Queries::read(self.sentence.words().iter().skip(1).filter_map(|word| word.strip_prefix(b"?")));
        let print = Print::read(&call.arguments, queries, Sensitive::to(self.who))?;
        let print = if is_listen { print.into_listen() } else { print };
        print.run(router, call.menu, self.line, self.out)
    }

    /// One look with `once`; else one after the other, until the time is over or somebody cancels.
    fn monitor(&self, router: &mut Router, call: &Call<'_>) -> Result<Option<Ticking>, Refused> {
        let look = match call.command.does {
            Does::Traffic => reads::traffic(router, &call.arguments)?,
            Does::Session => reads::sessions(call.menu, call.targets(router)?, &call.arguments),
            _ => reads::load(&call.arguments),
        };
        let rhythm = Rhythm::read(&call.arguments, Duration::from_millis(20))?;
        if call.value("once").is_none() {
            let rhythm = rhythm.unwrap_or(Rhythm::every_second());
            return Ok(Some(Ticking::begin(router, self.line, self.out, rhythm, look)));
        }
        for row in look(router) {
            self.out.row(&row);
        }
        self.out.done();
        Ok(None)
    }

    /// The order seen on the wire: the trap of what ends, the end of the cancel, the end of what ended.
    fn cancel(&self, router: &mut Router) {
        let tag = self.sentence.attributes().find(|(name, _)| *name == b"tag").map(|(_, tag)| tag);
        let ended = router.cancel(self.line, tag);
        for out in &ended {
            out.trap(&Refused::interrupted());
        }
        self.out.done();
        ended.iter().for_each(Outgoing::done);
    }
}

impl Call<'_> {
    /// Users and their groups are policy.
    fn must_be_allowed(&self) -> Result<(), Refused> {
        use Does::{Find, Get, Listen, Load, Print, Session, Traffic};
        if matches!(self.command.does, Print | Listen | Get | Find | Traffic | Load | Session) {
            return self.who.must("read");
        }
        self.who.must("write")?;
        if matches!(self.menu.path, "/user" | "/user/group" | "/user/active") {
            self.who.must("policy")
        } else {
            Ok(())
        }
    }

    fn must_be_known(&self, version: &Version) -> Result<(), Refused> {
        let unknown = |(name, _): &&(&str, &[u8])| !self.command.takes(self.menu, name, version);
        match self.arguments.iter().find(unknown) {
            Some((name, _)) => Err(Refused::unknown_parameter(name)),
            None => Ok(()),
        }
    }

    fn answer(&self, router: &mut Router) -> Result<Done, Refused> {
        match self.command.does {
            Does::Add => return Ok(Done::With(print_id(rules::add(router, self.menu, &self.arguments)?).into_bytes())),
            Does::Find => return Ok(Done::With(reads::find(router, self.menu))),
            Does::Get => return reads::get(router, self.menu, &self.arguments, self.who).map(Done::With),
            Does::Write => log::by_script(router, self.command.name, self.value("message").unwrap_or_default()),
            Does::ResetAllCounters => rules::reset_all_counters(router, self.menu),
            Does::Nothing => return Err(Refused::not_simulated(self.menu.path, self.command.name)),
            _ => self.write(router)?,
        }
        Ok(Done::Bare)
    }

    fn write(&self, router: &mut Router) -> Result<(), Refused> {
        let ids = self.targets(router)?;
        match self.command.does {
            Does::Enable => rules::set(router, self.menu, &ids, &[("disabled", b"no")]),
            Does::Disable => rules::set(router, self.menu, &self.but_oneself(router, ids), &[("disabled", b"yes")]),
            Does::Unset => rules::unset(router, self.menu, &ids, &self.value_name()?),
            Does::Remove => rules::remove(router, self.menu, &ids),
            Does::Move => rules::shift(router, self.menu, &ids, self.value("destination")),
            Does::ResetCounters => {
                rules::reset_counters(router, self.menu, &ids);
                Ok(())
            }
            _ => rules::set(router, self.menu, &ids, &self.values()),
        }
    }

    fn targets(&self, router: &Router) -> Result<Vec<u32>, Refused> {
        if self.menu.shape == Shape::Singleton {
            return rules::find(router, self.menu, b"");
        }
        let target = self.arguments.iter().find(|(name, _)| is_target(name));
        let (_, raw) = target.ok_or_else(|| Refused::missing_value("numbers"))?;
        rules::find(router, self.menu, raw).map_err(|refused| match self.command.does {
            Does::Remove => Refused::no_such_item_to_remove(),
            _ => refused,
        })
    }

    /// Nobody can disable themselves: a router says that it is done and leaves them as they are.
    fn but_oneself(&self, router: &Router, ids: Vec<u32>) -> Vec<u32> {
        let is_oneself =
            |id: &u32| self.menu.path == "/user" && router.table("/user").name(*id) == Some(self.who.name.as_slice());
        ids.into_iter().filter(|id| !is_oneself(id)).collect()
    }

    fn values(&self) -> Vec<(&str, &[u8])> {
        let is_value = |name: &str| self.menu.shape == Shape::Singleton || !is_target(name);
        self.arguments.iter().copied().filter(|(name, _)| is_value(name)).collect()
    }

    fn value_name(&self) -> Result<String, Refused> {
        let raw = self.value("value-name").ok_or_else(|| Refused::missing_value("value-name"))?;
        Ok(String::from_utf8_lossy(raw).into_owned())
    }

    fn value(&self, wanted: &str) -> Option<&[u8]> {
        self.arguments.iter().find(|(name, _)| *name == wanted).map(|(_, raw)| *raw)
    }
}

/// Menu and command of a command word.
fn locate(word: &str, version: &Version) -> Result<(&'static Menu, &'static Known), Refused> {
    let (path, name) = word.rsplit_once('/').ok_or_else(Refused::no_command_prefix)?;
    match schema::menu(path) {
        Some(menu) => menu.command(name, version).map(|command| (menu, command)).ok_or_else(Refused::no_command),
        None if schema::is_directory(word) => Err(Refused::no_command()),
        None => Err(Refused::no_command_prefix()),
    }
}

fn is_target(name: &str) -> bool {
    matches!(name, ".id" | "numbers")
}
