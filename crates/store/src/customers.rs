//! Who pays, as they were last sent to us. Passwords are sealed.

mod records; // what the console does with them
mod search; // finding them, a page at a time
pub(crate) mod words; // the words they are found by

pub use search::{Cursor, CustomerPage, CustomerQuery};

use std::collections::HashMap;

use domain::customer::{Details, Password, ServiceType, Setting};
use sqlx::FromRow;

use crate::{
    Store, StoreError,
    database::transaction,
    engine::Tx,
    numbers::Kind,
    seal::Place,
    sql::{ROWS_IN_ONE, sql},
};

/// A customer on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredCustomer {
    /// Stable identity.
    pub id: String,
    /// Name of the person or company.
    pub name: String,
    /// Telephone number.
    pub mobile: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Name of the package they bought.
    pub package: String,
    /// Active, Suspended or Inactive.
    pub status: String,
    /// What no router needs.
    pub details: Details,
    /// How they get online.
    pub service: ServiceType,
    /// Name to dial in with.
    pub username: String,
    /// Password to dial in with, where we know it.
    pub password: Option<Password>,
    /// The one device that may dial in.
    pub mac_address: Setting<String>,
    /// The address they always get.
    pub ip_address: Setting<String>,
}

#[derive(FromRow)]
struct CustomerRow {
    id: String,
    name: String,
    mobile: Option<String>,
    email: Option<String>,
    package: String,
    status: String,
    customer_type: Option<String>,
    joined: Option<String>,
    installation_address: Option<String>,
    zone: Option<String>,
    expiry_date: Option<String>,
    notes: Option<String>,
    service_type: String,
    username: String,
    password_sealed: Option<String>,
    mac_address: Option<String>,
    ip_address: Option<String>,
    origin: String,
    version: i64,
}

impl Store {
    /// Keeps customers as they are, in place of what was kept under the same ids; details that are not said stay. Who
    /// is the same stays untouched. `read` says in which version each was read; `None` where there was none.
    ///
    /// # Errors
    /// [`StoreError::Changed`] where one is in another version by now: then none is kept. The database refused, or a row
    /// is damaged.
    pub async fn keep_customers(
        &self,
        customers: &[StoredCustomer],
        read: impl Fn(&str) -> Option<i64>,
        origin: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        transaction!(self, |tx| {
            for customers in customers.chunks(ROWS_IN_ONE) {
                let old = self.customers_within(tx, customers).await?;
                let is_another = |customer: &&StoredCustomer| {
                    old.get(&customer.id).map(|(_, version)| *version) != read(&customer.id)
                };
                if let Some(customer) = customers.iter().find(is_another) {
                    return Err(StoreError::Changed(format!("customer {}", customer.id)));
                }
                let whole = |customer: &StoredCustomer| {
                    let kept = old.get(&customer.id).map(|(old, _)| old.details.clone()).unwrap_or_default();
                    StoredCustomer { details: customer.details.clone().or(kept), ..customer.clone() }
                };
                let mut news: Vec<StoredCustomer> = customers.iter().map(whole).collect();
                news.retain(|customer| old.get(&customer.id).is_none_or(|(old, _)| old != customer));
                self.write_customers(tx, &news, origin, now_ms).await?;
            }
            Ok(())
        })
    }

    /// Keeps passwords that were made for customers in these versions. Whoever was changed or deleted since is left as
    /// they are now.
    ///
    /// # Errors
    /// The database refused.
    pub async fn keep_made_passwords(&self, made: &[(String, i64, Password)], now_ms: i64) -> Result<(), StoreError> {
        let keep = "UPDATE customer SET password_sealed = $3, updated_ms = $4, version = version + 1
                    WHERE id = $1 AND version = $2";
        transaction!(self, |tx| {
            for (id, version, password) in made {
                let sealed = self.keys.seal(&place(id), password.expose());
                sql(keep).bind(id).bind(*version).bind(sealed).bind(now_ms).run(&mut *tx).await?;
            }
            Ok(())
        })
    }

    /// Every customer, with their version.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn customers(&self) -> Result<Vec<(StoredCustomer, i64)>, StoreError> {
        let rows: Vec<CustomerRow> = sql("SELECT * FROM customer ORDER BY id").all(&self.engine).await?;
        let read = |row: CustomerRow| {
            let version = row.version;
            Ok((self.read_customer(row)?, version))
        };
        rows.into_iter().map(read).collect()
    }

    /// Those of them that are kept, by id, each with its version.
    async fn customers_within(
        &self,
        tx: &mut Tx,
        customers: &[StoredCustomer],
    ) -> Result<HashMap<String, (StoredCustomer, i64)>, StoreError> {
        let ids = customers.iter().map(|customer| &customer.id);
        let rows: Vec<CustomerRow> = sql("SELECT * FROM customer WHERE id IN ").list(ids).all(tx).await?;
        let read = |row: CustomerRow| {
            let (id, version) = (row.id.clone(), row.version);
            Ok((id, (self.read_customer(row)?, version)))
        };
        rows.into_iter().map(read).collect()
    }

    /// Writes customers, at most [`ROWS_IN_ONE`], in place of those of the same ids.
    async fn write_customers(
        &self,
        tx: &mut Tx,
        customers: &[StoredCustomer],
        origin: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        if customers.is_empty() {
            return Ok(());
        }
        Kind::Customer.note(tx, customers.iter().map(|customer| customer.id.as_str())).await?;
        sql("INSERT INTO customer (id, name, mobile, email, package, status, customer_type, joined,
                                   installation_address, zone, expiry_date, notes, service_type, username,
                                   password_sealed, mac_address, ip_address, origin, updated_ms) VALUES ")
        .rows(customers, |customer| {
            [
                (&customer.id).into(),
                (&customer.name).into(),
                (&customer.mobile).into(),
                (&customer.email).into(),
                (&customer.package).into(),
                (&customer.status).into(),
                (&customer.details.customer_type).into(),
                (&customer.details.joined).into(),
                (&customer.details.installation_address).into(),
                (&customer.details.zone).into(),
                (&customer.details.expiry_date).into(),
                (&customer.details.notes).into(),
                customer.service.name().into(),
                (&customer.username).into(),
                self.sealed(customer).into(),
                column(&customer.mac_address).into(),
                column(&customer.ip_address).into(),
                origin.into(),
                now_ms.into(),
            ]
        })
        .then(
            " ON CONFLICT (id) DO UPDATE
                 SET name = excluded.name, mobile = excluded.mobile, email = excluded.email,
                     package = excluded.package, status = excluded.status, customer_type = excluded.customer_type,
                     joined = excluded.joined, installation_address = excluded.installation_address,
                     zone = excluded.zone, expiry_date = excluded.expiry_date, notes = excluded.notes,
                     service_type = excluded.service_type, username = excluded.username,
                     password_sealed = excluded.password_sealed, mac_address = excluded.mac_address,
                     ip_address = excluded.ip_address, updated_ms = excluded.updated_ms,
                     version = customer.version + 1",
        )
        .run(&mut *tx)
        .await?;
        words::follow(tx, customers.iter().map(|customer| &customer.id)).await
    }

    fn read_customer(&self, row: CustomerRow) -> Result<StoredCustomer, StoreError> {
        let password = match &row.password_sealed {
            Some(sealed) => Some(Password::new(self.keys.open(&place(&row.id), sealed)?)),
            None => None,
        };
        Ok(StoredCustomer {
            service: row.service()?,
            password,
            details: Details {
                customer_type: row.customer_type,
                joined: row.joined,
                installation_address: row.installation_address,
                zone: row.zone,
                expiry_date: row.expiry_date,
                notes: row.notes,
            },
            mac_address: setting(row.mac_address),
            ip_address: setting(row.ip_address),
            id: row.id,
            name: row.name,
            mobile: row.mobile,
            email: row.email,
            package: row.package,
            status: row.status,
            username: row.username,
        })
    }

    fn sealed(&self, customer: &StoredCustomer) -> Option<String> {
        let password = customer.password.as_ref()?;
        Some(self.keys.seal(&place(&customer.id), password.expose()))
    }
}

impl CustomerRow {
    fn service(&self) -> Result<ServiceType, StoreError> {
        self.service_type.parse().map_err(|_| self.damaged("service type"))
    }

    fn damaged(&self, what: &str) -> StoreError {
        StoreError::Damaged { what: format!("{what} of customer {}", self.id) }
    }
}

const fn place(id: &str) -> Place<'_> {
    Place { column: "customer.password_sealed", row: id }
}

fn column(setting: &Setting<String>) -> Option<&str> {
    match setting {
        Setting::LeftAlone => None,
        Setting::Cleared => Some(""),
        Setting::Is(value) => Some(value),
    }
}

fn setting(column: Option<String>) -> Setting<String> {
    match column {
        None => Setting::LeftAlone,
        Some(value) if value.is_empty() => Setting::Cleared,
        Some(value) => Setting::Is(value),
    }
}
