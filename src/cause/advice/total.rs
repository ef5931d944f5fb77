//! The lines that are worth looking at, over all benchmarks.

use super::advise::{Advice, AdvisedSite};
use crate::model::hash::IndexMap;
use crate::words::SharedText;

/// A line, over all benchmarks.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Total {
    /// The line as one benchmark reaches it: that in which it allocates most.
    pub site: AdvisedSite,
    /// The objects if each benchmark does one operation.
    pub objects: f64,
    /// The bytes if each benchmark does one operation.
    pub bytes: f64,
    /// The benchmarks that reach it, the one in which it allocates most first.
    pub benchmarks: Vec<SharedText>,
}

/// The lines of all benchmarks, each benchmark with the same weight: the objects of one operation of each are summed. The line with
/// the most objects is first, then that with the most bytes.
pub fn total<'a>(benchmarks: impl IntoIterator<Item = (&'a SharedText, &'a Advice)>) -> Vec<Total> {
    type Reached<'a> = Vec<(&'a SharedText, &'a AdvisedSite)>;
    let mut lines: IndexMap<(&str, u32), Reached<'a>> = IndexMap::default();
    for (benchmark, advice) in benchmarks {
        for site in &advice.sites {
            let place = &site.site.place;
            lines.entry((&*place.file, place.line)).or_default().push((benchmark, site));
        }
    }
    let sum = |reached: &Reached, of: fn(&AdvisedSite) -> f64| reached.iter().map(|it| of(it.1)).sum();
    let total = |mut reached: Reached<'a>| {
        reached.sort_by(|a, b| b.1.site.objects_per_op.total_cmp(&a.1.site.objects_per_op));
        Some(Total {
            site: reached.first()?.1.clone(),
            objects: sum(&reached, |it| it.site.objects_per_op),
            bytes: sum(&reached, |it| it.site.bytes_per_op),
            benchmarks: reached.iter().map(|it| it.0.clone()).collect(),
        })
    };
    let mut totals: Vec<Total> = lines.into_values().filter_map(total).collect();
    totals.sort_by(|a, b| b.objects.total_cmp(&a.objects).then(b.bytes.total_cmp(&a.bytes)));
    totals
}
