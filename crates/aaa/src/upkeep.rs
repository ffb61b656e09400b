//! Master keys. For the command line, whose caller owns the machine; a server may be at work meanwhile.

use store::{Rotated, SealedValues, StoreError};

use crate::Services;

impl Services {
    /// Seals every stored secret by the first master key. May be cut off anywhere and done again.
    ///
    /// # Errors
    /// The store failed; what was done until then stays done.
    pub async fn rotate_keys(&self) -> Result<Rotated, StoreError> {
        self.store.rotate_keys(self.clock.now_ms()).await
    }

    /// Opens every stored secret, and says which master keys are in use.
    ///
    /// # Errors
    /// The store failed.
    pub async fn check_keys(&self) -> Result<SealedValues, StoreError> {
        self.store.check_sealed().await
    }
}
