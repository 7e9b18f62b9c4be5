"""Midge: run .tflite models with the integer arithmetic that the microcontroller will use, bit for bit."""

from . import image, preprocess
from ._midge import __version__
from .interpreter import Error, Interpreter

__all__ = ["Error", "Interpreter", "__version__", "image", "preprocess"]
