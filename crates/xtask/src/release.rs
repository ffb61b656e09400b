//! What users get: two programs and the site.

use std::path::PathBuf;

use crate::{
    process::{Fallible, run, timed},
    project::{Profile, Project, SIMULATOR},
    site,
};

/// Where a release lies.
pub(crate) struct Release {
    pub(crate) server: PathBuf,
    pub(crate) simulator: PathBuf,
    pub(crate) site: PathBuf,
}

/// Builds all that users get. Always all of it: cargo would build parts again if they were asked for alone.
pub(crate) fn build(project: &Project) -> Fallible<Release> {
    let site = site::build(project, Profile::Release)?;
    let server = &project.settings.bin_package;
    let mut cargo = project.cargo();
    cargo.args(["build", "--release", "--bins", "--package", server, "--package", SIMULATOR]);
    timed("building the server and the simulator", || run(&mut cargo))?;
    let program = |name| project.program(Profile::Release, name);
    Ok(Release { server: program(&project.settings.bin_target), simulator: program(SIMULATOR), site })
}
