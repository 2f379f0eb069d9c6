"""Are all rows of a PNG there? Where every checksum is right, its decoder paints missing ones black without a word."""

import struct
import zlib

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
# Adam7, the interlacing of PNG: first column and row of each pass, and the steps between its columns and rows.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def is_complete(data: bytes) -> bool:
    """Return whether the image data of a PNG holds as many bytes as its header announces.

    Args:
        data: The bytes of a PNG whose chunks are whole (`PIL.Image.Image.verify`).
    """
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    bits = depth * _CHANNELS.get(colour, 4)
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    expected = 0
    for left, top, across, down in passes:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            expected += rows * (1 + -(-columns * bits // 8))  # a byte that names the filter begins each row
    stream = zlib.decompressobj()
    found = 0
    for chunk in _image_data(data):
        # In pieces, so that a stream that expands without end is left as soon as it holds more than enough.
        while chunk and found < expected:
            found += len(stream.decompress(chunk, 1 << 20))
            chunk = stream.unconsumed_tail
    return found >= expected


def _image_data(data: bytes) -> list[bytes]:
    chunks, at = [], 8
    while at + 8 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            chunks.append(data[at + 8 : at + 8 + length])
        at += 12 + length
    return chunks
