// A Diagnostic as JSON, the same in every verb.
#pragma once
#include <nlohmann/json.hpp>

#include "report/diagnostic.h"

namespace midge {

/// Ordered as written, so that output can be read and compared as text.
using Json = nlohmann::ordered_json;

/// {id, message, file, operator_index, operator_name, tensor_index, tensor_name, hint}; null where there is nothing.
Json to_json(const Diagnostic& diagnostic);

/// One line. Names in a model need not be valid UTF-8: what is not becomes U+FFFD.
std::string dump(const Json& json);

}  // namespace midge
