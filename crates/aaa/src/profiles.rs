//! Packages as the router spells them.

use std::collections::HashMap;

use domain::{
    customer::ServiceType,
    package::Package,
    profile::{Profile, profile_name},
    rate_limit::{RateBase, RateLimit},
    role::{Operator, Permission},
    row::{Property, Row, Want},
    sync::{Observed, ProfileStep, Target, check_profile, plan_profile},
    wire::{
        ActionTaken, CreatedProfile, Explained, ExplainedBurst, PackageBody, ProfileFacts, ProfilesReport, RawRow,
        SyncState,
        problem::{Code, Problem},
    },
};
use routeros::{
    Lease, Print,
    menu::{Pool, PoolProperty},
};
use serde_json::json;
use store::StoredPackage;
use tokio::try_join;

use crate::{
    Services,
    audit::{Act, Told},
    services::check,
    sync::{
        apply,
        observe::{Look, list, observe, print_rows},
    },
    translate::{prints, raw},
    trouble,
};

/// A profile to make or change.
#[derive(Clone, Debug)]
pub struct CreateProfile {
    /// The package it comes from.
    pub package: PackageBody,
    /// For which service.
    pub service: ServiceType,
    /// Only say what would happen.
    pub dry_run: bool,
    /// Whether one that is there may be changed.
    pub update: bool,
}

impl Services {
    /// Profiles on the router.
    ///
    /// # Errors
    /// The operator may not, or the router cannot be read.
    pub async fn profiles(&self, operator: &Operator, service: ServiceType) -> Result<ProfilesReport, Problem> {
        check(operator, Permission::ViewUsers)?;
        let router = self.router()?;
        let lease = router.lease().await?;
        let mut users: HashMap<String, usize> = HashMap::new();
        let observed = observe(&lease, service, &Look::AsPrinted).await.map_err(|error| trouble::of_call(&error))?;
        for account in &observed.accounts {
            *users.entry(account.get(Property::Profile).unwrap_or("default").to_owned()).or_default() += 1;
        }
        let packages = self.stored_profiles(service).await?;
        let facts = |row: &Row| facts(row, &packages, &users, &observed);
        let profiles: Vec<_> =
            observed.profiles.iter().map(|row| RawRow { netpilot: facts(row), row: raw(row) }).collect();
        Ok(ProfilesReport {
            message: format!("{} profiles retrieved successfully", service.label()),
            service_type: service,
            count: profiles.len(),
            total: profiles.len(),
            profiles,
            next_cursor: None,
            router_id: router.id.to_owned(),
            as_of: self.now(),
            stale: false,
        })
    }

    /// Makes the profile of a package, or brings it up to date.
    ///
    /// # Errors
    /// The package cannot be used, the name is taken and `update` was not said, or the router refused.
    pub async fn create_profile(&self, operator: &Operator, request: CreateProfile) -> Result<CreatedProfile, Problem> {
        if request.dry_run {
            check(operator, Permission::ManageProfiles)?;
            return self.write_profile(operator, request).await;
        }
        let act = Act::new("profile.write", "profile", request.package.name.as_deref());
        let told = |written: &CreatedProfile| {
            let after = json!({ "action": written.action, "changes": written.changes });
            let name = written.profile.get("name").cloned().unwrap_or_default();
            Told::after(&after).of(&name, Some(&written.package))
        };
        self.audited(operator, Permission::ManageProfiles, act, self.write_profile(operator, request), told).await
    }

    async fn write_profile(&self, operator: &Operator, request: CreateProfile) -> Result<CreatedProfile, Problem> {
        let CreateProfile { package: body, service, dry_run, update } = request;
        let package = Package::read(&body).map_err(|problem| problem.under("/package"))?;
        let router = if dry_run { self.router()? } else { self.writable_router().await? };
        let _alone = router.alone(dry_run).await;
        let lease = router.lease().await?;
        let profile = Profile::of(&package, service, self.rate_base);
        let observed = profiles_of(&lease, service).await?;
        let packages = self.store.packages().await.map_err(trouble::of_store)?;
        let sold: Vec<String> = packages.into_iter().map(|package| package.name).collect();
        check_profile(&profile, service, &sold, &observed)?;
        let step = plan_profile(&profile, &observed);
        if !update && step.target != Target::New && !step.writes.is_empty() {
            let detail = format!("The router has a profile {} already, and it differs.", step.name);
            return Err(Problem::new(Code::NameTaken, detail));
        }
        if !dry_run {
            write_until_it_is_so(&lease, service, &profile, &step).await?;
            let kept = StoredPackage { name: package.name.clone(), body };
            let kept = self.store.keep_packages(&[kept], "api", self.clock.now_ms()).await;
            kept.map_err(trouble::of_store)?;
            self.records_changed();
            tracing::info!(operator = %operator.username, profile = %step.name, "Wrote a profile");
        }
        Ok(created(&profile, &step, service, self.rate_base, dry_run))
    }

    /// The profiles that our packages come to, by name.
    async fn stored_profiles(&self, service: ServiceType) -> Result<HashMap<String, Profile>, Problem> {
        let packages = self.store.packages().await.map_err(trouble::of_store)?;
        let read = packages.iter().filter_map(|stored| Package::read(&stored.body).ok());
        Ok(read
            .map(|package| (profile_name(&package.name, service), Profile::of(&package, service, self.rate_base)))
            .collect())
    }
}

/// Writes, reads back, and writes what a new row of the router holds besides what it was told; then it has to be so.
async fn write_until_it_is_so(
    lease: &Lease,
    service: ServiceType,
    profile: &Profile,
    step: &ProfileStep,
) -> Result<(), Problem> {
    let pen = apply::Pen::new(lease);
    let mut left = step.clone();
    for _ in 0..2 {
        apply::write_profile(&pen, service, &left).await.map_err(|error| trouble::of_call(&error))?;
        left = plan_profile(profile, &profiles_of(lease, service).await?);
        if left.target != Target::New && left.writes.is_empty() {
            return Ok(());
        }
    }
    let detail = format!("The router holds another profile {} than was written.", profile.name);
    Err(Problem::new(Code::RouterRejected, detail))
}

/// Profiles and pools.
async fn profiles_of(lease: &Lease, service: ServiceType) -> Result<Observed, Problem> {
    let pools = Print::<Pool>::new().only(&[PoolProperty::Name]);
    let read = try_join!(print_rows(lease, prints::profiles(service, [])), list(lease, &pools));
    let (profiles, pools) = read.map_err(|error| trouble::of_call(&error))?;
    let pools = pools.into_iter().filter_map(|pool| pool.name.map(Into::into)).collect();
    Ok(Observed { profiles, pools, ..Observed::default() })
}

fn created(
    profile: &Profile,
    step: &ProfileStep,
    service: ServiceType,
    base: RateBase,
    dry_run: bool,
) -> CreatedProfile {
    let (action, word) = match &step.target {
        Target::New => (ActionTaken::Created, "created"),
        Target::Row(_) if step.writes.is_empty() => (ActionTaken::Unchanged, "unchanged"),
        Target::Row(_) => (ActionTaken::Updated, "updated"),
    };
    let done = match (dry_run, action) {
        (_, ActionTaken::Unchanged) => "is as it should be".to_owned(),
        (true, _) => format!("would be {word}"),
        (false, _) => format!("{word} successfully"),
    };
    let set = profile.properties.iter().filter_map(|(property, want)| match want {
        Want::Is(value) => Some((property.name().to_owned(), value.clone())),
        Want::Cleared => None,
    });
    CreatedProfile {
        message: format!("{} profile {} {done}", service.label(), profile.name),
        package: profile.package.name.clone(),
        service_type: service,
        profile: set.collect(),
        action,
        changes: step.change().map(|change| change.fields).unwrap_or_default(),
        explain: profile.package.rate_limit(base).map(|limit| explain(&limit)),
        dry_run,
    }
}

fn facts(
    row: &Row,
    packages: &HashMap<String, Profile>,
    users: &HashMap<String, usize>,
    observed: &Observed,
) -> ProfileFacts {
    let name = row.get(Property::Name).unwrap_or_default();
    let ours = packages.get(name);
    ProfileFacts {
        managed: ours.is_some(),
        package_name: ours.map(|profile| profile.package.name.clone()),
        rate: row.get(Property::RateLimit).and_then(|limit| limit.parse().ok()).map(|limit| explain(&limit)),
        users: users.get(name).copied().unwrap_or_default(),
        sync: match ours {
            None => SyncState::Foreign,
            Some(profile) if plan_profile(profile, observed).writes.is_empty() => SyncState::InSync,
            Some(_) => SyncState::Differs,
        },
    }
}

fn explain(limit: &RateLimit) -> Explained {
    let burst = limit.burst.zip(limit.burst_seconds());
    Explained {
        rates: limit.rates,
        burst: burst.map(|(burst, seconds)| ExplainedBurst { rates: burst.limit, seconds }),
    }
}
