"""What midge.torch cannot do with a model, said in one line: what, where, and a way out."""

from __future__ import annotations


class Unsupported(ValueError):
    """A part of the model has no integer kernel, or none that midge.torch simulates. The text names it and says what to do."""

    def __init__(self, where: str, what: str, way_out: str):
        super().__init__(f"{where}: {what}. {way_out}")
        self.where, self.what, self.way_out = where, what, way_out
