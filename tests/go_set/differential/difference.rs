//! The list of deliberate differences; `docs/benchstat-differences.md` describes them.

/// A deliberate difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    UnequalSizes,
    AtAlpha,
    Underflow,
    NonFinite,
    Zero,
    Encoding,
    Torn,
    LongLine,
    Trimmed,
    Prose,
    Prefixed,
    Control,
    Formulas,
    Letters,
    Errors,
    Regexp,
    NoResults,
    Apart,
}

impl Difference {
    pub const ALL: [Difference; 18] = [
        Difference::UnequalSizes,
        Difference::AtAlpha,
        Difference::Underflow,
        Difference::NonFinite,
        Difference::Zero,
        Difference::Encoding,
        Difference::Torn,
        Difference::LongLine,
        Difference::Trimmed,
        Difference::Prose,
        Difference::Prefixed,
        Difference::Control,
        Difference::Formulas,
        Difference::Letters,
        Difference::Errors,
        Difference::Regexp,
        Difference::NoResults,
        Difference::Apart,
    ];

    /// Its heading in the document.
    pub fn title(self) -> &'static str {
        match self {
            Difference::UnequalSizes => "Exact p for unequal sample sizes with ties",
            Difference::AtAlpha => "A p-value that is exactly alpha",
            Difference::Underflow => "A p-value of zero",
            Difference::NonFinite => "NaN and infinities",
            Difference::Zero => "Zero values",
            Difference::Encoding => "Encodings",
            Difference::Torn => "Results split over two lines",
            Difference::LongLine => "Lines over 64 KiB",
            Difference::Trimmed => "Blanks after a configuration value",
            Difference::Prose => "Text that is not a result",
            Difference::Prefixed => "Prefixes of logs",
            Difference::Control => "Control characters",
            Difference::Formulas => "Formulas",
            Difference::Letters => "Columns after Z",
            Difference::Errors => "Errors",
            Difference::Regexp => "Regular expressions",
            Difference::NoResults => "A file without results",
            Difference::Apart => "Files with different configurations",
        }
    }
}
