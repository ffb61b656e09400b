//! Packages of our store: what is sold, and to how many. A router hears of them by a sync.

use domain::{
    package::Package,
    role::{Operator, Permission},
    wire::{
        PackageBody, PackageRecord,
        problem::{Code, Problem},
    },
};
use store::StoreError;

use crate::{
    Services,
    audit::{Act, Told},
    services::check,
    trouble,
};

impl Services {
    /// Every package, by name.
    ///
    /// # Errors
    /// The operator may not.
    pub async fn packages(&self, operator: &Operator) -> Result<Vec<PackageRecord>, Problem> {
        check(operator, Permission::ViewCustomers)?;
        let mut packages = self.store.package_records().await.map_err(trouble::of_store)?;
        packages.sort_by_cached_key(|record| record.package.name.as_ref().map(|name| name.to_lowercase()));
        Ok(packages)
    }

    /// One package.
    ///
    /// # Errors
    /// The operator may not, or there is no such package.
    pub async fn package(&self, operator: &Operator, id: &str) -> Result<PackageRecord, Problem> {
        check(operator, Permission::ViewCustomers)?;
        let package = self.store.package_record(id).await.map_err(trouble::of_store)?;
        package.ok_or_else(|| problem(StoreError::Gone(format!("package {id}"))))
    }

    /// Adds a package.
    ///
    /// # Errors
    /// Everything that is wrong with the package, or there is one of that name.
    pub async fn create_package(&self, operator: &Operator, package: PackageBody) -> Result<PackageRecord, Problem> {
        let act = Act::new("package.create", "package", None).called(package.name.as_deref());
        let told = |added: &PackageRecord| Told::after(added).of(&added.id, added.package.name.as_deref());
        self.audited(operator, Permission::ManagePackages, act, self.add_package(operator, package), told).await
    }

    async fn add_package(&self, operator: &Operator, package: PackageBody) -> Result<PackageRecord, Problem> {
        let name = checked_name(&package)?;
        let added = self.store.insert_package(&name, &package, "console", self.clock.now_ms()).await;
        let added = added.map_err(problem)?;
        self.records_changed();
        tracing::info!(operator = %operator.username, package = %added.id, "Added a package");
        Ok(added)
    }

    /// Changes a package that is still as it was in `version`. Its customers follow a new name.
    ///
    /// # Errors
    /// Everything that is wrong with the package, another has that name, or somebody changed it meanwhile.
    pub async fn update_package(
        &self,
        operator: &Operator,
        id: &str,
        package: PackageBody,
        version: i64,
    ) -> Result<PackageRecord, Problem> {
        let before = self.store.package_record(id).await.ok().flatten();
        let act = Act::new("package.update", "package", Some(id)).called(package.name.as_deref());
        let act = act.before(before.as_ref());
        let work = self.change_package(operator, id, package, version);
        self.audited(operator, Permission::ManagePackages, act, work, Told::after).await
    }

    async fn change_package(
        &self,
        operator: &Operator,
        id: &str,
        package: PackageBody,
        version: i64,
    ) -> Result<PackageRecord, Problem> {
        let name = checked_name(&package)?;
        let changed = self.store.update_package(id, &name, &package, version, self.clock.now_ms()).await;
        let changed = changed.map_err(problem)?;
        self.records_changed();
        tracing::info!(operator = %operator.username, package = %id, "Changed a package");
        Ok(changed)
    }

    /// Deletes a package that nobody has. Its profiles on the router stay.
    ///
    /// # Errors
    /// There is no such package, somebody changed it meanwhile, or customers have it.
    pub async fn delete_package(&self, operator: &Operator, id: &str, version: i64) -> Result<(), Problem> {
        let before = self.store.package_record(id).await.ok().flatten();
        let act = Act::new("package.delete", "package", Some(id)).before(before.as_ref());
        let act = act.called(before.as_ref().and_then(|record| record.package.name.as_deref()));
        let work = self.remove_package(operator, id, version);
        self.audited(operator, Permission::ManagePackages, act, work, |()| Told::default()).await
    }

    async fn remove_package(&self, operator: &Operator, id: &str, version: i64) -> Result<(), Problem> {
        self.store.delete_package(id, version).await.map_err(problem)?;
        self.records_changed();
        tracing::info!(operator = %operator.username, package = %id, "Deleted a package");
        Ok(())
    }
}

fn checked_name(package: &PackageBody) -> Result<String, Problem> {
    Problem::unless_empty(Package::check(package))?;
    Ok(Package::read(package)?.name)
}

fn problem(error: StoreError) -> Problem {
    match error {
        StoreError::Gone(package) => Problem::new(Code::PackageUnknown, format!("There is no {package}.")),
        StoreError::Changed(package) => {
            let detail = format!("Somebody else changed {package} meanwhile. Open it again; nothing was written.");
            Problem::new(Code::VersionConflict, detail)
        }
        StoreError::Taken(name) => {
            Problem::member(Code::NameTaken, "/name", format!("There is a package {name} already."))
        }
        StoreError::PackageInUse { customers } => {
            let who = if customers == 1 { "1 customer has".to_owned() } else { format!("{customers} customers have") };
            let detail = format!("{who} this package. Give them another one first.");
            Problem::new(Code::PackageInUse, detail)
        }
        error => trouble::of_store(error),
    }
}
