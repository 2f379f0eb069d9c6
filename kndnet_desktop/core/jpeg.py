"""Are all scans of a JPEG there? Where each is whole, its decoder guesses what a missing one would have brought."""

import re

_FRAMES = (0xC0, 0xC1, 0xC2, 0xC9, 0xCA)  # sequential and progressive; of both, each coefficient comes bit by bit
_SCAN, _END = 0xDA, 0xD9
_MARKER = re.compile(rb"\xff+([^\x00\x01\xd0-\xd8\xff])")  # all but those that stand alone, which a scan may hold


def is_complete(data: bytes) -> bool:
    """Return whether the scans of a JPEG bring every coefficient to its last bit (ITU-T T.81, annexes B and G).

    Args:
        data: The bytes of a JPEG that can be decoded.
    """
    missing: dict[int, set[int]] = {}  # coefficients, by component
    at = 0
    while found := _MARKER.search(data, at):
        marker, at = found[1][0], found.end()
        if marker == _END:
            break
        if marker in _FRAMES:
            missing = {component: set(range(64)) for component in data[at + 8 : at + 8 + 3 * data[at + 7] : 3]}
        elif marker == _SCAN:
            spectrum = at + 3 + 2 * data[at + 2]
            first, last, bits = data[spectrum : spectrum + 3]
            if bits & 0x0F == 0:  # what is left to later scans
                for component in data[at + 3 : spectrum : 2]:
                    missing[component].difference_update(range(first, last + 1))
            if not any(missing.values()):
                return True
        at += int.from_bytes(data[at : at + 2], "big")
    return not missing
