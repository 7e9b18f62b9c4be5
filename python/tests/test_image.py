"""midge.image: against NumPy's arithmetic, and errors that say what is wrong."""

import numpy as np
import pytest

import midge

RNG = np.random.default_rng(3)


def frame_of(format, height=12, width=16):
    return RNG.integers(0, 256, (height, width, midge.image.PIXEL_BYTES[format]), np.uint8)


def grey(rgb):
    """As Pillow's convert("L")."""
    return (rgb.astype(np.int64) @ [19595, 38470, 7471] + 32768) >> 16


def bilinear(plane, height, width):
    """The equations of image/preprocessor.h over one channel."""
    def place(n, m):
        t = np.maximum((2 * np.arange(m) + 1) * n - m, 0)
        low = t // (2 * m)
        return low, np.minimum(low + 1, n - 1), (t % (2 * m) * 2048 + m) // (2 * m)

    (y0, y1, wy), (x0, x1, wx) = place(plane.shape[0], height), place(plane.shape[1], width)
    p = plane.astype(np.int64)
    top = p[y0][:, x0] * (2048 - wx) + p[y0][:, x1] * wx
    bottom = p[y1][:, x0] * (2048 - wx) + p[y1][:, x1] * wx
    return (top * (2048 - wy)[:, None] + bottom * wy[:, None] + (1 << 21)) >> 22


def test_convert_rgb_and_grey():
    rgb = frame_of("rgb888")
    np.testing.assert_array_equal(midge.image.convert(rgb, "rgb888"), rgb)
    np.testing.assert_array_equal(midge.image.convert(rgb[..., ::-1], "bgr888"), rgb)
    np.testing.assert_array_equal(midge.image.convert(rgb, "rgb888", 1)[..., 0], grey(rgb))
    plane = frame_of("gray")
    np.testing.assert_array_equal(midge.image.convert(plane[..., 0], "gray"), np.repeat(plane, 3, 2))


def test_convert_rgb565_of_both_orders_and_as_words():
    words = RNG.integers(0, 65536, (5, 7), np.uint16)
    r, g, b = words >> 11, words >> 5 & 63, words & 31
    expected = np.stack([r << 3 | r >> 2, g << 2 | g >> 4, b << 3 | b >> 2], -1).astype(np.uint8)
    big = np.stack([words >> 8, words & 255], -1).astype(np.uint8)
    np.testing.assert_array_equal(midge.image.convert(big, "rgb565_be"), expected)
    np.testing.assert_array_equal(midge.image.convert(big[..., ::-1], "rgb565_le"), expected)
    np.testing.assert_array_equal(midge.image.convert(words, "rgb565_le"), expected)


def test_convert_yuyv():
    frame = frame_of("yuyv")
    np.testing.assert_array_equal(midge.image.convert(frame, "yuyv", 1)[..., 0], frame[..., 0])
    y, u, v = frame[..., 0].astype(float), np.repeat(frame[:, 0::2, 1], 2, 1) - 128.0, np.repeat(frame[:, 1::2, 1], 2, 1) - 128.0
    exact = np.stack([y + 1.402 * v, y - 0.344136 * u - 0.714136 * v, y + 1.772 * u], -1)
    assert np.abs(midge.image.convert(frame, "yuyv") - np.clip(exact, 0, 255)).max() <= 0.51


@pytest.mark.parametrize("format", midge.image.PIXEL_BYTES)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(5, 9), (12, 16), (30, 21)])
def test_bilinear_by_the_equations(format, channels, size):
    frame = frame_of(format)
    rgb = midge.image.convert(frame, format, channels)
    got = midge.image.preprocess(frame, format, size=size, channels=channels, dtype=np.uint8)
    for c in range(channels):
        np.testing.assert_array_equal(got[..., c], bilinear(rgb[..., c], *size))


def test_nearest_and_crop():
    frame = frame_of("gray")
    got = midge.image.preprocess(frame, "gray", size=(4, 3), dtype=np.uint8, filter="nearest", crop=(2, 1, 9, 8))
    rows, columns = 1 + (2 * np.arange(4) + 1) * 8 // 8, 2 + (2 * np.arange(3) + 1) * 9 // 6
    np.testing.assert_array_equal(got[..., 0], frame[rows][:, columns, 0])
    assert midge.image.center_crop(160, 120, 96, 96) == (20, 0, 120, 120)
    np.testing.assert_array_equal(midge.image.preprocess(frame, "gray", size=(6, 6), crop="center"),
                                  midge.image.preprocess(frame, "gray", size=(6, 6), crop=(2, 0, 12, 12)))


def test_normalising_each_channel_to_each_type():
    frame = frame_of("rgb888")
    gain, offset = np.float32([1 / 58, 1 / 57, 1 / 57.5]), np.float32([-2.1, -2, -1.8])
    real = frame.astype(np.float32) * gain + offset
    common = {"size": (12, 16), "channels": 3, "gain": gain, "offset": offset}
    np.testing.assert_array_equal(midge.image.preprocess(frame, "rgb888", dtype=np.float32, **common), real)
    quotient = real / np.float32(0.02)
    rounded = np.sign(quotient) * np.floor(np.abs(quotient) + 0.5)  # ties away from zero
    got = midge.image.preprocess(frame, "rgb888", dtype=np.int8, scale=0.02, zero_point=-5, **common)
    np.testing.assert_array_equal(got, np.clip(rounded - 5, -128, 127))
    got = midge.image.preprocess(frame, "rgb888", dtype=np.uint8, scale=0.02, zero_point=101, **common)
    np.testing.assert_array_equal(got, np.clip(rounded + 101, 0, 255))
    np.testing.assert_array_equal(midge.image.preprocess(frame, "rgb888", size=(12, 16), channels=3), frame.astype(np.int16) - 128)


def test_a_tensor_gives_shape_type_and_scale(digits):
    it = midge.Interpreter(model_path=str(digits))
    it.allocate_tensors()
    details = it.get_input_details()[0]
    _, height, width, channels = details["shape"]
    frame = frame_of("yuyv", 40, 60)
    got = midge.image.preprocess(frame, "yuyv", tensor=details, crop="center")
    assert got.shape == tuple(details["shape"]) and got.dtype == details["dtype"]
    scale, zero_point = details["quantization"]
    np.testing.assert_array_equal(got[0], midge.image.preprocess(frame, "yuyv", size=(height, width), channels=int(channels), crop="center",
                                                                dtype=details["dtype"], scale=scale, zero_point=zero_point))
    it.set_tensor(details["index"], got)
    it.invoke()


@pytest.mark.parametrize("change, match", [
    ({"format": "rgb"}, "format must be one of"),
    ({"frame": np.zeros((4, 4), np.uint8)}, r"a frame of rgb888 is .* not \[4, 4\] of uint8"),
    ({"frame": np.zeros((4, 4, 3), np.int8)}, "of int8"),
    ({"frame": np.zeros((0, 4, 3), np.uint8)}, "not"),
    ({"size": None}, "either tensor or size"),
    ({"size": (0, 4)}, "argument"),
    ({"channels": 2}, "channels must be 1"),
    ({"dtype": np.int16}, "dtype must be"),
    ({"filter": "cubic"}, "filter must be"),
    ({"crop": "middle"}, "crop must be"),
    ({"crop": (0, 0, 4)}, "crop must be"),
    ({"crop": (0, 0, 0, 4)}, "not empty"),
    ({"crop": (3, 0, 2, 2)}, "argument"),
    ({"scale": 0}, "argument"),
    ({"zero_point": 300}, "argument"),
    ({"gain": [1, 2]}, "one number or 3"),
])
def test_refusals_say_what_is_wrong(change, match):
    arguments = {"frame": np.zeros((4, 4, 3), np.uint8), "format": "rgb888", "size": (2, 2), "channels": 3, **change}
    with pytest.raises(ValueError, match=match):
        midge.image.preprocess(arguments.pop("frame"), arguments.pop("format"), **arguments)


def test_refusals_of_convert_and_tensors(digits):
    with pytest.raises(ValueError, match="even number of pixels"):
        midge.image.convert(np.zeros((2, 3, 2), np.uint8), "yuyv")
    with pytest.raises(ValueError, match="channels must be"):
        midge.image.convert(np.zeros((2, 3), np.uint8), "gray", 4)
    with pytest.raises(ValueError, match="an image's is"):
        midge.image.preprocess(np.zeros((2, 3), np.uint8), "gray", tensor=midge.Interpreter(model_path=str(digits)).get_output_details()[0])
