//! Texts that occur many times and are kept once.

use crate::words::SharedText;
use std::collections::HashMap;

/// The texts of an output by what they say.
#[derive(Default)]
pub(super) struct Texts<'t>(HashMap<&'t str, SharedText>);

impl<'t> Texts<'t> {
    /// A text, the same memory for the same text.
    pub(super) fn shared(&mut self, text: &'t str) -> SharedText {
        self.0.entry(text).or_insert_with(|| text.into()).clone()
    }
}
