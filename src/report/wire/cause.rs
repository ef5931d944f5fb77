//! The JSON of explanations: `causes` and `cause_notes` of a row.

use crate::cause::{self, Confidence, EditSide, Evidence, Explanation, Place, Remark};
use crate::report::word::Word;
use crate::words::SharedText;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A line that allocates more than in base, and why.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(in crate::report) struct Cause {
    /// The line that allocates.
    site: Site,
    /// The decision of the compiler that explains it; `null` if none changed.
    decision: Option<Decision>,
    /// Why it allocates more, as far as the profile tells: a map that grows, a function of a library that it calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The edits behind it, the likeliest first.
    edits: Vec<Edit>,
    /// How well the edits are known to be the cause.
    confidence: Word<Confidence>,
    /// How much of the growth of the benchmark is explained by all its causes.
    explained: Explained,
}

/// A line that allocates.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Site {
    /// The file, relative to the root of the repository, in the new tree.
    file: String,
    /// The line, from 1.
    line: u32,
    /// The text of the line; empty if it could not be read.
    text: String,
    /// The function, as Go's profiles name it.
    function: String,
    /// How many objects more than in base it allocates per operation.
    objects_per_op: f64,
    /// How many bytes more than in base it allocates per operation.
    bytes_per_op: f64,
    /// The calls that lead to it, the innermost first.
    stack: Vec<Call>,
}

/// A call on the way to a line that allocates.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Call {
    /// The function, as Go's profiles name it.
    function: String,
    /// The file.
    file: String,
    /// The line, from 1.
    line: u32,
}

/// A decision of the compiler.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Decision {
    /// What it decided in new.
    text: String,
    /// What it decided in base; `null` if base has no such expression.
    base: Option<String>,
    /// How the value gets to the heap, step by step.
    flow: Vec<Step>,
}

/// A step of a value on its way to the heap.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Step {
    /// What happens.
    text: String,
    /// The file, if the step has a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// Its line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

/// A line that differs between base and new.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Edit {
    /// The file.
    file: String,
    /// The line, from 1, in the tree that `side` names.
    line: u32,
    /// The tree that has the line: `base` for a deleted one.
    side: Word<EditSide>,
    /// The text of the line.
    text: String,
    /// How it leads to the allocation.
    evidence: Word<Evidence>,
}

/// How much of the growth of a benchmark is explained.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Explained {
    /// Bytes per operation that the named lines allocate more.
    bytes: f64,
    /// The growth of B/op.
    bytes_of: f64,
    /// Objects per operation that the named lines allocate more.
    objects: f64,
    /// The growth of allocs/op.
    objects_of: f64,
}

impl Cause {
    /// The causes of an explanation.
    pub fn all(explanation: &Explanation) -> Vec<Cause> {
        let explained = &explanation.explained;
        let of = |it: &cause::Cause| Cause {
            site: Site::of(&it.site),
            decision: it.decision.as_ref().map(Decision::of),
            reason: it.reason.clone(),
            edits: it.edits.iter().map(Edit::of).collect(),
            confidence: Word(it.confidence),
            explained: Explained {
                bytes: explained.bytes,
                bytes_of: explained.bytes_of,
                objects: explained.objects,
                objects_of: explained.objects_of,
            },
        };
        explanation.causes.iter().map(of).collect()
    }

    /// The explanation with these causes and notes; `None` if there is neither.
    pub fn explanation(causes: Vec<Cause>, notes: Vec<String>) -> Option<Explanation> {
        if causes.is_empty() && notes.is_empty() {
            return None;
        }
        let explained = causes.first().map(|it| cause::Explained {
            bytes: it.explained.bytes,
            bytes_of: it.explained.bytes_of,
            objects: it.explained.objects,
            objects_of: it.explained.objects_of,
        });
        Some(Explanation {
            causes: causes.into_iter().map(Cause::into_cause).collect(),
            explained: explained.unwrap_or_default(),
            remarks: notes.into_iter().map(Remark::Text).collect(),
        })
    }

    fn into_cause(self) -> cause::Cause {
        cause::Cause {
            site: self.site.into_site(),
            decision: self.decision.map(Decision::into_decision),
            reason: self.reason,
            edits: self.edits.into_iter().map(Edit::into_edit).collect(),
            confidence: self.confidence.0,
        }
    }
}

impl Site {
    fn of(site: &cause::Site) -> Site {
        let call = |(function, place): &(SharedText, Place)| Call {
            function: function.to_string(),
            file: place.file.to_string(),
            line: place.line,
        };
        Site {
            file: site.place.file.to_string(),
            line: site.place.line,
            text: site.place.text.to_string(),
            function: site.function.to_string(),
            objects_per_op: site.objects_per_op,
            bytes_per_op: site.bytes_per_op,
            stack: site.stack.iter().map(call).collect(),
        }
    }

    fn into_site(self) -> cause::Site {
        let call = |it: Call| (it.function.into(), place(it.file, it.line, String::new()));
        cause::Site {
            place: place(self.file, self.line, self.text),
            function: self.function.into(),
            objects_per_op: self.objects_per_op,
            bytes_per_op: self.bytes_per_op,
            stack: self.stack.into_iter().map(call).collect(),
        }
    }
}

impl Decision {
    fn of(decision: &cause::Decision) -> Decision {
        let step = |it: &cause::FlowStep| Step {
            text: it.text.clone(),
            file: it.place.as_ref().map(|it| it.file.to_string()),
            line: it.place.as_ref().map(|it| it.line),
        };
        Decision {
            text: decision.text.clone(),
            base: decision.base.clone(),
            flow: decision.flow.iter().map(step).collect(),
        }
    }

    fn into_decision(self) -> cause::Decision {
        let step = |it: Step| cause::FlowStep {
            text: it.text,
            place: it.file.zip(it.line).map(|(file, line)| place(file, line, String::new())),
        };
        cause::Decision { text: self.text, base: self.base, flow: self.flow.into_iter().map(step).collect() }
    }
}

impl Edit {
    fn of(edit: &cause::Edit) -> Edit {
        Edit {
            file: edit.place.file.to_string(),
            line: edit.place.line,
            side: Word(edit.side),
            text: edit.place.text.to_string(),
            evidence: Word(edit.evidence),
        }
    }

    fn into_edit(self) -> cause::Edit {
        cause::Edit {
            place: place(self.file, self.line, self.text),
            side: self.side.0,
            evidence: self.evidence.0,
        }
    }
}

fn place(file: String, line: u32, text: String) -> Place {
    Place { file: file.into(), line, text: text.into() }
}
