//! What a fresh machine lacks. Each part says what it installs and why before it does, and a failure is an error.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    process::{self, Fallible, on_path, run, succeeds, timed},
    project::{Project, WASM},
};

/// The oldest Node that the tools from npm run on.
const NODE: u32 = 20;

/// The part of Rust's library that the browser's half is built with.
pub(crate) fn wasm_target(project: &Project) -> Fallible {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let library = process::output(project.command(rustc).args(["--print", "target-libdir", "--target", WASM]))?;
    if Path::new(&library).is_dir() {
        return Ok(());
    }
    if on_path("rustup").is_none() {
        return Err(format!("the browser's half needs Rust's library for {WASM}: {library} is missing").into());
    }
    timed(&format!("installing {WASM} with rustup: the browser runs WebAssembly"), || {
        run(project.command("rustup").args(["target", "add", WASM]))
    })
}

/// The browser that the end-to-end tests drive.
pub(crate) fn chromium() -> Fallible<PathBuf> {
    if let Some(chosen) = env::var_os("NETPILOT_CHROMIUM") {
        let chosen = PathBuf::from(chosen);
        let is_there = chosen.is_file();
        return is_there.then_some(chosen).ok_or_else(|| "NETPILOT_CHROMIUM names no file".into());
    }
    let installed = || ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(on_path);
    if let Some(browser) = installed() {
        return Ok(browser);
    }
    from_debian("chromium", "the end-to-end tests drive a browser")?;
    installed().ok_or_else(|| "chromium was installed but is not on PATH".into())
}

/// A Python that has other people's RouterOS client, to hold the simulator against. In a place of its own.
pub(crate) fn python_client(project: &Project) -> Fallible<PathBuf> {
    if !succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"])) {
        from_debian("python3-venv", "the simulator is tested with a RouterOS client written in Python")?;
    }
    let venv = project.target().join("venv");
    let python = venv.join("bin/python");
    let wanted = fs::read_to_string(project.xtask_file("requirements.txt"))?;
    let stamp = venv.join("requirements.stamp");
    if is_stamped(&stamp, &wanted) && succeeds(Command::new(&python).arg("--version")) {
        return Ok(python);
    }
    timed("installing a RouterOS client for Python, to test the simulator with", || {
        run(project.command("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
        let requirements = project.xtask_file("requirements.txt");
        run(project.command(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(requirements))
    })?;
    fs::write(stamp, wanted)?;
    Ok(python)
}

/// `wasm-opt`, which makes the browser's download a third smaller.
pub(crate) fn wasm_opt(project: &Project) -> Fallible<PathBuf> {
    let tools = project.target().join("tools");
    fs::create_dir_all(&tools)?;
    // npm wants the list where it installs, and the source tree stays clean.
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        replace_if_changed(&tools.join(file), &fs::read(project.xtask_file(file))?)?;
    }
    npm_ci(&tools, "binaryen, to make the browser's download a third smaller")?;
    Ok(tools.join("node_modules/.bin/wasm-opt"))
}

/// Installs what a folder's `package-lock.json` names, unless that is there already.
pub(crate) fn npm_ci(dir: &Path, what_and_why: &str) -> Fallible {
    node()?;
    let lock = dir.join("package-lock.json");
    if !lock.is_file() {
        return Err(format!("{} is missing", lock.display()).into());
    }
    // npm writes this file last, so half an installation has none.
    if is_newer(&dir.join("node_modules/.package-lock.json"), &lock) {
        return Ok(());
    }
    timed(&format!("installing {what_and_why}"), || {
        // Playwright would fetch a browser of its own, by a road of its own.
        run(Command::new("npm").arg("ci").current_dir(dir).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
    })
}

fn node() -> Fallible {
    if on_path("node").is_none() || on_path("npm").is_none() {
        return Err(format!("`node` and `npm` are needed: install Node {NODE} or later").into());
    }
    let version = process::output(Command::new("node").arg("--version"))?;
    match major(&version) {
        Some(major) if major >= NODE => Ok(()),
        _ => Err(format!("Node {NODE} or later is needed, this is {version}").into()),
    }
}

/// `v20.19.2` → 20
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Installs a package of Debian's, or says the command that does.
pub(crate) fn from_debian(package: &str, why: &str) -> Fallible {
    if !is_debian_root() {
        return Err(format!("{package} is missing ({why}); install it with: sudo apt-get install {package}").into());
    }
    timed(&format!("installing Debian's {package}: {why}"), || {
        run(Command::new("apt-get").arg("update"))?;
        run(Command::new("apt-get").args(["install", "-y", package]).env("DEBIAN_FRONTEND", "noninteractive"))
    })
}

fn is_debian_root() -> bool {
    Path::new("/etc/debian_version").exists() && process::output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

/// Whether a file made by an earlier run says that nothing has changed since.
pub(crate) fn is_stamped(stamp: &Path, wanted: &str) -> bool {
    fs::read_to_string(stamp).is_ok_and(|found| found == wanted)
}

/// Whether the file exists and was not made before the other.
pub(crate) fn is_newer(file: &Path, than: &Path) -> bool {
    let made = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified());
    matches!((made(file), made(than)), (Ok(file), Ok(than)) if file >= than)
}

/// Leaves a file that says the same already untouched, and so no younger than what is made from it.
pub(crate) fn replace_if_changed(file: &Path, content: &[u8]) -> Fallible {
    if fs::read(file).is_ok_and(|found| found == content) {
        return Ok(());
    }
    if let Some(dir) = file.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::write(file, content).map_err(|why| format!("could not write {}: {why}", file.display()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node() {
        assert_eq!(major("v20.19.2"), Some(20));
        assert_eq!(major("v8.0.0-nightly"), Some(8));
        assert_eq!(major("20.1"), None);
        assert_eq!(major(""), None);
    }

    #[test]
    fn the_list_for_npm_is_pinned_and_names_no_host() {
        let project = Project::read().unwrap();
        let read = |name| fs::read_to_string(project.xtask_file(name)).unwrap();
        let lock: serde_json::Value = serde_json::from_str(&read("package-lock.json")).unwrap();
        let list: serde_json::Value = serde_json::from_str(&read("package.json")).unwrap();
        let locked = lock.pointer("/packages/node_modules~1binaryen/version").unwrap();
        assert_eq!(list.pointer("/devDependencies/binaryen"), Some(locked));
        assert!(!read("package-lock.json").contains("://"));
    }

    #[test]
    fn the_list_for_pip_is_pinned() {
        let list = fs::read_to_string(Project::read().unwrap().xtask_file("requirements.txt")).unwrap();
        assert!(list.lines().all(|line| line.contains("==")), "{list}");
    }
}
