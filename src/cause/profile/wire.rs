//! The wire format of protocol buffers, as far as profiles use it: numbers, and fields with a length.

use super::error::ProfileError;

/// The fields of a message, one after another, with their numbers.
#[derive(Debug, Clone)]
pub(super) struct Fields<'b> {
    bytes: &'b [u8],
    /// How many bytes of the whole profile are before this message.
    start: usize,
    at: usize,
}

/// What a field has.
#[derive(Debug, Clone)]
pub(super) enum Field<'b> {
    /// A number; negative ones have all 64 bits.
    Number(u64),
    /// A text, or a message, or several numbers.
    Bytes(Fields<'b>),
    /// A number of four or eight bytes, which no field of a profile has.
    Fixed,
}

impl<'b> Fields<'b> {
    /// The fields of a whole profile.
    pub(super) fn new(bytes: &'b [u8]) -> Fields<'b> {
        Fields { bytes, start: 0, at: 0 }
    }

    /// The bytes, if this is a text and not a message.
    pub(super) fn bytes(&self) -> &'b [u8] {
        self.bytes
    }

    /// How many bytes of the whole profile are before this message.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    fn damaged(&self, what: &'static str) -> ProfileError {
        ProfileError::Damaged { what, offset: self.start + self.at }
    }

    /// The next field, `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Field<'b>)>, ProfileError> {
        if self.at >= self.bytes.len() {
            return Ok(None);
        }
        let key = self.number()?;
        let field = match key & 7 {
            0 => Field::Number(self.number()?),
            1 => self.take(8).map(|_| Field::Fixed)?,
            2 => {
                let length = self.number()?;
                let length = usize::try_from(length).map_err(|_| self.damaged("a field is too long"))?;
                Field::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Field::Fixed)?,
            _ => return Err(self.damaged("a field of an unknown kind")),
        };
        Ok(Some((key >> 3, field)))
    }

    /// The next number of a list without keys, `None` at the end.
    pub(super) fn next_number(&mut self) -> Result<Option<u64>, ProfileError> {
        if self.at >= self.bytes.len() { Ok(None) } else { self.number().map(Some) }
    }

    /// Seven bits in each byte, the lowest first; the highest bit says that there is another byte.
    fn number(&mut self) -> Result<u64, ProfileError> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let Some(&byte) = self.bytes.get(self.at) else {
                return Err(self.damaged("the data ends inside a number"));
            };
            self.at += 1;
            // The tenth byte has one bit left; the others are lost, as in every reader of this format.
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(self.damaged("a number is too long"))
    }

    fn take(&mut self, length: usize) -> Result<Fields<'b>, ProfileError> {
        let end = self.at.checked_add(length).filter(|&end| end <= self.bytes.len());
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let bytes = taken.ok_or_else(|| self.damaged("the data ends inside a field"))?;
        let start = self.start + self.at;
        self.at += length;
        Ok(Fields { bytes, start, at: 0 })
    }
}

impl<'b> Field<'b> {
    /// The number of a field that has one.
    pub(super) fn number(&self) -> u64 {
        if let Field::Number(number) = self { *number } else { 0 }
    }

    /// A number that may be negative.
    pub(super) fn signed(&self) -> i64 {
        self.number() as i64
    }

    /// The fields of a message; none if it is a number.
    pub(super) fn message(self) -> Fields<'b> {
        if let Field::Bytes(fields) = self { fields } else { Fields::new(&[]) }
    }

    /// Adds the number or the numbers of a repeated field to a list of at most `limit`.
    pub(super) fn numbers(self, list: &mut Vec<u64>, limit: usize) -> Result<(), ProfileError> {
        match self {
            Field::Number(number) => list.push(number),
            Field::Bytes(mut fields) => {
                while let Some(number) = fields.next_number()? {
                    if list.len() >= limit {
                        return Err(ProfileError::TooMany { what: "numbers in a sample", limit });
                    }
                    list.push(number);
                }
            }
            Field::Fixed => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_are_read_in_their_order() {
        // 1: 150, 2: "hi", 3: fixed, 4: -1
        let mut bytes = vec![0x08, 0x96, 0x01, 0x12, 2, b'h', b'i', 0x1d, 0, 0, 0, 0, 0x20];
        bytes.extend([0xff; 9]);
        bytes.push(1);
        let mut fields = Fields::new(&bytes);
        let mut next = || fields.next().expect("no damage").expect("a field");
        assert!(matches!(next(), (1, Field::Number(150))));
        let (number, text) = next();
        assert_eq!((number, text.message().bytes()), (2, b"hi".as_slice()));
        assert!(matches!(next(), (3, Field::Fixed)));
        assert_eq!(next().1.signed(), -1);
        assert!(fields.next().expect("no damage").is_none());
    }

    #[test]
    fn damage_has_its_place_in_the_whole_profile() {
        // Field 2 has a message whose field 1 is cut.
        let mut fields = Fields::new(&[0x08, 1, 0x12, 2, 0x08, 0x80]);
        fields.next().expect("a number");
        let (_, inner) = fields.next().expect("a field").expect("a field");
        let error = inner.message().next().expect_err("it is cut");
        assert_eq!(error.to_string(), "the profile is damaged: the data ends inside a number at byte 6");
        for (bytes, what) in [
            (vec![0x0a, 5, 1], "the data ends inside a field"),
            (vec![0x0b], "a field of an unknown kind"),
            (vec![0xff; 11], "a number is too long"),
            ([&[0x0a][..], &[0xff; 9], &[1]].concat(), "the data ends inside a field"),
        ] {
            let error = Fields::new(&bytes).next().expect_err(what);
            assert!(matches!(error, ProfileError::Damaged { what: it, .. } if it == what), "{error}");
        }
    }

    proptest! {
        #[test]
        fn any_number_is_read_as_it_was_written(number: u64) {
            let (mut rest, mut bytes) = (number, vec![0x08]);
            while rest >= 0x80 {
                bytes.push(rest as u8 | 0x80);
                rest >>= 7;
            }
            bytes.push(rest as u8);
            let (_, field) = Fields::new(&bytes).next().expect("no damage").expect("a field");
            prop_assert_eq!(field.number(), number);
        }
    }
}
