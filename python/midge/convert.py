"""midge.convert(): from a trained network to a .tflite file, in one call."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from . import _midge


@dataclass
class Conversion:
    """What convert() made.

    content: the .tflite file's bytes. report: the object of `midge convert --json`. warnings: one line each.
    """

    content: bytes
    report: dict[str, Any] = field(repr=False)

    @property
    def warnings(self) -> list[str]:
        return [w["message"] for w in self.report["warnings"]]

    def save(self, path: str | os.PathLike) -> None:
        """Write the file; nobody sees half of it."""
        path = Path(path)
        part = path.with_name(path.name + ".part")
        part.write_bytes(self.content)
        os.replace(part, path)


def _rows(samples: Iterable, folder: Path) -> Path:
    """Spool an iterable of samples into one file, a sample at a time, so that memory does not grow with their number.

    A sample is an array, or a list or tuple of arrays where the network has several inputs.
    """
    files, shapes, types, count = [], [], [], 0
    try:
        for sample in samples:
            parts = list(sample) if isinstance(sample, (list, tuple)) else [sample]
            parts = [np.asarray(p) for p in parts]
            if not files:
                files = [open(folder / f"in{k}.raw", "w+b") for k in range(len(parts))]
                shapes, types = [p.shape for p in parts], [p.dtype for p in parts]
            if [p.shape for p in parts] != shapes or [p.dtype for p in parts] != types:
                raise ValueError(f"sample {count} has shape {[p.shape for p in parts]}, the first one {shapes}: all must be alike")
            for file, p in zip(files, parts):
                file.write(np.ascontiguousarray(p).tobytes())
            count += 1
        if count == 0:
            raise ValueError("there are no samples to calibrate with: give an iterable that yields at least one array")
        archive = folder / "samples.npz"
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as npz:
            for k, file in enumerate(files):
                file.seek(0)
                with npz.open(f"in{k}.npy", "w", force_zip64=True) as member:
                    header = {"descr": np.lib.format.dtype_to_descr(types[k]), "fortran_order": False, "shape": (count, *shapes[k])}
                    np.lib.format.write_array_header_1_0(member, header)
                    shutil.copyfileobj(file, member)
        return archive
    finally:
        for file in files:
            file.close()


def _samples_file(samples: Any, folder: Path) -> str:
    """A path as it is; arrays and iterables spooled into a file."""
    if isinstance(samples, (str, os.PathLike)):
        return os.fspath(samples)
    if isinstance(samples, Mapping):
        np.savez(folder / "samples.npz", **samples)
        return str(folder / "samples.npz")
    if isinstance(samples, np.ndarray):
        np.save(folder / "samples.npy", samples)
        return str(folder / "samples.npy")
    return str(_rows(samples, folder))


def convert(
    source: Any,
    output: str | os.PathLike | None = None,
    *,
    calibrate: Any = None,
    quantize: str | None = None,
    recipe: str | os.PathLike | Mapping | None = None,
    input_type: str = "int8",
    output_type: str = "int8",
    input_shapes: Mapping[str, list[int]] | None = None,
    keep_layout: bool = False,
    optimize: bool = True,
    recover: bool = False,
    example_inputs: Any = None,
    threads: int = 0,
) -> Conversion:
    """Convert a trained network to .tflite.

    source: path of an .onnx, .ort, .keras, .h5 or .tflite file, or a torch.nn.Module together with example_inputs.
    output: where the file is written; None: only returned.
    calibrate: samples as the float network takes them: a path as for --calibrate, an array with the samples on its first axis, a
        mapping {"in0": array, ...}, or an iterable of samples (each an array without the sample axis), which is read once.
    quantize: "int8" (where samples are given), "int16x8", "int4", "dynamic", "float16", "float32".
    recipe: path of a JSON file, or the same as a mapping.
    input_type, output_type: "int8", "uint8" or "float32" of the integer network.
    input_shapes: sizes of inputs whose dimensions are open, by name; "" for the only input.

    Raises midge.Error with one line that says what, where and what to do. Source: compiler/driver.h.
    """
    with tempfile.TemporaryDirectory(prefix="midge") as name:
        folder = Path(name)
        if not isinstance(source, (str, os.PathLike)):
            from .torch import to_onnx

            onnx = folder / f"{type(source).__name__}.onnx"
            onnx.write_bytes(to_onnx(source, example_inputs))
            source = onnx
        if isinstance(recipe, Mapping):
            (folder / "recipe.json").write_text(json.dumps(recipe))
            recipe = folder / "recipe.json"
        options = {
            "calibrate": _samples_file(calibrate, folder) if calibrate is not None else "",
            "quantize": quantize or "",
            "recipe": os.fspath(recipe) if recipe is not None else "",
            "input_type": input_type,
            "output_type": output_type,
            "input_shapes": dict(input_shapes or {}),
            "keep_layout": keep_layout,
            "optimize": optimize,
            "recover": recover,
            "threads": threads,
        }
        try:
            content, report = _midge.convert(os.fspath(source), json.dumps(options))
        except _midge.DiagnosticError as error:
            from .interpreter import Error

            raise Error(str(error).replace(f"{folder}/", "")) from None
    conversion = Conversion(content, json.loads(report))
    if output is not None:
        conversion.save(output)
    return conversion
