//! Why bytes are no allocation profile.

/// Why bytes are no allocation profile that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// There are no bytes: the process ended before it wrote the profile.
    #[error("the profile is empty")]
    Empty,
    /// The archive is damaged or ends too early.
    #[error("the gzip archive of the profile is damaged: {0}")]
    Gzip(String),
    /// It unpacks to more than this many bytes.
    #[error("the profile is larger than {0} bytes")]
    TooLarge(usize),
    /// It has too many of something.
    #[error("the profile has more than {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
    /// The bytes are no message of this kind: cut, or not a profile at all.
    #[error("the profile is damaged: {what} at byte {offset}")]
    Damaged {
        /// What is wrong.
        what: &'static str,
        /// Where, in the unpacked bytes or in the message that has it.
        offset: usize,
    },
    /// A number that refers to a text, location or function that is not there.
    #[error("the profile refers to {what} {id}, which it does not have")]
    Dangling {
        /// To what.
        what: &'static str,
        /// Its number.
        id: u64,
    },
    /// It is a profile of something else, for example of processor time.
    #[error("not an allocation profile: it has {found}, not alloc_objects and alloc_space")]
    OtherKind {
        /// The sample types that it has, or `no sample types`.
        found: String,
    },
}
