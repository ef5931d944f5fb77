//! From the files of a capture to explanations.

use super::sources::{SourceTrees, of_revisions};
use super::stored::StoredCapture;
use crate::cause::advice::{Advice, advise};
use crate::cause::decision::Decisions;
use crate::cause::join::{Captured, Growth, explain};
use crate::cause::lines::{LineMap, Module, SourceFile, Sources};
use crate::cause::profile::{Profile, StackCost, per_op, per_op_of_one};
use crate::cause::{
    CapturedBenchmark, CapturedDecisions, CapturedModule, CapturedRuns, CapturedSide, Confidence,
    Explanation, Remark,
};
use crate::run::side::{PerSide, Side};
use crate::run::{RunError, Stop};
use std::collections::BTreeMap;
use std::path::Path;

impl StoredCapture {
    /// Why the first `most` benchmarks allocate more, in the order of the manifest. Go files are those of the revisions in the repository
    /// of `here`; what is missing is said in the remarks.
    ///
    /// # Errors
    /// If it is stopped.
    pub fn explain(&self, here: &Path, most: usize, stop: &Stop) -> Result<Vec<Explanation>, RunError> {
        let trees = of_revisions(here, &self.manifest.base, &self.manifest.new, stop)?;
        Ok(explain_all(self, trees, most))
    }
}

impl StoredCapture {
    /// Where the first `most` benchmarks allocate in new, and which moves apply, in the order of the manifest. Go files are those of the
    /// revision in the repository of `here`; what is missing is said in the remarks.
    ///
    /// # Errors
    /// If it is stopped.
    pub fn advise(&self, here: &Path, most: usize, stop: &Stop) -> Result<Vec<Advice>, RunError> {
        let trees = of_revisions(here, &CapturedSide::default(), &self.manifest.new, stop)?;
        let mut advice = advise_all(self, trees);
        advice.truncate(most);
        Ok(advice)
    }
}

/// The decisions about packages, or why there are none.
type DecisionsOf<'m> = BTreeMap<&'m str, Result<Decisions, String>>;

/// Why the first `most` benchmarks of a capture allocate more.
pub(crate) fn explain_all(stored: &StoredCapture, trees: SourceTrees, most: usize) -> Vec<Explanation> {
    let manifest = &stored.manifest;
    let PerSide { base, new } = trees.files;
    let map = LineMap::new(sources(base, &manifest.base), sources(new, &manifest.new));
    let decisions =
        PerSide { base: read_decisions(stored, Side::Base), new: read_decisions(stored, Side::New) };
    let names = PerSide { base: " of base", new: " of new" };
    let explainer = Explainer { stored, map: &map, decisions: &decisions, problems: &trees.problems, names };
    manifest.benchmarks.iter().take(most).map(|benchmark| explainer.explain(benchmark)).collect()
}

/// Where the benchmarks of a capture allocate in new, and which moves apply.
pub(crate) fn advise_all(stored: &StoredCapture, trees: SourceTrees) -> Vec<Advice> {
    let map = LineMap::new(Sources::default(), sources(trees.files.new, &stored.manifest.new));
    let decisions = PerSide { base: DecisionsOf::new(), new: read_decisions(stored, Side::New) };
    let (problems, names) = (&trees.problems, PerSide { base: "", new: "" });
    let explainer = Explainer { stored, map: &map, decisions: &decisions, problems, names };
    stored.manifest.benchmarks.iter().map(|benchmark| explainer.advise(benchmark)).collect()
}

fn sources(files: Vec<SourceFile>, side: &CapturedSide) -> Sources {
    let module = |it: &CapturedModule| Module { path: it.path.clone(), folder: it.folder.clone() };
    Sources::new(files, side.modules.iter().map(module).collect())
}

fn captured(stored: &StoredCapture, side: Side) -> &CapturedSide {
    match side {
        Side::Base => &stored.manifest.base,
        Side::New => &stored.manifest.new,
    }
}

/// Reads what the compiler printed on a side.
fn read_decisions(stored: &StoredCapture, side: Side) -> DecisionsOf<'_> {
    let read = |it: &CapturedDecisions| match (&it.file, &it.problem) {
        (Some(file), _) => stored.file(file).and_then(|bytes| {
            let is_whole = it.bytes.is_none_or(|all| all == bytes.len() as u64);
            let whole = || it.bytes.unwrap_or_default();
            is_whole.then(|| Decisions::read(&bytes)).ok_or_else(|| {
                format!("{file} has {} bytes; expected {}: capture again", bytes.len(), whole())
            })
        }),
        (None, Some(problem)) => Err(problem.clone()),
        (None, None) => Err("they were not captured".to_string()),
    };
    captured(stored, side).decisions.iter().map(|it| (it.package.as_str(), read(it))).collect()
}

struct Explainer<'e> {
    stored: &'e StoredCapture,
    map: &'e LineMap,
    decisions: &'e PerSide<DecisionsOf<'e>>,
    /// Why Go files are missing.
    problems: &'e [String],
    /// What is said of each side: ` of base`; nothing if there is only one.
    names: PerSide<&'static str>,
}

impl Explainer<'_> {
    fn explain(&self, benchmark: &CapturedBenchmark) -> Explanation {
        let mut problems = Vec::new();
        let base_costs = self.costs(&benchmark.base, Side::Base, &mut problems);
        let new_costs = self.costs(&benchmark.new, Side::New, &mut problems);
        let growth = growth(benchmark, base_costs.as_deref(), new_costs.as_deref());
        let base = self.side(benchmark, Side::Base, base_costs.as_deref(), &mut problems);
        let new = self.side(benchmark, Side::New, new_costs.as_deref(), &mut problems);
        let mut explanation = explain(&base, &new, self.map, growth);
        let inputs =
            self.stored.manifest.new.changed_inputs.iter().find(|it| it.package == benchmark.package);
        // What is proven needs no other cause.
        let is_open = explanation.causes.iter().any(|it| it.confidence != Confidence::Proven)
            || explanation.causes.is_empty();
        explanation.remarks.extend(inputs.filter(|_| is_open).map(|it| Remark::Inputs(it.files.clone())));
        problems.extend(self.problems.iter().cloned());
        explanation.remarks.extend(problems.into_iter().map(Remark::Text));
        explanation
    }

    fn advise(&self, benchmark: &CapturedBenchmark) -> Advice {
        let mut problems = Vec::new();
        let costs = self.costs(&benchmark.new, Side::New, &mut problems);
        let captured = self.side(benchmark, Side::New, costs.as_deref(), &mut problems);
        let objects = benchmark.new.allocated().map(|it| it.allocs_per_op);
        let mut advice = advise(&captured, self.map, objects);
        problems.extend(self.problems.iter().cloned());
        advice.remarks.extend(problems.into_iter().map(Remark::Text));
        advice
    }

    fn side<'s>(
        &'s self,
        benchmark: &'s CapturedBenchmark,
        side: Side,
        costs: Option<&'s [StackCost]>,
        problems: &mut Vec<String>,
    ) -> Captured<'s> {
        let known = captured(self.stored, side).decisions.iter().find(|it| it.package == benchmark.package);
        let decisions = match self.decisions[side].get(benchmark.package.as_str()) {
            Some(Ok(decisions)) => {
                let problem = known.and_then(|it| it.problem.as_ref());
                problems.extend(problem.map(|it| format!("compiler decisions of {side}: {it}")));
                Some(decisions)
            }
            Some(Err(problem)) => {
                // Where there is no profile for the same reason, that is said.
                if !problems.iter().any(|it| it.ends_with(problem.as_str())) {
                    problems.push(format!("no compiler decisions{}: {problem}", self.names[side]));
                }
                None
            }
            None => None,
        };
        let toolchain = captured(self.stored, side).toolchain.split(' ').next();
        Captured {
            costs,
            decisions,
            dependencies: &captured(self.stored, side).dependencies,
            package: &benchmark.package,
            toolchain: toolchain.filter(|it| !it.is_empty()),
        }
    }

    /// What each stack allocates per operation on a side; `None` if there is no profile that can be read.
    fn costs(&self, runs: &CapturedRuns, side: Side, problems: &mut Vec<String>) -> Option<Vec<StackCost>> {
        let name = self.names[side];
        if let Some(problem) = &runs.problem {
            // What holds for both sides is said once.
            let of_base = format!("no profile{}: {problem}", self.names.base);
            match problems.iter().position(|it| side == Side::New && *it == of_base) {
                Some(at) => problems[at] = format!("no profiles: {problem}"),
                None => problems.push(format!("no profile{name}: {problem}")),
            }
        }
        let mut say = |problem: &str| problems.push(format!("no profile{name}: {problem}"));
        let mut profiles = Vec::new();
        for run in &runs.runs {
            let bytes = self.stored.file(&run.profile);
            match bytes.and_then(|bytes| Profile::read(&bytes).map_err(|error| error.to_string())) {
                Ok(profile) => profiles.push((profile, run.count)),
                Err(problem) => say(&problem),
            }
        }
        let sampled = profiles.iter().map(|(profile, _)| profile.period).find(|&period| period > 1);
        if let Some(period) = sampled {
            problems.push(format!(
                "the profile{name} has one allocation in about {period} bytes: its numbers are estimates, and lines may be missing"
            ));
        }
        match profiles.as_slice() {
            [] => None,
            [(profile, count)] => {
                problems.push(format!("only one profile{name} can be used: the cost of setting up is in it"));
                Some(per_op_of_one(profile, *count))
            }
            [(small, small_count), .., (large, large_count)] => {
                Some(per_op(small, *small_count, large, *large_count))
            }
        }
    }
}

/// How much the benchmark grew: as measured, else by the profiles.
fn growth(benchmark: &CapturedBenchmark, base: Option<&[StackCost]>, new: Option<&[StackCost]>) -> Growth {
    if let Some(growth) = benchmark.growth() {
        return Growth { bytes: growth.bytes_per_op, objects: growth.allocs_per_op };
    }
    let sum = |costs: Option<&[StackCost]>, of: fn(&StackCost) -> f64| {
        costs.unwrap_or_default().iter().map(of).sum::<f64>()
    };
    Growth {
        bytes: sum(new, |it| it.bytes) - sum(base, |it| it.bytes),
        objects: sum(new, |it| it.objects) - sum(base, |it| it.objects),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::{Allocated, CapturedRun, Manifest};
    use std::fs;

    /// The remarks of a capture whose compiler printed this about new.
    fn remarks(decisions: CapturedDecisions, text: &str) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("m2.txt"), text).expect("written");
        fs::write(folder.path().join("cut"), [0x1f, 0x8b, 8]).expect("written");
        let new = CapturedSide { decisions: vec![decisions], ..CapturedSide::default() };
        let run = |count, profile: &str| CapturedRun { count, profile: profile.to_string(), printed: None };
        let benchmark = CapturedBenchmark {
            package: "m/p".to_string(),
            benchmark: "A-2".to_string(),
            cpu: None,
            base: CapturedRuns { problem: Some("it crashed".to_string()), ..CapturedRuns::default() },
            new: CapturedRuns {
                runs: vec![run(20, "cut"), run(100, "gone")],
                measured: Some(Allocated { bytes_per_op: 64.0, allocs_per_op: 1.0 }),
                problem: None,
            },
        };
        let manifest = Manifest::new(CapturedSide::default(), new, vec![benchmark]);
        fs::write(folder.path().join("capture.json"), manifest.text()).expect("written");
        let stored = StoredCapture::open(folder.path()).expect("a capture");
        let explained = stored.explain(folder.path(), 10, &Stop::default()).expect("not stopped");
        assert_eq!(explained.len(), 1);
        explained[0].remarks.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn whatever_is_missing_or_damaged_is_said() {
        let decisions = |file: Option<&str>, problem: Option<&str>| CapturedDecisions {
            package: "m/p".to_string(),
            file: file.map(String::from),
            bytes: None,
            problem: problem.map(String::from),
        };
        let plain = "# m/p\nm/p/a.go:3:6: can inline F\nm/p/a.go:4:9: x escapes to heap\n";
        for (captured, text, words) in [
            (decisions(Some("m2.txt"), None), plain, "output of -gcflags=-m: that of -m=2"),
            (decisions(Some("m2.txt"), None), plain, "for the package without its tests"),
            (
                decisions(Some("m2.txt"), Some("only the first 64 MB were kept")),
                "",
                "new: only the first 64 MB",
            ),
            (
                CapturedDecisions { bytes: Some(700), ..decisions(Some("m2.txt"), None) },
                plain,
                "no compiler decisions of new: m2.txt has 65 bytes; expected 700: capture again",
            ),
            (decisions(Some("none.txt"), None), "", "no compiler decisions of new: none.txt cannot be read"),
            (
                decisions(None, Some("it does not build")),
                "",
                "no compiler decisions of new: it does not build",
            ),
            (decisions(None, None), "", "no profile of base: it crashed"),
            (decisions(None, None), "", "no profile of new: the gzip archive of the profile is damaged"),
            (decisions(None, None), "", "no profile of new: gone cannot be read"),
            (decisions(None, None), "", "no Go files: "),
        ] {
            let remarks = remarks(captured, text);
            assert!(remarks.iter().any(|it| it.contains(words)), "{words}: {remarks:#?}");
        }
    }
}
