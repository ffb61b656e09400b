//! A copy while others write, and what is refused as one.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use store::{BackedUp, BackupError, Keyring, Store, StoreError, back_up, restore};
use tempfile::TempDir;

use crate::{
    people::{ana, eva},
    place::{Place, keys},
};

/// Where a database stands that is to be replaced.
const STAMP: &str = "now";

async fn customers(place: &Place) -> Vec<String> {
    let store = place.open().await;
    let customers = store.customers().await.unwrap().into_iter().map(|(customer, _)| customer.id).collect();
    store.close().await;
    customers
}

/// A database with Ana, and a backup of it.
async fn backup_of_ana() -> (Place, PathBuf) {
    let place = Place::sqlite();
    let store = place.open().await;
    store.keep_customers(&[ana()], |_| None, "api", 1).await.unwrap();
    store.close().await;
    let file = place.dir.path().join("backup.db");
    back_up(&place.url, &file).await.unwrap();
    (place, file)
}

/// A database with Eva, which nobody has open.
async fn place_of_eva() -> Place {
    let place = Place::sqlite();
    let store = place.open().await;
    store.keep_customers(&[eva()], |_| None, "api", 1).await.unwrap();
    store.close().await;
    place
}

fn names(dir: &TempDir) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(dir.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_backup_has_everything_that_was_written_while_the_store_is_open_and_others_write() {
    let place = Place::sqlite();
    let store = place.open().await;
    store.keep_customers(&[ana()], |_| None, "api", 1).await.unwrap();
    assert!(place.dir.path().join("netpilot.db-wal").exists(), "it is in the log only");
    let file = place.dir.path().join("backup.db");
    let _serving = Store::serve_alone(&place.url, &keys()).unwrap();
    let writing = async {
        for at in 2..200 {
            store.keep_customers(&[eva()], |_| (at > 2).then_some(1), "api", at).await.unwrap();
        }
    };
    let (made, ()) = tokio::join!(back_up(&place.url, &file), writing);
    let BackedUp { bytes, version } = made.unwrap();
    assert_eq!((bytes, version >= 10), (fs::metadata(&file).unwrap().len(), true));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!names(&place.dir).iter().any(|name| name.starts_with("backup.db.") || name.starts_with("backup.db-")));
    let other = Place::sqlite();
    let restored = restore(&other.url, &file, keys(), STAMP).await.unwrap();
    assert_eq!((restored.version, restored.aside), (version, None));
    assert!(customers(&other).await.contains(&"CUS-1".to_owned()));
}

#[tokio::test]
async fn a_backup_replaces_no_file_and_needs_a_database() {
    let (place, file) = backup_of_ana().await;
    let before = fs::read(&file).unwrap();
    assert!(matches!(back_up(&place.url, &file).await, Err(BackupError::Exists(_))));
    assert_eq!(fs::read(&file).unwrap(), before);
    let nothing = Place::sqlite();
    assert!(matches!(back_up(&nothing.url, &file).await, Err(BackupError::Missing(_))));
    assert!(names(&nothing.dir).is_empty(), "none is made by looking");
    let nowhere = back_up(&place.url, Path::new("/nowhere/backup.db")).await.unwrap_err();
    assert!(nowhere.to_string().contains("/nowhere/backup.db"), "{nowhere}");
}

#[tokio::test]
async fn a_restored_backup_is_the_database_and_the_one_before_it_is_kept() {
    let (_first, file) = backup_of_ana().await;
    let place = place_of_eva().await;
    fs::set_permissions(place.dir.path().join("netpilot.db"), fs::Permissions::from_mode(0o640)).unwrap();
    let restored = restore(&place.url, &file, keys(), STAMP).await.unwrap();
    let aside = place.dir.path().join("netpilot.db-before-restore-now");
    assert_eq!((restored.sealed, restored.aside.as_ref()), (1, Some(&aside)));
    let mode = fs::metadata(place.dir.path().join("netpilot.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640, "whoever could open the old one can open the new one");
    assert_eq!(customers(&place).await, ["CUS-1"]);
    let before = Place { url: format!("sqlite://{}", aside.display()), dir: TempDir::new().unwrap() };
    assert_eq!(customers(&before).await, ["CUS-2"]);
    assert!(matches!(restore(&place.url, &file, keys(), STAMP).await, Err(BackupError::Exists(_))));
    assert_eq!(customers(&place).await, ["CUS-1"]);
}

#[tokio::test]
async fn what_a_server_that_was_killed_left_beside_its_file_is_kept_with_it() {
    let (_first, file) = backup_of_ana().await;
    let (place, live) = (Place::sqlite(), Place::sqlite());
    let store = live.open().await;
    store.keep_customers(&[eva()], |_| None, "api", 1).await.unwrap();
    for end in ["", "-wal"] {
        let name = format!("netpilot.db{end}");
        fs::copy(live.dir.path().join(&name), place.dir.path().join(&name)).unwrap();
    }
    let of_eva = live.dir.path().join("backup.db");
    back_up(&place.url, &of_eva).await.unwrap();
    let aside = restore(&place.url, &file, keys(), STAMP).await.unwrap().aside.unwrap();
    assert_eq!(customers(&place).await, ["CUS-1"], "no change of the old database is in the new one");
    let before = Place { url: format!("sqlite://{}", aside.display()), dir: TempDir::new().unwrap() };
    assert_eq!(customers(&before).await, ["CUS-2"]);
    restore(&place.url, &of_eva, keys(), "later").await.unwrap();
    assert_eq!(customers(&place).await, ["CUS-2"]);
}

#[tokio::test]
async fn a_database_that_is_damaged_can_be_replaced() {
    let (_first, file) = backup_of_ana().await;
    let place = Place::sqlite();
    fs::write(
        place.dir.path().join("netpilot.db"),
        "no database at all, but much longer than a header of one".repeat(9),
    )
    .unwrap();
    restore(&place.url, &file, keys(), STAMP).await.unwrap();
    assert_eq!(customers(&place).await, ["CUS-1"]);
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_and_the_database_stays_as_it_is() {
    let (first, file) = backup_of_ana().await;
    let place = place_of_eva().await;
    let (before, there) = (fs::read(place.dir.path().join("netpilot.db")).unwrap(), names(&place.dir));
    let refused = async |file: &Path, keys: Keyring| {
        let error = restore(&place.url, file, keys, STAMP).await.unwrap_err();
        assert_eq!(fs::read(place.dir.path().join("netpilot.db")).unwrap(), before);
        let now: Vec<_> = names(&place.dir).into_iter().filter(|name| name != "netpilot.db-serving").collect();
        assert_eq!(now, there, "nothing is left lying about");
        error
    };
    let copy = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = fs::read(&file).unwrap();
        change(&mut bytes);
        let copy = first.dir.path().join(name);
        fs::write(&copy, bytes).unwrap();
        copy
    };
    let cut = copy("cut.db", &|bytes| bytes.truncate(bytes.len() / 2));
    assert!(matches!(refused(&cut, keys()).await, BackupError::Damaged { .. }));
    let scratched = copy("scratched.db", &|bytes| {
        let middle = bytes.len() / 2;
        bytes[middle..middle + 4096].fill(0x55);
    });
    assert!(matches!(refused(&scratched, keys()).await, BackupError::Damaged { .. }));
    let letter = copy("letter.txt", &|bytes| *bytes = b"Dear Sir or Madam, ".repeat(300));
    assert!(matches!(refused(&letter, keys()).await, BackupError::Damaged { .. }));
    let empty = copy("empty.db", &Vec::clear);
    assert!(matches!(refused(&empty, keys()).await, BackupError::Foreign(_)));
    let foreign = first.dir.path().join("foreign.db");
    sql(&foreign, "CREATE TABLE bookmark (url TEXT)").await;
    assert!(matches!(refused(&foreign, keys()).await, BackupError::Foreign(_)));
    let newer = copy("newer.db", &|_| {});
    sql(
        &newer,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', 1, x'00', 0)",
    )
    .await;
    let error = refused(&newer, keys()).await;
    assert!(matches!(&error, BackupError::Newer { found: 9999, .. }) && error.to_string().contains("newer NetPilot"));
    let error = refused(&file, Keyring::read(&"0b".repeat(32)).unwrap()).await;
    assert!(matches!(error, BackupError::Sealed { count: 1, .. }), "{error}");
    fs::write(first.dir.path().join("cut.db-wal"), "x").unwrap();
    assert!(matches!(refused(&cut, keys()).await, BackupError::NotWhole { .. }));
    assert!(matches!(refused(Path::new("/nowhere"), keys()).await, BackupError::Missing(_)));
}

#[tokio::test]
async fn nothing_is_restored_under_a_program_that_is_at_work() {
    let (_first, file) = backup_of_ana().await;
    let place = place_of_eva().await;
    let serving = Store::serve_alone(&place.url, &keys()).unwrap();
    let refused = restore(&place.url, &file, keys(), STAMP).await;
    assert!(matches!(refused, Err(BackupError::Store(StoreError::InUse { .. }))));
    drop(serving);
    let open = place.open().await;
    open.customers().await.unwrap();
    assert!(matches!(restore(&place.url, &file, keys(), STAMP).await, Err(BackupError::Open(_))));
    open.keep_customers(&[ana()], |_| None, "api", 1).await.unwrap();
    open.close().await;
    assert_eq!(customers(&place).await, ["CUS-1", "CUS-2"]);
    restore(&place.url, &file, keys(), STAMP).await.unwrap();
    assert_eq!(customers(&place).await, ["CUS-1"]);
}

#[tokio::test]
async fn a_backup_of_an_older_version_is_brought_up_to_date() {
    let (first, place) = (Place::sqlite(), place_of_eva().await);
    let file = first.dir.path().join("older.db");
    let mut line = SqliteConnection::connect(&format!("sqlite://{}?mode=rwc", file.display())).await.unwrap();
    sqlx::migrate!("migrations/sqlite").run_to(5, &mut line).await.unwrap();
    line.close().await.unwrap();
    assert_eq!(restore(&place.url, &file, keys(), STAMP).await.unwrap().version, 5);
    assert!(customers(&place).await.is_empty());
}

#[tokio::test]
async fn postgresql_has_tools_of_its_own_for_that() {
    let url = "postgres://netpilot:s3cret@db/netpilot";
    let refused = back_up(url, Path::new("x")).await.unwrap_err();
    assert!(matches!(restore(url, Path::new("x"), keys(), STAMP).await, Err(BackupError::Postgres)));
    assert!(refused.to_string().contains("pg_dump") && !refused.to_string().contains("s3cret"));
}

/// Changes a file behind everybody's back.
async fn sql(file: &Path, text: &str) {
    let mut line = SqliteConnection::connect(&format!("sqlite://{}?mode=rwc", file.display())).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(&mut line).await.unwrap();
    line.close().await.unwrap();
}

#[tokio::test]
async fn a_run_that_was_at_work_when_the_backup_was_made_is_not_gone_on_with() {
    let place = Place::sqlite();
    let store = place.open().await;
    store.accept_run(&crate::runs::run("run_1"), 1000).await.unwrap();
    store.close().await;
    let file = place.dir.path().join("backup.db");
    back_up(&place.url, &file).await.unwrap();
    let other = place_of_eva().await;
    restore(&other.url, &file, keys(), STAMP).await.unwrap();
    let store = other.open().await;
    assert!(store.take_over_runs("default", "next", 9_000_000).await.unwrap().is_empty());
    let run = store.run("run_1").await.unwrap().unwrap();
    assert_eq!((run.state, run.problem.unwrap().outcome_unknown), (domain::wire::RunState::Failed, true));
    assert!(store.open_items("run_1").await.unwrap().is_empty());
}
