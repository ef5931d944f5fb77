#!/usr/bin/env python3
"""Packs the archives of a release as wheels, for `pip install allocgate` and `uvx allocgate`.

wheels.py ARCHIVES FOLDER   writes FOLDER/allocgate-VERSION-py3-none-PLATFORM.whl
"""

import base64
import hashlib
import pathlib
import re
import sys
import zipfile

from archives import PACKAGE, ROOT, ZIP_DATE, Target, licences, read, released

EXECUTABLE = 0o100755
FILE = 0o100644


def version(semantic: str) -> str:
    """As PEP 440 writes it: 1.2.3-rc.1 is 1.2.3rc1."""
    plain, _, pre = semantic.partition("-")
    return plain + re.sub(r"^(alpha|beta|rc)\.?", {"alpha": "a", "beta": "b"}.get(pre.split(".")[0], "rc"), pre)


def metadata() -> bytes:
    lines = [
        "Metadata-Version: 2.4",
        "Name: allocgate",
        f"Version: {version(PACKAGE['version'])}",
        f"Summary: {PACKAGE['description']}",
        f"License-Expression: {PACKAGE['license']}",
        "License-File: LICENSE-APACHE",
        "License-File: LICENSE-MIT",
        "License-File: THIRD-PARTY.txt",
        f"Keywords: {','.join(PACKAGE['keywords'])}",
        "Requires-Python: >=3.8",
        "Description-Content-Type: text/markdown",
    ]
    if repository := PACKAGE.get("repository"):
        lines.insert(4, f"Project-URL: Source, {repository}")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return ("\n".join(lines) + "\n\n" + readme).encode()


def pack(archives: pathlib.Path, target: Target, out: pathlib.Path) -> pathlib.Path:
    name = f"allocgate-{version(PACKAGE['version'])}"
    info = f"{name}.dist-info"
    tags = "".join(f"Tag: py3-none-{tag}\n" for tag in target.wheel.split("."))
    files = {
        # pip puts it beside the other programs of the environment, without a script in between.
        f"{name}.data/scripts/{target.program}": (read(archives, target, target.program), EXECUTABLE),
        f"{info}/METADATA": (metadata(), FILE),
        f"{info}/WHEEL": (f"Wheel-Version: 1.0\nGenerator: allocgate\nRoot-Is-Purelib: false\n{tags}".encode(), FILE),
    }
    files |= {f"{info}/licenses/{file}": (text, FILE) for file, text in licences(archives, target).items()}
    record = "".join(f"{path},{digest(content)},{len(content)}\n" for path, (content, _) in files.items())
    files[f"{info}/RECORD"] = (f"{record}{info}/RECORD,,\n".encode(), FILE)
    wheel = out / f"{name}-py3-none-{target.wheel}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, (content, mode) in files.items():
            entry = zipfile.ZipInfo(path, ZIP_DATE)
            entry.external_attr, entry.compress_type, entry.create_system = mode << 16, zipfile.ZIP_DEFLATED, 3
            packed.writestr(entry, content)
    return wheel


def digest(content: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def main(archives: str, out: str) -> None:
    pathlib.Path(out).mkdir(parents=True, exist_ok=True)
    for target in released(pathlib.Path(archives)):
        print(pack(pathlib.Path(archives), target, pathlib.Path(out)))


if __name__ == "__main__":
    main(*sys.argv[1:])
