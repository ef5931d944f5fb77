//! Profiles and decisions of a tree, by the real toolchain.

use super::case::MODULE_PATH;
use crate::run;
use allocgate::internals::cause::decision::Decisions;
use allocgate::internals::cause::profile::{Profile, StackCost, per_op};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many operations the two runs have.
const COUNTS: [u64; 2] = [500, 2_500];

/// What one operation of a benchmark allocates.
pub struct Measured {
    pub costs: Vec<StackCost>,
    /// B/op and allocs/op as Go prints them.
    pub bytes: f64,
    pub objects: f64,
}

/// The test binaries of a tree, each built once.
pub struct Builds {
    tree: PathBuf,
    output: PathBuf,
    decisions: HashMap<String, Decisions>,
}

impl Builds {
    pub fn new(tree: &Path, output: &Path) -> Builds {
        fs::create_dir_all(output).expect("a folder can be made");
        Builds { tree: tree.to_path_buf(), output: output.to_path_buf(), decisions: HashMap::new() }
    }

    /// The decisions about a package and what it depends on.
    pub fn decisions(&mut self, package: &str) -> &Decisions {
        let (tree, binary) = (&self.tree, self.output.join(package.replace('/', "-")));
        self.decisions.entry(package.to_string()).or_insert_with(|| {
            let mut go = Command::new("go");
            go.args(["test", "-c", "-trimpath", &format!("-gcflags={MODULE_PATH}/...=-m=2"), "-o"]);
            let output = run(go.arg(binary).arg(format!("./{package}")).current_dir(tree));
            let text = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{package}: {text}");
            Decisions::read(&output.stderr)
        })
    }

    /// Runs one benchmark twice, alone.
    pub fn measure(&mut self, package: &str, function: &str) -> Measured {
        self.decisions(package);
        let [small, large] = COUNTS.map(|count| self.profile(package, function, count));
        let number = |unit: &str| -> f64 {
            let before = large.1.split(unit).next().filter(|it| it.len() < large.1.len());
            let number = before.and_then(|it| it.split_whitespace().last()?.parse().ok());
            number.unwrap_or_else(|| panic!("no {unit} in {}", large.1))
        };
        let costs = per_op(&small.0, COUNTS[0], &large.0, COUNTS[1]);
        Measured { costs, bytes: number(" B/op"), objects: number(" allocs/op") }
    }

    fn profile(&self, package: &str, function: &str, count: u64) -> (Profile, String) {
        let file = self.output.join(format!("{function}.{count}.pb"));
        let mut binary = Command::new(self.output.join(package.replace('/', "-")));
        binary.args(["-test.run=^$", "-test.cpu=1", "-test.memprofilerate=1"]);
        binary.arg(format!("-test.bench=^{function}$")).arg(format!("-test.benchtime={count}x"));
        binary.arg("-test.memprofile").arg(&file).current_dir(self.tree.join(package));
        // What packages allocate before the flag is read is counted too.
        let output = run(binary.env("GODEBUG", "memprofilerate=1"));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{function}: {text}");
        let bytes = fs::read(&file).expect("there is a profile");
        (Profile::read(&bytes).unwrap_or_else(|error| panic!("{function}: {error}")), text)
    }
}
