"""The table of the benchmark, as it is printed and as it stands in the README."""

from __future__ import annotations

Row = dict[str, float]

TITLES = {
    "network": "network alone, one thread",
    "600x450": "600 x 450 JPEG: file to answer and overlay in the picture",
    "12 megapixels on screen": "12-megapixel JPEG: file to answer and overlay as the window first shows them",
    "12 megapixels": "12-megapixel JPEG: file to answer and overlay in the picture, at half its size",
}


def as_markdown(table: dict[str, Row], described: dict[str, str]) -> str:
    """The table as it stands in the README."""
    lines = [
        "| what | median | 95 % within | PyTorch + pytorch-grad-cam, median | times faster |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, title in TITLES.items():
        row = table[name]
        ours_ms = f"{row['median_ms']:.1f} ms | {row['p95_ms']:.1f} ms"
        lines.append(f"| {title} | {ours_ms} | {row['reference_ms']:.1f} ms | {row['times_faster']:.1f} |")
    shown, report, many = table["window"], table["report"], table["batch report"]
    lines += [
        "",
        *_batch(table),
        "",
        "| the report | |",
        "| --- | --- |",
        f"| one page, from a known result to a signed file (95 % within) | {report['median_ms']:.0f} ms "
        f"({report['p95_ms']:.0f} ms) |",
        f"| {many['photos']:.0f} photos, from their files to a signed file | {many['seconds']:.1f} s |",
        "",
        "| the window | |",
        "| --- | --- |",
        f"| process start to first painted window | {shown['painted_ms']:.0f} ms |",
        f"| process start to painted window with the model loaded | {shown['ready_ms']:.0f} ms |",
        f"| answers a second while the crop frame is dragged | {shown['drag_updates_per_second']:.0f} |",
        f"| the same without the window, nor waiting for the mouse | {table['crop']['updates_per_second']:.0f} |",
        f"| memory with a picture open (peak) | {shown['memory_mb']:.0f} MB ({shown['peak_memory_mb']:.0f} MB) |",
        "",
        f"Measured by `make bench` on {described['processor']}, {described['cores']} cores, {described['memory']}, "
        f"{described['system']}, Python {described['python']}; {described['packages']}.",
    ]
    return "\n".join(lines)


def _batch(table: dict[str, Row]) -> list[str]:
    lines = [
        "| a batch, end to end | images a second, best of three | of what decoding, resizing and network alone allow "
        "| of what the cores do one by one, with judging "
        "| saving heat maps | PyTorch + pytorch-grad-cam | times faster |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, title in (("batch 600x450", "600 x 450"), ("batch 12 megapixels", "12 megapixels")):
        row = table[name]
        lines.append(
            f"| {title} | {row['rate']:.0f} | {row['share']:.2f} of {row['limit']:.0f} "
            f"| {row['share_of_whole']:.2f} of {row['limit_of_whole']:.0f} | {row['with_overlay']:.0f} "
            f"| {row['reference']:.0f} | {row['times_faster']:.1f} |"
        )
    sizes = [name.removeprefix("batch memory ") for name in table if name.startswith("batch memory ")]
    peaks = [
        f"{int(size):,} photos {table[f'batch memory {size}']['memory']:.0f} MB on the command line and "
        f"{table[f'batch memory {size}']['window']:.0f} MB in the window"
        for size in sizes
    ]
    shown = table["batch filter"]
    return [
        *lines,
        "",
        f"Peak memory of a batch: {'; '.join(peaks)}. Filtering and sorting a table of {shown['rows']:,.0f} rows: "
        f"{shown['rows_per_second'] / 1e6:.1f} million rows a second.",
    ]
