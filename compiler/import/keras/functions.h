// What converters of functions share: an argument by its place, its names, or the function's configuration.
//
// keras.ops keep what is no tensor in the configuration; TensorFlow's functions give all by name. Constants may be numbers, lists or
// {"class_name": "__tensor__"}.
#pragma once
#include <initializer_list>

#include "compiler/import/keras/lowering.h"

namespace midge::keras {

/// The argument with the first of these names that is there and not null; else the one at `place`; else null. -1: by name only.
const Json& option(Lowering& l, int place, std::initializer_list<const char*> names);
/// An argument as a tensor: an input, or a constant.
int32_t operand(Lowering& l, const Json& argument);
int32_t operand(Lowering& l, int place, std::initializer_list<const char*> names);
bool truth(Lowering& l, const Json& argument, bool fallback);
int32_t whole(Lowering& l, const Json& argument, int32_t fallback);
/// One number or a list of them.
std::vector<int32_t> wholes(Lowering& l, const Json& argument);

// The converters of functions.def.
using FunctionConverter = void (*)(Lowering& l, Builtin code);
#define MIDGE_FUNCTION(name, converter, code) void function_##converter(Lowering& l, Builtin code);
#include "compiler/import/keras/functions.def"

}  // namespace midge::keras
