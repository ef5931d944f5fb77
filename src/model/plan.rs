//! How samples were taken, as far as anybody says so.

use super::{Design, Look, Looks, Share};

/// How the samples that are compared were taken, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How the two sides lie in time.
    pub design: Design,
    /// Who says that.
    pub design_source: DesignSource,
    /// After which rounds the results were looked at, as the files record it; `None` where they do not.
    pub looks: Option<Looks>,
}

/// Who says how samples were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DesignSource {
    /// The policy.
    Policy,
    /// The files with the results.
    Files,
    /// Nobody: it is taken for what is usual.
    Nobody,
}

impl Plan {
    /// Whether `allocgate run` measured this: nothing else records looks.
    pub fn measured_by_run(&self) -> bool {
        self.looks.is_some()
    }

    /// The last look at a row with so many samples on the side that has more, and its share of the chance of a false alarm.
    /// `None` where there was but one look, which may spend everything.
    pub fn look(&self, samples: usize) -> Option<Look> {
        self.looks.as_ref().filter(|looks| looks.is_sequential()).map(|looks| looks.look(samples))
    }

    /// The share of the last look alone.
    pub fn share(&self, samples: usize) -> Share {
        self.look(samples).map_or(Share::WHOLE, |look| look.share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_look_spends_everything() {
        let plan = |looks: Option<&str>| Plan {
            design: Design::Interleaved,
            design_source: DesignSource::Files,
            looks: looks.map(|it| it.parse().expect("looks")),
        };
        for looks in [None, Some("10")] {
            assert_eq!((plan(looks).look(30), plan(looks).share(30)), (None, Share::WHOLE));
        }
        assert_eq!(plan(Some("10,20")).look(11).map(|it| (it.number, it.share.get())), Some((2, 0.5)));
    }
}
