//! The words of the JSON, each for one value. The schema has their meanings.

use crate::cause::{Confidence, EditSide, Evidence};
use crate::compare::Basis;
use crate::evidence::{Overall, UsedDesign};
use crate::model::{Design, DesignSource};
use crate::policy::{ConditionKind, Level};
use crate::verdict::{NoteKind, ReasonKind, Verdict};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use std::borrow::Cow;

/// A value that JSON has a word for.
pub(super) trait Vocabulary: Copy + PartialEq + 'static {
    /// What the schema calls it.
    const NAME: &'static str;

    /// Every value.
    fn all() -> &'static [Self];

    /// Its word.
    fn word(self) -> &'static str;

    /// What the word means.
    fn meaning(self) -> &'static str;

    /// Words of earlier versions that are still read.
    fn former() -> &'static [(&'static str, Self)] {
        &[]
    }
}

/// A value, written as its word.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Word<T>(pub T);

impl<T: Vocabulary> Word<T> {
    pub fn as_str(self) -> &'static str {
        self.0.word()
    }
}

impl<T: Vocabulary> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.word())
    }
}

impl<'d, T: Vocabulary> Deserialize<'d> for Word<T> {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Word<T>, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let current = T::all().iter().map(|&value| (value.word(), value));
        let found = current.chain(T::former().iter().copied()).find(|(word, _)| *word == text);
        found.map(|(_, value)| Word(value)).ok_or_else(|| {
            let words: Vec<&str> = T::all().iter().map(|value| value.word()).collect();
            D::Error::custom(format!("got `{text}`, expected one of {}", words.join(", ")))
        })
    }
}

impl<T: Vocabulary> JsonSchema for Word<T> {
    fn schema_name() -> Cow<'static, str> {
        T::NAME.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let constant =
            |value: &T| json!({ "const": value.word(), "description": value.meaning(), "type": "string" });
        let all: Vec<Value> = T::all().iter().map(constant).collect();
        json_schema!({ "oneOf": all })
    }
}

/// The words of an enum. A variant without a word does not compile.
macro_rules! vocabulary {
    ($type:ident { $($variant:ident = $word:literal: $meaning:literal,)* }$( formerly { $($old:literal: $now:ident,)* })?) => {
        impl Vocabulary for $type {
            const NAME: &'static str = stringify!($type);

            fn all() -> &'static [$type] {
                &[$($type::$variant,)*]
            }

            fn word(self) -> &'static str {
                match self { $($type::$variant => $word,)* }
            }

            fn meaning(self) -> &'static str {
                match self { $($type::$variant => $meaning,)* }
            }

            $(fn former() -> &'static [(&'static str, $type)] {
                &[$(($old, $type::$now),)*]
            })?
        }
    };
}

vocabulary!(Overall {
    Pass = "pass": "No row and no condition fails.",
    Fail = "fail": "A regression, an exceeded budget or a condition at level fail.",
    Undecided = "undecided": "The samples do not decide, and the policy demands a decision.",
    Error = "error": "An error: usage, input, policy, or nothing to compare.",
});

vocabulary!(Verdict {
    OverBudget = "over-budget": "Above an absolute maximum.",
    Regressed = "regressed": "Proven worse, and by more than is tolerated.",
    Missing = "missing": "Not measured on a side where it should have been: in new, or the counts of a benchmark in base.",
    Waived = "waived": "A regression that a waiver accepts, or a benchmark that is removed with a waiver.",
    Undecided = "undecided": "The samples do not decide.",
    NotJudged = "not-judged": "Base and new were not compared; the reason says why.",
    Improved = "improved": "Proven better, and by more than would be tolerated the other way.",
    Unchanged = "unchanged": "A regression beyond the tolerance is ruled out.",
    WithinBudget = "within-budget": "Within its absolute maximum, where there is nothing to compare with.",
    New = "new": "Not measured in base.",
});

vocabulary!(ReasonKind {
    AboveMaximum = "above-maximum": "The new value is above the absolute maximum.",
    WithinMaximum = "within-maximum": "The new value is within the absolute maximum, and nothing was compared.",
    MaximumNotMeasured = "maximum-not-measured": "The policy sets a maximum, and new has no such result.",
    NotInNew = "not-in-new": "Base has the result, new does not.",
    LostInNew = "lost-in-new": "Base has the result. Those of new could not be read, or its process died.",
    NotInBase = "not-in-base": "New counts allocations of this benchmark, base does not.",
    New = "new": "The benchmark is new.",
    UnitIgnored = "unit-ignored": "The policy ignores changes of the unit.",
    DirectionUnknown = "direction-unknown": "Neither Go nor the policy says which direction of the unit is better.",
    DifferentEnvironment = "different-environment": "Base and new ran in different environments.",
    TooFewSamples = "too-few-samples": "A side has fewer samples than the policy asks for.",
    NoBase = "no-base": "There is no base, and no maximum either.",
    Constant = "constant": "All samples of each side are equal, and the sides differ by more than the tolerance.",
    WithinTolerance = "within-tolerance": "All samples of each side are equal, and the sides differ by no more than the tolerance.",
    Proven = "proven": "A test proves the change.",
    FarApart = "far-apart": "All samples of the sides are far apart.",
    RuledOut = "ruled-out": "A regression beyond the tolerance is ruled out.",
    SetUp = "set-up": "A count rose only because its set-up cost was divided by fewer iterations.",
    Noise = "noise": "The change is smaller than what these samples can detect.",
    CloseToTolerance = "close-to-tolerance": "The change is too close to the tolerance to tell.",
    TooFewForProof = "too-few-for-proof": "So few samples cannot prove any change among so many varying rows.",
    FewProcesses = "few-processes": "A side has one or two processes, and the suite is too small to tell how much processes differ.",
    SuiteShift = "suite-shift": "The suite moved as a whole, because of the machine or of the code.",
    FollowsIterations = "follows-iterations": "A count depends on b.N, and b.N differs.",
    Overlap = "overlap": "The samples overlap, and the values touch zero.",
    WeakEvidence = "weak-evidence": "The p-value is too large.",
});

vocabulary!(NoteKind {
    TwoClusters = "two-clusters": "The samples of a side fall into two clusters.",
    WideSpread = "wide-spread": "The largest sample of a side is many times the smallest one.",
    CpuTime = "cpu-time": "Wall time is undecided, and CPU time is decided.",
    GrownPackages = "grown-packages": "A program grew, and these of its packages did.",
    GrownFunction = "grown-function": "A function executes more instructions than in base; the text names its line that grew most.",
});

vocabulary!(Level {
    Ignore = "ignore": "Nothing, and it is not shown.",
    Warn = "warn": "It is shown.",
    Fail = "fail": "The gate fails.",
});

vocabulary!(Basis {
    Interleaved = "interleaved": "From the samples themselves: base and new were interleaved.",
    Measured = "measured": "From the scatter of the suite around its common shift.",
    Replicated = "replicated": "From the samples of several processes per side.",
    Learned = "learned": "From the history: each benchmark has its own noise, and the median is given.",
    Unknown = "unknown": "It is not known: a side has one process, and the suite is too small to measure it.",
} formerly {
    "assumed": Unknown,
});

vocabulary!(Design {
    Block = "block": "One side after the other.",
    Interleaved = "interleaved": "Base and new in turn, round by round, each sample from a process of its own.",
});

vocabulary!(UsedDesign {
    Interleaved = "interleaved": "Base and new in turn, one sample from each process.",
    SeparateProcesses = "separate-processes": "Several processes per side.",
    Block = "block": "One process on a side, or on both.",
});

vocabulary!(DesignSource {
    Policy = "policy": "The policy.",
    Files = "files": "The files with the results.",
    Assumed = "nobody": "Neither: the usual design is assumed.",
});

vocabulary!(EditSide {
    Base = "base": "Deleted: only base has the line.",
    New = "new": "Added or changed.",
});

vocabulary!(Evidence {
    Flow = "flow": "It is on the way of the value to the heap.",
    InlinedBody = "inlined-body": "It is in a function that was inlined on that way.",
    Devirtualization = "devirtualization": "It makes the receiver of a call that is no longer devirtualised.",
    Leak = "leak": "It makes a parameter leak that did not in base.",
    Inlining = "inlining": "It keeps a function from being inlined.",
    Size = "size": "It sets the size of what grows.",
    Reuse = "reuse": "It was deleted, and gave memory back or reserved it.",
    NewCall = "new-call": "It is a new call on the stack of the allocation.",
    OnStack = "on-stack": "It is in a function on the stack of the allocation.",
    Related = "related": "It shares a name with the code that allocates.",
});

vocabulary!(Confidence {
    Proven = "proven": "The compiler names the way from the edit to the allocation.",
    Likely = "likely": "The edit is on the line that allocates or on its stack.",
    Associated = "associated": "The edit is near. Only measuring without it can tell.",
});

impl Vocabulary for ConditionKind {
    const NAME: &'static str = "ConditionKind";

    fn all() -> &'static [ConditionKind] {
        ConditionKind::ALL
    }

    fn word(self) -> &'static str {
        self.as_str()
    }

    fn former() -> &'static [(&'static str, ConditionKind)] {
        ConditionKind::FORMER_NAMES
    }

    fn meaning(self) -> &'static str {
        self.meaning()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_formats_write_the_same_words() {
        for &verdict in Verdict::all() {
            assert_eq!(verdict.word(), verdict.as_str());
        }
        for &level in Level::all() {
            assert_eq!(level.word(), level.to_string());
        }
        for &overall in Overall::all() {
            assert_eq!(overall.word(), overall.to_string());
        }
    }

    #[test]
    fn a_former_word_is_read_and_not_written() {
        let read: Word<ConditionKind> = serde_json::from_str("\"blind-run\"").expect("a former word");
        assert_eq!(serde_json::to_string(&read).expect("plain"), "\"too-noisy\"");
        assert!(serde_json::from_str::<Word<ConditionKind>>("\"blind\"").is_err());
    }
}
