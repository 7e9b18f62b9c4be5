"""Runs models on an emulated target, through the image midge_any_model (tests/any_model_image.cc)."""

import pathlib
import struct
import subprocess

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent


class TargetError(Exception):
    """The target refused the model, or fell silent."""


class TargetRunner:
    """An emulator that is fed models; a context manager. After a TargetError about silence it starts again."""

    def __init__(self, target: str, contract: str = "litert"):
        self.target, self.contract, self.process = target, 1 if contract == "tflm" else 0, None
        self.image = build(target)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def run(self, content: bytes, samples: list[list[np.ndarray]]) -> list[bytes]:
        """All outputs of each sample, one after the other. Samples are inferences in a row, without a reset."""
        if self.process is None:
            command = [str(ROOT / "targets" / self.target / "run"), str(self.image)]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._write(struct.pack("<3I", len(content), self.contract, len(samples)) + content)
        status, operator, _arena, input_bytes, output_bytes = struct.unpack("<Ii3I", self._read(20))
        if status != 0:
            raise TargetError(f"init: status {status & 0xff} at operator {operator}")
        outputs = []
        for sample in samples:
            data = b"".join(np.ascontiguousarray(x).tobytes() for x in sample)
            if len(data) != input_bytes:
                self.close()
                raise TargetError(f"the inputs have {len(data)} bytes, the model takes {input_bytes}")
            self._write(data)
            status = struct.unpack("<I", self._read(4))[0]
            outputs.append(self._read(output_bytes) if status == 0 else b"")
            if status != 0:
                raise TargetError(f"invoke: status {status & 0xff}")
        return outputs

    def _write(self, data: bytes):
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError:
            self._fell_silent()

    def _read(self, size: int) -> bytes:
        data = self.process.stdout.read(size)
        if len(data) != size:
            self._fell_silent()
        return data

    def _fell_silent(self):
        code = self.process.wait()
        self.close()
        raise TargetError(f"the target fell silent; exit status {code}")


def build(target: str) -> pathlib.Path:
    """Builds the image; raises TargetError with the compiler's words."""
    folder = ROOT / "build" / target
    for command in (["cmake", "--preset", target], ["cmake", "--build", str(folder), "--target", "midge_any_model"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            words = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("[")]
            raise TargetError("\n".join(words))
    images = [p for p in folder.rglob("midge_any_model*") if p.name in ("midge_any_model", "midge_any_model.elf")]
    return images[0]
