//! Who did what, when, from where, and what came of it. Whatever changes something is done through here: the right is
//! checked, the beginning is written down before anything is done, and the end after it.

use std::sync::{Mutex, PoisonError};

use domain::{
    role::{Operator, Origin, Permission},
    timestamp::Timestamp,
    wire::{AuditObject, AuditOutcome, AuditRecord, AuditReport, problem::Problem},
};
use futures_util::{FutureExt, future::BoxFuture};
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{AuditFilter, AuditRow, NewOperator};

use crate::{Services, runs::MOST_IN_A_PAGE, services::check, trouble};

/// What somebody is about to do.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    action: &'static str,
    kind: &'static str,
    id: Option<String>,
    label: Option<String>,
    customer_id: Option<String>,
    before: Option<Value>,
}

/// What came of it, for those who read it later.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// Which thing it was, where that was not known before.
    pub(crate) id: Option<String>,
    /// What that is called.
    pub(crate) label: Option<String>,
    /// Which customer it is about, where that was not known before.
    pub(crate) customer_id: Option<String>,
    /// What it is now.
    pub(crate) after: Option<Value>,
    /// The run that it began.
    pub(crate) run_id: Option<String>,
}

/// How many refused sign-ins are written down: whoever guesses must not fill the disk.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<(i64, u32)>);

impl Refusals {
    const MOST_A_MINUTE: u32 = 60;

    fn may_note(&self, now_ms: i64) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let minute = now_ms / 60_000;
        if noted.0 != minute {
            *noted = (minute, 0);
        }
        noted.1 += 1;
        if noted.1 == Self::MOST_A_MINUTE + 1 {
            tracing::warn!(
                "More refused sign-ins than are written down; the rest of this minute's are only counted here"
            );
        }
        noted.1 <= Self::MOST_A_MINUTE
    }
}

/// Which rows of the audit to list. What is not said does not matter.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// About this customer.
    pub customer_id: Option<String>,
    /// By this person.
    pub actor: Option<String>,
    /// Of this kind.
    pub action: Option<String>,
    /// From this time on.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// Where an earlier page ended.
    pub cursor: Option<String>,
    /// How many, 1 to 1000.
    pub limit: usize,
}

impl Act {
    /// Something done to a thing that is named by its id; nothing where it has none yet.
    pub(crate) fn new(action: &'static str, kind: &'static str, id: Option<&str>) -> Self {
        Self { action, kind, id: id.map(str::to_owned), label: None, customer_id: None, before: None }
    }

    /// It is about this customer.
    pub(crate) fn of_customer(self, id: Option<&str>) -> Self {
        Self { customer_id: id.map(str::to_owned), ..self }
    }

    /// What the thing is called.
    pub(crate) fn called(self, label: Option<&str>) -> Self {
        Self { label: label.map(str::to_owned), ..self }
    }

    /// What it is before.
    pub(crate) fn before(self, before: Option<&impl Serialize>) -> Self {
        Self { before: before.map(value), ..self }
    }
}

impl Told {
    /// What the thing is now.
    pub(crate) fn after(after: &impl Serialize) -> Self {
        Self { after: Some(value(after)), ..Self::default() }
    }

    /// Which thing it was.
    pub(crate) fn of(self, id: &str, label: Option<&str>) -> Self {
        Self { id: Some(id.to_owned()), label: label.map(str::to_owned), ..self }
    }

    /// Which customer it is about.
    pub(crate) fn of_customer(self, id: &str) -> Self {
        Self { customer_id: Some(id.to_owned()), ..self }
    }

    /// Besides, its password is another one.
    pub(crate) fn with_password(mut self, changed: bool) -> Self {
        if let (true, Some(Value::Object(after))) = (changed, &mut self.after) {
            after.insert("password".to_owned(), json!("changed"));
        }
        self
    }
}

impl Services {
    /// Does something that changes something: checks the right, writes down that it begins, does it, and writes down
    /// what came of it. What cannot be written down is not begun.
    ///
    /// # Errors
    /// The operator may not, which is written down as well; the store cannot be written to; or the work's own.
    pub(crate) fn audited<'a, T: Send + 'a>(
        &'a self,
        operator: &'a Operator,
        permission: Permission,
        act: Act,
        work: impl Future<Output = Result<T, Problem>> + Send + 'a,
        told: impl FnOnce(&T) -> Told + Send + 'a,
    ) -> BoxFuture<'a, Result<T, Problem>> {
        // Work on a router is large: it has a place of its own, once for each change.
        let work = work.boxed();
        self.see_through(operator, permission, act, work, told).boxed()
    }

    async fn see_through<T>(
        &self,
        operator: &Operator,
        permission: Permission,
        act: Act,
        work: BoxFuture<'_, Result<T, Problem>>,
        told: impl FnOnce(&T) -> Told,
    ) -> Result<T, Problem> {
        let begun = self.row(operator, &act);
        if let Err(refused) = check(operator, permission) {
            self.note(AuditRow { outcome: "refused".to_owned(), code: Some(code(&refused)), ..begun }).await;
            return Err(refused);
        }
        self.store.add_to_audit(&begun).await.map_err(trouble::of_store)?;
        let done = work.await;
        let ended = AuditRow { begun_id: Some(begun.id.clone()), ..self.row(operator, &act) };
        self.note(match &done {
            Ok(done) => {
                let Told { id, label, customer_id, after, run_id } = told(done);
                let (before, after) = differing(act.before.clone(), after);
                AuditRow {
                    object_id: id.or(ended.object_id),
                    object_label: label.or(ended.object_label),
                    customer_id: customer_id.or(ended.customer_id),
                    before_body: before.map(|before| before.to_string()),
                    after_body: after.map(|after| after.to_string()),
                    outcome: "done".to_owned(),
                    run_id,
                    ..ended
                }
            }
            Err(problem) => AuditRow { outcome: "failed".to_owned(), code: Some(code(problem)), ..ended },
        })
        .await;
        done
    }

    /// Writes down who signed in, or tried to.
    pub(crate) async fn audit_sign_in(&self, login: &str, origin: &Origin, signed_in: Result<&Operator, &Problem>) {
        let act = Act::new("sign-in", "operator", signed_in.ok().map(|operator| operator.id.as_str()));
        // Whoever tries may type anything, a password too: of a name that is nobody's only the beginning is kept.
        let tried: String = login.chars().take(3).chain("…".chars()).collect();
        let row = match signed_in {
            Ok(operator) => self.row(&Operator { origin: origin.clone(), ..operator.clone() }, &act),
            Err(_) => AuditRow { actor: tried, ..self.row_of_nobody(origin, &act) },
        };
        if signed_in.is_err() && !self.refusals.may_note(self.clock.now_ms()) {
            return;
        }
        let outcome = if signed_in.is_ok() { "done" } else { "refused" };
        let code = signed_in.err().map(code);
        self.note(AuditRow { outcome: outcome.to_owned(), code, ..row }).await;
    }

    /// Writes down that somebody at the machine itself added an operator.
    pub(crate) async fn audit_command_line(&self, action: &'static str, added: &NewOperator) {
        let act = Act::new(action, "operator", Some(&added.id)).called(Some(&added.username));
        let after = json!({ "username": added.username, "email": added.email, "role": added.role });
        let row = self.row_of_nobody(&Origin::default(), &act);
        let after_body = Some(after.to_string());
        let (actor, outcome) = ("command line".to_owned(), "done".to_owned());
        self.note(AuditRow { actor, after_body, outcome, ..row }).await;
    }

    /// What was done, the latest first.
    ///
    /// # Errors
    /// The operator may not.
    pub async fn audit(&self, operator: &Operator, query: AuditQuery) -> Result<AuditReport, Problem> {
        check(operator, Permission::ViewAudit)?;
        let AuditQuery { customer_id, actor, action, since, until, cursor, limit } = query;
        let limit = limit.clamp(1, MOST_IN_A_PAGE);
        let ms = |time: Timestamp| time.as_unix() * 1000;
        let (since_ms, until_ms) = (since.map(ms), until.map(ms));
        let filter = AuditFilter { customer_id, actor, action, since_ms, until_ms, before: cursor };
        let mut rows = self.store.audit(&filter, limit + 1).await.map_err(trouble::of_store)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| more).map(|row| row.id.clone());
        Ok(AuditReport { items: rows.into_iter().map(record).collect(), next_cursor })
    }

    fn row(&self, operator: &Operator, act: &Act) -> AuditRow {
        AuditRow {
            actor_id: Some(operator.id.clone()),
            actor: operator.username.clone(),
            role: Some(operator.role.to_string()),
            ..self.row_of_nobody(&operator.origin, act)
        }
    }

    fn row_of_nobody(&self, origin: &Origin, act: &Act) -> AuditRow {
        let Act { action, kind, id, label, customer_id, before } = act.clone();
        AuditRow {
            id: uuid::Uuid::now_v7().simple().to_string(),
            at_ms: self.clock.now_ms(),
            from_address: origin.address.clone(),
            request_id: origin.request_id.clone(),
            action: action.to_owned(),
            object_kind: kind.to_owned(),
            object_id: id,
            object_label: label,
            customer_id,
            before_body: before.map(|before| before.to_string()),
            outcome: "begun".to_owned(),
            ..AuditRow::default()
        }
    }

    /// Writes down what has happened already. Where that fails, the row of its beginning still tells of it.
    async fn note(&self, row: AuditRow) {
        if let Err(error) = self.store.add_to_audit(&row).await {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, action = row.action, outcome = row.outcome, "Could not write to the audit");
        }
    }
}

fn code(problem: &Problem) -> String {
    problem.code.name().to_owned()
}

fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}

/// Of two objects only the members that differ; the version differs each time and says nothing.
fn differing(before: Option<Value>, after: Option<Value>) -> (Option<Value>, Option<Value>) {
    let (Some(Value::Object(before)), Some(Value::Object(after))) = (&before, &after) else { return (before, after) };
    let only = |of: &Map<String, Value>, other: &Map<String, Value>| {
        let differs =
            |(name, value): &(&String, &Value)| name.as_str() != "version" && other.get(*name) != Some(*value);
        let members = of.iter().filter(differs).map(|(name, value)| (name.clone(), value.clone()));
        Some(Value::Object(members.collect()))
    };
    (only(before, after), only(after, before))
}

fn record(row: AuditRow) -> AuditRecord {
    let body = |body: Option<String>| body.and_then(|body| serde_json::from_str(&body).ok());
    AuditRecord {
        id: row.id,
        at: Timestamp::from_unix(row.at_ms / 1000),
        actor: row.actor,
        role: row.role,
        from: row.from_address,
        action: row.action,
        object: AuditObject { kind: row.object_kind, id: row.object_id, label: row.object_label },
        customer_id: row.customer_id,
        before: body(row.before_body),
        after: body(row.after_body),
        outcome: match row.outcome.as_str() {
            "done" => AuditOutcome::Done,
            "refused" => AuditOutcome::Refused,
            "failed" => AuditOutcome::Failed,
            _ => AuditOutcome::Begun,
        },
        code: row.code,
        request_id: row.request_id,
        run_id: row.run_id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_guesses_does_not_fill_the_disk() {
        let refusals = Refusals::default();
        let noted = |minute: i64| (0..100).filter(|_| refusals.may_note(minute * 60_000)).count();
        assert_eq!([noted(7), noted(7), noted(8)], [60, 0, 60]);
    }

    #[test]
    fn of_a_record_only_what_differs_is_told() {
        let before = json!({ "name": "Ana", "zone": "North", "version": 1 });
        let after = json!({ "name": "Ana B", "zone": "North", "version": 2, "notes": "x" });
        let (before, after) = differing(Some(before), Some(after));
        assert_eq!(
            (before.unwrap(), after.unwrap()),
            (json!({ "name": "Ana" }), json!({ "name": "Ana B", "notes": "x" }))
        );
        assert_eq!(differing(None, Some(json!([1]))), (None, Some(json!([1]))));
    }
}
