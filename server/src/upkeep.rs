//! Master keys and backups, in words.

use std::{error::Error, path::Path};

use aaa::{BackedUp, Keyring, Restored, Rotated, SealError, SealedValues, Services};
use time::OffsetDateTime;

type Done = Result<(), Box<dyn Error>>;

/// `netpilot key rotate`.
pub(crate) async fn rotate(services: &Services, keys: &Keyring) -> Done {
    let Rotated { resealed, hashes_kept, hashes_dropped, unreadable } = services.rotate_keys().await?;
    let first = keys.first_id();
    if resealed + hashes_kept + hashes_dropped == 0 && unreadable.is_empty() {
        println!("Nothing is left to do: everything is sealed by the first key, {first}.");
    } else {
        println!("Sealed {resealed} values anew by the first key, {first}.");
    }
    if hashes_kept > 0 {
        println!("{hashes_kept} hashes of passwords no longer depend on a master key.");
    }
    if hashes_dropped > 0 {
        println!(
            "{hashes_dropped} hashes of passwords depended on an older key and were forgotten: the next sync writes \
             those passwords once."
        );
    }
    all_open(&unreadable)?;
    if keys.ids().count() > 1 {
        println!(
            "Before the other keys are taken out of NETPILOT_MASTER_KEY: start every server with {first} first, and run this \
             again until nothing is left to do."
        );
    }
    Ok(())
}

/// `netpilot key check`.
pub(crate) async fn check(services: &Services, keys: &Keyring) -> Done {
    let SealedValues { columns, keys: in_use, unreadable } = services.check_keys().await?;
    for (column, count) in columns {
        println!("{column}: {count} sealed values");
    }
    for (at, id) in keys.ids().enumerate() {
        let writes = if at == 0 { ", and the one that writes" } else { "" };
        println!("key {id}: in use by {}{writes}", in_use.get(id).copied().unwrap_or_default());
    }
    all_open(&unreadable)
}

/// `netpilot backup FILE`.
pub(crate) async fn back_up(database_url: &str, file: &Path) -> Done {
    let BackedUp { bytes, version } = aaa::back_up(database_url, file).await?;
    println!("Wrote {}, {bytes} bytes, version {version}. Its secrets open with the present", file.display());
    println!("NETPILOT_MASTER_KEY only: keep a copy of that in another place.");
    Ok(())
}

/// `netpilot restore FILE`.
pub(crate) async fn restore(database_url: &str, file: &Path, keys: Keyring) -> Done {
    let now = OffsetDateTime::now_utc();
    let (hour, minute, second) = now.to_hms();
    let stamp = format!("{}-{hour:02}{minute:02}{second:02}", now.date());
    let Restored { version, sealed, aside } = aaa::restore(database_url, file, keys, &stamp).await?;
    println!("{} is the database now. It had version {version}, and all {sealed} secrets open.", file.display());
    if let Some(aside) = aside {
        println!("The database that was there is {}.", aside.display());
    }
    Ok(())
}

/// Names every value that no key opens.
fn all_open(unreadable: &[SealError]) -> Done {
    for error in unreadable {
        println!("{error}");
    }
    match unreadable.len() {
        0 => Ok(()),
        count => {
            Err(format!("{count} values cannot be opened; add the keys that sealed them to NETPILOT_MASTER_KEY").into())
        }
    }
}
