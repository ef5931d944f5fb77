//! The moves of the playbook.

use strum::{IntoStaticStr, VariantArray};

/// A way to allocate less, in the order in which to try them. `docs/playbook.md` explains each.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    IntoStaticStr,
    VariantArray,
    strum::Display,
    strum::EnumString,
)]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Move {
    /// A struct instead of a pointer to it.
    ReturnValue,
    /// A value as what it is, not as an interface.
    AvoidBoxing,
    /// The number of elements for `make`.
    GiveSize,
    /// The memory of the last call, emptied.
    ReuseMemory,
    /// A copy of the part that is needed in what lives longer.
    ShortenLife,
    /// A struct with a method instead of a closure.
    DropClosure,
    /// What is rare in a function of its own, so that the rest is inlined.
    SplitSlowPath,
    /// A call that the compiler knows instead of one through an interface.
    TakeConcreteType,
    /// Profile-guided optimization.
    ProfileGuided,
    /// `sync.Pool`.
    Pool,
}

/// The moves of a line with the reason for each, each once.
#[derive(Debug, Default)]
pub struct Moves(pub Vec<(Move, String)>);

impl Moves {
    /// Adds a move, unless it is there.
    pub fn add(&mut self, which: Move, why: String) {
        if !self.0.iter().any(|it| it.0 == which) {
            self.0.push((which, why));
        }
    }
}

impl Move {
    /// Every move.
    pub const ALL: &[Move] = Move::VARIANTS;

    /// Its title in the playbook.
    pub fn title(self) -> &'static str {
        match self {
            Move::ReturnValue => "Return a value",
            Move::AvoidBoxing => "Do not box",
            Move::GiveSize => "Say the size",
            Move::ReuseMemory => "Reuse memory",
            Move::ShortenLife => "Keep it out of what lives longer",
            Move::DropClosure => "Do not return the closure",
            Move::SplitSlowPath => "Split the slow path",
            Move::TakeConcreteType => "Take the concrete type",
            Move::ProfileGuided => "Profile-guided optimization",
            Move::Pool => "Pool",
        }
    }

    /// Where the playbook explains it: `docs/playbook.md#return-a-value`.
    pub fn page(self) -> String {
        format!("docs/playbook.md#{}", self.title().to_ascii_lowercase().replace(' ', "-"))
    }
}
