//! A router that is busy is given less to do at once.

use std::{pin::pin, time::Duration};

use routeros::{
    Lease, Print,
    menu::{SystemResource, SystemResourceProperty},
};
use tokio::{select, time::sleep};

/// How often the router is asked how busy it is. What takes less is over before it matters.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// Does the work, and meanwhile tells the line how busy the router is.
pub(super) async fn heeding_load<T>(lease: &Lease, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        select! {
            done = &mut work => return done,
            () = ask_later(lease) => {}
        }
    }
}

/// A router that does not tell, or a line that has broken, is the work's own trouble.
async fn ask_later(lease: &Lease) {
    sleep(ASK_EVERY).await;
    let load = lease.list(&Print::<SystemResource>::new().only(&[SystemResourceProperty::CpuLoad])).await;
    let load = load.ok().and_then(|resources| resources.rows.first().and_then(|resource| resource.cpu_load));
    if let Some(percent) = load {
        lease.heed_load(percent);
    }
}
