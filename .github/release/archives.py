"""The archives of a release, and how each package registry names their platforms. Standard library only, Python 3.11 or newer."""

import io
import os
import pathlib
import tarfile
import time
import tomllib
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["package"]
# Every file of a package has this date, so that the same archives give the same packages.
DATE = int(os.environ.get("SOURCE_DATE_EPOCH", "315532800"))  # 1980-01-01, the first that a zip can have
ZIP_DATE = time.gmtime(max(DATE, 315532800))[:6]


@dataclass(frozen=True)
class Target:
    """A platform: as Rust names it, as tags of a wheel, and as Node.js names its system and its CPU."""

    rust: str
    wheel: str
    system: str
    cpu: str

    @property
    def program(self) -> str:
        return "allocgate.exe" if self.system == "win32" else "allocgate"

    @property
    def archive(self) -> str:
        return f"allocgate-{self.rust}.tar.gz"


# The binaries for Linux are static, so they run with glibc and with musl.
TARGETS = [
    Target(
        "x86_64-unknown-linux-musl",
        "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
        "linux",
        "x64",
    ),
    Target(
        "aarch64-unknown-linux-musl",
        "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        "linux",
        "arm64",
    ),
    Target("x86_64-apple-darwin", "macosx_10_12_x86_64", "darwin", "x64"),
    Target("aarch64-apple-darwin", "macosx_11_0_arm64", "darwin", "arm64"),
    Target("x86_64-pc-windows-msvc", "win_amd64", "win32", "x64"),
]


def released(folder: pathlib.Path) -> list[Target]:
    """The targets whose archives are in a folder: at least one."""
    found = [target for target in TARGETS if (folder / target.archive).is_file()]
    known = {target.archive for target in TARGETS}
    unknown = [file.name for file in folder.glob("allocgate-*.tar.gz") if file.name not in known]
    if unknown or not found:
        raise SystemExit(f"{folder}: {', '.join(unknown) or 'no archive'}; expected {', '.join(sorted(known))}")
    return found


def read(folder: pathlib.Path, target: Target, name: str) -> bytes:
    """A file of an archive."""
    with tarfile.open(folder / target.archive) as archive:
        file = archive.extractfile(f"allocgate-{target.rust}/{name}")
        if file is None:
            raise SystemExit(f"{target.archive}: {name} is not a file")
        return file.read()


def licences(folder: pathlib.Path, target: Target) -> dict[str, bytes]:
    """The licence files of an archive, which must be distributed with the binary."""
    return {name: read(folder, target, name) for name in ("LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.txt")}


def add(tar: tarfile.TarFile, name: str, content: bytes, mode: int = 0o644) -> None:
    """Adds a file to an archive, with nothing of this machine."""
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(content), mode, DATE
    tar.addfile(info, io.BytesIO(content))
