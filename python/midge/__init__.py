"""Midge: run .tflite models with the integer arithmetic that the microcontroller will use, bit for bit."""

from . import image, preprocess
from ._midge import __version__
from .convert import Conversion, convert
from .interpreter import Error, Interpreter

__all__ = ["Conversion", "Error", "Interpreter", "__version__", "convert", "image", "preprocess"]
