//! Decodes a file to UTF-8. The content decides, not the name.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::read::MultiGzDecoder;
use std::io::{self, Chain, Cursor, Read};

/// Unpacks gzip and converts UTF-16 to UTF-8. Does not change other input. A compressed source fails with [`TooLarge`] after
/// `limit` unpacked bytes.
///
/// # Errors
/// If the first bytes cannot be read.
pub(super) fn decoded<'r>(source: impl Read + 'r, limit: usize) -> io::Result<Box<dyn Read + 'r>> {
    let (head, source) = peek(source)?;
    if !head.starts_with(GZIP) {
        return Ok(text(&head, source));
    }
    let unpacked = MultiGzDecoder::new(source);
    let (head, unpacked) = peek(Bounded { source: unpacked, left: limit })?;
    Ok(text(&head, unpacked))
}

/// The error of a compressed source that is too large.
#[derive(Debug, thiserror::Error)]
#[error("unpacks to more than is allowed")]
pub(super) struct TooLarge;

/// The first two bytes of every gzip member (RFC 1952, section 2.3.1).
const GZIP: &[u8] = b"\x1f\x8b";

/// The encoding is detected from this many bytes.
const HEAD: usize = 64;

/// The first bytes of a source, and the source including these bytes.
type Peeked<R> = (Vec<u8>, Chain<Cursor<Vec<u8>>, R>);

fn peek<R: Read>(mut source: R) -> io::Result<Peeked<R>> {
    let mut head = Vec::with_capacity(HEAD);
    source.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    Ok((head.clone(), Cursor::new(head).chain(source)))
}

fn text<'r>(head: &[u8], source: impl Read + 'r) -> Box<dyn Read + 'r> {
    match utf16(head) {
        Some(encoding) => {
            Box::new(DecodeReaderBytesBuilder::new().encoding(Some(encoding)).strip_bom(true).build(source))
        }
        None => Box::new(source),
    }
}

/// Detects UTF-16 by its byte order mark, or because every other byte is zero: benchmark output begins with ASCII.
fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        [0xff, 0xfe, ..] => return Some(UTF_16LE),
        [0xfe, 0xff, ..] => return Some(UTF_16BE),
        _ => {}
    }
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|&&byte| byte == 0).count();
    match (zeros(0), zeros(1)) {
        (0, odd) if odd > 1 && odd * 4 > head.len() => Some(UTF_16LE),
        (even, 0) if even > 1 && even * 4 > head.len() => Some(UTF_16BE),
        _ => None,
    }
}

/// A source with a limit.
struct Bounded<R> {
    source: R,
    left: usize,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.left = self.left.checked_sub(read).ok_or_else(|| io::Error::other(TooLarge))?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("memory cannot fail");
        encoder.finish().expect("memory cannot fail")
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    fn read(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        decoded(bytes, 1000)?.read_to_end(&mut out).map(|_| out)
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "pkg: é\nBenchmarkX-2 \t 1\t 2 µs/op\n";
        let marked = format!("\u{feff}{text}");
        for bytes in [
            text.as_bytes().to_vec(),
            utf16(&marked, u16::to_le_bytes),
            utf16(&marked, u16::to_be_bytes),
            utf16(text, u16::to_le_bytes),
            utf16(text, u16::to_be_bytes),
            gzip(text.as_bytes()),
            [gzip(&text.as_bytes()[..9]), gzip(&text.as_bytes()[9..])].concat(),
            gzip(&utf16(&marked, u16::to_le_bytes)),
        ] {
            assert_eq!(read(&bytes).expect("readable"), text.as_bytes(), "{bytes:?}");
        }
    }

    #[test]
    fn text_with_zeros_is_not_utf_16() {
        for text in [&b"BenchmarkX\0\0\0\0\0\0 1 2 x\n"[..], b"", b"\0", b"B\0", b"\xff"] {
            assert_eq!(read(text).expect("readable"), text);
        }
    }

    #[test]
    fn a_cut_or_endless_archive_is_an_error() {
        let whole = gzip(&[b'x'; 900]);
        assert!(read(&whole[..whole.len() - 9]).is_err());
        let error = read(&gzip(&[b'x'; 1001])).expect_err("more than 1000 bytes");
        assert!(error.get_ref().is_some_and(|inner| inner.is::<TooLarge>()), "{error:?}");
    }
}
