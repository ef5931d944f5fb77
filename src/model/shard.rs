//! Shards: a suite that several machines measure, each a part of it.

use std::fmt;
use std::str::FromStr;

/// There are at most so many shards.
const MOST: usize = 10_000;

/// One of several shards, as `2/4`: the second of four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard {
    number: usize,
    count: usize,
}

/// The shard of a result, and the plan that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShardRecord {
    /// The shard.
    pub shard: Shard,
    /// The hash of the plan: which benchmarks there are, and which shard has which.
    pub plan: String,
}

/// A text that is no shard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected k/n, the number of the shard from 1 and how many there are, such as 2/4")]
pub struct ShardError;

impl Shard {
    /// Shard `number` of `count`, from 1; `None` if there is no such shard.
    pub fn new(number: usize, count: usize) -> Option<Shard> {
        (1..=count).contains(&number).then_some(Shard { number, count }).filter(|_| count <= MOST)
    }

    /// Its number, from 1.
    pub fn number(self) -> usize {
        self.number
    }

    /// How many there are.
    pub fn count(self) -> usize {
        self.count
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Shard, ShardError> {
        let number = |text: &str| text.parse().ok().filter(|_| text.bytes().all(|it| it.is_ascii_digit()));
        let (index, count) = text.split_once('/').ok_or(ShardError)?;
        number(index).zip(number(count)).and_then(|(index, count)| Shard::new(index, count)).ok_or(ShardError)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_a_number_of_a_count() {
        for text in ["1/1", "2/4", "4/4", "10000/10000"] {
            assert_eq!(text.parse::<Shard>().map(|it| it.to_string()), Ok(text.to_string()));
        }
        for text in ["", "1", "0/4", "5/4", "1/0", "+1/4", "1/4/2", "-1/4", "1/10001", "a/b", " 1/4", "1/"] {
            assert_eq!(text.parse::<Shard>(), Err(ShardError), "{text}");
        }
    }
}
