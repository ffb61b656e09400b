//! Who pays, as they were last sent to us. Passwords are sealed.

mod records; // what the console does with them

use domain::customer::{Details, Password, ServiceType, Setting};
use sqlx::{FromRow, SqliteConnection};

use crate::{Store, StoreError, numbers::Kind, seal::Place};

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
    /// is the same stays untouched.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn keep_customers(
        &self,
        customers: &[StoredCustomer],
        origin: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        for customer in customers {
            let old = self.customer_within(&mut tx, &customer.id).await?;
            let kept = old.as_ref().map(|old| old.details.clone()).unwrap_or_default();
            let customer = StoredCustomer { details: customer.details.clone().or(kept), ..customer.clone() };
            if old.as_ref() != Some(&customer) {
                self.keep_customer(&mut tx, &customer, origin, now_ms).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// Keeps passwords that were made for customers in these versions. Whoever was changed or deleted since is left as
    /// they are now.
    ///
    /// # Errors
    /// The database refused.
    pub async fn keep_made_passwords(&self, made: &[(String, i64, Password)], now_ms: i64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        for (id, version, password) in made {
            sqlx::query(
                "UPDATE customer SET password_sealed = $3, updated_ms = $4, version = version + 1
                 WHERE id = $1 AND version = $2",
            )
            .bind(id)
            .bind(version)
            .bind(self.keys.seal(&place(id), password.expose()))
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Every customer, with their version.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn customers(&self) -> Result<Vec<(StoredCustomer, i64)>, StoreError> {
        let rows: Vec<CustomerRow> =
            sqlx::query_as("SELECT * FROM customer ORDER BY id").fetch_all(&self.readers).await?;
        let read = |row: CustomerRow| {
            let version = row.version;
            Ok((self.read_customer(row)?, version))
        };
        rows.into_iter().map(read).collect()
    }

    async fn customer_within(&self, tx: &mut SqliteConnection, id: &str) -> Result<Option<StoredCustomer>, StoreError> {
        let row: Option<CustomerRow> =
            sqlx::query_as("SELECT * FROM customer WHERE id = $1").bind(id).fetch_optional(tx).await?;
        row.map(|row| self.read_customer(row)).transpose()
    }

    async fn keep_customer(
        &self,
        tx: &mut SqliteConnection,
        customer: &StoredCustomer,
        origin: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        Kind::Customer.note(tx, &customer.id).await?;
        sqlx::query(
            "INSERT INTO customer (id, name, mobile, email, package, status, customer_type, joined,
                                   installation_address, zone, expiry_date, notes, service_type, username,
                                   password_sealed, mac_address, ip_address, origin, updated_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
             ON CONFLICT (id) DO UPDATE
             SET name = excluded.name, mobile = excluded.mobile, email = excluded.email,
                 package = excluded.package, status = excluded.status, customer_type = excluded.customer_type,
                 joined = excluded.joined, installation_address = excluded.installation_address,
                 zone = excluded.zone, expiry_date = excluded.expiry_date, notes = excluded.notes,
                 service_type = excluded.service_type, username = excluded.username,
                 password_sealed = excluded.password_sealed, mac_address = excluded.mac_address,
                 ip_address = excluded.ip_address, updated_ms = excluded.updated_ms,
                 version = customer.version + 1",
        )
        .bind(&customer.id)
        .bind(&customer.name)
        .bind(&customer.mobile)
        .bind(&customer.email)
        .bind(&customer.package)
        .bind(&customer.status)
        .bind(&customer.details.customer_type)
        .bind(&customer.details.joined)
        .bind(&customer.details.installation_address)
        .bind(&customer.details.zone)
        .bind(&customer.details.expiry_date)
        .bind(&customer.details.notes)
        .bind(customer.service.name())
        .bind(&customer.username)
        .bind(self.sealed(customer))
        .bind(column(&customer.mac_address))
        .bind(column(&customer.ip_address))
        .bind(origin)
        .bind(now_ms)
        .execute(tx)
        .await?;
        Ok(())
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
