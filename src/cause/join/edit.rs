//! Edits that were found for a site, the strongest first.

use super::view::View;
use crate::cause::explanation::{Confidence, Edit, EditSide, Evidence};
use crate::cause::lines::EditedLine;

/// More edits help no reader.
const MOST: usize = 8;

/// Edits in the order in which they were found, each once.
#[derive(Debug, Default)]
pub struct Found {
    edits: Vec<(EditedLine, Evidence)>,
}

impl Found {
    /// Adds an edit, unless it was found by stronger evidence.
    pub fn add(&mut self, edit: EditedLine, evidence: Evidence) {
        if self.edits.iter().all(|it| it.0 != edit) {
            self.edits.push((edit, evidence));
        }
    }

    /// Adds several edits with the same evidence.
    pub fn add_all(&mut self, edits: impl IntoIterator<Item = EditedLine>, evidence: Evidence) {
        for edit in edits {
            self.add(edit, evidence);
        }
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// Whether there are as many as are shown.
    pub fn is_full(&self) -> bool {
        self.edits.len() >= MOST
    }

    /// How well the first edit is known to be the cause.
    pub fn confidence(&self) -> Confidence {
        self.edits.first().map_or(Confidence::Associated, |it| it.1.confidence())
    }

    /// The edits as they are shown.
    pub fn finish(self, view: &View<'_>) -> Vec<Edit> {
        let edit = |(it, evidence): (EditedLine, Evidence)| Edit {
            place: match it.side {
                EditSide::Base => view.base.sources.place(it.line),
                EditSide::New => view.new.sources.place(it.line),
            },
            side: it.side,
            evidence,
        };
        self.edits.into_iter().take(MOST).map(edit).collect()
    }
}
