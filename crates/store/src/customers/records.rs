//! Customers as the console lists, adds, changes and deletes them. No password is opened here.

use domain::{
    customer::{CustomerStatus, ServiceType},
    wire::CustomerRecord,
};

use super::{CustomerRow, StoredCustomer, column, words};
use crate::{
    Store, StoreError,
    database::transaction,
    engine::Tx,
    numbers::Kind,
    sql::{ROWS_IN_ONE, sql},
};

impl Store {
    /// Every customer, in no order.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn customer_records(&self) -> Result<Vec<CustomerRecord>, StoreError> {
        let rows: Vec<CustomerRow> = sql("SELECT * FROM customer").all(&self.engine).await?;
        rows.into_iter().map(CustomerRow::record).collect()
    }

    /// One customer.
    ///
    /// # Errors
    /// The database refused, or the row is damaged.
    pub async fn customer_record(&self, id: &str) -> Result<Option<CustomerRecord>, StoreError> {
        let row: Option<CustomerRow> =
            sql("SELECT * FROM customer WHERE id = $1").bind(id).optional(&self.engine).await?;
        row.map(CustomerRow::record).transpose()
    }

    /// Those of them who are there, in no order.
    ///
    /// # Errors
    /// The database refused, or a row is damaged.
    pub async fn customer_records_of(&self, ids: &[String]) -> Result<Vec<CustomerRecord>, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for ids in ids.chunks(ROWS_IN_ONE) {
            let rows: Vec<CustomerRow> = sql("SELECT * FROM customer WHERE id IN ").list(ids).all(&self.engine).await?;
            for row in rows {
                found.push(row.record()?);
            }
        }
        Ok(found)
    }

    /// Adds a customer under the id they have.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where the id is in use, [`StoreError::UsernameTaken`], [`StoreError::NoSuchPackage`].
    pub async fn insert_customer(
        &self,
        customer: &StoredCustomer,
        origin: &str,
        now_ms: i64,
    ) -> Result<CustomerRecord, StoreError> {
        transaction!(self, |tx| {
            if !self.customers_within(tx, std::slice::from_ref(customer)).await?.is_empty() {
                return Err(StoreError::Taken(customer.id.clone()));
            }
            self.insert_within(tx, customer, origin, now_ms).await?.record()
        })
    }

    /// Adds a customer under an id that nobody ever had, `CUS-n`, in place of the one they have.
    ///
    /// # Errors
    /// [`StoreError::UsernameTaken`], [`StoreError::NoSuchPackage`].
    pub async fn insert_numbered_customer(
        &self,
        customer: &StoredCustomer,
        origin: &str,
        now_ms: i64,
    ) -> Result<CustomerRecord, StoreError> {
        transaction!(self, |tx| {
            let customer = StoredCustomer { id: Kind::Customer.next(tx).await?, ..customer.clone() };
            self.insert_within(tx, &customer, origin, now_ms).await?.record()
        })
    }

    async fn insert_within(
        &self,
        tx: &mut Tx,
        customer: &StoredCustomer,
        origin: &str,
        now_ms: i64,
    ) -> Result<CustomerRow, StoreError> {
        self.write_customers(tx, std::slice::from_ref(customer), origin, now_ms).await?;
        fits(tx, customer).await?;
        sql("SELECT * FROM customer WHERE id = $1").bind(&customer.id).one(tx).await
    }

    /// Changes a customer who is still in this version. A password that is absent is kept.
    ///
    /// # Errors
    /// [`StoreError::Gone`], [`StoreError::Changed`], [`StoreError::UsernameTaken`], [`StoreError::NoSuchPackage`].
    pub async fn update_customer(
        &self,
        customer: &StoredCustomer,
        version: i64,
        now_ms: i64,
    ) -> Result<CustomerRecord, StoreError> {
        let update = "UPDATE customer
                      SET name = $3, mobile = $4, email = $5, package = $6, status = $7, customer_type = $8,
                          joined = $9, installation_address = $10, zone = $11, expiry_date = $12, notes = $13,
                          service_type = $14, username = $15, password_sealed = COALESCE($16, password_sealed),
                          mac_address = $17, ip_address = $18, updated_ms = $19, version = version + 1
                      WHERE id = $1 AND version = $2
                      RETURNING *";
        transaction!(self, |tx| {
            let row: Option<CustomerRow> = sql(update)
                .bind(&customer.id)
                .bind(version)
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
                .bind(now_ms)
                .optional(&mut *tx)
                .await?;
            let Some(row) = row else { return Err(why_not(tx, &customer.id).await?) };
            fits(tx, customer).await?;
            words::follow(tx, [&customer.id]).await?;
            row.record()
        })
    }

    /// Deletes a customer who is still in this version.
    ///
    /// # Errors
    /// [`StoreError::Gone`], [`StoreError::Changed`].
    pub async fn delete_customer(&self, id: &str, version: i64) -> Result<(), StoreError> {
        let delete = "DELETE FROM customer WHERE id = $1 AND version = $2";
        transaction!(self, |tx| match sql(delete).bind(id).bind(version).run(&mut *tx).await? {
            0 => Err(why_not(tx, id).await?),
            _ => words::forget(tx, id).await,
        })
    }
}

/// Why no row of this id and version was found.
async fn why_not(tx: &mut Tx, id: &str) -> Result<StoreError, StoreError> {
    let there: Option<(i64,)> = sql("SELECT version FROM customer WHERE id = $1").bind(id).optional(tx).await?;
    let customer = format!("customer {id}");
    Ok(if there.is_some() { StoreError::Changed(customer) } else { StoreError::Gone(customer) })
}

/// Whether the customer, as they now stand in the transaction, has a username of their own and a package that exists.
async fn fits(tx: &mut Tx, customer: &StoredCustomer) -> Result<(), StoreError> {
    let StoredCustomer { id, username, service, package, .. } = customer;
    if let Some((id, name)) = other_with(tx, *service, username, id).await? {
        return Err(StoreError::UsernameTaken { username: username.clone(), id, name });
    }
    let (known,): (bool,) = sql("SELECT EXISTS (SELECT 1 FROM package WHERE name = $1)").bind(package).one(tx).await?;
    if known { Ok(()) } else { Err(StoreError::NoSuchPackage(package.clone())) }
}

async fn other_with(
    tx: &mut Tx,
    service: ServiceType,
    username: &str,
    id: &str,
) -> Result<Option<(String, String)>, StoreError> {
    let other = sql("SELECT id, name FROM customer WHERE service_type = $1 AND username = $2 AND id <> $3 LIMIT 1");
    other.bind(service.name()).bind(username).bind(id).optional(tx).await
}

impl CustomerRow {
    fn record(self) -> Result<CustomerRecord, StoreError> {
        let bound = |address: Option<String>| address.filter(|address| !address.is_empty());
        let status: CustomerStatus = self.status.parse().map_err(|_| self.damaged("status"))?;
        let service_type = self.service()?;
        let Self {
            id,
            name,
            mobile,
            email,
            package,
            status: _,
            customer_type,
            joined,
            installation_address,
            zone,
            expiry_date,
            notes,
            service_type: _,
            username,
            password_sealed,
            mac_address,
            ip_address,
            origin,
            version,
        } = self;
        Ok(CustomerRecord {
            id,
            name,
            mobile,
            email,
            service_package: package,
            status,
            customer_type,
            joined,
            installation_address,
            zone,
            expiry_date,
            notes,
            service_type,
            pppoe_username: username,
            has_password: password_sealed.is_some(),
            mac_address: bound(mac_address),
            ip_address: bound(ip_address),
            origin,
            version,
        })
    }
}
