//! The headers of all results, put together.

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
    let invalid = base.iter().chain(&new).find_map(|header| header.looks.clone()?.err());
    let options = by_side(&base, &new, |header| Some(header.options.clone())).agreed().cloned();
    let recorded = looks.base.iter().chain(&looks.new).flatten();
    Recorded {
        design: designs.agreed().copied(),
        looks: recorded.cloned().reduce(|all, more| all.or(&more)),
        options,
        problems: [
            designs.differ().then_some(HeaderProblem::Design(designs)),
            invalid
                .map(HeaderProblem::InvalidLooks)
                .or(looks.differ().then_some(HeaderProblem::Looks(looks))),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

/// The selections of both sides; empty if a result records none, because then all benchmarks may have been measured.
/// O(configurations).
pub fn selections(base: Option<&Side>, new: &Side) -> BTreeSet<Selection> {
    let all = base.into_iter().chain([new]).flat_map(headers);
    all.map(|header| header.selection).collect::<Option<_>>().unwrap_or_default()
}

fn headers(side: &Side) -> Vec<Header> {
    side.dataset().configs().map(Header::read).collect()
}

/// One part of the headers of both sides; headers for which `part` is `None` are left out.
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

    /// What is read from sides in which each `|` is a result, and each `/` ends a line.
    fn read(base: &str, new: &str) -> String {
        let data = |text: &str| {
            let lines = text.replace('/', "\n");
            parse::text("f", lines.replace('|', "\nBenchmarkX 1 1 x\n").as_bytes())
        };
        let (base, new) = (data(base), data(new));
        let found = read_headers(Some(&Side::new(&base)), &Side::new(&new));
        let design = found.design.map(|it| it.to_string()).unwrap_or_default();
        let looks = found.looks.map(|it| it.to_string()).unwrap_or_default();
        let problems: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
        format!("{design} {looks} {}", problems.join("; "))
    }

    #[test]
    fn what_both_sides_record_is_read() {
        let run = "design: interleaved/looks: 10,15,20|";
        assert_eq!(read(run, run), "interleaved 10,15,20 ");
        assert_eq!(read("design: interleaved|", "design: interleaved  |"), "interleaved  ");
        assert_eq!(read("design: block|", "design: block|"), "block  ");
        assert_eq!(read("|", "|"), "  ");
        let btree = "design: btree/looks: good|";
        assert_eq!(read(btree, btree), "  ", "another meaning of the key");
    }

    #[test]
    fn contradictions_are_problems() {
        let run = "design: interleaved/looks: 10,15,20|";
        assert_eq!(read(run, "|"), " 10,15,20 design: interleaved in base, none in new");
        assert_eq!(read("design: block|", run), " 10,15,20 design: block in base, interleaved in new");
        assert_eq!(
            read(run, &format!("|{run}")),
            " 10,15,20 design: interleaved in base, none and interleaved in new"
        );
        assert_eq!(
            read(run, "design: interleaved/looks: 10,30|"),
            "interleaved 10,15,20,30 looks: 10,15,20 in base, 10,30 in new"
        );
        assert_eq!(
            read(run, "design: interleaved|"),
            "interleaved 10,15,20 looks: 10,15,20 in base, none in new"
        );
        assert_eq!(
            read(run, "design: interleaved/looks: fine|"),
            "interleaved 10,15,20 looks: `fine` is not a number of rounds"
        );
    }

    #[test]
    fn one_side_needs_no_other() {
        let data = parse::text("f", b"design: interleaved\nlooks: 5\nBenchmarkX 1 1 x\n");
        let found = read_headers(None, &Side::new(&data));
        assert_eq!((found.design, found.problems.len()), (Some(Design::Interleaved), 0));
        assert_eq!(read_headers(None, &Side::new(&parse::text("f", b""))), Recorded::default());
    }
}
