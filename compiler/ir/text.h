// The textual form of a module: printed, read, edited, compared line by line, and parsed back.
//
//   midge-ir 1
//   layout inputs [0 2 3 1] outputs []
//   signature "serving_default" graph 0 inputs "image"=0 outputs "class"=0
//   graph "main"
//   inputs %0
//   outputs %4
//   tensor %0 "image": int8[1,8,8,1] q(0.00392157, -128)
//   constant %1 "w": int8[4,3,3,1] q(axis 0: 0.012 0.02 0.011 0.015, 0 0 0 0) = base64 "fwAB..."
//   constant %2 "axes": int32[2] = 1 2
//   variable %3 "state": int8[1,8] q(0.5, 0)
//   tensor %4 "conv": int8[1,8,8,4] q(0.0235, -128)
//   op CONV_2D(%0, %1, -) -> %4 {stride_h=1, stride_w=1, padding=SAME, fused_activation_function=RELU} v3 from "Conv 'c1'"
//
// A line a thing; # starts a comment. Constants of up to 32 elements are numbers, larger ones base64. An absent input is "-". Numbers
// are printed so that they read back exactly: parse(print(m)) is m.
#pragma once
#include <string>

#include "compiler/ir/graph.h"

namespace midge::ir {

struct PrintOptions {
  /// Constants of more bytes are printed as their size and digest; such a text cannot be parsed back. 0: all are whole.
  size_t most_constant_bytes = 0;
};

std::string print(const Module& module, const PrintOptions& options = {});

/// DiagnosticError (exit 1) with line and column and what was expected. What the text says is not checked beyond its form: verify().
Module parse(const std::string& text, const std::string& file);

}  // namespace midge::ir
