"""What a bundle is made of: licences and a software bill of materials (CycloneDX). kndnet.spec calls this.

Everything is told from the files that PyInstaller really collected, not from what happens to be installed.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors|thirdparty)", re.IGNORECASE)
# Their wheels say LGPL and carry no text.
WITHOUT_TEXT = {"pyside6-essentials": ("LGPL-3.0.txt", "GPL-3.0.txt"), "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt")}


@dataclass(frozen=True)
class Part:
    """One product of other people, or a network of ours, inside the bundle.

    Attributes:
        kind: ``pypi``, ``deb``, ``generic`` or ``model``.
        licence: What its authors call the licence; empty where only the text tells.
        texts: Files with the licence.
        sha256: Of a network; empty otherwise.
    """

    kind: str
    name: str
    version: str
    licence: str = ""
    texts: tuple[Path, ...] = field(default=(), compare=False)
    sha256: str = ""


def parts_of(collected: Iterable[str], resources: Path, texts: Path) -> list[Part]:
    """Name everything that the bundle holds.

    Args:
        collected: The paths of all files and modules that PyInstaller collected.
        resources: The folder of our own resources.
        texts: The folder of licence texts that wheels forget.
    """
    owners = _owners()
    prefix = Path(sys.base_prefix).resolve()
    found = {_python(prefix)}
    for path in {Path(each).resolve() for each in collected}:
        if path in owners:
            found.add(_wheel(owners[path], texts))
        elif sys.platform.startswith("linux") and not path.is_relative_to(prefix) and ".so" in path.name:
            package = _debian_package(path)
            if package:
                found.add(package)
    for card in sorted(resources.glob("models/*/card.json")):
        told = json.loads(card.read_text(encoding="utf-8"))
        found.add(Part("model", told["name"], told["created"], told["licence"], (), told["sha256"]))
    return sorted(found, key=lambda part: (part.kind, part.name.lower()))


def write_licences(parts: list[Part], folder: Path, project: Path) -> None:
    """Write a folder per part with its licence texts, and an index of all of them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("LICENSE", "NOTICE"):
        shutil.copyfile(project / name, folder / name)
    lines = ["KNDNet Desktop is licensed as LICENSE and NOTICE in this folder say. It carries the works of others:", ""]
    for part in parts:
        lines.append(f"{part.name} {part.version}: {part.licence or 'see its folder'}")
        target = folder / part.name
        for number, text in enumerate(sorted(part.texts)):
            target.mkdir(exist_ok=True)
            name = text.name if not (target / text.name).exists() else f"{number}-{text.name}"
            shutil.copyfile(text, target / name)
    (folder / "INDEX.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_bill(parts: list[Part], file: Path, version: str, epoch: int) -> None:
    """Write the bill of materials, the same bytes for the same parts.

    Args:
        parts: What is inside.
        file: The JSON to write, CycloneDX 1.6.
        version: Of our program.
        epoch: The time to name, seconds since 1970.
    """
    bill = Bom(components=[_component(part) for part in parts])
    bill.metadata.component = Component(
        name="kndnet-desktop", version=version, type=ComponentType.APPLICATION, bom_ref=f"kndnet-desktop@{version}"
    )
    bill.metadata.timestamp = datetime.fromtimestamp(epoch, UTC)
    told = json.loads(JsonV1Dot6(bill).output_as_string())
    told.pop("serialNumber", None)  # drawn by chance; optional
    file.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _component(part: Part) -> Component:
    return Component(
        name=part.name,
        version=part.version,
        type=ComponentType.MACHINE_LEARNING_MODEL if part.kind == "model" else ComponentType.LIBRARY,
        bom_ref=f"{part.kind}/{part.name}@{part.version}",
        purl=None if part.kind == "model" else PackageURL(part.kind, _space(part.kind), part.name, part.version),
        licenses=[DisjunctiveLicense(name=part.licence)] if part.licence else None,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=part.sha256)] if part.sha256 else None,
    )


def _space(kind: str) -> str | None:
    return "debian" if kind == "deb" else None


def _owners() -> dict[Path, metadata.Distribution]:
    found = {}
    for distribution in metadata.distributions():
        for file in distribution.files or []:
            found[Path(str(distribution.locate_file(file))).resolve()] = distribution
    return found


def _python(prefix: Path) -> Part:
    texts = [*prefix.glob("LICENSE*"), *prefix.glob("lib/python3.*/LICENSE.txt")]
    return Part("generic", "python", platform.python_version(), "PSF-2.0", tuple(texts[:1]))


def _wheel(distribution: metadata.Distribution, texts: Path) -> Part:
    told = distribution.metadata
    licence = told.get("License-Expression") or (told.get("License") or "").strip().partition("\n")[0]
    if not licence:
        kinds = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier", []) if each.startswith("License ::")]
        licence = ", ".join(kinds)
    own = [
        Path(str(distribution.locate_file(file)))
        for file in distribution.files or []
        if LICENCE_FILE.search(file.name) and file.suffix not in (".py", ".pyc", ".h")
    ]
    lent = [texts / name for name in WITHOUT_TEXT.get(distribution.name.lower().replace("_", "-"), ())]
    return Part("pypi", distribution.name, distribution.version, licence, tuple(own + lent))


@lru_cache
def _debian_package(path: Path) -> Part | None:
    # A library may be filed under /lib where that is the same folder as /usr/lib.
    for name in (str(path), str(path).removeprefix("/usr")):
        answer = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            package = answer.stdout.partition(": ")[0].split(",")[0]
            version = subprocess.run(
                ["dpkg-query", "--show", "--showformat", "${Version}", package],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            plain = package.partition(":")[0]
            texts = [each for each in [Path("/usr/share/doc") / plain / "copyright"] if each.is_file()]
            return Part("deb", plain, version, "", tuple(texts))
    return None
