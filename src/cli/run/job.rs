//! Which shard a job of a CI is.

use allocgate::internals::model::Shard;
use allocgate::internals::words::list;
use anyhow::{anyhow, bail};

/// Where the numbers of a shard come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum ShardArg {
    /// From the environment of the CI.
    Auto,
    /// From the command line.
    Given(Shard),
}

/// `k/n` or `auto`.
pub(super) fn shard(text: &str) -> Result<ShardArg, String> {
    match text {
        "auto" => Ok(ShardArg::Auto),
        text => text.parse().map(ShardArg::Given).map_err(|error| format!("{error}, or auto")),
    }
}

/// Variables that number the jobs of a set: the one with the index, the one with the count, and the first index.
const VARIABLES: [(&str, &str, usize); 6] = [
    ("CI_NODE_INDEX", "CI_NODE_TOTAL", 1),                         // GitLab
    ("CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0),                 // CircleCI
    ("BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0), // Buildkite
    ("JOB_COMPLETION_INDEX", "ALLOCGATE_SHARDS", 0), // Kubernetes, which does not tell the count
    ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", 0), // Slurm: from SLURM_ARRAY_TASK_MIN
    ("TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", 0),    // Bazel
];

impl ShardArg {
    /// The shard. `variable` is the value of an environment variable.
    ///
    /// # Errors
    /// If it is to come from the environment, and that has none, or several.
    pub fn resolve(self, variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Shard> {
        match self {
            ShardArg::Given(shard) => Ok(shard),
            ShardArg::Auto => from_environment(variable),
        }
    }
}

fn from_environment(variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Shard> {
    let set: Vec<_> = VARIABLES.iter().filter(|(index, ..)| variable(index).is_some()).collect();
    let (index, count, first) = match set.as_slice() {
        [one] => **one,
        [] => bail!(
            "--shard auto: no job number in the environment (tried {}); write --shard k/n, such as 2/4",
            list(VARIABLES.iter().map(|(index, ..)| index), VARIABLES.len())
        ),
        several => bail!(
            "--shard auto: {} are set, and say which job this is; write --shard k/n, such as 2/4",
            list(several.iter().map(|(index, ..)| index), VARIABLES.len())
        ),
    };
    let number = |name: &str| -> anyhow::Result<Option<usize>> {
        let Some(value) = variable(name) else { return Ok(None) };
        let parsed = value.trim().parse();
        parsed.map(Some).map_err(|_| anyhow!("--shard auto: {name} is `{value}`; expected a number"))
    };
    let needed = |name: &str| {
        number(name)?.ok_or_else(|| {
            anyhow!("--shard auto: {index} is set and {name} is not; set it to the number of shards")
        })
    };
    let (at, total) = (needed(index)?, needed(count)?);
    let (first, step) = match index {
        "SLURM_ARRAY_TASK_ID" => {
            (number("SLURM_ARRAY_TASK_MIN")?.unwrap_or(first), number("SLURM_ARRAY_TASK_STEP")?.unwrap_or(1))
        }
        _ => (first, 1),
    };
    let number = at.checked_sub(first).and_then(|it| it.checked_div(step)).and_then(|it| it.checked_add(1));
    number.and_then(|number| Shard::new(number, total)).ok_or_else(|| {
        anyhow!("--shard auto: {index} is {at} and {count} is {total}; expected an index from {first} and the count")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn auto(variables: &[(&str, &str)]) -> Result<String, String> {
        let variable =
            |name: &str| variables.iter().find(|(it, _)| *it == name).map(|(_, value)| value.to_string());
        ShardArg::Auto.resolve(variable).map(|it| it.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn each_ci_numbers_its_jobs_in_its_own_way() {
        for (variables, want) in [
            (&[("CI_NODE_INDEX", "2"), ("CI_NODE_TOTAL", "4")][..], "2/4"),
            (&[("CIRCLE_NODE_INDEX", "0"), ("CIRCLE_NODE_TOTAL", "4")], "1/4"),
            (&[("BUILDKITE_PARALLEL_JOB", "3"), ("BUILDKITE_PARALLEL_JOB_COUNT", "4")], "4/4"),
            (&[("JOB_COMPLETION_INDEX", "1"), ("ALLOCGATE_SHARDS", "4")], "2/4"),
            (
                &[
                    ("SLURM_ARRAY_TASK_ID", "1"),
                    ("SLURM_ARRAY_TASK_COUNT", "4"),
                    ("SLURM_ARRAY_TASK_MIN", "1"),
                ],
                "1/4",
            ),
            (
                &[
                    ("SLURM_ARRAY_TASK_ID", "5"),
                    ("SLURM_ARRAY_TASK_COUNT", "3"),
                    ("SLURM_ARRAY_TASK_MIN", "1"),
                    ("SLURM_ARRAY_TASK_STEP", "2"),
                ],
                "3/3",
            ),
            (&[("TEST_SHARD_INDEX", "3"), ("TEST_TOTAL_SHARDS", "4")], "4/4"),
            // GitLab has a count in every job, and an index only in parallel ones.
            (&[("CI_NODE_TOTAL", "1"), ("TEST_SHARD_INDEX", "0"), ("TEST_TOTAL_SHARDS", "1")], "1/1"),
        ] {
            assert_eq!(auto(variables).as_deref(), Ok(want), "{variables:?}");
        }
    }

    #[test]
    fn what_is_not_clear_is_an_error() {
        for (variables, want) in [
            (&[][..], "no job number in the environment"),
            (&[("CI_NODE_INDEX", "2")], "CI_NODE_INDEX is set and CI_NODE_TOTAL is not"),
            (&[("JOB_COMPLETION_INDEX", "2")], "ALLOCGATE_SHARDS is not; set it to the number of shards"),
            (&[("CI_NODE_INDEX", "x"), ("CI_NODE_TOTAL", "4")], "CI_NODE_INDEX is `x`; expected a number"),
            (&[("CI_NODE_INDEX", "0"), ("CI_NODE_TOTAL", "4")], "CI_NODE_INDEX is 0 and CI_NODE_TOTAL is 4"),
            (&[("TEST_SHARD_INDEX", "4"), ("TEST_TOTAL_SHARDS", "4")], "expected an index from 0"),
            (&[("CI_NODE_INDEX", "1"), ("TEST_SHARD_INDEX", "0")], "CI_NODE_INDEX, TEST_SHARD_INDEX are set"),
        ] {
            let error = auto(variables).expect_err("not clear");
            assert!(error.contains(want), "{error}");
        }
        let zero =
            [("SLURM_ARRAY_TASK_ID", "1"), ("SLURM_ARRAY_TASK_COUNT", "4"), ("SLURM_ARRAY_TASK_STEP", "0")];
        assert!(auto(&zero).is_err());
        assert_eq!(shard("2/4"), Ok(ShardArg::Given(Shard::new(2, 4).expect("a shard"))));
        assert_eq!(shard("auto"), Ok(ShardArg::Auto));
        assert!(shard("4").is_err_and(|it| it.contains("expected k/n")));
    }
}
