//! The Markdown pages of the repository, parsed.

use comrak::nodes::{Node, NodeValue};
use comrak::{Anchorizer, Arena, Options};
use std::fs;
use std::path::Path;

/// A Markdown file, read.
pub struct Page {
    pub path: String,
    /// The anchors of its headings, as GitHub makes them.
    pub anchors: Vec<String>,
    pub links: Vec<String>,
    pub blocks: Vec<Block>,
    /// The inline code in its text.
    pub inline: Vec<String>,
    /// The number of words in its text, without code blocks.
    pub words: usize,
}

/// A code block.
pub struct Block {
    /// The language after the fence; empty for an indented block.
    pub language: String,
    pub text: String,
    /// The line of its fence.
    pub line: usize,
    /// Whether it begins at the left margin, outside lists and quotations.
    pub at_margin: bool,
}

impl Page {
    /// The blocks in this language.
    pub fn blocks<'p>(&'p self, language: &str) -> impl Iterator<Item = &'p Block> {
        self.blocks.iter().filter(move |block| block.language == language)
    }
}

/// Every Markdown file of the repository.
pub fn pages() -> Vec<Page> {
    let ours = ignore::WalkBuilder::new(".").sort_by_file_name(Ord::cmp).build(); // what git knows, and not hidden
    let paths = ours.map(|entry| entry.expect("readable").into_path());
    paths.filter(|path| path.extension().is_some_and(|it| it == "md")).map(|path| read(&path)).collect()
}

fn read(path: &Path) -> Page {
    let text = fs::read_to_string(path).expect("readable");
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, &text, &options);
    let path = path.strip_prefix(".").expect("it is below").to_string_lossy().replace('\\', "/");
    let mut page = Page {
        path,
        anchors: Vec::new(),
        links: Vec::new(),
        blocks: Vec::new(),
        inline: Vec::new(),
        words: 0,
    };
    let mut anchorizer = Anchorizer::new();
    for node in root.descendants() {
        let data = node.data();
        match &data.value {
            NodeValue::Heading(_) => page.anchors.push(anchorizer.anchorize(&heading(node))),
            NodeValue::Link(link) | NodeValue::Image(link) => page.links.push(link.url.clone()),
            NodeValue::Text(text) => page.words += words(text),
            NodeValue::Code(code) => {
                page.words += words(&code.literal);
                page.inline.push(code.literal.clone());
            }
            NodeValue::CodeBlock(block) => page.blocks.push(Block {
                language: block.info.clone(),
                text: block.literal.clone(),
                line: data.sourcepos.start.line,
                at_margin: data.sourcepos.start.column == 1,
            }),
            _ => {}
        }
    }
    page
}

fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

/// The text of a heading, without its markup.
fn heading(node: Node<'_>) -> String {
    let text = |node: Node<'_>| match &node.data().value {
        NodeValue::Text(text) => text.to_string(),
        NodeValue::Code(code) => code.literal.clone(),
        _ => String::new(),
    };
    node.descendants().map(text).collect()
}
