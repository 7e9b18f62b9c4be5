// What the printer and the parser of the textual form share.
#pragma once
#include <span>
#include <string>

#include "compiler/ir/graph.h"

namespace midge::ir {

std::string to_base64(std::span<const uint8_t> bytes);
/// False if the text is not base64.
bool from_base64(const std::string& text, Bytes* out);

}  // namespace midge::ir
