from pathlib import Path

import pytest
import torch

from training.config import AugmentConfig, DataConfig, FitConfig, ModelConfig, Recipe
from training.data import Pictures, prepare
from training.drawn import write_data_set


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Threads that wait for each other over such small tensors take most of the time of a busy machine."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drawn data set in the Kaggle layout; nobody may write to it."""
    root = tmp_path_factory.mktemp("drawn") / "ham10000"
    write_data_set(root, lesions=10)
    return root


@pytest.fixture(scope="session")
def recipe(drawn: Path) -> Recipe:
    """A recipe that trains in seconds."""
    return Recipe(
        name="tiny",
        data=DataConfig(ham10000=str(drawn), cache=str(drawn.parent / "cache")),
        model=ModelConfig(height=32, width=48, dropout=0.2),
        augment=AugmentConfig(),
        fit=FitConfig(epochs=3, batch=16, rate=2e-3, workers=0, start_scale=0.8),
    )


@pytest.fixture(scope="session")
def pictures(recipe: Recipe) -> Pictures:
    return prepare(recipe.data)
