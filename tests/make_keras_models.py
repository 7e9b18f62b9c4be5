"""Makes compiler/import/keras/testdata: small Keras models with random weights, and what Keras computes with them.

    python tests/make_keras_models.py [FOLDER]

Needs keras and tensorflow; tf_keras makes the files of Keras 2. Beside NAME.keras or NAME.h5 stands NAME.npz with in0... and out0...
"""
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import numpy as np

SEED = 20
FOLDER = Path(__file__).resolve().parent.parent / "compiler/import/keras/testdata"


def image_net(k):
    """Sequential: convolutions of all kinds, batch normalisation, poolings."""
    layers = k.layers
    return k.Sequential([
        layers.Input((12, 11, 3)),
        layers.ZeroPadding2D(((1, 0), (0, 2))),
        layers.Conv2D(8, 3, strides=2, padding="same", activation="relu"),
        layers.BatchNormalization(),
        layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same"),
        layers.ReLU(6.0),
        layers.Conv2D(8, 3, groups=4, dilation_rate=2, padding="same", activation="hard_sigmoid"),
        layers.SeparableConv2D(6, (3, 2), activation="swish"),
        layers.LeakyReLU(),
        layers.UpSampling2D(2),
        layers.AveragePooling2D(3, strides=2, padding="same"),
        layers.Conv2DTranspose(4, 3, strides=2, padding="same"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dropout(0.5),
        layers.Dense(7, activation="softmax"),
    ])


def functional(k):
    """Two inputs and outputs, a model in the model that is called twice, a layer that is called twice."""
    layers = k.layers
    a, b = k.Input((6, 4), name="left"), k.Input((6, 4), name="right")
    inner = [layers.Input((6, 4)), layers.Conv1D(5, 3, padding="causal"), layers.BatchNormalization(), layers.PReLU()]
    inner = k.Sequential(inner, name="inner")
    shared = layers.Dense(3, activation="tanh")
    x, y = shared(inner(a)), shared(inner(b))
    both = layers.Concatenate()([layers.Add()([x, y]), layers.Multiply()([x, y]), layers.Subtract()([x, y])])
    first = layers.GlobalAveragePooling1D()(both)
    second = layers.Dense(2)(layers.LayerNormalization()(layers.Maximum()([x, y])))
    return k.Model([a, b], [first, second])


def recurrent(k):
    layers = k.layers
    x = i = k.Input((5, 4), name="steps")
    x = layers.LSTM(3, return_sequences=True)(x)
    x = layers.Bidirectional(layers.GRU(3, return_sequences=True))(x)
    x = layers.TimeDistributed(layers.Dense(4, activation="elu"))(x)
    return k.Model(i, layers.SimpleRNN(2, go_backwards=True)(x))


def channels_first_of_pools(k):
    layers = k.layers
    return k.Sequential([
        layers.Input((3, 6, 8)),
        layers.Cropping2D(((1, 0), (0, 1)), data_format="channels_first"),
        layers.GlobalMaxPooling2D(data_format="channels_first", keepdims=True),
        layers.Permute((2, 3, 1)),
        layers.Reshape((-1,)),
        layers.Dense(4, activation="softplus"),
        layers.RepeatVector(3),
    ])


def functions(k):
    """Functions between the layers: constants before and after the tensor, a method, slices."""
    x = i = k.Input((6, 4), name="steps")
    x = 2.0 - x * 0.5
    x = x[:, 1:5] + k.layers.Dense(4)(x)[:, 2:]
    return k.Model(i, [x[:, -1] / 3.0, k.layers.Dense(2)(-x)])


def attention(k):
    """A block of a transformer, in a model of its own."""
    layers = k.layers
    i = k.Input((6, 4))
    x = layers.LayerNormalization()(i + layers.MultiHeadAttention(2, 3, value_dim=2)(i, i, use_causal_mask=True))
    block = k.Model(i, x + layers.Dense(4)(layers.Dense(8, activation="gelu")(x)), name="block")
    j = k.Input((6, 4), name="steps")
    return k.Model(j, layers.Attention()([block(j), layers.UnitNormalization()(j)]))


MODELS = {
    "image_net": image_net, "functional": functional, "recurrent": recurrent, "channels_first": channels_first_of_pools,
    "functions": functions, "attention": attention,
}


def randomise(model, rng):
    """Weights that are all in use: biases, statistics and slopes too."""
    values = []
    for w in model.get_weights():
        fan = max(int(np.prod(w.shape[:-1])), 1) if w.ndim > 1 else 1
        values.append(rng.uniform(0.5, 1.5, w.shape) if w.ndim == 1 else rng.normal(0, fan**-0.5, w.shape))
    model.set_weights([np.asarray(v, np.float32) for v in values])


def reference(model, path, rng):
    tensors = {}
    for n, i in enumerate(model.inputs):
        tensors[f"in{n}"] = rng.uniform(-1, 1, [1, *i.shape[1:]]).astype(np.float32)
    out = model([tensors[f"in{n}"] for n in range(len(model.inputs))] if len(model.inputs) > 1 else tensors["in0"], training=False)
    for n, o in enumerate(out if isinstance(out, (list, tuple)) else [out]):
        tensors[f"out{n}"] = np.asarray(o)
    np.savez_compressed(path, **tensors)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    new = {"image_net": ".keras", "functional": ".keras .h5", "recurrent": ".keras", "channels_first": ".keras",
           "functions": ".h5", "attention": ".h5"}
    generations = [(keras, "_keras3", new)]
    try:
        import tf_keras

        generations.append((tf_keras, "_keras2", {"image_net": ".h5", "functional": ".h5", "recurrent": ".h5"}))
    except ImportError:
        print("tf_keras is missing: no files of Keras 2")
    for k, suffix, endings in generations:
        for name, wanted in endings.items():
            rng = np.random.default_rng(SEED)
            model = MODELS[name](k)
            randomise(model, rng)
            for ending in wanted.split():
                model.save(str(folder / (name + suffix)) + ending)
            reference(model, folder / (name + suffix + ".npz"), rng)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
