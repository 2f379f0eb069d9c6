"""Where things lie: the program's own resources, and the user's settings and logs."""

from pathlib import Path

import platformdirs

APP_NAME = "KNDNet Desktop"


def resources() -> Path:
    """Return the folder of models, icons, styles and samples: inside the installed package, or the checkout's."""
    package = Path(__file__).resolve().parent
    installed = package / "resources"
    return installed if installed.is_dir() else package.parent / "resources"


def model_folder(role: str) -> Path:
    """Return the model folder of ``student`` or ``teacher``; it need not exist."""
    return resources() / "models" / role


def runs_folder() -> Path:
    """Return the folder for this user's batch runs, among the documents, where people look; it need not exist."""
    return Path(platformdirs.user_documents_dir()) / APP_NAME


def settings_file() -> Path:
    """Return the settings file of this user; neither it nor its folder need exist."""
    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False, roaming=True)) / "settings.json"
