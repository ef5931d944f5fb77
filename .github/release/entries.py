#!/usr/bin/env python3
"""Writes what package managers need to know of a release: a Homebrew formula, and an entry for the registry of aqua.

entries.py ARCHIVES REPOSITORY FOLDER   writes FOLDER/allocgate.rb and FOLDER/aqua.yaml; REPOSITORY is owner/name on GitHub
"""

import hashlib
import pathlib
import sys

from archives import PACKAGE, TARGETS, Target, released

VERSION = PACKAGE["version"]
SYSTEMS = {"darwin": "macos", "linux": "linux"}
CPUS = {"x64": "intel", "arm64": "arm"}


def formula(archives: pathlib.Path, repository: str) -> str:
    lines = [
        "class Allocgate < Formula",
        f'  desc "{PACKAGE["description"].rstrip(".")}"',
        f'  homepage "https://github.com/{repository}"',
        f'  version "{VERSION}"',
        '  license any_of: ["MIT", "Apache-2.0"]',
        "",
    ]
    targets = released(archives)
    for system, name in SYSTEMS.items():
        lines.append(f"  on_{name} do")
        for target in (it for it in targets if it.system == system):
            lines += [f"    on_{CPUS[target.cpu]} do", *source(archives, target, repository), "    end"]
        lines += ["  end", ""]
    lines += [
        "  def install",
        '    bin.install "allocgate"',
        '    man1.install Dir["man/man1/*.1"]',
        '    bash_completion.install "completions/allocgate.bash" => "allocgate"',
        '    zsh_completion.install "completions/_allocgate"',
        '    fish_completion.install "completions/allocgate.fish"',
        "  end",
        "",
        "  test do",
        '    assert_match version.to_s, shell_output("#{bin}/allocgate --version")',
        "  end",
        "end",
    ]
    return "\n".join(lines) + "\n"


def source(archives: pathlib.Path, target: Target, repository: str) -> list[str]:
    sum_ = hashlib.sha256((archives / target.archive).read_bytes()).hexdigest()
    url = f"https://github.com/{repository}/releases/download/v{VERSION}/{target.archive}"
    return [f'      url "{url}"', f'      sha256 "{sum_}"']


def aqua(repository: str) -> str:
    owner, _, name = repository.partition("/")
    return f"""\
packages:
  - type: github_release
    repo_owner: {owner}
    repo_name: {name}
    description: {PACKAGE["description"]!r}
    asset: allocgate-{{{{.Arch}}}}-{{{{.OS}}}}.tar.gz
    format: tar.gz
    files:
      - name: allocgate
        src: allocgate-{{{{.Arch}}}}-{{{{.OS}}}}/allocgate
    replacements:
      amd64: x86_64
      arm64: aarch64
      darwin: apple-darwin
      linux: unknown-linux-musl
      windows: pc-windows-msvc
    supported_envs: [{", ".join(sorted(map(environment, TARGETS)))}]
    checksum:
      type: github_release
      asset: SHA256SUMS
      algorithm: sha256
    github_artifact_attestations:
      signer_workflow: {repository}/.github/workflows/release.yml
"""


def environment(target: Target) -> str:
    """As aqua names it."""
    system = "windows" if target.system == "win32" else target.system
    return f"{system}/{'amd64' if target.cpu == 'x64' else target.cpu}"


def main(archives: str, repository: str, out: str) -> None:
    folder = pathlib.Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "allocgate.rb").write_text(formula(pathlib.Path(archives), repository), encoding="utf-8")
    (folder / "aqua.yaml").write_text(aqua(repository), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
