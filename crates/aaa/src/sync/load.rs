//! A router that is busy is given less to do at once.

use std::pin::pin;

use routeros::{
    Lease, Print,
    menu::{SystemResource, SystemResourceProperty},
};
use tokio::{select, time::sleep};

use crate::{router::Pauses, runs::Progress};

/// Does the work, and meanwhile tells the line, and whoever looks on, how busy the router is.
pub(super) async fn heeding_load<T>(
    lease: &Lease,
    pauses: Pauses,
    progress: &Progress,
    work: impl Future<Output = T>,
) -> T {
    let mut work = pin!(work);
    progress.tell_window(lease.window());
    loop {
        select! {
            done = &mut work => return done,
            () = ask_later(lease, pauses, progress) => {}
        }
    }
}

/// A router that does not tell, or a line that has broken, is the work's own trouble.
async fn ask_later(lease: &Lease, pauses: Pauses, progress: &Progress) {
    sleep(pauses.load).await;
    let load = lease.list(&Print::<SystemResource>::new().only(&[SystemResourceProperty::CpuLoad])).await;
    let load = load.ok().and_then(|resources| resources.rows.first().and_then(|resource| resource.cpu_load));
    if let Some(percent) = load {
        lease.heed_load(percent);
        progress.tell_load(percent);
    }
}
