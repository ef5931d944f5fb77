//! What all results together say about how they were measured.

use super::Side;
use crate::model::{BySide, Design, Header, HeaderProblem, Recorded, Selection};
use std::collections::BTreeSet;

/// Puts the headers of both sides together. O(configurations).
pub fn read_headers(base: Option<&Side>, new: &Side) -> Recorded {
    let (base, new) = (base.map(headers).unwrap_or_default(), headers(new));
    let designs = by_side(&base, &new, |header| Some(header.design));
    let is_interleaved = |header: &&Header| header.design == Some(Design::Interleaved);
    let looks = by_side(&base, &new, |header| {
        Some(header).filter(is_interleaved).map(|header| header.looks.clone().and_then(Result::ok))
    });
    let wrong = base.iter().chain(&new).find_map(|header| header.looks.clone()?.err());
    let named = looks.base.iter().chain(&looks.new).flatten();
    Recorded {
        design: designs.agreed().copied(),
        looks: named.cloned().reduce(|all, more| all.or(&more)),
        doubts: [
            designs.differ().then_some(HeaderProblem::Design(designs)),
            wrong.map(HeaderProblem::WrongLooks).or(looks.differ().then_some(HeaderProblem::Looks(looks))),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

/// The selections that were measured, if all results of both sides are of one: what is whole has every benchmark.
/// O(configurations).
pub fn selections(base: Option<&Side>, new: &Side) -> BTreeSet<Selection> {
    let all = base.into_iter().chain([new]).flat_map(headers);
    all.map(|header| header.selection).collect::<Option<_>>().unwrap_or_default()
}

fn headers(side: &Side) -> Vec<Header> {
    side.dataset().configs().map(Header::read).collect()
}

/// One part of the headers of both sides; not of those of which `part` is `None`.
fn by_side<T: Ord>(
    base: &[Header],
    new: &[Header],
    part: impl Fn(&Header) -> Option<Option<T>>,
) -> BySide<T> {
    let of = |headers: &[Header]| headers.iter().filter_map(&part).collect();
    BySide { base: of(base), new: of(new) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Design;
    use crate::parse;

    /// Each result behind a line of configuration, or several.
    fn told(base: &str, new: &str) -> String {
        let data = |text: &str| {
            let lines = text.replace('/', "\n");
            parse::text("f", lines.replace('|', "\nBenchmarkX 1 1 x\n").as_bytes())
        };
        let (base, new) = (data(base), data(new));
        let found = read_headers(Some(&Side::new(&base)), &Side::new(&new));
        let design = found.design.map(|it| it.to_string()).unwrap_or_default();
        let looks = found.looks.map(|it| it.to_string()).unwrap_or_default();
        let doubts: Vec<String> = found.doubts.iter().map(ToString::to_string).collect();
        format!("{design} {looks} {}", doubts.join("; "))
    }

    #[test]
    fn what_both_sides_record_is_believed() {
        let run = "design: interleaved/looks: 10,15,20|";
        assert_eq!(told(run, run), "interleaved 10,15,20 ");
        assert_eq!(told("design: interleaved|", "design: interleaved  |"), "interleaved  ");
        assert_eq!(told("design: block|", "design: block|"), "block  ");
        assert_eq!(told("|", "|"), "  ");
        let btree = "design: btree/looks: good|";
        assert_eq!(told(btree, btree), "  ", "somebody's own key");
    }

    #[test]
    fn what_they_disagree_on_is_not() {
        let run = "design: interleaved/looks: 10,15,20|";
        assert_eq!(told(run, "|"), " 10,15,20 design: base says interleaved, new says nothing");
        assert_eq!(told("design: block|", run), " 10,15,20 design: base says block, new says interleaved");
        assert_eq!(
            told(run, &format!("|{run}")),
            " 10,15,20 design: base says interleaved, new says nothing and interleaved"
        );
        assert_eq!(
            told(run, "design: interleaved/looks: 10,30|"),
            "interleaved 10,15,20,30 looks: base says 10,15,20, new says 10,30"
        );
        assert_eq!(
            told(run, "design: interleaved|"),
            "interleaved 10,15,20 looks: base says 10,15,20, new says nothing"
        );
        assert_eq!(
            told(run, "design: interleaved/looks: fine|"),
            "interleaved 10,15,20 looks: `fine` is no number of rounds"
        );
    }

    #[test]
    fn one_side_alone_says_what_it_says() {
        let data = parse::text("f", b"design: interleaved\nlooks: 5\nBenchmarkX 1 1 x\n");
        let found = read_headers(None, &Side::new(&data));
        assert_eq!((found.design, found.doubts.len()), (Some(Design::Interleaved), 0));
        assert_eq!(read_headers(None, &Side::new(&parse::text("f", b""))), Recorded::default());
    }
}
