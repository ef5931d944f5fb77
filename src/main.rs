//! The `allocgate` command.

fn main() {}
