"""Fitting and measuring the gate that keeps pictures without a dermatoscope from being answered.

It is fitted to dermatoscope pictures, photographed a little differently each, against pictures that are not: gathered
from packages (`training.others`), as they are and in the colours of lesions; drawn; and lesions shown as from afar
(`training.unlike`). Its threshold is set on the inner validation. It is measured there, and on sources and kinds of
drawing that it was never fitted to; lesions from afar alone are of a kind that it was fitted to, with other lesions.
"""

from __future__ import annotations

import functools
import inspect
import io
import math
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.linear_model import LogisticRegression

from kndnet_desktop.core import gate as judge
from kndnet_desktop.core.evidence import Gate
from kndnet_desktop.core.images import JUDGED, Pixels, read_image, to_doubled
from training import others, unlike
from training.data import CODES, Pictures, digest
from training.evaluate import SETS
from training.others import listed, skin_windows
from training.unlike import KINDS, draw_others, from_afar

Floats = NDArray[np.float32]
Maker = Callable[[], Image.Image | Pixels]

SAMPLES = Path("resources/samples")
#: Share of the inner validation that may be rejected. The aim is at most 2 % and 3 %; a little is left for
#: pictures that the threshold has not seen.
REJECTED = {"ham10000": 0.015, "isic2018": 0.025}
#: scikit-learn's C: the smaller, the smaller the weights. Chosen by leaving each drawn kind out in turn, of those that
#: the gate is fitted to: from 0.0001 to 0.1 the share of it that is rejected rises, beyond that it hardly changes.
RIDGE = 0.1
PER_CLASS = 400  # dermatoscope pictures of each class and data set at most, so that rare classes count
FROM_AFAR = 600
DRAWN = {False: 60, True: 200}  # drawings of each kind, by whether it is clinical
MEASURED = 100  # drawings of each kind, and lesions from afar, that are measured on
_Z = 1.959964  # of the normal distribution, two-sided 95 %


def fit(pictures: Pictures, folder: Path, samples: Path = SAMPLES) -> Gate:
    """Fit a gate; the same data give the same gate.

    Args:
        pictures: dermatoscope pictures; the parts `train` (fit) and `inner` (threshold) are used, `test` is not.
        folder: of the gathered other pictures, see `others.collect`; features are kept in it for the next call.
        samples: folder of the program's own sample pictures, which it must answer.

    Returns:
        The gate. It rejects at most `REJECTED` of each data set's inner validation and none of the samples.

    Raises:
        UserError: no other pictures have been gathered.
    """
    photos = [path for paths in listed(folder, kept=False).values() for path in paths]
    see = _Sight(pictures, folder)
    shown = sorted(samples.glob("*.jpg"))
    chosen = _some(pictures)
    own = [_varied(_file(path), seed) for seed in range(20) for path in shown]
    skin = [_varied(_still(cut), seed) for cut in _skin(folder, kept=False) for seed in range(6)]
    colours = [pictures[chosen[37 * number % len(chosen)]] for number in range(len(photos))]
    genuine = np.concatenate(
        [
            see("plain", [_still(pictures[index]) for index in chosen]),
            see("varied", [_varied(_still(pictures[index]), index) for index in chosen]),
            see("samples", own),
        ]
    )
    groups = [
        see("photos", [_file(path) for path in photos]),
        see("photos varied", [_varied(_file(path), i, ring=0.1) for i, path in enumerate(photos)]),
        see("photos tinted", [_tinted(*pair) for pair in zip(colours, photos, strict=True)]),
        see("drawn", _drawings(clinical=False, kept=False, count=DRAWN[False], varied=True)),
        see("clinical", _drawings(clinical=True, kept=False, count=DRAWN[True], varied=True)),
        see("afar", _afar(pictures, pictures.part("train"), FROM_AFAR)),
        see("skin", skin),
    ]
    other = np.concatenate(groups)
    # All others speak as loudly as all dermatoscope pictures, each group of others as loudly as each other.
    kinds = [(pictures.records[index].source, pictures.records[index].label) for index in chosen] * 2
    sample = 1 / max(Counter(source for source, _ in kinds).values())
    loud = np.concatenate([_voices(kinds), np.full(len(own), sample)])
    quiet = np.concatenate([np.full(len(group), 1 / len(groups) / max(1, len(group))) for group in groups])
    weights = np.concatenate([loud / loud.sum(), quiet]) * (len(genuine) + len(other)) / 2
    found = np.concatenate([genuine, other]).astype(float)
    answer = np.arange(len(found)) >= len(genuine)
    mean, scale = found.mean(0), np.maximum(found.std(0), 1e-3)
    model = LogisticRegression(C=RIDGE, max_iter=3000)
    model.fit(np.clip((found - mean) / scale, -judge.REACH, judge.REACH), answer, weights)
    bare = Gate(_short(mean), _short(scale), _short(model.coef_[0]), float(model.intercept_[0]), math.inf)
    limits = [_scores(see("the program's samples", [_file(path) for path in shown]), bare).max(initial=-math.inf)]
    for source, share in REJECTED.items():
        scores = _scores(see(SETS["inner"][source], _files(pictures, "inner", source)), bare)
        if len(scores):
            limits.append(np.quantile(scores, 1 - share, method="higher"))
    return Gate(bare.mean, bare.scale, bare.weights, bare.bias, round(max(limits) + 1e-4, 4))


def measure(
    gate: Gate,
    pictures: Pictures,
    folder: Path,
    part: str = "inner",
    samples: Path = SAMPLES,
) -> dict[str, Any]:
    """Measure which share of which pictures a gate rejects.

    Args:
        gate: the gate.
        pictures: dermatoscope pictures; those of `part` are read from their files, as the app reads them.
        folder: of the gathered other pictures.
        part: `inner`, or `test` for a release.
        samples: folder of the program's own sample pictures.

    Returns:
        `part` and `rows`: each a dict of `group` (`dermatoscope`, `other` or `clinical`), `name`, `pictures`,
        `rejected`, `share`, `low` and `high` (95 % interval of Wilson 1927); after the rows of a group of others,
        one named `all` counts them together.

    Raises:
        UserError: no other pictures have been gathered.
    """
    kept = listed(folder, kept=True)
    see = _Sight(pictures, folder)
    rows: list[dict[str, Any]] = []

    def add(group: str, name: str, makers: Sequence[Maker], codes: Sequence[str] = ()) -> None:
        if makers:
            rejected = _scores(see(name, makers), gate) > gate.threshold
            rows.append(_row(group, name, len(makers), int(rejected.sum())))
            for code in sorted(set(codes)):
                own = rejected[np.array(codes) == code]
                rows.append(_row(group, f"{name}: {code}", len(own), int(own.sum())))

    for source, name in SETS[part].items():
        codes = [CODES[label] for label in pictures.labels[pictures.part(part, source)]]
        add("dermatoscope", name, _files(pictures, part, source), codes)
    add("dermatoscope", "the program's samples", [_file(path) for path in sorted(samples.glob("*.jpg"))])
    shows = {source.package: source.shows for source in others.SOURCES}
    for package, paths in kept.items():
        add("other", f"{package}: {shows[package]}", [_file(path) for path in paths])
    for kind in [kind for kind, what in KINDS.items() if what.kept and not what.clinical]:
        add("other", f"drawn: {kind}", _drawings(clinical=False, kept=True, count=MEASURED, only=kind))
    for kind in [kind for kind, what in KINDS.items() if what.kept and what.clinical]:
        add("clinical", f"drawn: {kind}", _drawings(clinical=True, kept=True, count=MEASURED, only=kind))
    add("clinical", f"{SETS[part]['ham10000']}, from afar", _afar(pictures, pictures.part(part, "ham10000"), MEASURED))
    add("clinical", "skin cut from photographs of people", [_still(cut) for cut in _skin(folder, kept=True)])
    for group in ("other", "clinical"):
        mine = [row for row in rows if row["group"] == group]
        if mine:
            counts = sum(row["pictures"] for row in mine), sum(row["rejected"] for row in mine)
            rows.insert(rows.index(mine[-1]) + 1, _row(group, "all", *counts))
    return {"part": part, "rows": rows}


def table(*measured: dict[str, Any]) -> list[str]:
    """Word what `measure` found, for one part or several, as lines of Markdown for RESULTS.md."""
    titles = {"dermatoscope": "dermatoscope", "other": "not skin", "clinical": "skin without a dermatoscope"}
    lines = [
        "",
        "## Is it a dermatoscope picture?",
        "",
        "The share that the gate rejects, with 95 % intervals (Wilson). Of the dermatoscope pictures few should be",
        "rejected, of all others most. The sources of other photographs and the kinds of drawing in this table were",
        "kept aside: the gate was not fitted to them. It was fitted to other lesions seen from afar. The inner",
        "validation's pictures and the program's samples set its threshold, so that their rows are as wanted. No real",
        "clinical photographs were to be had: skin without a dermatoscope is drawn, put together from a dermatoscope",
        "picture's lesion and drawn skin, or cut from the few photographs of people in packages, so its figures are a",
        "hint and no more.",
        "",
        "| pictures | kind | number | rejected |",
        "| --- | --- | ---: | ---: |",
    ]
    for results in measured:
        for row in results["rows"]:
            name = row["name"]
            if name == "all":  # of the clinical ones some are made from the part's own lesions
                name = f"**all, with {SETS[results['part']]['ham10000']}**" if row["group"] == "clinical" else "**all**"
            share = f"{row['share']:.1%} ({row['low']:.1%} to {row['high']:.1%})"
            line = f"| {name} | {titles[row['group']]} | {row['pictures']} | {share} |"
            if line not in lines:  # the pictures that are not from a dermatoscope are the same for every part
                lines.append(line)
    return lines


class _Sight:
    """Sees pictures as the app does, each once: features are kept by what they were made from.

    Args:
        pictures: the dermatoscope pictures.
        folder: of the other pictures; features are kept in it.
    """

    def __init__(self, pictures: Pictures, folder: Path) -> None:
        self._folder = folder / "features"
        known = " ".join(record.image_id for record in pictures.records)
        gathered = (folder / "sources.json").read_text(encoding="utf-8")
        self._key = digest(known + gathered) + _code()

    def __call__(self, name: str, makers: Sequence[Maker]) -> Floats:
        """Features [N, F] of the pictures that `makers` make; `name` says which these are."""
        path = self._folder / f"{digest(f'{self._key} {name} {len(makers)}')[:16]}.npy"
        if path.exists():
            return np.asarray(np.load(path), np.float32)
        with ThreadPoolExecutor(2) as pool:
            found = np.array(list(pool.map(self._one, makers)), np.float32)
        if not len(makers):
            found = self._one(lambda: np.zeros((64, 64, 3), np.uint8))[None][:0]
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, found)
        return found

    def _one(self, make: Maker) -> Floats:
        return judge.features(np.asarray(to_doubled(make(), JUDGED)[0]))


@functools.cache
def _code() -> str:
    """The code that decides what the features of a picture are."""
    return "".join(inspect.getsource(part) for part in (judge, others, unlike, _vary, _tint, _Sight))


def _scores(found: Floats, gate: Gate) -> NDArray[np.float64]:
    return np.array([judge.score(each, gate) for each in found])


def _row(group: str, name: str, pictures: int, rejected: int) -> dict[str, Any]:
    low, high = wilson(rejected, pictures)
    counts = {"pictures": pictures, "rejected": rejected, "share": round(rejected / pictures, 4)}
    return {"group": group, "name": name, **counts, "low": round(low, 4), "high": round(high, 4)}


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson 1927, "Probable inference, the law of succession"."""
    share, square = hits / count, _Z**2 / count
    middle = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * math.sqrt(share * (1 - share) / count + square / (4 * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def _short(values: NDArray[np.float64]) -> tuple[float, ...]:
    """Six digits, which is more than the features have and spares the card the rest."""
    return tuple(float(f"{value:.6g}") for value in values)


def _some(pictures: Pictures) -> list[int]:
    """Indices of up to `PER_CLASS` training pictures of each class and data set, in an order that means nothing."""
    chosen: list[int] = []
    counts: dict[tuple[str, int], int] = {}
    for index in sorted(pictures.part("train").tolist(), key=lambda index: digest(pictures.records[index].image_id)):
        record = pictures.records[index]
        counts[record.source, record.label] = counts.get((record.source, record.label), 0) + 1
        if counts[record.source, record.label] <= PER_CLASS:
            chosen.append(index)
    return chosen


def _voices(kinds: Sequence[tuple[str, int]]) -> NDArray[np.float64]:
    """How loudly each picture speaks, by its data set and class [N]: all data sets alike, and all classes of each.

    If every picture spoke alike, the few vascular lesions, bright red on plain skin, would go unheard beside hundreds
    of nevi and be turned away.
    """
    counts, classes = Counter(kinds), Counter(source for source, _ in set(kinds))
    return np.array([1 / counts[kind] / classes[kind[0]] for kind in kinds])


def _still(pixels: Pixels) -> Maker:
    return lambda: pixels


def _file(path: Path) -> Maker:
    return lambda: read_image(path).image


def _files(pictures: Pictures, part: str, source: str) -> list[Maker]:
    return [_file(Path(pictures.records[int(index)].path)) for index in pictures.part(part, source)]


def _drawings(*, clinical: bool, kept: bool, count: int, varied: bool = False, only: str | None = None) -> list[Maker]:
    """Drawings of each kind that is clinical or not and kept aside or not; or of one kind only."""

    def one(kind: str, seed: int) -> Maker:
        return lambda: draw_others(seed, kind)

    kinds = [kind for kind, what in KINDS.items() if (what.clinical, what.kept) == (clinical, kept)]
    makers = [one(kind, seed) for kind in kinds if only in (None, kind) for seed in range(count)]
    return [_varied(make, seed, least=0.9) for seed, make in enumerate(makers)] if varied else makers


def _afar(pictures: Pictures, part: NDArray[np.int64], count: int) -> list[Maker]:
    def one(index: int) -> Maker:
        return lambda: from_afar(pictures[index], index)

    return [one(int(index)) for index in part[:: max(1, len(part) // count)][:count]]


def _skin(folder: Path, *, kept: bool) -> list[Pixels]:
    people = {source.package for source in others.SOURCES if source.people}
    paths = [path for name, paths in listed(folder, kept).items() if name in people for path in paths]
    return [cut for path in paths for cut in skin_windows(read_image(path).pixels)]


def _varied(make: Maker, seed: int, *, least: float = 0.55, ring: float = 0.0) -> Maker:
    return lambda: _vary(np.asarray(make()), np.random.default_rng(seed), least, ring)


def _tinted(colours: Pixels, path: Path) -> Maker:
    seed = int(digest(f"{path.parent.name}/{path.name}")[:8], 16)
    return _varied(lambda: _tint(np.asarray(_file(path)()), colours), seed)


def _tint(pixels: Pixels, colours: Pixels) -> Pixels:
    """Give a picture the colours of another, so that colour alone proves nothing.

    Means and deviations in CIELAB, after Reinhard et al. 2001, "Color transfer between images".
    """
    this, that = (cv2.cvtColor(each, cv2.COLOR_RGB2LAB).astype(np.float32) for each in (pixels, colours))
    gain = np.minimum(that.std((0, 1)) / (this.std((0, 1)) + 1), 3)
    moved = (this - this.mean((0, 1))) * gain + that.mean((0, 1))
    return np.asarray(cv2.cvtColor(np.clip(moved, 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB))


def _vary(pixels: Pixels, rng: np.random.Generator, least: float, ring: float) -> Pixels:
    """Photograph a picture again, otherwise: closer, turned, in another shape, with another camera.

    Args:
        pixels: uint8 [H, W, 3].
        rng: generator.
        least: the least share of the sides that is seen.
        ring: how often it is seen through a round eyepiece, which proves nothing.

    Returns:
        uint8 [h, w, 3].
    """
    height, width = pixels.shape[:2]
    aspect = float(rng.choice([width / height, 1.0, 4 / 3, 3 / 4]))
    high = min(height, width / aspect) * rng.uniform(least, 1)
    wide = high * aspect
    top, left = int(rng.uniform(0, height - high)), int(rng.uniform(0, width - wide))
    seen = pixels[top : top + max(16, int(high)), left : left + max(16, int(wide))]
    seen = np.rot90(seen, int(rng.integers(0, 4)))[:, :: int(rng.choice([-1, 1]))]
    light = np.ascontiguousarray(seen).astype(np.float32) * rng.normal(1, 0.04, 3).astype(np.float32)
    light = light * np.float32(rng.uniform(0.8, 1.15)) + np.float32(rng.normal(0, 5))
    blurred = cv2.GaussianBlur(light, (0, 0), float(rng.uniform(0.4, 1.4)))
    light += np.float32(rng.uniform(-0.8, 1.0)) * (blurred - light)  # below zero it sharpens
    light += rng.normal(0, rng.uniform(0, 5), light.shape).astype(np.float32)
    if rng.random() < ring:
        y, x = np.mgrid[-1 : 1 : light.shape[0] * 1j, -1 : 1 : light.shape[1] * 1j].astype(np.float32)
        light *= np.clip((rng.uniform(0.8, 1.2) - np.hypot(x, y)) * 40, 0, 1)[..., None]
    file = io.BytesIO()
    Image.fromarray(np.clip(light, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=int(rng.integers(60, 96)))
    return np.asarray(Image.open(file).convert("RGB"))
