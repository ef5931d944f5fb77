//! How large an executable file is, as a whole and by package. Pure.

use super::symbol::package;
use crate::model::PackageGrowth;
use object::{File, Object, ObjectSection, ObjectSymbol, SectionIndex, SectionKind};
use std::collections::BTreeMap;

/// How large a program is, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binary {
    /// The file.
    pub size: u64,
    /// Machine code.
    pub text: u64,
    /// What is in memory besides that, and takes space in the file: variables, constants, and the tables of the runtime.
    pub data: u64,
    /// Code and data of each package, as the symbol table has them; empty if the program has none.
    packages: BTreeMap<String, u64>,
}

impl Binary {
    /// Reads an ELF, Mach-O or PE file.
    ///
    /// # Errors
    /// If it is none, or it is damaged.
    pub fn read(file: &[u8]) -> Result<Binary, object::Error> {
        let parsed = File::parse(file)?;
        let (mut text, mut data) = (0, 0);
        for section in parsed.sections() {
            match section.kind() {
                SectionKind::Text => text += section.size(),
                SectionKind::Data
                | SectionKind::ReadOnlyData
                | SectionKind::ReadOnlyDataWithRel
                | SectionKind::ReadOnlyString
                | SectionKind::Tls => data += section.size(),
                _ => {} // takes no space in the file, or is not in memory: symbols, debug information
            }
        }
        Ok(Binary { size: file.len() as u64, text, data, packages: packages(&parsed) })
    }

    /// Which packages are larger than in an earlier program, the one that grew most first.
    pub fn growth_since(&self, base: &Binary) -> Vec<PackageGrowth> {
        if base.packages.is_empty() {
            return Vec::new(); // every package would be new
        }
        let grown = self.packages.iter().filter_map(|(package, &size)| {
            let before = base.packages.get(package).copied();
            let bytes = size.checked_sub(before.unwrap_or(0)).filter(|&bytes| bytes > 0)?;
            Some(PackageGrowth { package: package.clone(), bytes, is_new: before.is_none() })
        });
        let mut grown: Vec<PackageGrowth> = grown.collect();
        grown.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.package.cmp(&b.package)));
        grown
    }
}

/// Code and data by package. Mach-O and PE files do not say how large a symbol is: it ends where the next one begins.
fn packages(file: &File) -> BTreeMap<String, u64> {
    let mut symbols: Vec<(SectionIndex, u64, u64, &str)> = Vec::new();
    for symbol in file.symbols() {
        if let (Some(section), Ok(name)) = (symbol.section_index(), symbol.name())
            && symbol.is_definition()
        {
            symbols.push((section, symbol.address(), symbol.size(), name));
        }
    }
    symbols.sort_unstable_by_key(|it| (it.0.0, it.1, it.2, it.3));
    let ends = |index: SectionIndex| {
        let section = file.section_by_index(index).ok();
        section.map_or(0, |it| it.address().saturating_add(it.size()))
    };
    let takes_space = |index: SectionIndex| {
        let kind = file.section_by_index(index).map(|it| it.kind());
        !matches!(kind, Ok(SectionKind::UninitializedData | SectionKind::UninitializedTls) | Err(_))
    };
    let mut packages = BTreeMap::new();
    for (at, &(section, address, size, name)) in symbols.iter().enumerate() {
        let Some(package) = package(name).filter(|_| takes_space(section)) else { continue };
        let next = symbols.get(at + 1).filter(|next| next.0 == section);
        let end = next.map_or_else(|| ends(section), |next| next.1);
        let size = if size > 0 { size } else { end.saturating_sub(address) };
        *packages.entry(package).or_insert(0) += size;
    }
    packages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binary(packages: &[(&str, u64)]) -> Binary {
        let packages = packages.iter().map(|(name, size)| (name.to_string(), *size)).collect();
        Binary { size: 0, text: 0, data: 0, packages }
    }

    #[test]
    fn this_program_has_code_and_data() {
        let file = std::env::current_exe().and_then(std::fs::read).expect("the test binary");
        let read = Binary::read(&file).expect("an executable");
        assert_eq!(read.size, file.len() as u64);
        assert!(read.text > 100_000 && read.data > 10_000, "{} {}", read.text, read.data);
        assert!(read.text + read.data < read.size, "{} {} {}", read.text, read.data, read.size);
    }

    #[test]
    fn other_files_are_errors() {
        for file in [&b""[..], b"#!/bin/sh\n", b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe"] {
            assert!(Binary::read(file).is_err(), "{file:?}");
        }
    }

    #[test]
    fn packages_that_grew_are_listed_the_largest_first() {
        let base = binary(&[("fmt", 100), ("main", 50), ("os", 70)]);
        let new = binary(&[("fmt", 100), ("main", 60), ("net/http", 900), ("os", 60)]);
        let grown = |package: &str, bytes, is_new| PackageGrowth { package: package.into(), bytes, is_new };
        assert_eq!(new.growth_since(&base), [grown("net/http", 900, true), grown("main", 10, false)]);
        assert_eq!(new.growth_since(&binary(&[])), [], "base has no symbols");
        assert_eq!(binary(&[]).growth_since(&base), []);
    }
}
