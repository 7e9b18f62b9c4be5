"""Importing ONNX and .ort files: quantised models run on integers, and what cannot be imported is one diagnostic."""

import base64
import zlib

import numpy as np
import pytest

import midge
from midge import _midge
from onnx_cases import freeze, graph_model, node, run_model

# Conv, Relu, Flatten and Gemm of seeded random weights, as onnxruntime 1.32 converts them: it fuses Relu, and has a domain of its own.
TINY_ORT = zlib.decompress(base64.b85decode(
    b"c-nPVUuaup6#tUmu31cL#4xIqZVyF@l+YOwDg85@+xnnetsU&4Xl~P+CXn33+nYAiiDS4id~ij4Ss7!<6wx7j7?OvPlp#LIkUeRTJ#3?lqI)RH=4g{#&$;K^"
    b"-Y>W5EvH|;^PTfMf4@HwA;huCsdqvmEJ7jxGX+Lrlj##8-YLY!W6M%t-UgHbLaA#&!%r+LY-<Psq9Vd;Lr1i1c4&VLeu_BAtgsAHKTr>lqc>z(7OMBb=!YKz"
    b"Fd`PtFSWpb26YZ+RMXUSG_e9QahCB*xL-1E2F6tnP9M+<K#5#7noTE++<Y!+4jnGcYqJM)`ohqDSnK}JvI3k3)R_Wm2O0-@oiVz3U5H%}cL)5pKi@jo#9Te)"
    b"m;#*F0AnfkAI7r}Fe0{6m}PJ_2xQUsX%zxK5Tv{cTc;1SdTc$a80l0&;OTBa2vVNfInTGjk!t~}-8FC~?xS^_Kk`$Ju_hnYsm9$>p8TTun*o{Ih{<)V0^P-$"
    b"0obafcPdEpHK}J_<@M_jREYUuJ99!DJvQ~;p(%<{Ett6v^6D(w`=vp>;Cz0@z}V)DTp@2`gzXwoeiR#1#z*-{EmOeNAmS&?^nz-pbGl#+^4TH5<61jm+{C=X"
    b"k8u!$^op%6k^EBZULw}52Gu^qe9<D8--FB@81H!UxC(;z*!NE4?I!*`#`+9smiq(eH|!oiJ?4}4*NkSWLUeIoQ3krC*yKE7?oC70=ifwsojfYs(=IONTg~KC"
    b"04!eKq@Hfle}iz_TI4a)LH726u-Qg>csvMC{^o365WK*B60&RM_w-|%q~nwFOJ6Va*q|7IjM5GfO?#vl<|(Fr9<eX6ht9Jt%y}w6c|I?lIhfDLR%bQm(=X*-"
    b"EvDyX{~YRTr}3*c!aF!|{7_L#6tD{?jNC$cRx?ni1N)1Pwx--9fhV}f2Y@jRI9I^%08q(Cd-^)d{#v7ROM!g<vq`_vjkQhMOSa4=?RBIRc#dOzc>a*rzN^vs"
    b">Eyh@{1p#>PmTCh<~w<bGJj*!=KGyKno-RJ=H952Z<m0UYp$P5HP=t0wzHpK@Y+P3>^l4FTjr-c{4(=T*PH$Po%uzNyi>zP?5qa)_ZHTt?)o}hcYW>U^V69}"
    b"dA{z!#q}ACjWO}=T9z=EBus-b{8HTKm^a=aT<2c6%=~y`yFJ`&57^#aC|t1N+7k`e-h&qQo-nWE!R=}g|Id2s`c7J8;|ks_lD)iSZ?ds-eRW<Nw3_XnWB#~@"
    b"f0_Al5C13TpJ}xA6MZq@v~k`(LEdLKfL^g&zxyrM@1W)So#DQ4{C<ho);xZU^1T;;bEJb`1oHa(TkDaQ>-e2v?4#Dsu_PdZE-4l~Z>|cu{X+KpiTGj0$Fo*p"
    b"dro|RS#BQ;H@$Hb`^+al_cZw#XgZ5`fen%kZ`tm!wSs(Xw(>p6XM73o72&>lk`}$+P-X!4Jm(v~<%<_bKOFhI9Q-3uNhTkbujW6gT)0&j*?abfF-5v}<?~v2"
    b"?qg@4|0daq@cW5<7=x3e?DOEwNcTd3?*&KyZQk1luvhPIlqXBQ6&Ob!y;~an@yPv=k0Uzx`S@lm78?U!D|^rWU5>^6t(1Dd!QU7|dHTZF6^L!rFWC)v{LV^s"
    b"!||kNUKI3hIR%pmpdO%gnEwp41T-zZC#uqWOW{~@##}Ui(##o&R8(~?CaYQQdGA{~swYy53DNJ7dvTkbR?KTgI;-iX3LEK!M;`BfH66|AdNG<ew1u>`7=`yn"
    b"T2Je9g7>=5^N#5B+Q7TKh1|2-u|?I|9={_a+YQ*S3VP4COY%WUKAWMv9A>%aJoe=pz6SI^;EZ3L"))


def refusal(path, **options) -> str:
    with pytest.raises(_midge.DiagnosticError) as error:
        _midge.import_model(str(path), **options)
    return str(error.value)


def write(folder, data: bytes):
    path = folder / "model.onnx"
    path.write_bytes(data)
    return path


def sqnr(reference: np.ndarray, other: np.ndarray) -> float:
    reference, other = reference.astype(np.float64).ravel(), other.astype(np.float64).ravel()
    return 10 * np.log10((reference**2).sum() / ((reference - other) ** 2).sum())


# What onnxruntime reaches with the same file on the same samples, less 1.5 dB: it rounds elsewhere.
@pytest.mark.parametrize(("name", "least"), [("ad", 39.5), ("kws", 23.0), ("resnet", 14.0), ("vww", 15.5)])
def test_qdq_models_run_on_integers(shared, name, least):
    data, warnings = _midge.import_model(str(shared / "ptq_peers" / f"{name}_ort_qdq_500.onnx"), {})
    assert not warnings
    it = midge.Interpreter(model_content=data)
    it.allocate_tensors()
    samples = np.load(shared / "calib" / f"{name}.npz")["eval"][:40].astype(np.float32) / (255 if name == "vww" else 1)
    reference = np.load(shared / "calib" / f"{name}.float_out.npz")["out"][: len(samples)]
    source, sink = it.get_input_details()[0], it.get_output_details()[0]
    got = []
    for sample in samples:
        it.set_tensor(source["index"], sample.reshape(source["shape"]))
        it.invoke()
        got.append(it.get_tensor(sink["index"]).ravel())
    assert sqnr(reference, np.array(got)) > least
    floats = [d["name"] for d in it.get_tensor_details() if d["dtype"] == np.float32]
    assert len(floats) <= 2, floats  # the model's input and output


def test_ort_file(tmp_path):
    path = tmp_path / "tiny.ort"
    path.write_bytes(TINY_ORT)
    rng = np.random.default_rng(7)
    w = rng.normal(size=(2, 1, 2, 2)).astype(np.float32).round(2)
    m = rng.normal(size=(2, 8)).astype(np.float32).round(2)
    x = np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3) / 9
    windows = np.lib.stride_tricks.sliding_window_view(x[0, 0], (2, 2))
    conv = np.einsum("yxab,oab->oyx", windows, w[:, 0]) + np.array([0.5, -0.25])[:, None, None]
    want = np.maximum(conv, 0).reshape(1, -1) @ m.T
    np.testing.assert_allclose(run_model(path, [x])[0], want, rtol=1e-5, atol=1e-6)


def test_ort_of_an_old_version(tmp_path):
    at = TINY_ORT.find(b"\x01\x00\x00\x006\x00")  # the version, a string of one character
    assert at > 0
    assert "version '4'" in refusal(write(tmp_path, TINY_ORT[:at + 4] + b"4" + TINY_ORT[at + 5:]))


@pytest.mark.parametrize("size", [0, 7, 8, 40, 500, 3000])
def test_ort_cut_off(tmp_path, size):
    assert "damaged" in refusal(write(tmp_path, TINY_ORT[:size] if size > 8 else TINY_ORT[:8] + b"\0" * size))


def test_names_the_node_and_a_way_out(tmp_path):
    model = graph_model([node("NonMaxSuppression", ["x"], ["y"], "boxes")], {"x": (1, 4)}, ["y"])
    assert "node NonMaxSuppression 'boxes': the operator is not supported; docs/onnx.md" in refusal(write(tmp_path, model))


def test_open_dimensions(tmp_path):
    path = write(tmp_path, graph_model([node("Relu", ["x"], ["y"])], {"x": ("n", "time", 3)}, ["y"]))
    assert "input 'x' has open dimensions: [n,time,3]; give its size" in refusal(path)
    assert run_model(path, [np.ones((2, 5, 3), np.float32)], {"x": [2, 5, 3]})[0].shape == (2, 5, 3)
    assert "not [2, 5, 4]" in refusal(path, input_dims={"": [2, 5, 4]})


def test_an_open_batch_becomes_one(tmp_path):
    path = write(tmp_path, graph_model([node("Relu", ["x"], ["y"])], {"x": ("n", 3)}, ["y"]))
    assert run_model(path, [np.array([[-1, 0, 2]], np.float32)])[0].tolist() == [[0, 0, 2]]


@pytest.mark.parametrize("version", [6, 29])
def test_opsets(tmp_path, version):
    assert f"opset {version}" in refusal(write(tmp_path, graph_model([node("Relu", ["x"], ["y"])], {"x": (1, 3)}, ["y"], version)))


def test_nan_in_weights(tmp_path):
    model = graph_model([node("Add", ["x", "w"], ["y"])], {"x": (1, 3), "w": (3,)}, ["y"])
    frozen = freeze(model, [np.zeros((1, 3), np.float32), np.array([1, np.nan, 2], np.float32)], 1)
    assert "'w' has NaN at element 1" in refusal(write(tmp_path, frozen))


def test_gelu_is_recognised(tmp_path):
    nodes = [node("Div", ["x", "r"], ["a"]), node("Erf", ["a"], ["b"]), node("Add", ["b", "one"], ["c"]), node("Mul", ["x", "c"], ["d"]),
             node("Mul", ["d", "h"], ["y"])]
    model = graph_model(nodes, {"x": (1, 5), "r": (), "one": (), "h": ()}, ["y"])
    x = np.array([[-3, -1, 0, 0.5, 2]], np.float32)
    path = write(tmp_path, freeze(model, [x, *(np.float32(v) for v in (2**0.5, 1, 0.5))], 1))
    it = midge.Interpreter(model_content=_midge.import_model(str(path), {})[0])
    assert len(it.get_tensor_details()) == 2
    np.testing.assert_allclose(run_model(path, [x])[0], [[-0.00404951, -0.15865526, 0, 0.34573123, 1.9544997]], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_are_refused_or_imported(tmp_path, seed):
    rng = np.random.default_rng(seed)
    model = graph_model([node("Reshape", ["x", "s"], ["a"]), node("Softmax", ["a"], ["y"])], {"x": (2, 6), "s": (2,)}, ["y"])
    whole = [freeze(model, [np.zeros((2, 6), np.float32), np.array([3, -1])], 1), TINY_ORT]
    for n in range(100):
        data = bytearray(whole[n % 2])
        for at in rng.integers(len(data), size=rng.integers(1, 6)):
            data[at] = rng.integers(256)
        try:
            _midge.import_model(str(write(tmp_path, bytes(data[:rng.integers(len(data)) if n % 5 == 0 else None]))), {})
        except _midge.DiagnosticError as error:
            assert "model.onnx: " in str(error)
