#!/usr/bin/env python3
"""Packs the archives of a release for npm, for `npx allocgate`: a package per platform, and one that depends on all of them.

npm.py ARCHIVES FOLDER   writes FOLDER/allocgate-VERSION.tgz and FOLDER/allocgate-SYSTEM-CPU-VERSION.tgz
"""

import gzip
import io
import json
import pathlib
import sys
import tarfile

from archives import DATE, PACKAGE, ROOT, Target, add, licences, read, released

VERSION = PACKAGE["version"]


def described(name: str, description: str, more: dict) -> bytes:
    about = {"name": name, "version": VERSION, "description": description, "license": PACKAGE["license"]}
    if repository := PACKAGE.get("repository"):
        about["repository"] = {"type": "git", "url": f"git+{repository}.git"}
    return (json.dumps(about | more, indent=2) + "\n").encode()


def write(path: pathlib.Path, files: dict[str, tuple[bytes, int]]) -> pathlib.Path:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, (content, mode) in files.items():
            add(archive, f"package/{name}", content, mode)
    path.write_bytes(gzip.compress(tar.getvalue(), mtime=DATE))
    return path


def name(target: Target) -> str:
    return f"@allocgate/{target.system}-{target.cpu}"


def platform(archives: pathlib.Path, target: Target, out: pathlib.Path) -> pathlib.Path:
    about = described(
        name(target),
        f"The binary of allocgate for {target.system} on {target.cpu}.",
        {"os": [target.system], "cpu": [target.cpu], "preferUnplugged": True},
    )
    files = {"package.json": (about, 0o644), target.program: (read(archives, target, target.program), 0o755)}
    files |= {file: (text, 0o644) for file, text in licences(archives, target).items()}
    return write(out / f"allocgate-{target.system}-{target.cpu}-{VERSION}.tgz", files)


def launcher(targets: list[Target], out: pathlib.Path) -> pathlib.Path:
    about = described(
        "allocgate",
        PACKAGE["description"],
        {
            "keywords": PACKAGE["keywords"],
            "bin": {"allocgate": "allocgate.js"},
            "engines": {"node": ">=18"},
            "optionalDependencies": {name(target): VERSION for target in targets},
        },
    )
    script = (pathlib.Path(__file__).parent / "allocgate.js").read_bytes()
    files = {"package.json": (about, 0o644), "allocgate.js": (script, 0o755)}
    for file in ("README.md", "LICENSE-APACHE", "LICENSE-MIT"):
        files[file] = ((ROOT / file).read_bytes(), 0o644)
    return write(out / f"allocgate-{VERSION}.tgz", files)


def main(archives: str, out: str) -> None:
    folder = pathlib.Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    targets = released(pathlib.Path(archives))
    # The platforms first: who installs the launcher needs them.
    for target in targets:
        print(platform(pathlib.Path(archives), target, folder))
    print(launcher(targets, folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
