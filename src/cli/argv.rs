//! Accepts flags as Go programs do: `-format csv` as well as `--format=csv`.

use clap::{ArgAction, Command};
use std::ffi::OsString;

/// The command that accepts long flags with one dash.
const COMMAND: &str = "compare";

/// Rewrites the flags of `compare` for clap. Other arguments do not change. A flag with a value takes the next argument, even
/// if that begins with a dash.
pub(super) fn expand_go_flags(
    command: &Command,
    arguments: impl IntoIterator<Item = OsString>,
) -> Vec<OsString> {
    let mut arguments = arguments.into_iter();
    let mut expanded = Vec::new();
    let Some(compare) = command.find_subcommand(COMMAND) else {
        return arguments.collect();
    };
    for argument in arguments.by_ref() {
        let found = argument == COMMAND;
        expanded.push(argument);
        if found {
            break;
        }
    }
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            expanded.push(argument);
            expanded.extend(arguments.by_ref());
            break;
        }
        let flag = argument.to_str().and_then(|text| Flag::of(compare, text));
        expanded.push(match flag {
            None => argument,
            Some(Flag { name, value: Some(value), .. }) => format!("--{name}={value}").into(),
            Some(Flag { name, takes_value: false, .. }) => format!("--{name}").into(),
            Some(Flag { name, .. }) => {
                let mut joined = OsString::from(format!("--{name}"));
                if let Some(value) = arguments.next() {
                    joined.push("=");
                    joined.push(value);
                }
                joined
            }
        });
    }
    expanded
}

/// A flag as given.
struct Flag<'t> {
    name: &'t str,
    value: Option<&'t str>,
    takes_value: bool,
}

impl<'t> Flag<'t> {
    /// `None` if the text is not a flag of the command.
    fn of(command: &Command, text: &'t str) -> Option<Flag<'t>> {
        let text = text.strip_prefix("--").or_else(|| text.strip_prefix('-'))?;
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        if name == "help" {
            return Some(Flag { name, value, takes_value: false });
        }
        let known = command.get_arguments().find(|argument| argument.get_long() == Some(name))?;
        let takes_value = matches!(known.get_action(), ArgAction::Set | ArgAction::Append);
        Some(Flag { name, value, takes_value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Arg, ArgAction};

    fn command() -> Command {
        let flag = |name: &'static str| Arg::new(name).long(name);
        let compare = Command::new("compare")
            .arg(flag("filter"))
            .arg(flag("format"))
            .arg(flag("changed").action(ArgAction::SetTrue));
        Command::new("allocgate").subcommand(compare).subcommand(Command::new("check").arg(flag("format")))
    }

    #[test]
    fn one_dash_works_like_two() {
        for (line, want) in [
            ("a compare -format csv f", "a compare --format=csv f"),
            ("a compare -format=csv f", "a compare --format=csv f"),
            ("a compare --format csv f", "a compare --format=csv f"),
            ("a compare -filter -format f", "a compare --filter=-format f"),
            ("a compare -changed -h - f", "a compare --changed -h - f"),
            ("a compare -nosuch f", "a compare -nosuch f"),
            ("a compare -- -format", "a compare -- -format"),
            ("a compare f -format", "a compare f --format"),
            ("a compare -help", "a compare --help"),
            ("a check -format csv", "a check -format csv"),
            ("a", "a"),
        ] {
            let expanded = expand_go_flags(&command(), line.split(' ').map(OsString::from));
            assert_eq!(expanded.join(" ".as_ref()), want, "{line}");
        }
    }
}
