"""Speech from samples to verdict: the audio front end as operators, then the network, against what TFLM makes of the same clips."""

import wave

import numpy as np
import pytest

import midge

WINDOW, HOP, FRAMES = 480, 320, 49  # samples at 16 kHz: 30 ms every 20 ms


def samples_of(path) -> np.ndarray:
    with wave.open(str(path)) as clip:
        return np.frombuffer(clip.readframes(clip.getnframes()), np.int16)


def run(it: midge.Interpreter, value: np.ndarray) -> np.ndarray:
    it.set_tensor(it.get_input_details()[0]["index"], value)
    it.invoke()
    return it.get_tensor(it.get_output_details()[0]["index"])


@pytest.mark.parametrize("clip", ["yes_1000ms", "no_1000ms", "noise_1000ms", "silence_1000ms"])
def test_speech_to_verdict(shared, clip):
    golden = np.load(shared / "models/tflm/micro_speech_e2e.golden_tflm.npz")
    front = midge.Interpreter(model_path=shared / "models/tflm/audio_preprocessor_int8.tflite")
    front.allocate_tensors()
    audio = samples_of(shared / "inputs" / f"{clip}.wav")
    features = np.stack([run(front, audio[None, k * HOP:k * HOP + WINDOW]).reshape(-1) for k in range(FRAMES)])
    np.testing.assert_array_equal(features, golden[f"{clip}_features"])
    network = midge.Interpreter(model_path=shared / "models/tflm/micro_speech_quantized.tflite", contract="tflm")
    network.allocate_tensors()
    np.testing.assert_array_equal(run(network, features.reshape(1, -1)).reshape(-1), golden[f"{clip}_out"])


def test_the_noise_estimate_is_state_that_a_reset_takes_back(shared):
    front = midge.Interpreter(model_path=shared / "models/tflm/audio_preprocessor_int8.tflite")
    front.allocate_tensors()
    audio = samples_of(shared / "inputs/yes_1000ms.wav")[None, 6400:6400 + WINDOW]
    first = run(front, audio)
    assert not np.array_equal(run(front, audio), first)
    front.reset_all_variables()
    np.testing.assert_array_equal(run(front, audio), first)
