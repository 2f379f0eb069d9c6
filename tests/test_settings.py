"""Settings survive a restart, and nothing that happens to their file stops the program."""

from dataclasses import replace
from pathlib import Path

import pytest

from kndnet_desktop.settings import RECENT, Settings, SettingsFile


def test_settings_come_back_as_they_were_saved(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "deep" / "folder" / "settings.json")
    settings = Settings("dark", False, 35, "accuracy", True, "00ff", "01", "{}", ("/a/ä.jpg", "/b.png"))
    file.save(settings)
    assert file.load() == settings


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00rubbish",
        b"[1, 2]",
        b"null",
        b'"text"',
        b"[" * 100_000,
        b'{"theme": "purple", "heat_opacity": 1000, "heat_shown": "yes", "recent": {"a": 1}, "geometry": 7, "x": 1}',
    ],
)
def test_a_corrupt_file_gives_the_defaults(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    assert SettingsFile(path).load() == Settings()


def test_one_bad_value_does_not_lose_the_others(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "dark", "heat_opacity": true, "recent": ["/a.jpg", 5]}', encoding="utf-8")
    assert SettingsFile(path).load() == replace(Settings(), theme="dark")


def test_a_folder_in_place_of_the_file_gives_the_defaults(tmp_path: Path) -> None:
    assert SettingsFile(tmp_path).load() == Settings()


def test_recent_files_are_newest_first_each_once_and_few(tmp_path: Path) -> None:
    settings = Settings()
    for number in range(RECENT + 5):
        settings = settings.opened(tmp_path / f"{number}.jpg")
    settings = settings.opened(tmp_path / "8.jpg")
    assert settings.recent[0] == str(tmp_path / "8.jpg")
    assert len(settings.recent) == len(set(settings.recent)) == RECENT
