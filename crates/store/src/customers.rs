//! Who pays, as they were last sent to us. Passwords are sealed.

use domain::customer::{Password, ServiceType, Setting};
use sqlx::FromRow;

use crate::{Store, StoreError, seal::Place};

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
    service_type: String,
    username: String,
    password_sealed: Option<String>,
    mac_address: Option<String>,
    ip_address: Option<String>,
}

impl Store {
    /// Keeps customers as they are, in place of what was kept under the same ids.
    ///
    /// # Errors
    /// The database refused.
    pub async fn keep_customers(
        &self,
        customers: &[StoredCustomer],
        origin: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        for customer in customers {
            let sealed =
                customer.password.as_ref().map(|password| self.keys.seal(&place(&customer.id), password.expose()));
            sqlx::query(
                "INSERT INTO customer (id, name, mobile, email, package, status, service_type, username,
                                       password_sealed, mac_address, ip_address, origin, updated_ms)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                 ON CONFLICT (id) DO UPDATE
                 SET name = excluded.name, mobile = excluded.mobile, email = excluded.email,
                     package = excluded.package, status = excluded.status, service_type = excluded.service_type,
                     username = excluded.username, password_sealed = excluded.password_sealed,
                     mac_address = excluded.mac_address, ip_address = excluded.ip_address,
                     updated_ms = excluded.updated_ms, version = customer.version + 1",
            )
            .bind(&customer.id)
            .bind(&customer.name)
            .bind(&customer.mobile)
            .bind(&customer.email)
            .bind(&customer.package)
            .bind(&customer.status)
            .bind(customer.service.name())
            .bind(&customer.username)
            .bind(sealed)
            .bind(column(&customer.mac_address))
            .bind(column(&customer.ip_address))
            .bind(origin)
            .bind(now_ms)
            .execute(&mut *tx)
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Every customer.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn customers(&self) -> Result<Vec<StoredCustomer>, StoreError> {
        let rows: Vec<CustomerRow> =
            sqlx::query_as("SELECT * FROM customer ORDER BY id").fetch_all(&self.readers).await?;
        rows.into_iter().map(|row| self.read_customer(row)).collect()
    }

    fn read_customer(&self, row: CustomerRow) -> Result<StoredCustomer, StoreError> {
        let damaged = || StoreError::Damaged { what: format!("service type of customer {}", row.id) };
        let service = row.service_type.parse().map_err(|_| damaged())?;
        let password = match &row.password_sealed {
            Some(sealed) => Some(Password::new(self.keys.open(&place(&row.id), sealed)?)),
            None => None,
        };
        Ok(StoredCustomer {
            service,
            password,
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
