//! What fuzzers found worth keeping, replayed.

use std::{fs, path::Path};

#[path = "../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "the fuzz targets use it too")]
mod checks;

fn replay(target: &str, check: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files: Vec<_> = fs::read_dir(&folder).expect("the corpus").map(|file| file.expect("a file").path()).collect();
    assert!(files.len() >= 10, "{} has lost its files", folder.display());
    for file in files {
        check(&fs::read(file).expect("a file of the corpus"));
    }
}

#[test]
fn bytes_that_were_kept_are_decoded() {
    replay("decode", checks::decode);
}

#[test]
fn rows_that_were_kept_are_read() {
    replay("row", checks::row);
}
