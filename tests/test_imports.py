"""Imports point down: reads the code and holds it to the floors of the house."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
QT = {"PySide6", "shiboken6"}
RESEARCH = {
    "torch",
    "torchvision",
    "timm",
    "cv2",
    "pytorch_grad_cam",
    "lightning_fabric",
    "onnx",
    "sklearn",
    "matplotlib",
}
OFFSCREEN = ("screenshot.py", "selftest.py")  # they build the window to look at it, as app.py does
OUR_DOORS = {"kndnet_desktop.app", "kndnet_desktop.cli", "kndnet_desktop.__main__"}


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports anywhere, with the names taken from our own packages spelled out."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def offences(files: list[Path], forbidden: set[str]) -> list[str]:
    assert files, "no files were read: the rule would hold of nothing"
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imports(path)
        if any(name == bad or name.startswith(f"{bad}.") for bad in forbidden)
    ]


def test_core_imports_no_qt_no_torch_and_nothing_else_of_ours() -> None:
    ours = {"training", "kndnet_desktop.ui", "kndnet_desktop.paths", "kndnet_desktop.settings"}
    assert not offences(modules("kndnet_desktop/core"), QT | RESEARCH | ours | OUR_DOORS)
    above = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules("kndnet_desktop/core")
        for name in imports(path)
        if name.startswith("kndnet_desktop.") and not name.startswith("kndnet_desktop.core")
    ]
    assert not above


def test_ui_knows_neither_the_doors_nor_paths_and_settings() -> None:
    assert not offences(modules("kndnet_desktop/ui"), OUR_DOORS | {"training", "kndnet_desktop.paths"})


def test_the_program_needs_no_research_library() -> None:
    assert not offences(modules("kndnet_desktop"), RESEARCH | {"training"})


def test_training_imports_core_only() -> None:
    assert not offences(modules("training"), QT | OUR_DOORS | {"kndnet_desktop.ui"})


def test_qt_is_in_the_window_only() -> None:
    window = [
        *modules("kndnet_desktop/ui"),
        *(ROOT / "kndnet_desktop" / name for name in ("app.py", "__main__.py", *OFFSCREEN)),
    ]
    others = [path for path in modules("kndnet_desktop") if path not in window]
    assert not offences(others, QT)


def test_threads_are_in_two_rooms_only() -> None:
    rooms = {ROOT / "kndnet_desktop" / "ui" / "jobs.py", ROOT / "kndnet_desktop" / "core" / "threads.py"}
    app = ROOT / "kndnet_desktop" / "app.py"  # it hears of a thread that failed, and starts none
    others = [path for path in modules("kndnet_desktop") if path not in rooms | {app}]
    uses = {
        node.attr
        for node in ast.walk(ast.parse(app.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "threading"
    }
    assert uses <= {"excepthook", "ExceptHookArgs"}
    threads = {"threading", "concurrent", "multiprocessing", "asyncio", "PySide6.QtConcurrent"}
    threads |= {f"PySide6.QtCore.{name}" for name in ("QThread", "QThreadPool", "QRunnable")}
    assert not offences(others, threads)


def test_packaging_is_no_package() -> None:
    """An __init__.py there would shadow the library `packaging` for everything run from the checkout."""
    assert not (ROOT / "packaging" / "__init__.py").exists()


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import torch.nn", "torch"),
        ("from kndnet_desktop import ui", "kndnet_desktop.ui"),
        ("def f():\n    from ..ui import jobs", "kndnet_desktop.ui"),
    ],
)
def test_the_reader_sees_every_form_of_import(code: str, found: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    path = tmp_path / "kndnet_desktop" / "core" / "room.py"
    path.parent.mkdir(parents=True)
    path.write_text(code, encoding="utf-8")
    assert offences([path], {found})
