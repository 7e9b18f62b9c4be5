#!/usr/bin/env python3
"""Makes the files of compiler/import/keras/testdata: small Keras models in both formats, and what they answer.

    pip install keras==3.15.1 tensorflow==2.21.0 h5py
    python tests/make_keras_models.py
"""

import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import keras
import numpy as np
from keras import layers as L

OUT = Path(__file__).resolve().parent.parent / "compiler/import/keras/testdata"


def save(model, name):
    rng = np.random.default_rng(7)
    for w in model.weights:
        value = rng.normal(size=w.shape) * 0.4
        w.assign(np.abs(value) + 0.5 if "variance" in w.path else value)
    model.save(OUT / f"{name}.keras")
    model.save(OUT / f"{name}.h5")
    # Of the file that was saved: some layers prepare their weights when they are loaded.
    loaded = keras.models.load_model(OUT / f"{name}.keras")
    inputs = [rng.normal(size=(1, *i.shape[1:])).astype(np.float32) for i in loaded.inputs]
    # Operator by operator: predict() compiles the whole network, and is then up to 10% off for the functional one.
    outputs = loaded(inputs if len(inputs) > 1 else inputs[0], training=False)
    outputs = [np.asarray(y) for y in (outputs if isinstance(outputs, (list, tuple)) else [outputs])]
    arrays = {f"in{k}": x for k, x in enumerate(inputs)} | {f"out{k}": y for k, y in enumerate(outputs)}
    np.savez_compressed(OUT / f"{name}.npz", **arrays)


def sequential():
    return keras.Sequential([
        L.Input((12, 12, 3)), L.Rescaling(2.0, -0.5), L.Conv2D(8, 3, strides=2, padding="same", use_bias=False, name="first"),
        L.BatchNormalization(name="bn"), L.ReLU(), L.DepthwiseConv2D(3, padding="same"), L.BatchNormalization(scale=False),
        L.Activation("relu6"), L.Conv2D(8, 1, activation="relu"), L.MaxPooling2D(2), L.Dropout(0.2), L.SeparableConv2D(6, 3),
        L.GlobalAveragePooling2D(), L.Dense(8, activation="silu"), L.Dense(5, activation="softmax"),
    ])  # fmt: skip


def functional():
    x = i = L.Input((10, 10, 3), name="image")
    a = L.Conv2D(4, 3, name="zzz")(L.ZeroPadding2D(((1, 1), (0, 2)))(x))
    b = L.Conv2D(4, 1, activation="hard_silu")(i)
    x = L.LeakyReLU(0.1)(L.Add()([a, b]))
    x = L.Concatenate()([L.AveragePooling2D(2)(x), L.MaxPooling2D(2)(x)])
    x = L.Concatenate()([L.UpSampling2D(2)(x), L.Conv2DTranspose(4, 3, strides=2, padding="same")(x)])
    x = L.PReLU(shared_axes=[1, 2])(L.Cropping2D(((1, 0), (0, 2)))(x))
    x = L.Flatten()(x)
    return keras.Model(i, [L.Dense(3, activation="sigmoid")(x), L.Dense(2)(x)])


def nested():
    inner = keras.Sequential([L.Input((8,)), L.Dense(8, activation="elu", name="q"), L.LayerNormalization()], name="inner")
    i, j = L.Input((8,), name="one"), L.Input((8,), name="two")
    x = inner(inner(i))
    x = L.Flatten()(L.Permute((2, 1))(L.Reshape((2, 4))(x)))
    x = L.Subtract()([L.Multiply()([x, i]), L.Average()([x, j])])
    return keras.Model([j, i], L.Dense(4, activation="mish")(x))


def series():
    return keras.Sequential([
        L.Input((20, 3)), L.Normalization(), L.Conv1D(6, 5, padding="causal", activation="relu"), L.ZeroPadding1D(1),
        L.Conv1D(6, 3, strides=2, padding="same"), L.BatchNormalization(), L.MaxPooling1D(2), L.AveragePooling1D(2, strides=1),
        L.GlobalMaxPooling1D(), L.Dense(4, activation="softplus"), L.Dense(3, activation="selu"),
    ])  # fmt: skip


def refused():
    return keras.Sequential([L.Input((10, 3)), L.LSTM(4, name="memory"), L.Dense(2)])


def main():
    OUT.mkdir(exist_ok=True)
    for make in (sequential, functional, nested, series, refused):
        keras.utils.set_random_seed(1)
        save(make(), make.__name__)


if __name__ == "__main__":
    main()
