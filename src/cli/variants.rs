//! The options of `allocgate run` that make two variants of one source.

use allocgate::internals::run::Variant;
use anyhow::{Context, ensure};

/// Where `--help` lists these options.
const HEADING: &str = "Variants";

/// How each side is built and run. If these differ and there is no --base, both sides have the source of --new.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct VariantArgs {
    /// Go toolchain of base, as GOTOOLCHAIN has it: go1.25.4
    #[arg(long, help_heading = HEADING, value_name = "VERSION", value_parser = toolchain)]
    base_go: Option<String>,
    /// Go toolchain of new
    #[arg(long, help_heading = HEADING, value_name = "VERSION", value_parser = toolchain)]
    new_go: Option<String>,
    /// Environment variable with which base is built and run, such as GOGC=50
    #[arg(long, help_heading = HEADING, value_name = "NAME=VALUE", value_parser = variable)]
    base_env: Vec<(String, String)>,
    /// Environment variable with which new is built and run
    #[arg(long, help_heading = HEADING, value_name = "NAME=VALUE", value_parser = variable)]
    new_env: Vec<(String, String)>,
    /// Build flags of base, such as -pgo=cpu.pprof
    #[arg(long, help_heading = HEADING, value_name = "FLAGS", allow_hyphen_values = true)]
    base_build: Vec<String>,
    /// Build flags of new
    #[arg(long, help_heading = HEADING, value_name = "FLAGS", allow_hyphen_values = true)]
    new_build: Vec<String>,
}

impl VariantArgs {
    /// The variants of base and new, at these revisions.
    pub(super) fn of(&self, base: Option<String>, new: Option<String>) -> anyhow::Result<[Variant; 2]> {
        let variant = |revision, toolchain: &Option<String>, environment: &Vec<_>, flags: &[String], name| {
            let flags = build_flags(flags).with_context(|| format!("--{name}-build"))?;
            let (toolchain, environment) = (toolchain.clone(), environment.clone());
            anyhow::Ok(Variant { revision, toolchain, environment, flags })
        };
        Ok([
            variant(base, &self.base_go, &self.base_env, &self.base_build, "base")?,
            variant(new, &self.new_go, &self.new_env, &self.new_build, "new")?,
        ])
    }
}

/// `1.25.4` is short for `go1.25.4`; other values are those of GOTOOLCHAIN.
fn toolchain(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    if text.is_empty() || !text.chars().all(is_plain) {
        return Err("expected a version of Go such as go1.25.4".to_string());
    }
    let prefix = if text.starts_with(|c: char| c.is_ascii_digit()) { "go" } else { "" };
    Ok(format!("{prefix}{text}"))
}

fn variable(text: &str) -> Result<(String, String), String> {
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match text.split_once('=') {
        // The files of results hold it on one line.
        Some((name, value)) if is_name(name) && !value.contains(char::is_control) => {
            Ok((name.to_string(), value.to_string()))
        }
        Some(_) | None => Err("expected NAME=VALUE on one line, such as GOGC=50".to_string()),
    }
}

/// Each flag as one word that begins with one dash, as GOFLAGS has them; single and double quotes hold words together.
fn build_flags(texts: &[String]) -> anyhow::Result<Vec<String>> {
    let mut flags = Vec::new();
    for text in texts {
        let words = words(text).with_context(|| format!("a quote is not closed, got {text}"))?;
        for word in words {
            let is_flag = word.len() > 1 && word.starts_with('-') && !word.contains(char::is_control);
            ensure!(is_flag, "expected flags of the form -name=value, got {word}");
            flags.push(word.strip_prefix('-').filter(|it| it.starts_with('-')).unwrap_or(&word).to_string());
        }
    }
    Ok(flags)
}

/// The words of a text; `None` if a quote is not closed.
fn words(text: &str) -> Option<Vec<String>> {
    let (mut all, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '\'' | '"') => quote = Some(c),
            None if c.is_whitespace() => all.push(std::mem::take(&mut word)),
            Some(_) | None => word.push(c),
        }
    }
    all.push(word);
    all.retain(|word| !word.is_empty());
    quote.is_none().then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_words_with_one_dash() {
        let flags = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|text| text.to_string()).collect();
            build_flags(&texts).map_err(|error| format!("{error:#}"))
        };
        let want = ["-pgo=off", "-race", "-gcflags=all=-N -l"].map(String::from).to_vec();
        assert_eq!(flags(&["-pgo=off --race", "-gcflags='all=-N -l'"]), Ok(want));
        assert!(flags(&["-tags x"]).is_err_and(|it| it.contains("-name=value, got x")));
        assert!(flags(&["-tags='x"]).is_err_and(|it| it.contains("not closed")));
    }

    #[test]
    fn variables_and_versions_are_checked() {
        assert_eq!(variable("GOFLAGS=-tags=a"), Ok(("GOFLAGS".to_string(), "-tags=a".to_string())));
        for text in ["GOGC", "=1", "A B=1", "A=1\ncommit: x"] {
            assert!(variable(text).is_err(), "{text}");
        }
        assert_eq!(toolchain("1.25.4").as_deref(), Ok("go1.25.4"));
        assert_eq!(toolchain("local").as_deref(), Ok("local"));
        assert!(toolchain("go 1.25").is_err());
    }
}
