//! Commands of somebody who is signed in.

use routeros_proto::Sentence;

use crate::{
    print::{Print, Sensitive},
    query::Queries,
    refused::Refused,
    router::Router,
    rules,
    schema::{self, Menu, Shape},
    sentences::Outgoing,
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
    verb: &'a str,
    arguments: Vec<(&'a str, &'a [u8])>,
    who: &'a Who,
}

/// How a command ends that is no print.
enum Done {
    Bare,
    Added(u32),
}

impl Command<'_> {
    /// Carries the command out and answers.
    pub(crate) fn run(&self, router: &mut Router) {
        if self.sentence.first() == b"/cancel" {
            return self.cancel(router);
        }
        if let Err(refused) = self.dispatch(router) {
            self.out.refuse(&refused);
        }
    }

    fn dispatch(&self, router: &mut Router) -> Result<(), Refused> {
        let call = self.call()?;
        if matches!(call.verb, "print" | "getall" | "listen") {
            return self.print(router, &call);
        }
        match call.write(router)? {
            Done::Bare => self.out.done(),
            Done::Added(id) => self.out.done_with(&crate::table::print_id(id)),
        }
        Ok(())
    }

    fn call(&self) -> Result<Call<'_>, Refused> {
        let word = std::str::from_utf8(self.sentence.first()).map_err(|_| Refused::no_command_prefix())?;
        let (menu, verb) = locate(word)?;
        let name = |name| std::str::from_utf8(name).map_err(|_| Refused::unknown_parameter("?"));
        let arguments = self.sentence.attributes().map(|(key, value)| Ok((name(key)?, value)));
        Ok(Call { menu, verb, arguments: arguments.collect::<Result<_, Refused>>()?, who: self.who })
    }

    fn print(&self, router: &mut Router, call: &Call<'_>) -> Result<(), Refused> {
        self.who.must("read")?;
        if call.verb == "listen" && call.menu.shape == Shape::Singleton {
            // listen is print follow-only underneath.
            return Err(Refused::unknown_parameter("follow-only"));
        }
        let queries = Queries::read(self.sentence.words().iter().skip(1).filter_map(|word| word.strip_prefix(b"?")));
        let sensitive = if self.who.may("sensitive") { Sensitive::Shown } else { Sensitive::Starred };
        let print = Print::read(router, call.menu, &call.arguments, queries, sensitive)?;
        let print = if call.verb == "listen" { print.into_listen() } else { print };
        print.run(router, call.menu, self.line, self.out)
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
    fn write(&self, router: &mut Router) -> Result<Done, Refused> {
        self.must_be_allowed()?;
        match self.verb {
            "add" => return rules::add(router, self.menu, &self.arguments).map(Done::Added),
            "remove" | "enable" | "disable" => self.only(&[])?,
            "comment" => self.only(&["comment"])?,
            "unset" => self.only(&["value-name"])?,
            _ => {}
        }
        let ids = self.targets(router)?;
        match self.verb {
            "set" | "comment" => rules::set(router, self.menu, &ids, &self.values())?,
            "enable" => rules::set(router, self.menu, &ids, &[("disabled", b"no")])?,
            "disable" => rules::set(router, self.menu, &ids, &[("disabled", b"yes")])?,
            "unset" => rules::unset(router, self.menu, &ids, &self.value_name()?)?,
            "remove" => rules::remove(router, self.menu, &ids)?,
            _ => return Err(Refused::no_command()),
        }
        Ok(Done::Bare)
    }

    /// Users and their groups are policy.
    fn must_be_allowed(&self) -> Result<(), Refused> {
        self.who.must("write")?;
        if matches!(self.menu.path, "/user" | "/user/group" | "/user/active") {
            self.who.must("policy")
        } else {
            Ok(())
        }
    }

    fn targets(&self, router: &Router) -> Result<Vec<u32>, Refused> {
        if self.menu.shape == Shape::Singleton {
            return rules::find(router, self.menu, b"");
        }
        let target = self.arguments.iter().find(|(name, _)| is_target(name));
        let (_, raw) = target.ok_or_else(|| Refused::missing_value("numbers"))?;
        rules::find(router, self.menu, raw).map_err(|refused| match self.verb {
            "remove" => Refused::no_such_item_to_remove(),
            _ => refused,
        })
    }

    fn values(&self) -> Vec<(&str, &[u8])> {
        self.arguments
            .iter()
            .copied()
            .filter(|(name, _)| self.menu.shape == Shape::Singleton || !is_target(name))
            .collect()
    }

    fn value_name(&self) -> Result<String, Refused> {
        let named = self.arguments.iter().find(|(name, _)| *name == "value-name");
        let (_, raw) = named.ok_or_else(|| Refused::missing_value("value-name"))?;
        Ok(String::from_utf8_lossy(raw).into_owned())
    }

    /// Refuses arguments beside the target that are none of these.
    fn only(&self, names: &[&str]) -> Result<(), Refused> {
        match self.arguments.iter().find(|(name, _)| !is_target(name) && !names.contains(name)) {
            Some((name, _)) => Err(Refused::unknown_parameter(name)),
            None => Ok(()),
        }
    }
}

/// Menu and command of a command word.
fn locate(word: &str) -> Result<(&'static Menu, &str), Refused> {
    let (path, verb) = word.rsplit_once('/').ok_or_else(Refused::no_command_prefix)?;
    match schema::menu(path) {
        Some(menu) if menu.has(verb) => Ok((menu, verb)),
        Some(_) => Err(Refused::no_command()),
        None if schema::is_directory(word) => Err(Refused::no_command()),
        None => Err(Refused::no_command_prefix()),
    }
}

fn is_target(name: &str) -> bool {
    matches!(name, ".id" | "numbers")
}
