"""The one exception that is shown to a person; every other exception is a bug."""


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
