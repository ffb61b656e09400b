//! Where things lie, read from the workspace itself: `[workspace.metadata.leptos]` is the one place of build settings.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use cargo_metadata::{Metadata, MetadataCommand};
use serde::Deserialize;

use crate::process::Fallible;

/// What the browser runs.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// A router made of software: the package and its program.
pub(crate) const SIMULATOR: &str = "routeros-sim";

/// How much trouble a build takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Built fast, for tests.
    Dev,
    /// Built small, for users.
    Release,
}

/// This workspace.
pub(crate) struct Project {
    pub(crate) metadata: Metadata,
    pub(crate) settings: Settings,
}

/// The settings that cargo-leptos reads too, under its names.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Settings {
    pub(crate) output_name: String,
    pub(crate) bin_package: String,
    pub(crate) bin_target: String,
    pub(crate) lib_package: String,
    #[serde(default = "hydrate")]
    pub(crate) lib_features: Vec<String>,
    pub(crate) lib_profile_release: String,
    pub(crate) site_root: PathBuf,
    pub(crate) site_pkg_dir: PathBuf,
    pub(crate) assets_dir: PathBuf,
    pub(crate) end2end_cmd: String,
    pub(crate) end2end_dir: PathBuf,
}

fn hydrate() -> Vec<String> {
    vec!["hydrate".to_owned()]
}

impl Project {
    /// Asks cargo, which is also right when `CARGO_TARGET_DIR` is set.
    pub(crate) fn read() -> Fallible<Self> {
        let metadata = MetadataCommand::new().no_deps().exec()?;
        let settings = metadata.workspace_metadata.pointer("/leptos/0").cloned();
        let settings = settings.ok_or("Cargo.toml has no [[workspace.metadata.leptos]]")?;
        let settings = serde_json::from_value(settings)
            .map_err(|why| format!("[[workspace.metadata.leptos]] in Cargo.toml: {why}"))?;
        Ok(Self { metadata, settings })
    }

    pub(crate) fn root(&self) -> &Path {
        self.metadata.workspace_root.as_std_path()
    }

    pub(crate) fn target(&self) -> &Path {
        self.metadata.target_directory.as_std_path()
    }

    /// The files beside this program's manifest: what npm and pip install.
    pub(crate) fn xtask_file(&self, name: &str) -> PathBuf {
        self.root().join("crates/xtask").join(name)
    }

    /// Where the site of a profile lies. Two places, so that a test run leaves a release alone.
    pub(crate) fn site(&self, profile: Profile) -> PathBuf {
        let site = match self.settings.site_root.strip_prefix("target") {
            Ok(below_target) => self.target().join(below_target),
            Err(_) => self.root().join(&self.settings.site_root),
        };
        match profile {
            Profile::Release => site,
            Profile::Dev => {
                let mut site = site.into_os_string();
                site.push("-dev");
                site.into()
            }
        }
    }

    /// A program of the workspace, once it is built.
    pub(crate) fn program(&self, profile: Profile, name: &str) -> PathBuf {
        let dir = match profile {
            Profile::Dev => "debug",
            Profile::Release => "release",
        };
        self.target().join(dir).join(name).with_extension(env::consts::EXE_EXTENSION)
    }

    /// Cargo in this workspace.
    ///
    /// Leptos reads `LEPTOS_OUTPUT_NAME` while it is compiled: the server's pages would ask for other file names
    /// than the site has, and a cargo that differs in it builds Leptos and all above anew.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.env("LEPTOS_OUTPUT_NAME", &self.settings.output_name);
        cargo
    }

    /// Any other program, started at the workspace's root.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.root());
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_workspace_can_be_read() {
        let project = Project::read().unwrap();
        assert!(project.root().join("Cargo.toml").is_file());
        assert_eq!(project.settings.lib_package, "frontend");
        assert_eq!(project.settings.lib_features, ["hydrate"]);
    }

    #[test]
    fn the_sites_of_tests_and_releases_lie_apart_below_target() {
        let project = Project::read().unwrap();
        assert_eq!(project.site(Profile::Release), project.target().join("site"));
        assert_eq!(project.site(Profile::Dev), project.target().join("site-dev"));
    }
}
