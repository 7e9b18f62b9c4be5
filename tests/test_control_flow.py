"""IF, WHILE, CALL_ONCE and resource variables against LiteRT, on models whose subgraphs call each other."""

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter as LiteRt
from ai_edge_litert.interpreter import OpResolverType
from model_maker import ModelMaker, T

import midge


def both(content: bytes):
    out = [midge.Interpreter(model_content=content),
           LiteRt(model_content=content, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)]
    for it in out:
        it.allocate_tensors()
    return out


def run(it, *inputs):
    for d, value in zip(it.get_input_details(), inputs):
        it.set_tensor(d["index"], value)
    it.invoke()
    return [it.get_tensor(d["index"]) for d in it.get_output_details()]


def assert_same(content: bytes, *samples):
    ours, theirs = both(content)
    for inputs in samples:
        for got, want in zip(run(ours, *inputs), run(theirs, *inputs)):
            np.testing.assert_array_equal(got, want)
            assert got.shape == want.shape


def branches() -> bytes:
    """IF on int8, with a residual around it: relu(x) or x + x, then plus x."""
    m = ModelMaker()
    shape = [2, 9]
    c, x = m.tensor([1], T.BOOL), m.tensor(shape, scale=0.1, zero=3)
    y, out = m.tensor(shape, scale=0.1, zero=3), m.tensor(shape, scale=0.2, zero=-1)
    m.op("IF", [c, x], [y], options="IfOptions", thenSubgraphIndex=1, elseSubgraphIndex=2)
    m.op("ADD", [y, x], [out], options="AddOptions")
    m.next_subgraph([c, x], [out])
    a, b = m.tensor(shape, scale=0.1, zero=3), m.tensor(shape, scale=0.1, zero=3)
    m.op("RELU", [a], [b])
    m.next_subgraph([a], [b])
    a, b = m.tensor(shape, scale=0.1, zero=3), m.tensor(shape, scale=0.1, zero=3)
    m.op("ADD", [a, a], [b], options="AddOptions")
    return m.bytes([a], [b])


def test_if():
    rng = np.random.default_rng(1)
    x = rng.integers(-128, 128, (6, 2, 9)).astype(np.int8)
    assert_same(branches(), *[(np.array([k % 2 == 0]), x[k]) for k in range(6)])


def test_while_sums_an_array():
    """i from 0 to 7: total += table[i], by GATHER."""
    m = ModelMaker()
    i, total, table = m.tensor([], T.INT32), m.tensor([], T.INT32), m.tensor([8], T.INT32)
    outs = [m.tensor([], T.INT32), m.tensor([], T.INT32), m.tensor([8], T.INT32)]
    m.op("WHILE", [i, total, table], outs, options="WhileOptions", condSubgraphIndex=1, bodySubgraphIndex=2)
    m.next_subgraph([i, total, table], outs)
    i, total, table = m.tensor([], T.INT32), m.tensor([], T.INT32), m.tensor([8], T.INT32)
    verdict = m.tensor([], T.BOOL)
    m.op("LESS", [i, m.tensor([], T.INT32, data=8)], [verdict], options="LessOptions")
    m.next_subgraph([i, total, table], [verdict])
    i, total, table = m.tensor([], T.INT32), m.tensor([], T.INT32), m.tensor([8], T.INT32)
    entry, i_next, total_next = m.tensor([], T.INT32), m.tensor([], T.INT32), m.tensor([], T.INT32)
    m.op("GATHER", [table, i], [entry], options="GatherOptions")
    m.op("ADD", [total, entry], [total_next], options="AddOptions")
    m.op("ADD", [i, m.tensor([], T.INT32, data=1)], [i_next], options="AddOptions")
    content = m.bytes([i, total, table], [i_next, total_next, table])
    values = np.arange(3, 11, dtype=np.int32) ** 2
    assert_same(content, *[(np.int32(k), np.int32(100), values) for k in (0, 5, 8, 20)])


def accumulator(initial: bool) -> bytes:
    """total += x in a resource variable, which a CALL_ONCE sets first."""
    m = ModelMaker()
    shape = [1, 6]
    x = m.tensor(shape, T.FLOAT32)
    if initial:
        m.op("CALL_ONCE", [], [], options="CallOnceOptions", initSubgraphIndex=1)
    handle = m.tensor([1], T.RESOURCE)
    m.op("VAR_HANDLE", [], [handle], options="VarHandleOptions", container="", sharedName="total")
    before, after = m.tensor(shape, T.FLOAT32), m.tensor(shape, T.FLOAT32)
    m.op("READ_VARIABLE", [handle], [before], options="ReadVariableOptions")
    m.op("ADD", [before, x], [after], options="AddOptions")
    m.op("ASSIGN_VARIABLE", [handle, after], [], options="AssignVariableOptions")
    if not initial:
        return m.bytes([x], [after])
    m.next_subgraph([x], [after])
    handle = m.tensor([1], T.RESOURCE)
    m.op("VAR_HANDLE", [], [handle], options="VarHandleOptions", container="", sharedName="total")
    m.op("ASSIGN_VARIABLE", [handle, m.tensor(shape, T.FLOAT32, data=np.arange(6))], [], options="AssignVariableOptions")
    return m.bytes([], [])


def test_resource_variables():
    x = np.linspace(-1, 2, 6, dtype=np.float32)[None]
    assert_same(accumulator(True), (x,), (2 * x,), (x,))
    it = midge.Interpreter(model_content=accumulator(True))
    it.allocate_tensors()
    first = run(it, x)[0]
    assert not np.array_equal(run(it, x)[0], first)
    it.reset_all_variables()
    np.testing.assert_array_equal(run(it, x)[0], first)


def test_a_variable_that_nothing_initialised_is_zero():
    it = midge.Interpreter(model_content=accumulator(False))
    it.allocate_tensors()
    x = np.ones((1, 6), np.float32)
    np.testing.assert_array_equal(run(it, x)[0], x)
    np.testing.assert_array_equal(run(it, x)[0], 2 * x)


def test_an_error_in_a_subgraph_names_its_operator():
    m = ModelMaker()
    c, x, y = m.tensor([1], T.BOOL), m.tensor([2]), m.tensor([2])
    m.op("IF", [c, x], [y], options="IfOptions", thenSubgraphIndex=1, elseSubgraphIndex=1)
    m.next_subgraph([c, x], [y])
    a, b = m.tensor([2]), m.tensor([2])
    m.op("HASHTABLE_LOOKUP", [a], [b])
    with pytest.raises(midge.Error, match="operator 1 HASHTABLE_LOOKUP of subgraph 1: tensor 4 .*no kernel for it .version 1. is registered; look the words up"):
        midge.Interpreter(model_content=m.bytes([a], [b])).allocate_tensors()
