// What is wrong with data that a user gave: a diagnostic with exit status 2.
#pragma once
#include "report/diagnostic.h"

namespace midge {

[[noreturn]] inline void data_problem(const char* id, const std::string& file, const std::string& message, const std::string& hint = "") {
  Diagnostic d;
  d.id = id, d.file = file, d.message = message, d.hint = hint;
  throw DiagnosticError(d, 2);
}

}  // namespace midge
