//! Takes the causes of deliberate differences out of the input: benchstat must print of the rest what allocgate prints of
//! the whole.

use super::Case;
use super::difference::Difference;
use allocgate::internals::model::{LossReason, RemarkKind, Unit, go_float};
use allocgate::internals::parse::{self, Record};
use allocgate::internals::query::Filter;
use bstr::ByteSlice;
use std::collections::BTreeSet;

/// A case without the causes.
pub struct Rewritten {
    pub case: Case,
    pub causes: BTreeSet<Difference>,
    /// `FILE:LINE: ` of measurements that allocgate says it rejected.
    rejected: Vec<String>,
    /// `FILE:` of files in which results and other output are mixed up, `FILE:LINE: ` of results that are cut off.
    mixed_up: Vec<String>,
}

pub fn without_causes(case: &Case) -> Rewritten {
    let mut rewriter = Rewriter {
        causes: BTreeSet::new(),
        rejected: Vec::new(),
        mixed_up: Vec::new(),
        shows_text: !matches!(case.flag_value("-format"), Some("csv")),
        name: String::new(),
    };
    let mut rewritten = case.clone();
    for (name, bytes) in &mut rewritten.files {
        rewriter.name = name.clone();
        *bytes = rewriter.file(bytes);
    }
    rewriter.name = "-".to_string();
    rewritten.stdin = rewriter.file(&case.stdin);
    if rewriter.causes.contains(&Difference::Zero) {
        // Of a zero, the rewritten input has forgotten the unit in which it was printed.
        for flag in rewritten.flags.iter_mut().filter(|flag| Filter::parse(flag).is_ok()) {
            for (printed, base) in [("ns/op", "sec/op"), ("MB/s", "B/s")] {
                let word =
                    regex::Regex::new(&format!(r"\.unit:{printed}(?<end>[\s)]|$)")).expect("it is one");
                *flag = word.replace_all(flag, format!(".unit:({printed} OR {base})$end")).into_owned();
            }
        }
    }
    Rewritten {
        case: rewritten,
        causes: rewriter.causes,
        rejected: rewriter.rejected,
        mixed_up: rewriter.mixed_up,
    }
}

impl Rewritten {
    /// Takes the lines off benchstat's standard error that speak of lines of files that were written anew.
    pub fn strip_anew(&self, stderr: &mut Vec<u8>) {
        let text = String::from_utf8_lossy(stderr).into_owned();
        *stderr =
            text.split_inclusive('\n').filter(|line| !self.is_mixed_up(line)).collect::<String>().into();
    }

    fn is_mixed_up(&self, line: &str) -> bool {
        self.mixed_up.iter().any(|place| match line.strip_prefix(place.as_str()) {
            Some(rest) => place.ends_with(": ") || rest.starts_with(|c: char| c.is_ascii_digit()),
            None => false,
        })
    }

    /// Takes the lines off standard error that only allocgate prints.
    pub fn strip_expected(
        &self,
        stderr: &mut Vec<u8>,
        under: &mut BTreeSet<Difference>,
    ) -> Result<(), String> {
        let text = String::from_utf8_lossy(stderr).into_owned();
        let mut kept = String::new();
        for line in text.split_inclusive('\n') {
            let rejected = line.ends_with(" is not a finite number\n")
                && self.rejected.iter().any(|place| line.starts_with(place));
            if rejected || self.is_mixed_up(line) {
                continue;
            }
            if let Some(empty) = line.strip_prefix("allocgate: ").and_then(|it| it.split_once(": ")) {
                let (path, what) = empty;
                if what.contains("expected the output of `go test") {
                    self.has_no_result(path)?;
                    under.insert(Difference::NoResults);
                    continue;
                }
            }
            kept.push_str(line);
        }
        if kept.len() != text.len() {
            *stderr = kept.into_bytes();
        }
        Ok(())
    }

    fn has_no_result(&self, path: &str) -> Result<(), String> {
        let bytes = self.case.files.iter().find(|(name, _)| name == path).map(|(_, bytes)| bytes.as_slice());
        // Standard input can be read once only.
        let text = String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
        let is_result = |line: &str| {
            let fields: Vec<&str> = line.strip_prefix("Benchmark").unwrap_or("").split_whitespace().collect();
            let name = usize::from(!line.starts_with("Benchmark "));
            let values = fields.get(name + 1..).unwrap_or_default();
            fields.get(name).is_some_and(|n| n.parse::<i64>().is_ok())
                && !values.is_empty()
                && values.len() % 2 == 0
                && values.iter().step_by(2).all(|value| go_float(value.as_bytes()).is_ok())
        };
        match text.lines().find(|line| is_result(line)) {
            None => Ok(()),
            Some(line) => Err(format!("{path} is said to hold no result, and has `{line}`")),
        }
    }
}

/// Puts results together that something printed in the middle of: a name with other text behind it, and values on a
/// later line. The line of the name becomes empty. And whether there is one.
fn rejoined(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut lines: Vec<String> =
        String::from_utf8_lossy(bytes).split_inclusive('\n').map(String::from).collect();
    let mut pending: Option<usize> = None;
    let mut found = false;
    for i in 0..lines.len() {
        let fields: Vec<&str> = lines[i].split_whitespace().collect();
        let counted = |at: usize| fields.get(at).is_some_and(|it| it.parse::<u64>().is_ok());
        let measured = |at: usize| fields.get(at).is_some_and(|it| go_float(it.as_bytes()).is_ok());
        if lines[i].starts_with("Benchmark") {
            let torn = lines[i].contains(" \t") && fields.len() > 1 && !counted(1);
            pending = torn.then_some(i);
        } else if counted(0)
            && measured(1)
            && !lines[i].starts_with(|c: char| c.is_alphabetic())
            && let Some(name) = pending.take()
        {
            let values = lines[i].clone();
            let joined = lines[name].split_whitespace().next().map(|name| format!("{name}\t{values}"));
            lines[i] = joined.expect("it begins with a name");
            lines[name] = "\n".to_string();
            found = true;
        }
    }
    (if found { lines.concat().into_bytes() } else { bytes.to_vec() }, found)
}

/// Whether every result stands on a line of its own: nothing was printed into the middle of one.
fn is_each_line_for_itself(bytes: &[u8]) -> bool {
    let data = parse::text("f", bytes);
    let ledger = &data.ledger().files[0];
    let torn = |reason: &LossReason| match reason {
        LossReason::Torn { .. } | LossReason::TwoNames { .. } => false,
        reason => reason.syntax().is_none(),
    };
    ledger.repaired == 0 && !ledger.lost.iter().any(|loss| torn(&loss.reason))
}

/// Whether something is before every line, as in the log of a CI job.
fn has_prefix(bytes: &[u8]) -> bool {
    let data = parse::text("f", bytes);
    data.ledger().files[0].remarks.iter().any(|remark| matches!(remark.kind, RemarkKind::Prefix(_)))
}

/// How many results are read.
fn results(bytes: &[u8]) -> usize {
    parse::text("f", bytes).len()
}

/// The results that were read, as Go would have printed them.
fn written_anew(bytes: &[u8]) -> Vec<u8> {
    let data = parse::text("f", bytes);
    let mut out: Vec<u8> = Vec::new();
    for line in bytes.split_inclusive(|&byte| byte == b'\n').filter(|line| line.starts_with(b"Unit ")) {
        out.extend_from_slice(line);
    }
    let mut known: Vec<Vec<u8>> = Vec::new();
    let mut block = None;
    for row in data.results() {
        if block != Some(row.block) {
            known.iter().for_each(|key| out.extend([key.as_slice(), b":\n"].concat()));
            known.clear();
            for (key, value) in data.config(row.block.config).iter() {
                out.extend([key.as_bytes(), b": ", value, b"\n"].concat());
                known.push(key.to_vec());
            }
            block = Some(row.block);
        }
        out.extend([b"Benchmark".as_slice(), data.name(row.name), b"\t1"].concat());
        for (unit, value) in row.units.iter().zip(row.values) {
            let tidied = data.unit(*unit).tidied().0;
            let unit = if value == 0.0 { &tidied } else { data.unit(*unit) };
            out.extend(format!("\t{value} {unit}").into_bytes());
        }
        out.push(b'\n');
    }
    out
}

struct Rewriter {
    causes: BTreeSet<Difference>,
    rejected: Vec<String>,
    mixed_up: Vec<String>,
    shows_text: bool,
    name: String,
}

impl Rewriter {
    fn file(&mut self, bytes: &[u8]) -> Vec<u8> {
        let decoded = self.decoded(bytes);
        let decoded = self.without_cut(decoded);
        let decoded = self.without_colours(decoded);
        let mut out = Vec::new();
        if has_prefix(&decoded) {
            self.causes.insert(Difference::Prefixed);
            self.mixed_up.push(format!("{}:", self.name));
            return written_anew(&decoded);
        }
        let (rejoined, found) = rejoined(&decoded);
        let decoded = if !is_each_line_for_itself(&rejoined) || results(&rejoined) != results(&decoded) {
            self.causes.insert(Difference::Torn);
            self.mixed_up.push(format!("{}:", self.name));
            written_anew(&decoded)
        } else {
            self.causes.extend(found.then_some(Difference::Torn));
            rejoined
        };
        for (i, line) in decoded.split_inclusive(|&byte| byte == b'\n').enumerate() {
            let end = line.len() - line.iter().rev().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            // One `\r` belongs to the line end.
            let end = if line[end..].len() > 2 { line.len() - 2 } else { end };
            let (text, line_end) = line.split_at(end);
            out.extend(self.line(i + 1, text));
            out.extend_from_slice(line_end);
        }
        out
    }

    /// Without sequences that set colours or erase the rest of a line.
    fn without_colours(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        let sequence = regex::bytes::Regex::new(r"\x1b\[[0-9;:]*[mK]").expect("it is one");
        if !sequence.is_match(&bytes) {
            return bytes;
        }
        self.causes.insert(Difference::Control);
        sequence.replace_all(&bytes, &b""[..]).into_owned()
    }

    /// Without the last line, if the file ends in the middle of its result.
    fn without_cut(&mut self, mut bytes: Vec<u8>) -> Vec<u8> {
        let data = parse::text("f", &bytes);
        let ledger = &data.ledger().files[0];
        if let Some(cut) = ledger.lost.iter().find(|loss| matches!(loss.reason, LossReason::Cut(_))) {
            self.causes.insert(Difference::Torn);
            self.mixed_up.push(format!("{}:{}: ", self.name, cut.line));
            bytes.truncate(bytes.rfind_byte(b'\n').map_or(0, |end| end + 1));
        }
        bytes
    }

    fn decoded(&mut self, bytes: &[u8]) -> Vec<u8> {
        let units = |pair: fn([u8; 2]) -> u16| {
            let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|it| pair([it[0], it[1]])).collect();
            String::from_utf16_lossy(&units).into_bytes()
        };
        let decoded = match bytes {
            [0xef, 0xbb, 0xbf, rest @ ..] => rest.to_vec(),
            [0xff, 0xfe, ..] => units(u16::from_le_bytes),
            [0xfe, 0xff, ..] => units(u16::from_be_bytes),
            bytes => return bytes.to_vec(),
        };
        self.causes.insert(Difference::Encoding);
        decoded
    }

    fn line(&mut self, number: usize, line: &[u8]) -> Vec<u8> {
        let mut line = line.to_vec();
        if line.len() > 65_000 {
            self.causes.insert(Difference::LongLine);
            if !line.starts_with(b"Benchmark") {
                return Vec::new();
            }
            line =
                String::from_utf8_lossy(&line).split_whitespace().collect::<Vec<_>>().join("\t").into_bytes();
        }
        if self.shows_text {
            line = self.without_controls(line);
        }
        match line.strip_prefix(b"Benchmark") {
            Some(rest) if rest.contains_str("\t--- FAIL: ") => {
                self.causes.insert(Difference::Prose);
                Vec::new()
            }
            Some([b'a'..=b'z', ..]) if !matches!(parse::record(&line), Record::Result(_)) => {
                self.causes.insert(Difference::Prose);
                Vec::new()
            }
            Some(_) => self.result(number, line),
            None => self.config(line),
        }
    }

    fn without_controls(&mut self, line: Vec<u8>) -> Vec<u8> {
        if !line.iter().any(|byte| matches!(byte, 0..=8 | 14..=31 | 127)) {
            return line;
        }
        self.causes.insert(Difference::Control);
        let replaced = |byte: &u8| match byte {
            0..=8 | 14..=31 | 127 => "\u{fffd}".as_bytes().to_vec(),
            byte => vec![*byte],
        };
        line.iter().flat_map(replaced).collect()
    }

    fn config(&mut self, line: Vec<u8>) -> Vec<u8> {
        let Some(colon) = line.iter().position(|&byte| byte == b':') else { return line };
        let (key, value) = line.split_at(colon + 1);
        let first = String::from_utf8_lossy(key).chars().next();
        let is_key = first.is_some_and(char::is_lowercase)
            && !key.iter().any(|byte| byte.is_ascii_whitespace() || byte.is_ascii_uppercase());
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | 11 | 12);
        let trimmed = value.len() - value.iter().rev().take_while(|byte| blank(byte)).count();
        // Without any value, the blank before it stays: it is what makes it one.
        if !is_key
            || !value.first().is_some_and(|byte| matches!(byte, b' ' | b'\t'))
            || trimmed == value.len()
            || trimmed == 0
        {
            return line;
        }
        self.causes.insert(Difference::Trimmed);
        [key, &value[..trimmed]].concat()
    }

    /// Leaves out what is not finite, and writes zeros in base units.
    fn result(&mut self, number: usize, line: Vec<u8>) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(&line) else { return line };
        let mut fields: Vec<String> = text.split_whitespace().map(String::from).collect();
        let values = 2; // behind the name and the number of iterations
        let mut changed = false;
        let mut at = values;
        while at + 1 < fields.len() {
            match go_float(fields[at].as_bytes()) {
                Ok(value) if !value.is_finite() => {
                    self.causes.insert(Difference::NonFinite);
                    self.rejected.push(format!("{}:{number}: ", self.name));
                    fields.drain(at..at + 2);
                    changed = true;
                }
                Ok(value) if value == 0.0 && value.is_sign_negative() => {
                    self.causes.insert(Difference::Zero);
                    fields[at] = "0".to_string();
                    changed = true;
                }
                Ok(0.0) if Unit::new(fields[at + 1].as_str()).tidied().0.as_str() != fields[at + 1] => {
                    self.causes.insert(Difference::Zero);
                    fields[at + 1] = Unit::new(fields[at + 1].as_str()).tidied().0.to_string();
                    changed = true;
                    at += 2;
                }
                Ok(_) => at += 2,
                Err(_) => return line,
            }
        }
        match (changed, fields.len() > values) {
            (false, _) => line,
            (true, true) => fields.join("\t").into_bytes(),
            (true, false) => Vec::new(),
        }
    }
}
