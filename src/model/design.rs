//! How samples were taken: the design, and when a run looked at its results.

use super::{Look, Looks, RunOptions, Share};

/// How the samples of the two sides were taken over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::Display, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum Design {
    /// One side after the other, as `go test -count=10` does. A disturbance of one second can affect all samples of a benchmark.
    Block,
    /// Base and new alternate, round by round. Each sample comes from a separate process.
    Interleaved,
}

/// How the samples were taken, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SamplingPlan {
    /// How the samples of the two sides were taken over time.
    pub design: Design,
    /// How the design is known.
    pub design_source: DesignSource,
    /// The rounds after which the run looked at its results; `None` if the files do not record them.
    pub looks: Option<Looks>,
    /// The options with which `allocgate run` measures the same again.
    pub options: Option<RunOptions>,
}

/// How the design is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DesignSource {
    /// From the policy.
    Policy,
    /// From the files with the results.
    Files,
    /// It is not known. The usual design is assumed.
    Assumed,
}

impl SamplingPlan {
    /// Whether `allocgate run` measured the results. Only `allocgate run` records looks.
    pub fn measured_by_run(&self) -> bool {
        self.looks.is_some()
    }

    /// The last look at a row, by the larger number of samples of its two sides. `None` if the run looked only once, which uses the
    /// whole probability of a false alarm.
    pub fn look(&self, samples: usize) -> Option<Look> {
        self.looks.as_ref().filter(|looks| looks.is_sequential()).map(|looks| looks.look(samples))
    }

    /// The share of the last look.
    pub fn share(&self, samples: usize) -> Share {
        self.look(samples).map_or(Share::WHOLE, |look| look.share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_look_has_the_whole_share() {
        let plan = |looks: Option<&str>| SamplingPlan {
            design: Design::Interleaved,
            design_source: DesignSource::Files,
            looks: looks.map(|it| it.parse().expect("looks")),
            options: None,
        };
        for looks in [None, Some("10")] {
            assert_eq!((plan(looks).look(30), plan(looks).share(30)), (None, Share::WHOLE));
        }
        assert_eq!(plan(Some("10,20")).look(11).map(|it| (it.number, it.share.get())), Some((2, 0.7)));
    }
}
