//! Where code allocates today, as `allocgate sites` prints it.

mod html;
mod json;
mod markdown;
mod section;
mod text;

pub use html::sites_html;
#[cfg(test)]
pub(super) use json::Written;
pub use json::sites_json;
pub use markdown::sites_markdown;
pub use section::{BenchmarkSites, Sites};
pub use text::sites;

#[cfg(test)]
mod tests;
