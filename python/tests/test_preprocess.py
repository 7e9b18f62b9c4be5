"""midge.preprocess: pictures and sound by a declaration; the speech features are those of TFLM's own preprocessor, bit for bit."""

import wave

import numpy as np
import pytest

import midge

RNG = np.random.default_rng(7)


def samples_of(path) -> np.ndarray:
    with wave.open(str(path)) as clip:
        return np.frombuffer(clip.readframes(clip.getnframes()), np.int16)


def quantised(x, scale, zero_point):
    q = np.round(np.abs(x / np.float32(scale))) * np.sign(x)
    return np.clip(q + zero_point, -128, 127).astype(np.int8)


def log_mel(samples, rate, window, hop, channels, lower, upper, frames):
    """By the definition, in double precision."""
    length = 1 << (window - 1).bit_length()
    mel = lambda f: 1127 * np.log1p(f / 700)
    edges = np.linspace(mel(lower), mel(upper), channels + 2)
    at = mel(np.arange(length // 2 + 1) * rate / length)
    weights = np.stack([np.maximum(0, np.minimum((at - edges[c]) / (edges[c + 1] - edges[c]), (edges[c + 2] - at) / (edges[c + 2] - edges[c + 1])))
                        for c in range(channels)])
    weights[:, 0] = 0
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
    rows = [np.abs(np.fft.rfft(samples[k * hop:k * hop + window] / 32768 * hann, length)) for k in range(frames)]
    return np.log(np.stack(rows) @ weights.T + 1e-6)


@pytest.mark.parametrize("clip", ["yes_1000ms", "no_1000ms", "noise_1000ms", "silence_1000ms"])
def test_micro_speech_is_tflms_front_end(shared, clip):
    golden = np.load(shared / "models/tflm/micro_speech_e2e.golden_tflm.npz")
    network = midge.Interpreter(model_path=shared / "models/tflm/micro_speech_quantized.tflite", contract="tflm")
    network.allocate_tensors()
    details = network.get_input_details()[0]
    # TFLM's int8 features are round(feature * 256 / 666) - 128.
    declared = midge.preprocess.Declaration({"kind": "audio", "features": "micro_speech", "scale": details["quantization"][0] * 256 / 666})
    x = declared.apply(shared / "inputs" / f"{clip}.wav", tensor=details)
    np.testing.assert_array_equal(x.reshape(49, 40), golden[f"{clip}_features"])
    network.set_tensor(details["index"], x)
    network.invoke()
    np.testing.assert_array_equal(network.get_tensor(network.get_output_details()[0]["index"]).reshape(-1), golden[f"{clip}_out"])


def test_micro_speech_floats_are_the_float_front_ends(shared):
    front = midge.Interpreter(model_path=shared / "models/tflm/audio_preprocessor_float.tflite")
    front.allocate_tensors()
    audio = samples_of(shared / "inputs/yes_1000ms.wav")
    got = midge.preprocess.apply({"kind": "audio", "features": "micro_speech", "scale": 0.0390625}, audio, shape=(1, 49, 40, 1)).reshape(49, 40)
    for k in range(49):
        front.set_tensor(front.get_input_details()[0]["index"], audio[None, k * 320:k * 320 + 480])
        front.invoke()
        np.testing.assert_array_equal(got[k], front.get_tensor(front.get_output_details()[0]["index"]).reshape(-1))


@pytest.mark.parametrize("rate,window_ms,hop_ms,channels,lower,upper", [(16000, 30, 20, 40, 20, 4000), (8000, 32, 16, 20, 60, 3800), (16000, 25, 10, 64, 125, 7500)])
def test_log_mel_and_mfcc(rate, window_ms, hop_ms, channels, lower, upper):
    frames, window, hop = 9, rate * window_ms // 1000, rate * hop_ms // 1000
    t = np.arange(window + hop * (frames - 1))
    audio = np.int16(9000 * np.sin(t * t * 1e-4) + 3000 * RNG.standard_normal(t.size))
    want = log_mel(audio.astype(float), rate, window, hop, channels, lower, upper, frames)
    common = {"kind": "audio", "sample_rate": rate, "window_ms": window_ms, "hop_ms": hop_ms, "channels": channels, "lower_hz": lower, "upper_hz": upper}
    got = midge.preprocess.apply({**common, "features": "log_mel"}, audio, shape=(1, frames, channels))
    np.testing.assert_allclose(got[0], want, atol=2e-4)
    n = np.arange(channels)
    dct = np.cos(np.pi / channels * (n + 0.5)[None, :] * np.arange(10)[:, None]) * np.sqrt(2 / channels)
    got = midge.preprocess.apply({**common, "features": "mfcc", "coefficients": 10}, audio, shape=(1, frames, 10, 1))
    np.testing.assert_allclose(got.reshape(frames, 10), want @ dct.T, atol=2e-3)


def test_picture_is_what_image_makes():
    frame = RNG.integers(0, 256, (40, 60, 3), np.uint8)
    got = midge.preprocess.apply({"kind": "image", "resize": "crop", "scale": 1 / 127.5, "mean": 1}, frame, shape=(1, 24, 24, 3))
    want = midge.image.preprocess(frame, "rgb888", size=(24, 24), channels=3, dtype=np.float32, crop="center", gain=1 / 127.5, offset=-1)
    np.testing.assert_array_equal(got[0], want)
    small = midge.preprocess.apply({"kind": "image", "resize": "crop", "scale": 1 / 127.5, "mean": 1}, frame, shape=(1, 24, 24, 3), dtype=np.int8,
                                   scale=0.0078, zero_point=-1)
    np.testing.assert_array_equal(small, quantised(got, 0.0078, -1))


def test_letterbox_keeps_the_proportions():
    frame = np.full((10, 40), 200, np.uint8)
    got = midge.preprocess.apply({"kind": "image", "resize": "letterbox", "border": 7}, frame, shape=(1, 20, 20, 1)).reshape(20, 20)
    assert (got[:7] == 7).all() and (got[13:] == 7).all() and (got[8:12] == 200).all()


def test_files_are_read_as_others_read_them(shared):
    image = midge.preprocess.read(shared / "inputs/cat.bmp")
    assert image.dtype == np.uint8 and image.ndim == 3
    np.testing.assert_array_equal(midge.preprocess.read(shared / "inputs/yes_1000ms.wav"), samples_of(shared / "inputs/yes_1000ms.wav"))


def test_tensor():
    x = RNG.random((2, 3)).astype(np.float32)
    got = midge.preprocess.apply({"kind": "tensor", "scale": 2, "mean": [1, 2, 3], "std": 4}, x, shape=(1, 2, 3))
    np.testing.assert_allclose(got[0], (x * 2 - [1, 2, 3]) / 4, rtol=1e-6)


@pytest.mark.parametrize("declaration,raw,shape,words", [
    ({"kind": "image"}, np.zeros((4, 4)), (1, 4, 4, 1), "uint8"),
    ({"kind": "image"}, np.zeros((4, 4), np.uint8), (1, 4, 4, 2), "no picture"),
    ({"kind": "audio"}, np.zeros(4, np.float32), (1, 49, 40), "int16"),
    ({"kind": "audio"}, np.zeros(4, np.int16), (1, 49), "frames of 40"),
])
def test_what_does_not_fit(declaration, raw, shape, words):
    with pytest.raises(ValueError, match=words):
        midge.preprocess.apply(declaration, raw, shape=shape)


def test_a_wrong_declaration_says_where(tmp_path):
    file = tmp_path / "net.preprocess.json"
    file.write_text('{\n"kind": "image",\n"colors": "rgb"}')
    with pytest.raises(midge.Error, match="line 3: colors is not known here"):
        midge.preprocess.Declaration(file)
