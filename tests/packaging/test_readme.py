"""The README says what is so: its commands work on this checkout, its figures are those of the shipped cards."""

import re
import tomllib
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def text(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def part(text: str, name: str) -> str:
    return text.split(f"<!-- begin: {name} -->")[1].split(f"<!-- end: {name} -->")[0].strip()


def test_the_figures_of_the_networks_are_those_of_their_cards(text: str) -> None:
    """After a model has been replaced, `make readme` brings the README up to date."""
    import readme

    assert part(text, "networks") == readme.networks()


def test_a_part_that_is_not_there_is_an_error(text: str) -> None:
    import readme

    assert "new text" in part(readme.replaced(text, "speed", "new text"), "speed")
    with pytest.raises(ValueError, match="no part"):
        readme.replaced(text, "weather", "")


def test_every_picture_and_file_that_it_names_is_there(text: str, root: Path) -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert pictures
    missing = [name for name in pictures if not (root / name).is_file()]
    assert not missing


def test_its_make_targets_and_commands_exist(text: str, root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())
    contributing = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`make (\w+)`|^    make (\w+)", text + contributing, re.MULTILINE))
    assert {first or second for first, second in named} <= targets
    assert "make test" in (root / ".ci" / "run").read_text(encoding="utf-8")
    scripts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(scripts["scripts"]) | set(scripts["gui-scripts"]) == {"kndnet", "kndnet-desktop"}


def test_each_target_of_the_makefile_is_a_command_of_the_driver(root: Path) -> None:
    driver = (root / "packaging" / "bootstrap.py").read_text(encoding="utf-8")
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    for target in re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split():
        assert f'"{target}": ' in driver
