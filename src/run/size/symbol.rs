//! The package of a symbol of a Go program. Pure.

/// The import path of the package that a symbol belongs to: `net/http` of `net/http.(*Client).Do`. `None` for symbols of no package:
/// types, strings, tables of the linker, and C.
pub(super) fn package(symbol: &str) -> Option<String> {
    // Instances name their type arguments, which have paths as well.
    let end = symbol.find(['[', '(', '{', '"']).unwrap_or(symbol.len());
    let name = &symbol[..end];
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    let dot = slash + name[slash..].find('.')?;
    let path = &name[..dot];
    let is_of_linker = path.is_empty() || path.contains(':') || TABLES.contains(&symbol);
    (!is_of_linker).then(|| unescaped(path))
}

/// Tables about all packages of a program, which carry the name of the runtime.
const TABLES: [&str; 16] = [
    "runtime.pclntab",
    "runtime.epclntab",
    "runtime.functab",
    "runtime.findfunctab",
    "runtime.funcnametab",
    "runtime.cutab",
    "runtime.filetab",
    "runtime.pctab",
    "runtime.types",
    "runtime.rodata",
    "runtime.itablink",
    "runtime.typelink",
    "runtime.gcbits.*",
    "runtime.text",
    "runtime.etext",
    "runtime.data",
];

/// The linker writes some bytes of a path as `%2e`, such as dots after the last slash.
fn unescaped(path: &str) -> String {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| first == b'%').and_then(|it| std::str::from_utf8(it).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = &after[2..]; // `get` found two bytes
            }
            None => {
                out.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_begins_with_the_path_of_its_package() {
        for (symbol, want) in [
            ("main.main", Some("main")),
            ("net/http.(*Client).Do", Some("net/http")),
            ("net/http..inittask", Some("net/http")),
            ("vendor/golang.org/x/net/idna.init", Some("vendor/golang.org/x/net/idna")),
            ("gopkg.in/yaml%2ev3.(*parser).peek", Some("gopkg.in/yaml.v3")),
            ("slices.SortFunc[go.shape.[]net/url.URL,go.shape.int]", Some("slices")),
            ("example.com/a.New[example.com/b/c.T]", Some("example.com/a")),
            ("type:*net/http.Client", None),
            ("type:.eq.net/http.Client", None),
            ("go:string.*", None),
            ("go:itab.*os.File,io.Writer", None),
            ("runtime.pclntab", None),
            ("runtime.mallocgc", Some("runtime")),
            ("_cgo_init", None),
            ("", None),
            ("é%2", None),
            ("x%2.y", Some("x%2")),
            ("x%é.y", Some("x%é")),
        ] {
            assert_eq!(package(symbol).as_deref(), want, "{symbol}");
        }
    }
}
