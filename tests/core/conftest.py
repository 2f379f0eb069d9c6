"""What the tests of `kndnet_desktop.core` share."""

from pathlib import Path

import pytest

from kndnet_desktop.core.explain import HeatPainter
from kndnet_desktop.core.report import Reporter
from kndnet_desktop.core.report_parts import Program
from kndnet_desktop.core.translation import Catalogue


@pytest.fixture(scope="session")
def program() -> Program:
    """What a report says made it."""
    return Program("KNDNet Desktop", "0.1.0", "0123456789abcdef" * 4)


@pytest.fixture(scope="session")
def painter() -> HeatPainter:
    return HeatPainter()


@pytest.fixture(scope="session")
def reporters(root: Path, painter: HeatPainter, program: Program) -> dict[str, Reporter]:
    """Who sets reports, by language."""
    resources = root / "resources"
    return {
        language: Reporter(resources / "report", Catalogue.load(resources / "i18n", language), program, painter)
        for language in ("en", "de")
    }
