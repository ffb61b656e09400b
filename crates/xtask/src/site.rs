//! The site: what the browser loads. WebAssembly and its JavaScript, beside a copy of the assets.
//!
//! The same steps as cargo-leptos takes, with helpers that come with cargo and npm. A step whose input has not
//! changed is left out.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    process::{Fallible, run, timed},
    project::{
        Profile::{self, Dev, Release},
        Project, WASM,
    },
    setup::{self, is_newer, is_stamped, replace_if_changed},
};

/// What Rust 1.95 lets WebAssembly use, named because `wasm-opt` by itself assumes less.
const WASM_OPT: &[&str] = &[
    "-Oz",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// What is worth compressing. Fonts and pictures are compressed already.
const COMPRESSIBLE: &[&str] = &["css", "html", "js", "json", "map", "svg", "txt", "wasm", "webmanifest", "xml"];

/// The slowest and smallest: done once here, loaded many times.
const BROTLI_QUALITY: i32 = 11;

/// Path below the site → where its content comes from.
type Files = BTreeMap<PathBuf, PathBuf>;

/// Builds the site of a profile; says where it lies.
pub(crate) fn build(project: &Project, profile: Profile) -> Fallible<PathBuf> {
    setup::wasm_target(project)?;
    let wasm = compile(project, profile)?;
    let package = bind(project, profile, &wasm)?;
    let mut files = files_below(&project.root().join(&project.settings.assets_dir), Path::new(""))?;
    files.extend(files_below(&package, &project.settings.site_pkg_dir)?);
    let site = project.site(profile);
    mirror(&files, &site)?;
    if profile == Release {
        compress(&files, &site)?;
    }
    Ok(site)
}

/// Rust → WebAssembly that still needs its JavaScript.
fn compile(project: &Project, profile: Profile) -> Fallible<PathBuf> {
    let settings = &project.settings;
    let mut cargo = project.cargo();
    cargo.args(["build", "--lib", "--package", &settings.lib_package, "--target", WASM]);
    cargo.args(["--features", &settings.lib_features.join(",")]);
    let dir = match profile {
        Dev => "debug",
        Release => {
            cargo.args(["--profile", &settings.lib_profile_release]);
            &settings.lib_profile_release
        }
    };
    timed("building the console for the browser", || run(&mut cargo))?;
    let file = settings.lib_package.replace('-', "_");
    Ok(project.target().join(WASM).join(dir).join(file).with_extension("wasm"))
}

/// The JavaScript beside the WebAssembly, under the names that Leptos asks for. Answers with their folder.
fn bind(project: &Project, profile: Profile, wasm: &Path) -> Fallible<PathBuf> {
    let package = project.target().join("xtask").join(match profile {
        Dev => "pkg-dev",
        Release => "pkg-release",
    });
    let stamp = package.with_extension("stamp");
    let state = state_of(project, wasm)?;
    if is_stamped(&stamp, &state) {
        return Ok(package);
    }
    let _ = fs::remove_file(&stamp);
    let _ = fs::remove_dir_all(&package);
    let name = &project.settings.output_name;
    timed("joining WebAssembly and JavaScript", || generate(wasm, name, &package))?;
    if profile == Release {
        let wasm_opt = setup::wasm_opt(project)?;
        let file = package.join(name).with_extension("wasm");
        timed("making the WebAssembly small", || {
            run(project.command(wasm_opt).args(WASM_OPT).arg(&file).arg("-o").arg(&file))
        })?;
    }
    fs::write(stamp, state)?;
    Ok(package)
}

/// What the package is made from: the module as cargo left it, and our ways and tools.
fn state_of(project: &Project, wasm: &Path) -> Fallible<String> {
    let found = fs::metadata(wasm).map_err(|why| format!("{}: {why}", wasm.display()))?;
    let (name, tools) = (&project.settings.output_name, fs::read_to_string(project.xtask_file("package-lock.json"))?);
    Ok(format!("{:?} {} {name} {WASM_OPT:?} {tools}", found.modified()?, found.len()))
}

fn generate(wasm: &Path, name: &str, package: &Path) -> Fallible {
    Bindgen::new().input_path(wasm).web(true)?.typescript(false).out_name(name).generate(package)?;
    // Leptos asks for `name.wasm` where `LEPTOS_OUTPUT_NAME` was set at its compilation.
    Ok(fs::rename(package.join(format!("{name}_bg.wasm")), package.join(format!("{name}.wasm")))?)
}

/// Every file below `dir`, as a file below `prefix` of the site.
fn files_below(dir: &Path, prefix: &Path) -> Fallible<Files> {
    let mut files = Files::new();
    let entries = fs::read_dir(dir).map_err(|why| format!("could not read {}: {why}", dir.display()))?;
    for entry in entries {
        let path = entry?.path();
        let below = prefix.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            files.extend(files_below(&path, &below)?);
        } else {
            files.insert(below, path);
        }
    }
    Ok(files)
}

/// Makes the site hold these files, what is made from them, and nothing else.
fn mirror(files: &Files, site: &Path) -> Fallible {
    for (below, source) in files {
        replace_if_changed(&site.join(below), &fs::read(source)?)?;
    }
    for (below, stray) in files_below(site, Path::new(""))? {
        let source = matches!(extension(&below), "br" | "gz").then(|| below.with_extension(""));
        if !files.contains_key(&below) && !source.is_some_and(|source| files.contains_key(&source)) {
            fs::remove_file(stray)?;
        }
    }
    Ok(())
}

/// Puts `.br` and `.gz` beside each file that gains by it. Compressing while serving would cost a second.
fn compress(files: &Files, site: &Path) -> Fallible {
    let stale = |(file, packed): &(PathBuf, PathBuf)| !is_newer(packed, file);
    let pairs = files.keys().filter(|below| COMPRESSIBLE.contains(&extension(below))).map(|below| site.join(below));
    let pairs =
        pairs.flat_map(|file| ["br", "gz"].map(|extension| (file.clone(), file.with_added_extension(extension))));
    let stale: Vec<_> = pairs.filter(stale).collect();
    if stale.is_empty() {
        return Ok(());
    }
    timed("compressing the site", || stale.iter().try_for_each(|(file, packed)| pack(file, packed)))
}

/// Written under another name first: half a file would look fresh the next time.
fn pack(file: &Path, packed: &Path) -> Fallible {
    let content = fs::read(file)?;
    let half = packed.with_added_extension("half");
    fs::write(&half, if extension(packed) == "br" { brotli(&content)? } else { gzip(&content)? })?;
    Ok(fs::rename(half, packed)?)
}

fn brotli(content: &[u8]) -> Fallible<Vec<u8>> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: BROTLI_QUALITY, ..Default::default() };
    brotli::BrotliCompress(&mut &*content, &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(content: &[u8]) -> Fallible<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::{env, io::Read as _, process};

    use super::*;

    /// A folder of its own for one test.
    fn scratch(test: &str) -> PathBuf {
        let dir = env::temp_dir().join(format!("netpilot-xtask-{}-{test}", process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        dir
    }

    fn write(dir: &Path, files: &[(&str, &str)]) {
        for (name, content) in files {
            replace_if_changed(&dir.join(name), content.as_bytes()).unwrap();
        }
    }

    fn names(dir: &Path) -> Vec<String> {
        let files = files_below(dir, Path::new("")).unwrap();
        files.keys().map(|below| below.to_string_lossy().replace('\\', "/")).collect()
    }

    #[test]
    fn a_site_holds_its_files_and_nothing_else() {
        let dir = scratch("mirror");
        write(&dir.join("assets"), &[("css/a.css", "a"), ("b.txt", "b")]);
        write(&dir.join("site"), &[("css/a.css.br", "old"), ("css/gone.css.br", "old"), ("gone.txt", "old")]);
        let files = files_below(&dir.join("assets"), Path::new("")).unwrap();
        mirror(&files, &dir.join("site")).unwrap();
        assert_eq!(names(&dir.join("site")), ["b.txt", "css/a.css", "css/a.css.br"]);
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn text_is_compressed_once_and_fonts_never() {
        let dir = scratch("compress");
        write(&dir, &[("a.css", "body { color: red }"), ("font.woff2", "font")]);
        let files = files_below(&dir, Path::new("")).unwrap();
        compress(&files, &dir).unwrap();
        assert_eq!(names(&dir), ["a.css", "a.css.br", "a.css.gz", "font.woff2"]);
        fs::write(dir.join("a.css.br"), "kept").unwrap();
        compress(&files, &dir).unwrap();
        assert_eq!(fs::read(dir.join("a.css.br")).unwrap(), b"kept");
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn a_changed_file_is_compressed_anew() {
        let dir = scratch("stale");
        write(&dir, &[("a.css", "old")]);
        let files = files_below(&dir, Path::new("")).unwrap();
        compress(&files, &dir).unwrap();
        let earlier = fs::metadata(dir.join("a.css")).unwrap().modified().unwrap() - std::time::Duration::from_secs(9);
        for packed in ["a.css.br", "a.css.gz"] {
            fs::File::options().write(true).open(dir.join(packed)).unwrap().set_modified(earlier).unwrap();
        }
        fs::write(dir.join("a.css"), "new").unwrap();
        compress(&files, &dir).unwrap();
        assert_eq!(unpacked(&dir.join("a.css")), ("new".to_owned(), "new".to_owned()));
        fs::remove_dir_all(dir).unwrap();
    }

    fn unpacked(file: &Path) -> (String, String) {
        let mut br = Vec::new();
        let packed = fs::read(file.with_added_extension("br")).unwrap();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut br).unwrap();
        let mut gz = String::new();
        let packed = fs::read(file.with_added_extension("gz")).unwrap();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut gz).unwrap();
        (String::from_utf8(br).unwrap(), gz)
    }

    #[test]
    fn missing_assets_are_named() {
        let error = files_below(Path::new("no/such/folder"), Path::new("")).unwrap_err().to_string();
        assert!(error.starts_with("could not read no/such/folder: "), "{error}");
    }
}
