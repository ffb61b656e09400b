//! A plan as text: two plans with the same text do the same.

use super::{AccountStep, Ending, ProfileStep, SyncPlan, Write};
use crate::{customer::ServiceType, wire::problem::Problem};

impl SyncPlan {
    /// Everything that carrying it out on this router would do, line by line. Of a password it says only that one is
    /// written: a text that somebody keeps must not tell passwords, and one that is made is another each time.
    pub fn fingerprint(&self, service: ServiceType, router: &str) -> String {
        let Self { profiles, rows, hides_passwords: _ } = self;
        let mut lines = vec![format!("{service} {router:?}")];
        for profile in profiles {
            let ProfileStep { name, target, writes } = profile;
            lines.push(format!("profile {name:?} {target:?}"));
            lines.extend(writes.iter().map(line));
        }
        for row in rows {
            match row {
                Ok(step) => account(step, &mut lines),
                Err(Problem { code, .. }) => lines.push(format!("refused {}", code.name())),
            }
        }
        lines.join("\n")
    }
}

/// Texts are quoted, so that no value can look like another line.
fn account(step: &AccountStep, lines: &mut Vec<String>) {
    let AccountStep { customer, profile, target, writes, password, ends, aside, .. } = step;
    lines.push(format!("account {} profile {profile} {target:?}", customer.id));
    lines.extend(aside.iter().map(|name| format!("  first named {name:?}")));
    lines.extend(writes.iter().map(line));
    lines.extend(password.iter().map(|_| "  password".to_owned()));
    // Who is put offline counts, not the number of their session: somebody whose line flaps redials under another.
    let ending =
        |Ending { session, because_of }: &Ending| format!("  ends {:?} {}", session.username, because_of.name());
    lines.extend(ends.iter().map(ending));
}

fn line(Write { property, want, before }: &Write) -> String {
    format!("  {} {before:?} -> {want:?}", property.name())
}
