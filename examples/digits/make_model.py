"""Train the digits demo model and write digits.tflite and digits_test.npz.

Needs Python 3.11 and these packages (the versions the files here were made with):

    pip install tensorflow==2.21.0 keras==3.15.1 ai-edge-litert==2.3.0 \\
        scikit-learn==1.9.1 numpy==2.4.6

All seeds are fixed and TensorFlow runs its deterministic kernels on one thread, so
two runs on one machine write the same model. Another processor may round the
training's float sums differently and end in slightly different weights.
"""

import os

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"

from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from keras import layers
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

HERE = Path(__file__).resolve().parent
SEED = 1
HELD_BACK = 360
EPOCHS = 30
BATCH = 32


def load_split() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return x_train, x_test, y_train, y_test.

    Images are float32 (n, 8, 8, 1) in 0..1, labels uint8 (n,); n is 1437 and 360.
    """
    digits = load_digits()
    images = (digits.images[..., np.newaxis] / 16.0).astype(np.float32)
    labels = digits.target.astype(np.uint8)
    return train_test_split(
        images, labels, test_size=HELD_BACK, stratify=labels, random_state=SEED
    )


def with_shifts(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add copies moved one pixel left, right, up and down, filled with zeros.

    Takes float32 (n, 8, 8, 1) and uint8 (n,), returns the same with 5n rows.
    """
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    offsets = [(1, 1), (1, 0), (1, 2), (0, 1), (2, 1)]
    shifted = [padded[:, y : y + 8, x : x + 8] for y, x in offsets]
    return np.concatenate(shifted), np.tile(labels, len(offsets))


def build_model() -> keras.Model:
    """Return the untrained network: float32 (n, 8, 8, 1) to probabilities (n, 10)."""

    def norm_relu(x):
        return layers.ReLU()(layers.BatchNormalization()(x))

    def separable(x, filters: int):
        x = norm_relu(layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x))
        return norm_relu(layers.Conv2D(filters, 1, use_bias=False)(x))

    image = layers.Input((8, 8, 1))
    x = norm_relu(layers.Conv2D(16, 3, padding="same", use_bias=False)(image))
    x = separable(x, 32)
    x = layers.MaxPooling2D(2)(x)
    x = separable(x, 64)
    x = layers.AveragePooling2D(4)(x)
    x = layers.Dense(10)(layers.Flatten()(x))
    return keras.Model(image, layers.Softmax()(x))


def train(images: np.ndarray, labels: np.ndarray) -> keras.Model:
    """Train on float32 (n, 8, 8, 1) and uint8 (n,) and return the last epoch's model."""
    images, labels = with_shifts(images, labels)
    model = build_model()
    steps = EPOCHS * -(-len(images) // BATCH)
    model.compile(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(3e-3, steps)),
        loss="sparse_categorical_crossentropy",
    )
    model.fit(images, labels, batch_size=BATCH, epochs=EPOCHS, verbose=2)
    return model


def convert(model: keras.Model, images: np.ndarray) -> bytes:
    """Quantise to int8, input and output included, with the batch fixed to 1.

    The float32 (n, 8, 8, 1) images set the ranges. Returns the flatbuffer.
    """

    def representative() -> Iterator[list[np.ndarray]]:
        for image in images:
            yield [image[np.newaxis]]

    single = layers.Input(batch_shape=(1, 8, 8, 1))
    converter = tf.lite.TFLiteConverter.from_keras_model(keras.Model(single, model(single)))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = representative
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return converter.convert()


def run_int8(flatbuffer: bytes, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Quantise float32 (n, 8, 8, 1) images and run LiteRT's reference kernels on them.

    Returns the inputs, int8 (n, 1, 8, 8, 1), and the outputs, int8 (n, 1, 10).
    """
    interpreter = Interpreter(
        model_content=flatbuffer, experimental_op_resolver_type=OpResolverType.BUILTIN_REF
    )
    interpreter.allocate_tensors()
    source, sink = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    scale, zero_point = source["quantization"]
    levels = np.rint(images.astype(np.float64) / scale) + zero_point
    inputs = np.clip(levels, -128, 127).astype(np.int8)[:, np.newaxis]
    outputs = []
    for tensor in inputs:
        interpreter.set_tensor(source["index"], tensor)
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(sink["index"]))
    return inputs, np.stack(outputs)


def report(name: str, scores: np.ndarray, labels: np.ndarray) -> None:
    """Print how many of the scores, (n, 10) of any type, peak at the uint8 (n,) labels."""
    right = int((scores.argmax(axis=-1) == labels).sum())
    print(f"{name}: {right} of {len(labels)} right, {right / len(labels):.2%}")


def main() -> None:
    """Write digits.tflite and digits_test.npz beside this file."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()

    x_train, x_test, y_train, y_test = load_split()
    model = train(x_train, y_train)
    flatbuffer = convert(model, x_train)
    inputs, outputs = run_int8(flatbuffer, x_test)
    report("float", model.predict(x_test, verbose=0), y_test)
    report("int8", outputs[:, 0], y_test)

    (HERE / "digits.tflite").write_bytes(flatbuffer)
    np.savez_compressed(HERE / "digits_test.npz", in0=inputs, labels=y_test, out0=outputs)


if __name__ == "__main__":
    main()
