//! What is told about a benchmark that allocates more.

use crate::words::{Mean, Number, SharedText, Signed, counted, list};
use std::fmt::{self, Display, Formatter};
use strum::IntoStaticStr;

/// So many objects per operation that no profile has are tiny ones. Less may also be what Go cuts from allocs/op.
pub(super) const CERTAIN: f64 = 0.6;

/// Why the allocations of a benchmark grew.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Explanation {
    /// The sites that allocate more than in base, the one that matters most first. Empty if nothing was found.
    pub causes: Vec<Cause>,
    /// How much of the growth these sites are.
    pub explained: Explained,
    /// What a reader must know besides.
    pub remarks: Vec<Remark>,
}

/// A site that allocates more than in base, and why.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Cause {
    /// Where.
    pub site: Site,
    /// The decision of the compiler that explains it; `None` if none changed.
    pub decision: Option<Decision>,
    /// Why it allocates more, as far as the profile tells: a map that grows, a pool that was empty, functions of libraries that it
    /// calls. With a decision, only the last.
    pub reason: Option<String>,
    /// The edits behind it, the likeliest first.
    pub edits: Vec<Edit>,
    /// How well the edits are known to be the cause.
    pub confidence: Confidence,
}

/// A line of code that allocates.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Site {
    /// The line, in the new tree.
    pub place: Place,
    /// The function, as Go's profiles name it: `example.com/hot/wire.(*Writer).Append`.
    pub function: SharedText,
    /// How many objects more than in base it allocates per operation.
    pub objects_per_op: f64,
    /// How many bytes more than in base it allocates per operation.
    pub bytes_per_op: f64,
    /// The calls that lead to it, the innermost first, up to the benchmark. The first one is the site.
    pub stack: Vec<(SharedText, Place)>,
}

/// A line of a Go file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The path, relative to the root of the repository where it is known, with `/`.
    pub file: SharedText,
    /// The line, from 1.
    pub line: u32,
    /// The text of the line without the blanks around it; empty if the file could not be read.
    pub text: SharedText,
}

/// What the compiler decided about a line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// In new: `moved to heap: num`, `NewCursor is not inlined: unhandled op DEFER`.
    pub text: String,
    /// In base: `on the stack`, `inlined, cost 5 of 80`; `None` if base has no such expression.
    pub base: Option<String>,
    /// How the value gets to the heap, from the expression to the last step.
    pub flow: Vec<FlowStep>,
}

/// A step of a value on its way to the heap.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlowStep {
    /// What happens: `passed to wire.AppendKV(l.buf[:0], key, val)`, `returned`, `captured by a closure`.
    pub text: String,
    /// Where; `None` if it has no line of its own.
    pub place: Option<Place>,
}

/// A line that differs between base and new.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edit {
    /// The line.
    pub place: Place,
    /// The tree that has it.
    pub side: EditSide,
    /// How it leads to the site.
    pub evidence: Evidence,
}

/// The tree that has an edited line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, strum::Display, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum EditSide {
    /// Deleted: only base has it.
    Base,
    /// Added or changed.
    New,
}

/// How an edit leads to the site, the strongest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, strum::Display, strum::EnumString,
)]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Evidence {
    /// It is on the way of the value to the heap.
    Flow,
    /// It is in a function that was inlined on that way.
    InlinedBody,
    /// It makes the receiver of a call that is no longer devirtualised.
    Devirtualization,
    /// It makes a parameter leak that did not in base.
    Leak,
    /// It keeps a function from being inlined.
    Inlining,
    /// It sets the size of what grows.
    Size,
    /// It was deleted, and gave memory back or reserved it: `Put`, `Grow`, `Reset`, `[:0]`, a `make` with a size.
    Reuse,
    /// It is a new call on the stack of the site.
    NewCall,
    /// It is in a function on the stack of the site.
    OnStack,
    /// It shares a name with the code that allocates.
    Related,
}

impl Evidence {
    /// How well it shows that an edit is the cause.
    pub fn confidence(self) -> Confidence {
        match self {
            Evidence::Flow
            | Evidence::InlinedBody
            | Evidence::Devirtualization
            | Evidence::Leak
            | Evidence::Inlining => Confidence::Proven,
            Evidence::Size | Evidence::Reuse | Evidence::NewCall => Confidence::Likely,
            Evidence::OnStack | Evidence::Related => Confidence::Associated,
        }
    }
}

/// How well an edit is known to be the cause.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, strum::Display, strum::EnumString,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Confidence {
    /// The compiler names the way from the edit to the allocation.
    Proven,
    /// The edit is on the line that allocates or on its stack, and no decision contradicts.
    Likely,
    /// The edit is near. Only measuring without it can tell.
    Associated,
}

/// How much of the growth of a benchmark the named sites are.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Explained {
    /// Bytes per operation in the sites.
    pub bytes: f64,
    /// Growth of B/op.
    pub bytes_of: f64,
    /// Objects per operation in the sites.
    pub objects: f64,
    /// Growth of allocs/op.
    pub objects_of: f64,
}

/// An input that an explanation can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Input {
    /// The allocation profile of base: without it, everything that new allocates is listed.
    BaseProfile,
    /// The decisions of the compiler: without them there is no reason and fewer edits.
    Decisions,
    /// The Go files of base: without them there are no edits.
    BaseSources,
    /// The Go files of new: without them there are no quoted lines.
    NewSources,
}

/// What a reader must know besides the causes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Remark {
    /// So many objects per operation are smaller than 16 bytes and share memory, so that no profile has them; the lines are those
    /// where new decisions put such objects on the heap.
    Tiny {
        /// Objects per operation.
        objects: f64,
        /// The lines.
        candidates: Vec<Place>,
    },
    /// allocs/op is cut to a whole number, and the growth is less than one.
    Floored {
        /// Growth of objects per operation.
        objects: f64,
    },
    /// So many bytes per operation are in no site that grew.
    Unexplained {
        /// Bytes per operation.
        bytes: f64,
    },
    /// The two sides were built by different versions of Go.
    Toolchains {
        /// Of base.
        base: String,
        /// Of new.
        new: String,
    },
    /// An input is missing.
    Missing(Input),
    /// Files that the benchmark may read differ from base.
    Inputs(Vec<String>),
    /// The benchmark itself was edited.
    BenchmarkEdited(Place),
    /// What could not be captured or read, in words; and a remark of a report that was read back.
    Text(String),
}

/// `explained: 24 of 24 B/op, 1 of 1 allocs/op`, with what the profile has if that is more; where other lines allocate less, `these lines +562 B/op, +17.62 objects/op; in all
/// -7,921 B/op, +7 allocs/op`.
impl Display for Explained {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let whole = |value: f64| Number(value.round());
        // A pool that was collected, or another class of sizes, makes a difference of a few bytes.
        let is_part = |part: f64, of: f64| of >= 0.0 && part <= 1.05 * of + 2.0;
        if is_part(self.bytes, self.bytes_of) && is_part(self.objects, self.objects_of) {
            // Go prints averages that it cuts to whole numbers. The profile has every object, and so it may have more.
            let (bytes_of, objects_of) = (self.bytes_of.round(), self.objects_of.round());
            write!(f, "explained: {} of {} B/op", whole(self.bytes.min(bytes_of)), Number(bytes_of))?;
            write!(f, ", {} of {} allocs/op", Mean(self.objects.min(objects_of)), Number(objects_of))?;
            if self.bytes.round() > bytes_of || self.objects > objects_of + 0.005 {
                let noun = if Mean(self.objects).to_string() == "1" { "object" } else { "objects" };
                write!(f, " (the profile has {} B, {} {noun})", whole(self.bytes), Mean(self.objects))?;
            }
            return Ok(());
        }
        write!(f, "these lines +{} B/op, +{} objects/op; ", whole(self.bytes), Mean(self.objects))?;
        let (bytes, objects) = (Signed(self.bytes_of.round()), Signed(self.objects_of.round()));
        write!(f, "in all {bytes} B/op, {objects} allocs/op, because others allocate less")
    }
}

impl Display for Remark {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Remark::Tiny { objects, candidates: _ } if *objects < CERTAIN => {
                write!(
                    f,
                    "{} of the allocs/op in no line: objects smaller than 16 bytes share memory, and Go cuts allocs/op to a whole number",
                    Mean(*objects)
                )
            }
            Remark::Tiny { objects, candidates } => {
                write!(
                    f,
                    "{} per operation smaller than 16 bytes, which profiles do not show",
                    counted(objects.round() as usize, "object")
                )?;
                let places: Vec<String> =
                    candidates.iter().map(|it| format!("{}:{}", it.file, it.line)).collect();
                if places.is_empty() { Ok(()) } else { write!(f, "; perhaps at {}", places.join(", ")) }
            }
            Remark::Floored { objects } => write!(
                f,
                "{} more objects per operation; Go cuts allocs/op to a whole number",
                Number((objects * 1000.0).round() / 1000.0)
            ),
            Remark::Unexplained { bytes } => {
                write!(f, "not explained: {} B/op in no line that allocates more", Number(bytes.round()))
            }
            Remark::Toolchains { base, new } => write!(
                f,
                "base was built by {base} and new by {new}: the compiler may be the cause, so its decisions are compared by function only"
            ),
            Remark::Missing(Input::BaseProfile) => {
                write!(f, "no profile of base: these lines allocate, and may have done so in base")
            }
            Remark::Missing(Input::Decisions) => {
                write!(
                    f,
                    "no output of -gcflags=-m=2: it would say why the compiler puts a value on the heap"
                )
            }
            Remark::Missing(Input::BaseSources) => {
                write!(f, "no sources of base: they would show which edit did it")
            }
            Remark::Missing(Input::NewSources) => {
                write!(f, "no sources of new: they would show the lines and the edits")
            }
            Remark::Inputs(files) => {
                let are = if files.len() == 1 { "has" } else { "have" };
                write!(
                    f,
                    "{} {are} changed, and the benchmark may read that: with larger input the same code allocates more",
                    list(files.iter(), 5)
                )
            }
            Remark::BenchmarkEdited(place) => {
                write!(f, "the benchmark itself changed: {}:{}", place.file, place.line)
            }
            Remark::Text(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_a_part_and_more_than_all_is_told() {
        let explained = |bytes, bytes_of, objects, objects_of| {
            Explained { bytes, bytes_of, objects, objects_of }.to_string()
        };
        assert_eq!(explained(23.8, 24.0, 0.98, 1.0), "explained: 24 of 24 B/op, 0.98 of 1 allocs/op");
        assert_eq!(
            explained(17.0, 16.0, 1.0, 1.0),
            "explained: 16 of 16 B/op, 1 of 1 allocs/op (the profile has 17 B, 1 object)",
            "two runs differ"
        );
        assert_eq!(
            explained(159.6, 152.0, 0.97, 0.0),
            "explained: 152 of 152 B/op, 0 of 0 allocs/op (the profile has 160 B, 0.97 objects)"
        );
        let more = "these lines +13,256 B/op, +2 objects/op; in all +6,688 B/op, +2 allocs/op, because others allocate less";
        assert_eq!(explained(13256.0, 6688.0, 2.0, 2.0), more);
        assert_eq!(
            explained(562.0, -7921.0, 17.62, 7.0),
            "these lines +562 B/op, +17.62 objects/op; in all -7,921 B/op, +7 allocs/op, because others allocate less"
        );
    }
}
