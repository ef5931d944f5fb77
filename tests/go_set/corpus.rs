//! Every file and every pair of the corpus, through benchstat and through `compare`: with both features, `go-set` and
//! `corpus-set`.

use crate::differential::{Case, run_all};
use std::fs;
use std::path::{Path, PathBuf};

/// A file or folder below the one that `CORPUS` names.
fn shared(path: &str) -> PathBuf {
    let folder = std::env::var("CORPUS").expect("CORPUS names the folder with corpus/ and gosamples/");
    let path = PathBuf::from(folder).join(path);
    assert!(path.exists(), "{} is missing, and this test needs it", path.display());
    path
}

fn file(path: &Path) -> (String, Vec<u8>) {
    let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
    (name, fs::read(path).expect("readable"))
}

/// As text, as CSV, and with names apart from their parts.
fn cases(files: Vec<(String, Vec<u8>)>) -> impl Iterator<Item = Case> {
    let inputs: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
    let flags = [["-format", "text"], ["-format", "csv"], ["-row", ".name"]];
    flags.into_iter().map(move |flags| Case {
        files: files.clone(),
        inputs: inputs.clone(),
        flags: flags.map(String::from).to_vec(),
        ..Case::default()
    })
}

#[test]
fn every_file_and_pair_is_compared_as_benchstat_does() {
    let mut all = Vec::new();
    for folder in ["corpus", "gosamples"] {
        for entry in fs::read_dir(shared(folder)).expect("readable") {
            let path: PathBuf = entry.expect("readable").path();
            // What `go test -json` prints benchstat cannot read.
            let json = path.to_string_lossy().contains("json");
            if path.extension().is_some_and(|it| it == "txt") && !json {
                all.extend(cases(vec![file(&path)]));
            }
        }
    }
    let pairs = fs::read_to_string(shared("corpus/pairs.tsv")).expect("readable");
    for line in pairs.lines().skip(1) {
        let names: Vec<&str> = line.split('\t').skip(1).take(2).collect();
        all.extend(cases(names.iter().map(|name| file(&shared("corpus").join(name))).collect()));
    }
    let tally = run_all(all.len(), |number| all[number].clone());
    assert!(tally.cases > 200, "only {} cases", tally.cases);
    tally.hold("corpus");
}
