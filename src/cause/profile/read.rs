//! From the bytes of a profile to its samples.

use super::error::ProfileError;
use super::name::readable;
use super::stack::{Frame, Stack};
use super::wire::{Field, Fields};
use crate::words::SharedText;
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;

/// The largest profile in unpacked bytes.
pub const LARGEST: usize = 64 << 20;
/// The largest number of texts, functions, locations or samples, and of the frames of all samples together.
pub const MOST: usize = 2_000_000;

/// An allocation profile.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Profile {
    /// How many bytes there are between two samples on average. 1 if every allocation is counted; otherwise the numbers are estimates.
    pub period: i64,
    /// What was allocated, in the order of the profile. A stack occurs once for each size of object.
    pub samples: Vec<Sample>,
}

/// What a stack allocated in the whole process.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Sample {
    /// Where.
    pub stack: Stack,
    /// How many objects.
    pub objects: i64,
    /// How many bytes.
    pub bytes: i64,
    /// The size of each object as the profile labels it, in bytes; 0 without a label.
    pub size: i64,
}

impl Profile {
    /// Reads a profile as `-test.memprofile` writes it, packed by gzip or not. At most [`LARGEST`] bytes and [`MOST`] frames are
    /// kept; the time grows with the number of bytes and frames.
    ///
    /// # Errors
    /// If the bytes are damaged, too many, or a profile of something else.
    pub fn read(bytes: &[u8]) -> Result<Profile, ProfileError> {
        let bytes = unpacked(bytes)?;
        let tables = Tables::read(&bytes)?;
        let (objects, space) = tables.columns()?;
        let mut profile =
            Profile { period: tables.period, samples: Vec::with_capacity(tables.samples.len()) };
        let locations = tables.locations()?;
        let mut frames = 0;
        let (mut ids, mut values) = (Vec::new(), Vec::new());
        for mut sample in tables.samples.iter().cloned() {
            ids.clear();
            values.clear();
            let mut size = 0;
            while let Some((number, field)) = sample.next()? {
                match number {
                    1 => field.numbers(&mut ids, MOST)?,
                    2 => field.numbers(&mut values, MOST)?,
                    3 => size = tables.size(field.message())?.unwrap_or(size),
                    _ => {}
                }
            }
            let (Some(&objects), Some(&bytes)) = (values.get(objects), values.get(space)) else {
                return Err(ProfileError::Damaged {
                    what: "a sample has too few values",
                    offset: sample.start(),
                });
            };
            let stack = stack(&ids, &locations, &mut frames)?;
            profile.samples.push(Sample { stack, objects: objects as i64, bytes: bytes as i64, size });
        }
        Ok(profile)
    }
}

/// The bytes without gzip.
fn unpacked(bytes: &[u8]) -> Result<Cow<'_, [u8]>, ProfileError> {
    let unpacked = if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = Vec::new();
        let mut reader = MultiGzDecoder::new(bytes).take(LARGEST as u64 + 1);
        reader.read_to_end(&mut unpacked).map_err(|error| ProfileError::Gzip(error.to_string()))?;
        Cow::Owned(unpacked)
    } else {
        Cow::Borrowed(bytes)
    };
    match unpacked.len() {
        0 => Err(ProfileError::Empty),
        1..=LARGEST => Ok(unpacked),
        _ => Err(ProfileError::TooLarge(LARGEST)),
    }
}

/// The frames of a sample. Counts the frames of all samples in `total`.
fn stack(
    ids: &[u64],
    locations: &HashMap<u64, Vec<Frame>>,
    total: &mut usize,
) -> Result<Stack, ProfileError> {
    let mut frames = Vec::with_capacity(ids.len());
    for &id in ids {
        let location = locations.get(&id).ok_or(ProfileError::Dangling { what: "location", id })?;
        *total += location.len();
        if *total > MOST {
            return Err(ProfileError::TooMany { what: "frames", limit: MOST });
        }
        frames.extend_from_slice(location);
    }
    Ok(frames.into_iter().collect())
}

/// The parts of a profile, which refer to each other by number, and may stand in any order.
#[derive(Default)]
struct Tables<'b> {
    texts: Vec<&'b [u8]>,
    sample_types: Vec<u64>,
    samples: Vec<Fields<'b>>,
    locations: Vec<Fields<'b>>,
    functions: Vec<Fields<'b>>,
    period: i64,
}

impl<'b> Tables<'b> {
    fn read(bytes: &'b [u8]) -> Result<Tables<'b>, ProfileError> {
        let mut tables = Tables::default();
        let mut fields = Fields::new(bytes);
        while let Some((number, field)) = fields.next()? {
            match number {
                1 => push(&mut tables.sample_types, number_of(field.message(), 1)?, "sample types")?,
                2 => push(&mut tables.samples, field.message(), "samples")?,
                4 => push(&mut tables.locations, field.message(), "locations")?,
                5 => push(&mut tables.functions, field.message(), "functions")?,
                6 => push(&mut tables.texts, field.message().bytes(), "texts")?,
                12 => tables.period = field.signed(),
                _ => {}
            }
        }
        Ok(tables)
    }

    fn text(&self, id: u64) -> Result<Cow<'b, str>, ProfileError> {
        let bytes = usize::try_from(id).ok().and_then(|id| self.texts.get(id));
        bytes.map(|it| String::from_utf8_lossy(it)).ok_or(ProfileError::Dangling { what: "text", id })
    }

    /// Which values of a sample are the objects and the bytes.
    fn columns(&self) -> Result<(usize, usize), ProfileError> {
        let mut names = Vec::new();
        for &id in &self.sample_types {
            names.push(self.text(id)?);
        }
        let column = |name: &str| names.iter().position(|it| it == name);
        match (column("alloc_objects"), column("alloc_space")) {
            (Some(objects), Some(bytes)) => Ok((objects, bytes)),
            _ if names.is_empty() => Err(ProfileError::OtherKind { found: "no sample types".to_string() }),
            _ => {
                let found: Vec<&str> = names.iter().take(4).map(|it| it.get(..40).unwrap_or(it)).collect();
                Err(ProfileError::OtherKind { found: found.join(", ") })
            }
        }
    }

    /// The number of a label `bytes`, `None` for another label.
    fn size(&self, mut label: Fields<'b>) -> Result<Option<i64>, ProfileError> {
        let (mut key, mut number) = (0, 0);
        while let Some((field_number, field)) = label.next()? {
            match field_number {
                1 => key = field.number(),
                3 => number = field.signed(),
                _ => {}
            }
        }
        Ok((self.text(key)? == "bytes").then_some(number))
    }

    /// The functions by their numbers, as frames without a line.
    fn functions(&self) -> Result<HashMap<u64, Frame>, ProfileError> {
        let mut functions = HashMap::with_capacity(self.functions.len());
        let mut files: HashMap<u64, SharedText> = HashMap::new();
        let mut packages: HashMap<String, SharedText> = HashMap::new();
        for mut fields in self.functions.iter().cloned() {
            let (mut id, mut name, mut file, mut start_line) = (0, 0, 0, 0);
            while let Some((number, field)) = fields.next()? {
                match number {
                    1 => id = field.number(),
                    2 => name = field.number(),
                    4 => file = field.number(),
                    5 => start_line = line(&field),
                    _ => {}
                }
            }
            let (package, name) = readable(&self.text(name)?);
            let package = packages.entry(package).or_insert_with_key(|it| it.as_str().into()).clone();
            let file = match files.get(&file) {
                Some(known) => known.clone(),
                None => files.entry(file).or_insert(self.text(file)?.as_ref().into()).clone(),
            };
            let frame = Frame { package, function: name.into(), file, line: 0, start_line, inlined: false };
            functions.insert(id, frame);
        }
        Ok(functions)
    }

    /// The frames of each location, the innermost first. One without lines has a frame without names.
    fn locations(&self) -> Result<HashMap<u64, Vec<Frame>>, ProfileError> {
        let functions = self.functions()?;
        let mut locations = HashMap::with_capacity(self.locations.len());
        let mut total = 0;
        for mut fields in self.locations.iter().cloned() {
            let (mut id, mut frames) = (0, Vec::new());
            while let Some((number, field)) = fields.next()? {
                match number {
                    1 => id = field.number(),
                    4 => frames.push(frame(field.message(), &functions)?),
                    _ => {}
                }
            }
            total += frames.len();
            if total > MOST {
                return Err(ProfileError::TooMany { what: "lines", limit: MOST });
            }
            if frames.is_empty() {
                frames.push(unnamed());
            }
            let inlined = frames.len() - 1;
            frames.iter_mut().take(inlined).for_each(|it| it.inlined = true);
            locations.insert(id, frames);
        }
        Ok(locations)
    }
}

/// A line of a location.
fn frame(mut fields: Fields<'_>, functions: &HashMap<u64, Frame>) -> Result<Frame, ProfileError> {
    let (mut function, mut at) = (0, 0);
    while let Some((number, field)) = fields.next()? {
        match number {
            1 => function = field.number(),
            2 => at = line(&field),
            _ => {}
        }
    }
    let frame = functions.get(&function).ok_or(ProfileError::Dangling { what: "function", id: function })?;
    Ok(Frame { line: at, ..frame.clone() })
}

fn unnamed() -> Frame {
    let none = SharedText::from("");
    Frame {
        package: none.clone(),
        function: none.clone(),
        file: none,
        line: 0,
        start_line: 0,
        inlined: false,
    }
}

/// A number of a line; 0 if it cannot be one.
fn line(field: &Field<'_>) -> u32 {
    u32::try_from(field.signed()).unwrap_or(0)
}

/// The number in a field of a message; 0 without it.
fn number_of(mut fields: Fields<'_>, wanted: u64) -> Result<u64, ProfileError> {
    let mut found = 0;
    while let Some((number, field)) = fields.next()? {
        if number == wanted {
            found = field.number();
        }
    }
    Ok(found)
}

fn push<T>(list: &mut Vec<T>, item: T, what: &'static str) -> Result<(), ProfileError> {
    if list.len() >= MOST {
        return Err(ProfileError::TooMany { what, limit: MOST });
    }
    list.push(item);
    Ok(())
}
