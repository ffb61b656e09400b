//! A database of a test's own, on either engine.

use std::{
    env, process,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use store::{Keyring, Store};
use tempfile::TempDir;

/// Makes a test of each function, once for each engine.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::place::Place::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $test() {
                super::$test($crate::place::Place::postgres().await).await;
            })+
        }
    };
}
pub(crate) use on_both;

/// An empty database.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) dir: TempDir,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let dir = TempDir::new().unwrap();
        Self { url: format!("sqlite://{}/netpilot.db?mode=rwc", dir.path().display()), dir }
    }

    pub(crate) async fn postgres() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let server = env::var("NETPILOT_TEST_POSTGRES")
            .expect("no PostgreSQL: run cargo xtask test, or cargo xtask postgres cargo test -p store");
        let name = format!("test_{}_{}", process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let mut admin = PgConnection::connect(&server).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await.unwrap();
        let (server, _) = server.rsplit_once('/').unwrap();
        Self { url: format!("{server}/{name}"), dir: TempDir::new().unwrap() }
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.url, keys()).await.unwrap()
    }
}

pub(crate) fn keys() -> Keyring {
    Keyring::read(&"0a".repeat(32)).unwrap()
}
