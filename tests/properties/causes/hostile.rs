//! Damaged profiles and texts: each is read or refused, without a panic.

use super::{LATEST, profile_bytes, text};
use crate::fuzz_corpus::invariants::causes as invariants;
use allocgate::internals::cause::profile::{LARGEST, MOST, Profile, ProfileError};
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use std::io::{Read, Write};
use std::sync::LazyLock;

/// A profile without gzip, so that damage reaches what is in it.
static PROFILE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut unpacked = Vec::new();
    let packed = profile_bytes(LATEST, "Many", "sampled");
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut unpacked).expect("gzip");
    unpacked
});
/// The end of a text of the compiler: all families, and small.
static TEXT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let text = text(LATEST, "m2");
    text[text.len() - 12_000..].to_vec()
});

/// One of the two real files.
fn real() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![Just(PROFILE.clone()), Just(TEXT.clone())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        invariants::run(&bytes);
    }

    #[test]
    fn a_cut_file_is_read_or_refused((bytes, end) in real().prop_flat_map(|it| (0..it.len()).prop_map(move |end| (it.clone(), end)))) {
        invariants::run(&bytes[..end]);
    }

    #[test]
    fn a_damaged_file_is_read_or_refused(
        bytes in real(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = bytes;
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        invariants::run(&bytes);
    }

    #[test]
    fn lines_in_any_order_are_read(order in prop::collection::vec(any::<prop::sample::Index>(), 0..60)) {
        let lines: Vec<&[u8]> = TEXT.split(|&it| it == b'\n').collect();
        let chosen: Vec<&[u8]> = order.iter().map(|it| *it.get(&lines)).collect();
        invariants::run(&chosen.join(&b'\n'));
    }
}

#[test]
fn a_small_archive_of_a_large_profile_is_refused() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    // Fields of no bytes and of a number that profiles do not have.
    packed.write_all(&[0x7a, 0].repeat(LARGEST / 2 + 1)).expect("memory");
    assert_eq!(Profile::read(&packed.finish().expect("memory")), Err(ProfileError::TooLarge(LARGEST)));
}

#[test]
fn a_profile_with_too_many_of_anything_is_refused() {
    for (key, what) in
        [(0x0a, "sample types"), (0x12, "samples"), (0x22, "locations"), (0x2a, "functions"), (0x32, "texts")]
    {
        let bytes = [key, 0].repeat(MOST + 1);
        assert_eq!(Profile::read(&bytes), Err(ProfileError::TooMany { what, limit: MOST }));
    }
}

/// A few locations, named again and again, are many frames.
#[test]
fn a_profile_with_too_many_frames_is_refused() {
    let texts = ["", "alloc_objects", "alloc_space"];
    let mut bytes: Vec<u8> =
        texts.iter().flat_map(|it| [&[0x32, it.len() as u8][..], it.as_bytes()].concat()).collect();
    bytes.extend([0x0a, 2, 8, 1, 0x0a, 2, 8, 2, 0x22, 2, 8, 1]);
    // A sample of 100 times location 1, with two values.
    let sample = [&[0x0a, 100][..], &[1; 100], &[0x12, 2, 1, 1]].concat();
    let sample = [&[0x12, sample.len() as u8][..], &sample].concat();
    let many = [bytes.clone(), sample.repeat(MOST / 100 + 1)].concat();
    assert_eq!(Profile::read(&many), Err(ProfileError::TooMany { what: "frames", limit: MOST }));
    let few = [bytes, sample].concat();
    let profile = Profile::read(&few).expect("a profile");
    assert_eq!((profile.samples[0].objects, profile.samples[0].stack.frames().len()), (1, 100));
}
