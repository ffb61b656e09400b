//! No room, and nobody's turn: nothing is half done, reads go on, and later everything works again.

use std::{fs, path::Path, process::Command, time::Duration};

use store::{Limits, Store, StoreError, StoredCustomer};
use tempfile::TempDir;

use crate::{
    engines::query,
    people::{ana, gold},
    place::{Place, keys, on_both},
};

async fn within(url: &str, limits: Limits) -> Store {
    Store::open_within(url, keys(), limits).await.unwrap()
}

fn large(n: usize) -> StoredCustomer {
    StoredCustomer { id: format!("CUS-{n}"), name: "x".repeat(8000), username: format!("user{n}"), ..ana() }
}

/// Adds customers until there is no room for one. How many there are.
async fn fill(store: &Store) -> usize {
    for n in 0..100_000 {
        match store.keep_customers(&[large(n)], |_| None, "api", 1).await {
            Ok(()) => {}
            Err(StoreError::Full(_)) => return n,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("it is never full");
}

/// What must hold of a store without room for one more, and of the same store once it has some.
async fn check_full(store: &Store, customers: usize) {
    for _ in 0..2 {
        assert!(matches!(store.can_write().await, Err(StoreError::Full(_))));
        assert!(matches!(
            store.keep_customers(&[large(customers)], |_| None, "api", 1).await,
            Err(StoreError::Full(_))
        ));
    }
    assert_eq!(store.customers().await.unwrap().len(), customers, "reads go on, and nothing is half done");
}

#[tokio::test]
async fn a_file_that_may_not_grow_is_full_until_there_is_room() {
    let place = Place::sqlite();
    let store = within(&place.url, Limits { most_pages: Some(200), ..Limits::default() }).await;
    store.can_write().await.unwrap();
    let customers = fill(&store).await;
    check_full(&store, customers).await;
    for n in 0..4 {
        store.delete_customer(&format!("CUS-{n}"), 1).await.unwrap();
    }
    store.can_write().await.unwrap();
    store.keep_customers(&[large(customers)], |_| None, "api", 1).await.unwrap();
    assert_eq!(store.customers().await.unwrap().len(), customers - 3);
}

/// A disk of its own, as small as we like.
struct Disk(TempDir);

impl Disk {
    /// Why not, where nobody may mount one here.
    fn mount(megabytes: u32) -> Result<Self, String> {
        let dir = TempDir::new().unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(dir.path()).output();
        match mounted {
            Ok(output) if output.status.success() => Ok(Self(dir)),
            Ok(output) => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("--lazy").arg(self.path()).status();
        assert!(std::thread::panicking() || unmounted.is_ok_and(|status| status.success()));
    }
}

/// A real disk gets full elsewhere: in the log beside the file, and between two pages of one transaction. Where no disk
/// can be mounted, the file's own limit stands for it, and has to do the same.
#[tokio::test]
async fn a_disk_that_gets_full_is_full_until_there_is_room() {
    let (disk, dir, limits) = match Disk::mount(64) {
        Ok(disk) => (Some(disk), None, Limits::default()),
        Err(why) => {
            println!("no disk of 64 MB could be mounted, the file is limited instead: {why}");
            (None, Some(TempDir::new().unwrap()), Limits { most_pages: Some(2000), ..Limits::default() })
        }
    };
    let folder = disk.as_ref().map_or_else(|| dir.as_ref().unwrap().path(), Disk::path);
    let store = within(&format!("sqlite://{}/netpilot.db", folder.display()), limits).await;
    let ballast = folder.join("ballast");
    if disk.is_some() {
        fs::write(&ballast, vec![b'x'; 48 * 1024 * 1024]).unwrap();
    }
    let customers = fill(&store).await;
    if disk.is_some() {
        // What is left of the log's last page, so that not even the smallest change has room.
        let _ = fs::write(folder.join("rest"), vec![b'x'; 1024 * 1024]);
    }
    check_full(&store, customers).await;
    if disk.is_some() {
        fs::remove_file(&ballast).unwrap();
    } else {
        for n in 0..4 {
            store.delete_customer(&format!("CUS-{n}"), 1).await.unwrap();
        }
    }
    store.can_write().await.unwrap();
    store.keep_customers(&[large(customers)], |_| None, "api", 1).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn whoever_finds_the_file_held_is_told_so_and_can_read() {
    let place = Place::sqlite();
    let store = within(&place.url, Limits { patience: Duration::from_millis(50), ..Limits::default() }).await;
    store.keep_customers(&[ana()], |_| None, "api", 1).await.unwrap();
    let held = place.open().await.hold().await.unwrap();
    assert!(matches!(store.can_write().await, Err(StoreError::Busy(_))));
    let kept = store.keep_customers(&[large(7)], |_| None, "api", 1).await;
    assert!(matches!(kept, Err(StoreError::Busy(_))));
    assert_eq!(store.customers().await.unwrap().len(), 1);
    drop(held);
    // Its end is on its way to the file.
    let patient = within(&place.url, Limits::default()).await;
    patient.can_write().await.unwrap();
    store.keep_customers(&[large(7)], |_| None, "api", 1).await.unwrap();
}

async fn a_store_with_room_can_be_written_again_and_again(place: Place) {
    let store = place.open().await;
    for _ in 0..3 {
        store.can_write().await.unwrap();
        store.insert_package("Gold", &gold(), "console", 1).await.ok();
    }
    let beats = query(&place, "SELECT CAST(COUNT(*) AS TEXT) FROM heartbeat").await;
    assert_eq!(beats, [[Some("1".to_owned())]], "it leaves no trail");
}

on_both!(a_store_with_room_can_be_written_again_and_again);
