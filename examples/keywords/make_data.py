"""Speaks the clips of the keyword example with espeak-ng and writes their features as one .npz.

    python make_data.py data.npz            # a minute or two on one core; espeak-ng: apt-get install espeak-ng

A speaker is an accent with a voice variant. The test's variants are others than the training's, and so is one of its accents. Every
clip is a second of 16 kHz: a word with a pitch and a speed of its own, somewhere in the second, at some level, over noise. Features
are what firmware computes: midge.preprocess by keywords.preprocess.json.

The file has x_train, x_test float32 (n, 49, 40); y_train, y_test uint8 (n,), indices of LABELS; speakers, text.
"""

import argparse
import io
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np

import midge
import midge.preprocess

HERE = Path(__file__).resolve().parent
RATE, FRAMES, CHANNELS = 16000, 49, 40
WORDS = ["yes", "no", "up", "down", "left", "right", "on", "off"]
LABELS = ["silence", "unknown", *WORDS]
# Words that are none of the eight, some of which sound alike. The test has words that the training has not.
OTHERS = {
    "train": ["house", "seven", "marvin", "tree", "bird", "happy", "yet", "now", "cup", "town", "lift", "light", "one", "often", "water",
              "stop"],
    "test": ["go", "zero", "sheila", "dog", "wow", "yard", "gown", "write a", "awful", "laugh", "under", "cat"],
}
ACCENTS = {"train": ["en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbcwmd", "en-029", "en-us-nyc"]}
ACCENTS["test"] = ["en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan"]
VARIANTS = {
    "train": ["m1", "m2", "m3", "m5", "m7", "f1", "f2", "f4", "Alex", "Annie", "Lee", "Michael", "steph", "linda", "adam", "benjamin"],
    "test": ["m4", "m8", "f3", "f5", "Andy", "belinda", "max", "john"],
}
# Clips of a word, of the class "unknown", of the class "silence"; and how often each is mixed anew.
COUNTS = {"train": (220, 400, 160, 3), "test": (80, 100, 60, 1)}


def speak(word: str, accent: str, variant: str, pitch: int, speed: int) -> np.ndarray:
    """float64 samples at 16 kHz, the silence around cut off."""
    command = ["espeak-ng", "-v", f"{accent}+{variant}", "-p", str(pitch), "-s", str(speed), "--stdout", word]
    with wave.open(io.BytesIO(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)) as clip:
        rate = clip.getframerate()
        samples = np.frombuffer(clip.readframes(1 << 24), np.int16).astype(np.float64)
    # Band-limited, by its spectrum.
    count = len(samples) * RATE // rate
    samples = np.fft.irfft(np.fft.rfft(samples)[:count // 2 + 1], count) * count / len(samples)
    loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
    return samples[loud[0]:loud[-1] + 1]


def noise(rng: np.random.Generator) -> np.ndarray:
    """A second of noise with a spectrum between white and brown, of unit power; now and then with a hum."""
    spectrum = np.fft.rfft(rng.standard_normal(RATE))
    spectrum /= np.maximum(np.arange(len(spectrum)), 20) ** rng.uniform(0, 1)
    result = np.fft.irfft(spectrum, RATE)
    if rng.random() < 0.2:
        tone = np.sin(2 * np.pi * rng.uniform(80, 800) * np.arange(RATE) / RATE)
        result = result / result.std() + tone
    return result / result.std()


def mix(word: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    """int16 (16000,): the word somewhere in a second, or no word, over noise."""
    level = 10 ** rng.uniform(-1.6, -0.3) * 32767 / 4
    clip = noise(rng) * level * 10 ** (-rng.uniform(5, 40) / 20)
    if word is None:
        clip = noise(rng) * 10 ** rng.uniform(0, 3.3)
    else:
        word = word[:RATE]
        at = rng.integers(0, RATE - len(word) + 1)
        clip[at:at + len(word)] += word / word.std() * level
    return np.clip(np.rint(clip), -32768, 32767).astype(np.int16)


def make(part: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    declared = midge.preprocess.Declaration(HERE / "keywords.preprocess.json")
    per_word, unknown, silence, mixes = COUNTS[part]
    wanted = [(label, word) for label, word in enumerate(WORDS, 2) for _ in range(per_word)]
    wanted += [(1, OTHERS[part][i % len(OTHERS[part])]) for i in range(unknown)] + [(0, None)] * silence
    features, labels = [], []
    for k, (label, word) in enumerate(wanted):
        clip = None
        if word is not None:
            accent, variant = rng.choice(ACCENTS[part]), rng.choice(VARIANTS[part])
            clip = speak(word, accent, variant, pitch=int(rng.integers(25, 76)), speed=int(rng.integers(125, 200)))
        for _ in range(mixes):
            features.append(declared.apply(mix(clip, rng), shape=(FRAMES, CHANNELS)))
            labels.append(label)
        if sys.stderr.isatty():
            print(f"\r{part}: {k + 1} of {len(wanted)} clips", end="", file=sys.stderr)
    return np.stack(features), np.array(labels, np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    arrays = {}
    for k, part in enumerate(("train", "test")):
        arrays[f"x_{part}"], arrays[f"y_{part}"] = make(part, np.random.default_rng([options.seed, k]))
    speakers = "; ".join(f"{part}: {', '.join(ACCENTS[part])} with {', '.join(VARIANTS[part])}" for part in ("train", "test"))
    np.savez_compressed(options.out, **arrays, labels=np.array(LABELS), speakers=np.array(speakers))
    print(f"{options.out}: {len(arrays['x_train'])} training clips, {len(arrays['x_test'])} test clips")


if __name__ == "__main__":
    main()
