"""Image quality: defects put into pictures at graded strength, the limits of the flags, and how well they find.

The drawing is our own and knows nothing of the measures in `core.quality`, nor do they of it. Limits are fitted on one
half of the lesions of HAM10000's inner validation and measured on the other.

Those pictures are as clinics took them, and some do have hair, a scale or a lesion that runs out of the frame. No one
has said which, so a flag's false alarms are simply counted as its share of the untouched pictures: what is printed is
an upper bound. The share that each limit allows is in `ALLOWED`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import cv2
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kndnet_desktop.core.images import JUDGED, Pixels, to_doubled
from kndnet_desktop.core.quality import SENTENCES, measure
from training.data import Pictures, digest

STRENGTHS = (1, 2, 3, 4, 5)
RESAMPLES = 1000
#: Shares of untouched pictures at which a curve is written down.
ALARMS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.35, 0.5, 1.0)

#: Share of untouched pictures that may have each flag: two in a hundred, more where looking showed that most of them
#: really have what the flag says.
ALLOWED = {code: {"hair": 0.06, "cut-off": 0.05}.get(code, 0.02) for code in SENTENCES}

#: Limits are no lower than this, in the units of `measure`: of so little nobody needs to be told.
LEAST = {
    "blurred": 1.0,
    "dark": 125.0,
    "cut-off": 2.0,
    "glare": 0.3,
    "hair": 1.0,
    "ink": 0.3,
    "ruler": 10.0,
    "bubbles": 20.0,
}

Floats = NDArray[np.float32]
Values = NDArray[np.float64]
Defect = Callable[[Pixels, int, np.random.Generator], Pixels]

_INKS = ((70, 40, 150), (45, 60, 165), (25, 90, 150), (20, 120, 95), (110, 45, 150))  # violet, blue, green, purple
_FINE = 4  # bits below the pixel in which lines are placed


def fit(pictures: Pictures) -> dict[str, float]:
    """Choose the limits of the flags on the first half of the inner validation.

    Args:
        pictures: the decoded pictures; those of HAM10000's inner validation are used.

    Returns:
        Flag code to the value of its measure that at most the share `ALLOWED` of untouched pictures exceeds.
    """
    first, _ = halves(pictures)
    found = _measure_all(frames(pictures, first))
    limits = {code: float(np.quantile(found[code], 1 - ALLOWED[code], method="higher")) for code in SENTENCES}
    return {code: round(max(limit, LEAST.get(code, limit)), 4) for code, limit in limits.items()}


def curves(pictures: Pictures, limits: Mapping[str, float], count: int = 200) -> dict[str, Any]:
    """Measure detection against false alarms on the second half of the inner validation.

    Args:
        pictures: the decoded pictures.
        limits: as `fit` returns them.
        count: so many of the pictures are spoiled; all are measured untouched.

    Returns:
        JSON values: `untouched` and `spoiled` pictures in number; `any`, the share of untouched pictures with any
        flag; and for each of `flags` its limit, its share of untouched pictures (`alarms`), and for each strength
        (from 1 to 5) the share detected at the limit, the AUC, and the share detected at each of `ALARMS`. Shares
        are `[value, low, high]`, with 95 % intervals by resampling lesions.
    """
    _, second = halves(pictures)
    lesions = [pictures.records[index].lesion for index in second]
    untouched = _measure_all(frames(pictures, second))
    flagged = {code: untouched[code] > limits[code] for code in SENTENCES}
    chosen = np.random.default_rng(0).permutation(len(second))[:count]
    of_chosen = [lesions[place] for place in chosen]
    flags = {}
    for code in SENTENCES:
        strengths = []
        for strength in STRENGTHS:
            seeds = [second[place] for place in chosen]
            spoiled = [
                spoil(code, each, strength, seed) for each, seed in zip(frames(pictures, seeds), seeds, strict=True)
            ]
            values = np.array([measure(each)[code] for each in spoiled])
            strengths.append(
                {
                    "detected": _share(values > limits[code], of_chosen),
                    "auc": round(_auc(values, untouched[code]), 4),
                    "curve": [round(float(np.mean(values > each)), 4) for each in _thresholds(untouched[code])],
                }
            )
        flags[code] = {"limit": limits[code], "alarms": _share(flagged[code], lesions), "strengths": strengths}
    return {
        "untouched": len(second),
        "spoiled": len(chosen),
        "any": _share(np.any(list(flagged.values()), axis=0), lesions),
        "flags": flags,
    }


def table(results: Mapping[str, Any]) -> list[str]:
    """The section of RESULTS.md, as lines of Markdown, from what `curves` returned."""
    lines = [
        "",
        "## Image quality",
        "",
        f"Each defect was put into {results['spoiled']} pictures of HAM10000's inner validation at five strengths, by",
        "drawing code that shares nothing with the measures; the limits were fitted on the other half of that",
        f"validation's lesions. False alarms are the share of all {results['untouched']} untouched pictures of this",
        "half that have the flag. Some of them really do have hair, a scale, or a lesion that runs out of the frame,",
        f"so this is an upper bound. {_percent(results['any'])} of them have any flag at all.",
        f"In brackets: 95 % intervals by {RESAMPLES} bootstrap resamples of lesions. The AUC is that of the measure,",
        "for spoiled against untouched pictures.",
        "",
        "| flag | limit | false alarms | "
        + " | ".join(f"found at strength {strength}" for strength in STRENGTHS)
        + " | AUC at strengths 1 to 5 |",
        "| --- | ---: | ---: | " + "---: | " * len(STRENGTHS) + "--- |",
    ]
    for code, flag in results["flags"].items():
        cells = [f"{flag['limit']:.2f}", _percent(flag["alarms"])]
        cells += [_percent(strength["detected"]) for strength in flag["strengths"]]
        cells.append(", ".join(f"{strength['auc']:.2f}" for strength in flag["strengths"]))
        lines.append(f"| {code} | " + " | ".join(cells) + " |")
    return lines


def draw(results: Mapping[str, Any]) -> bytes:
    """Detection against strength at the limits, and against false alarms at strength 2, as PNG."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.8), layout="constrained")
    for number, (code, flag) in enumerate(results["flags"].items()):
        style = {"color": f"C{number}", "marker": "osv^D"[number % 5], "markersize": 3.5, "linewidth": 1}
        left.plot(STRENGTHS, [strength["detected"][0] for strength in flag["strengths"]], label=code, **style)
        right.plot(ALARMS, flag["strengths"][1]["curve"], **style)
    left.set(title="at the limits", xlabel="strength of the defect", ylabel="share found", ylim=(-0.02, 1.02))
    left.set_xticks(STRENGTHS)
    right.set(title="strength 2", xlabel="share of untouched pictures flagged", xscale="log", ylim=(-0.02, 1.02))
    figure.legend(loc="outside right center", frameon=False)
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=70, metadata={"Software": None})
    plt.close(figure)
    small = io.BytesIO()  # lines need no more colours than these
    Image.open(drawn).convert("RGB").quantize(256).save(small, "PNG", optimize=True)
    return small.getvalue()


def halves(pictures: Pictures) -> tuple[list[int], list[int]]:
    """Split HAM10000's inner validation in two by lesion: indices for fitting, indices for measuring."""
    parts: tuple[list[int], list[int]] = ([], [])
    for index in map(int, pictures.part("inner", "ham10000")):
        parts[int(digest(pictures.records[index].lesion), 16) % 2].append(index)
    return parts


def frames(pictures: Pictures, indices: Sequence[int]) -> Iterator[Pixels]:
    """The frames that quality is judged on, uint8 [H, W, 3], as the app makes them."""
    for index in indices:
        yield np.asarray(to_doubled(pictures[index], JUDGED)[0])


def spoil(code: str, pixels: Pixels, strength: int, seed: int) -> Pixels:
    """Put a defect into a picture.

    Args:
        code: the defect, a key of `defects`.
        pixels: the picture, uint8 [H, W, 3], sRGB; made for sizes about 240 x 320.
        strength: 1, hardly seen, to 5, gross.
        seed: the same seed draws the same.

    Returns:
        Uint8 [H, W, 3].
    """
    return defects()[code](pixels, strength, np.random.default_rng(seed))


def defects() -> dict[str, Defect]:
    """Each defect by the code of the flag that is to find it; the function takes picture, strength and chance."""
    return {
        "blurred": _blurred,
        "dark": _dark,
        "bright": _bright,
        "glare": _glare,
        "cut-off": _cut_off,
        "small": _small,
        "hair": _hair,
        "ink": _ink,
        "ruler": _ruler,
        "bubbles": _bubbles,
    }


def _blurred(pixels: Pixels, strength: int, _: np.random.Generator) -> Pixels:
    """Out of focus: a disc of confusion, its radius from 1 to 5 pixels."""
    radius = float(strength)
    size = 2 * int(np.ceil(radius)) + 1
    y, x = np.mgrid[:size, :size] - size // 2
    disc = np.clip(radius + 0.5 - np.hypot(y, x), 0, 1)
    return np.asarray(cv2.filter2D(pixels, -1, disc / disc.sum(), borderType=cv2.BORDER_REFLECT), np.uint8)


def _dark(pixels: Pixels, strength: int, _: np.random.Generator) -> Pixels:
    """Underexposed by up to three and a half stops."""
    return _expose(pixels, -0.7 * strength)


def _bright(pixels: Pixels, strength: int, _: np.random.Generator) -> Pixels:
    """Overexposed by up to two stops; what exceeds white is lost."""
    return _expose(pixels, 0.4 * strength)


def _expose(pixels: Pixels, stops: float) -> Pixels:
    values = np.arange(256) / 255
    linear = values**2.2 * 2**stops
    table = np.rint(255 * np.clip(linear, 0, 1) ** (1 / 2.2)).astype(np.uint8)
    return np.asarray(table[pixels])


def _glare(pixels: Pixels, strength: int, rng: np.random.Generator) -> Pixels:
    """Highlights burnt out to white: half a percent of the frame to eight."""
    height, width = pixels.shape[:2]
    share = 0.005 * 2 ** (strength - 1)
    count = int(rng.integers(2, 7))
    light = np.zeros((height, width), np.float32)
    for part in rng.dirichlet(np.full(count, 3.0)):
        long = float(np.sqrt(part * share * height * width / np.pi) * rng.uniform(1, 1.8))
        short = part * share * height * width / np.pi / long
        _ellipse(light, _place(rng, height, width), (long, short), float(rng.uniform(0, 180)))
    soft = np.asarray(cv2.GaussianBlur(light, (0, 0), 1.5), np.float32)
    return _blend(pixels, np.clip(1.6 * soft, 0, 1), (255, 255, 255))


def _cut_off(pixels: Pixels, strength: int, rng: np.random.Generator) -> Pixels:
    """The frame moved so that 10 to 50 % of the lesion lie outside, its size kept as nearly as possible."""
    turns = int(rng.integers(4))
    turned = np.rot90(pixels, turns)
    columns = _lesion(turned).sum(0).cumsum()
    left = int(np.searchsorted(columns, 0.1 * strength * columns[-1]))
    height, width = turned.shape[:2]
    left = min(left, width - 8)
    tall = max(8, round(height * (width - left) / width))
    top = (height - tall) // 2
    part = np.ascontiguousarray(turned[top : top + tall, left:])
    whole = cv2.resize(part, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(np.rot90(whole, -turns))


def _small(pixels: Pixels, strength: int, rng: np.random.Generator) -> Pixels:
    """Taken from farther away, until the lesion fills 6, 3, 1.5, 0.8 or 0.4 % of the frame; skin fills the rest."""
    height, width = pixels.shape[:2]
    share = (0.06, 0.03, 0.015, 0.008, 0.004)[strength - 1]
    scale = min(1.0, float(np.sqrt(share / max(float(_lesion(pixels).mean()), 1e-3))))
    inner = max(8, round(scale * height)), max(8, round(scale * width))
    small = cv2.resize(pixels, inner[::-1], interpolation=cv2.INTER_AREA)
    top, left = (height - inner[0]) // 2, (width - inner[1]) // 2
    edge = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    noise = cv2.GaussianBlur(rng.normal(0, 12, (height, width, 1)).astype(np.float32), (0, 0), 1.2)
    skin = np.median(edge, 0) + noise[:, :, None]
    alpha = np.zeros((height, width), np.float32)
    feather = max(2, inner[0] // 10)
    alpha[top + feather : top + inner[0] - feather, left + feather : left + inner[1] - feather] = 1
    soft = np.asarray(cv2.GaussianBlur(alpha, (0, 0), feather / 2.5))[:, :, None]
    canvas = skin.copy()
    canvas[top : top + inner[0], left : left + inner[1]] = small
    return np.asarray(np.clip(soft * canvas + (1 - soft) * skin, 0, 255), np.uint8)


def _hair(pixels: Pixels, strength: int, rng: np.random.Generator) -> Pixels:
    """2, 5, 10, 18 or 30 curved dark hairs."""
    height, width = pixels.shape[:2]
    for _ in range((2, 5, 10, 18, 30)[strength - 1]):
        start = _place(rng, height, width)
        angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(0.3, 1) * height
        along = np.array([np.cos(angle), np.sin(angle)])
        bend = rng.normal(0, 0.12) * length * np.array([-along[1], along[0]])
        t = np.linspace(0, 1, 24)[:, None]
        curve = start + t * length * along + 4 * t * (1 - t) * bend
        shade = tuple(float(value) for value in np.array([60, 42, 34]) * rng.uniform(0.3, 1.3))
        pixels = _blend(pixels, _line((height, width), curve, float(rng.uniform(0.9, 2.2)), 0.85), shade)
    return pixels


def _ink(pixels: Pixels, strength: int, rng: np.random.Generator) -> Pixels:
    """A pen's marks around the lesion, one colour of five: one pale stroke to five strong ones."""
    height, width = pixels.shape[:2]
    colour = _INKS[int(rng.integers(len(_INKS)))]
    for _ in range(strength):
        angle = rng.uniform(0, 2 * np.pi)
        middle = np.array([width, height]) * (0.5 + 0.4 * np.array([np.cos(angle), np.sin(angle)]))
        length, turn = rng.uniform(30, 80), rng.uniform(0, 2 * np.pi)
        along = np.array([np.cos(turn), np.sin(turn)])
        t = np.linspace(-0.5, 0.5, 16)[:, None]
        bend = rng.uniform(-0.6, 0.6) * length * np.array([-along[1], along[0]])
        curve = middle + t * length * along + t**2 * bend
        patchy = cv2.GaussianBlur(rng.random((height, width)).astype(np.float32), (0, 0), 1.5)
        alpha = _line((height, width), curve, float(rng.uniform(4, 9)), 0.25 + 0.13 * strength)
        pixels = _blend(pixels, alpha * np.clip(0.6 + patchy, 0, 1), colour)
    return pixels


def _ruler(pixels: Pixels, strength: int, rng: np.random.Generator) -> Pixels:
    """A scale along one side, every fifth tick longer, slightly askew; 5 pale ticks to as many black ones as fit."""
    turns = int(rng.integers(4))
    turned = np.ascontiguousarray(np.rot90(pixels, turns))
    height, width = turned.shape[:2]
    gap, tick = rng.uniform(8, 18), rng.uniform(7, 12)
    slope, base = rng.uniform(-0.05, 0.05), height - rng.uniform(3, 12)
    count = min((5, 8, 12, 20, 99)[strength - 1], int((width - 12) / gap))
    first = rng.uniform(6, width - 6 - (count - 1) * gap)
    alpha = np.zeros((height, width), np.float32)
    for number in range(count):
        x = first + number * gap
        y = base + slope * (x - width / 2)
        high = tick * (1.6 if number % 5 == 0 else 1)
        stroke = _line((height, width), np.array([[x, y], [x + slope * high, y - high]]), 1.3, 0.3 + 0.13 * strength)
        alpha = np.maximum(alpha, stroke)
    return np.ascontiguousarray(np.rot90(_blend(turned, alpha, (25, 25, 28)), -turns))


def _bubbles(pixels: Pixels, strength: int, rng: np.random.Generator) -> Pixels:
    """1, 2, 4, 8 or 14 bubbles of gel: a bright rim, a highlight, a slightly paler inside."""
    height, width = pixels.shape[:2]
    for _ in range((1, 2, 4, 8, 14)[strength - 1]):
        centre, radius = _place(rng, height, width), float(rng.uniform(7, 24))
        turn = np.linspace(0, 2 * np.pi, 64)
        rim = np.stack([np.cos(turn), np.sin(turn)], 1) * radius + centre
        alpha = _line((height, width), rim, float(rng.uniform(1.2, 2.5)), float(rng.uniform(0.35, 0.75)))
        inside = np.zeros((height, width), np.float32)
        _ellipse(inside, centre, (radius, radius), 0)
        spot = np.zeros((height, width), np.float32)
        _ellipse(spot, centre - 0.45 * radius, (0.2 * radius, 0.13 * radius), 135)
        alpha = np.maximum.reduce([alpha, 0.1 * inside, 0.9 * spot])
        pixels = _blend(pixels, alpha, (255, 250, 245))
    return pixels


def _lesion(pixels: Pixels) -> NDArray[np.bool_]:
    """Roughly where the lesion is, by Otsu's threshold on the blurred green channel within the middle ellipse."""
    height, width = pixels.shape[:2]
    green = cv2.GaussianBlur(np.ascontiguousarray(pixels[:, :, 1]), (0, 0), 3)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    middle = np.hypot(y, x) < 1
    level, _ = cv2.threshold(green[middle], 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    found: NDArray[np.bool_] = (green <= level) & middle
    return found


def _place(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float64]:
    """Anywhere in the frame, as x and y."""
    return rng.uniform(0.03, 0.97, 2) * [width, height]


def _line(shape: tuple[int, int], points: NDArray[np.float64], thick: float, alpha: float) -> Floats:
    """A smooth stroke through points (x, y), `thick` pixels wide: float32 [H, W], at most `alpha`."""
    # Drawn at three times the size and averaged: OpenCV's strokes are whole pixels wide.
    large = np.zeros((3 * shape[0], 3 * shape[1]), np.uint8)
    places = np.rint((3 * points + 1) * 2**_FINE).astype(np.int32)
    cv2.polylines(large, [places], False, 255, max(1, round(3 * thick)), cv2.LINE_AA, _FINE)
    found: Floats = cv2.resize(large, shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) * (alpha / 255)
    return found


def _ellipse(light: Floats, centre: NDArray[np.float64], axes: tuple[float, float], angle: float) -> None:
    unit = 2**_FINE
    place = round(float(centre[0]) * unit), round(float(centre[1]) * unit)
    size = max(1, round(axes[0] * unit)), max(1, round(axes[1] * unit))
    cv2.ellipse(light, place, size, angle, 0, 360, 1.0, -1, cv2.LINE_8, _FINE)


def _blend(pixels: Pixels, alpha: Floats, colour: tuple[float, ...]) -> Pixels:
    mixed = pixels + alpha[:, :, None] * (np.array(colour, np.float32) - pixels)
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def _measure_all(pictures: Iterable[Pixels]) -> dict[str, Values]:
    found = [measure(pixels) for pixels in pictures]
    return {code: np.array([each[code] for each in found]) for code in SENTENCES}


def _share(hits: NDArray[np.bool_], lesions: Sequence[str]) -> list[float]:
    """The share of pictures hit, and its 95 % interval by resampling lesions."""
    _, group = np.unique(np.array(lesions), return_inverse=True)
    total, hit = np.bincount(group), np.bincount(group, hits)
    drawn = np.random.default_rng(0).integers(len(total), size=(RESAMPLES, len(total)))
    low, high = np.percentile(hit[drawn].sum(1) / total[drawn].sum(1), [2.5, 97.5])
    return [round(float(value), 4) for value in (hits.mean(), low, high)]


def _auc(spoiled: Values, untouched: Values) -> float:
    """Probability that a spoiled picture measures worse than an untouched one; ties count half."""
    ranked = np.sort(untouched)
    below, upto = np.searchsorted(ranked, spoiled, "left"), np.searchsorted(ranked, spoiled, "right")
    return float((below + upto).mean() / (2 * len(ranked)))


def _thresholds(untouched: Values) -> list[float]:
    """The values that the shares `ALARMS` of the untouched pictures exceed; the last is below them all."""
    found = [float(np.quantile(untouched, 1 - share, method="higher")) for share in ALARMS[:-1]]
    return [*found, -np.inf]


def _percent(share: Sequence[float]) -> str:
    value, low, high = (100 * each for each in share)
    return f"{value:.1f} % ({low:.1f} to {high:.1f})"
