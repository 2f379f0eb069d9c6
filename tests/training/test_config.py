from pathlib import Path

import pytest

from kndnet_desktop.core.errors import UserError
from training.config import Recipe, differences, dump, load

CONFIGS = Path(__file__).parents[2] / "training" / "configs"


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_recipe_in_the_repository_loads_and_survives_writing(path: Path, tmp_path: Path) -> None:
    recipe = load(path)
    assert recipe.name == path.stem
    copy = tmp_path / "copy.yaml"
    copy.write_text(dump(recipe), encoding="utf-8")
    assert load(copy) == recipe


def test_what_is_compared_differs_in_one_thing() -> None:
    short, control, masked = (load(CONFIGS / f"short{end}.yaml") for end in ("", "_control", "_masked"))
    assert differences(control, short) == ["loss.soft: 0.0, not 0.8"]
    assert differences(masked, short) == ["loss.mask: threshold, not none"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: a\nfit: {epoch: 3}", "unknown key: epoch"),
        ("name: a\nfit: {epochs: many}", "epochs should be of type int"),
        ("name: a\nfit: {epochs: true}", "epochs should be of type int"),
        ("name: a\naugment: {shapes: 1}", "shapes should be a list"),
        ("name: a\nfit: 3", "should hold named values"),
        ("fit: {epochs: 3}", "lacks the key name"),
        ("name: [", "not valid YAML"),
        ("", "should hold named values"),
    ],
)
def test_a_mistake_is_one_sentence(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=said):
        load(path)


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        load(tmp_path / "none.yaml")


def test_numbers_may_be_written_in_any_way(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text("name: a\nfit: {rate: 4e-3, decay: 0}\ndata: {isic2018: null}", encoding="utf-8")
    recipe = load(path)
    assert recipe.fit.rate == 0.004
    assert recipe.fit.decay == 0.0
    assert isinstance(recipe, Recipe)
