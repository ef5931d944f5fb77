//! Steps and drift in a history, as `allocgate history` shows them.

mod csv;
mod html;
mod json;
mod markdown;
mod plot;
mod text;
mod view;

pub use csv::history_csv;
pub use html::history_html;
pub use json::{history_json, trend_schema};
pub use markdown::history_markdown;
pub use text::history_text;
pub use view::HistoryView;
