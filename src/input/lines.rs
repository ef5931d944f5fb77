//! Numbered lines.

use super::InputError;
use std::io::{BufRead, BufReader, Read};

/// The lines of a file, one after the other in the same buffer.
#[derive(Debug)]
pub struct Lines<R> {
    file: String,
    bytes: BufReader<R>,
    line: Vec<u8>,
    number: usize,
}

/// Some editors and shells begin a file with it.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

impl<R: Read> Lines<R> {
    /// Reads lines from `bytes`; `file` is what errors call it.
    pub fn new(file: String, bytes: BufReader<R>) -> Lines<R> {
        Lines { file, bytes, line: Vec::new(), number: 0 }
    }

    /// The next line with its number (from 1), without its `\n` or `\r\n` and without a byte order mark;
    /// `None` at the end.
    ///
    /// # Errors
    /// If reading fails.
    #[allow(clippy::should_implement_trait, reason = "an iterator cannot lend its buffer")]
    pub fn next(&mut self) -> Result<Option<(usize, &[u8])>, InputError> {
        self.line.clear();
        let read = self.bytes.read_until(b'\n', &mut self.line).map_err(|error| InputError::Read {
            file: self.file.clone(),
            line: self.number,
            error,
        })?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mark = if self.number == 1 { BYTE_ORDER_MARK } else { b"" };
        Ok(Some((self.number, line.strip_prefix(mark).unwrap_or(line))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_numbered_and_end_as_unix_windows_or_the_file_does() {
        let mut lines = Lines::new("f".into(), BufReader::new(&b"\xef\xbb\xbfa\n\r\nb\r\n\nlast"[..]));
        let mut got = Vec::new();
        while let Some((number, line)) = lines.next().expect("memory cannot fail") {
            got.push((number, String::from_utf8_lossy(line).into_owned()));
        }
        let want = [(1, "a"), (2, ""), (3, "b"), (4, ""), (5, "last")];
        assert_eq!(got, want.map(|(number, line)| (number, line.to_string())));
    }
}
