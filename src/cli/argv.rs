//! Command lines as Go programs take them: `-format csv` as well as `--format=csv`.

use clap::{ArgAction, Command};
use std::ffi::OsString;

/// The command whose long flags may also be written with one dash.
const COMMAND: &str = "compare";

/// Rewrites the flags of `compare` into the form that clap knows; everything else stays as it is. A flag that takes a
/// value takes the next argument, whatever it looks like.
pub(super) fn expand_go_flags(
    command: &Command,
    arguments: impl IntoIterator<Item = OsString>,
) -> Vec<OsString> {
    let mut arguments = arguments.into_iter();
    let mut modern = Vec::new();
    let Some(compare) = command.find_subcommand(COMMAND) else {
        return arguments.collect();
    };
    for argument in arguments.by_ref() {
        let found = argument == COMMAND;
        modern.push(argument);
        if found {
            break;
        }
    }
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            modern.push(argument);
            modern.extend(arguments.by_ref());
            break;
        }
        let flag = argument.to_str().and_then(|text| Flag::of(compare, text));
        modern.push(match flag {
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
    modern
}

/// A flag as written.
struct Flag<'t> {
    name: &'t str,
    value: Option<&'t str>,
    takes_value: bool,
}

impl<'t> Flag<'t> {
    /// `None` for what is no flag of the command.
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
    fn one_dash_is_as_good_as_two() {
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
            let modern = expand_go_flags(&command(), line.split(' ').map(OsString::from));
            assert_eq!(modern.join(" ".as_ref()), want, "{line}");
        }
    }
}
