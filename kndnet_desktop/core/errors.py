"""The one exception that is shown to a person; every other exception is a bug."""

import errno

_REASONS = {
    errno.EACCES: "permission denied",
    errno.EPERM: "operation not permitted",
    errno.ENOSPC: "no space left on device",
    errno.EROFS: "read-only file system",
    errno.EIO: "input/output error",
    errno.ENOENT: "no such file or directory",
    errno.ENOTDIR: "not a directory",
    errno.EISDIR: "is a directory",
    errno.EBUSY: "device or resource busy",
    errno.ENAMETOOLONG: "file name too long",
    errno.ELOOP: "too many levels of symbolic links",
}


class UserError(Exception):
    """Something a person did or can mend, told in their words.

    Args:
        sentence: What happened, one plain sentence without jargon.
        hint: What to do about it; may be empty.
    """

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.sentence} {self.hint}".strip()


def reason(error: OSError) -> str:
    """Return why the system refused, as it stands inside a sentence.

    The usual reasons are in our words: the system's may be in another language than the program's.
    """
    return _REASONS.get(error.errno or 0) or (error.strerror or "unknown reason").lower()
