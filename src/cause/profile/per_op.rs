//! What one operation of a benchmark allocates.

use super::read::Profile;
use super::stack::Stack;
use std::collections::BTreeMap;

/// What a stack allocates per operation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StackCost {
    /// The calls.
    pub stack: Stack,
    /// Objects per operation. Negative if the larger run has fewer: a cost of setting up that varies, or a collected pool.
    pub objects: f64,
    /// Bytes per operation, likewise.
    pub bytes: f64,
    /// Of how many sizes the objects are, those of less than a hundredth of an object per operation aside. What grows by copying has
    /// several.
    pub sizes: usize,
}

/// Fewer objects of a size per operation are those of a cost of setting up that varies.
const FEW: f64 = 0.01;

/// What each stack allocates per operation: the difference between two runs of the same binary, divided by the difference of their
/// counts. It is without the cost of setting up, and does not need to know the rounds of a benchmark. The larger cost in bytes is first.
///
/// Only the two counts must differ; which is larger makes no difference. The list is empty if they are equal.
pub fn per_op(small: &Profile, small_count: u64, large: &Profile, large_count: u64) -> Vec<StackCost> {
    if small_count == large_count {
        return Vec::new();
    }
    let operations = large_count as f64 - small_count as f64;
    let mut sums = sums(large);
    for (stack, of_small) in self::sums(small) {
        let sum = sums.entry(stack).or_default();
        for (size, (objects, bytes)) in of_small {
            let sum = sum.entry(size).or_default();
            sum.0 -= objects;
            sum.1 -= bytes;
        }
    }
    costs(sums, operations)
}

/// What each stack allocates per operation, from one profile of so many operations. The cost of setting up is in it, so it is for want
/// of a second profile. The list is empty if `count` is 0.
pub fn per_op_of_one(profile: &Profile, count: u64) -> Vec<StackCost> {
    if count == 0 { Vec::new() } else { costs(sums(profile), count as f64) }
}

/// Objects and bytes of each size.
type Sizes = BTreeMap<i64, (f64, f64)>;

/// Objects and bytes of each stack.
fn sums(profile: &Profile) -> BTreeMap<&Stack, Sizes> {
    let mut sums: BTreeMap<&Stack, Sizes> = BTreeMap::new();
    for sample in &profile.samples {
        let sum = sums.entry(&sample.stack).or_default().entry(sample.size).or_default();
        sum.0 += sample.objects as f64;
        sum.1 += sample.bytes as f64;
    }
    sums
}

fn costs(sums: BTreeMap<&Stack, Sizes>, operations: f64) -> Vec<StackCost> {
    let cost = |(stack, sizes): (&Stack, Sizes)| StackCost {
        stack: stack.clone(),
        objects: sizes.values().map(|it| it.0).sum::<f64>() / operations,
        bytes: sizes.values().map(|it| it.1).sum::<f64>() / operations,
        sizes: sizes.values().filter(|it| it.0 / operations >= FEW).count(),
    };
    let mut costs: Vec<StackCost> =
        sums.into_iter().map(cost).filter(|it| it.objects != 0.0 || it.bytes != 0.0).collect();
    costs.sort_by(|a, b| b.bytes.total_cmp(&a.bytes));
    costs
}
