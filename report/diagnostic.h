// Diagnostic: one thing that is wrong, for a person. An id, one line, a place, and what to do; renderers are apart.
#pragma once
#include <optional>
#include <stdexcept>
#include <string>

#include "midge/interpreter.h"

namespace midge {

struct Diagnostic {
  std::string id;        ///< stable, as "kArenaTooSmall" or "file-missing"
  std::string message;   ///< what is wrong, one line
  std::string file;      ///< the file it is about; may be empty
  int operator_index = -1;
  std::string operator_name;  ///< "CONV_2D"
  int tensor_index = -1;
  std::string tensor_name;
  std::string hint;      ///< what to do; may be empty

  /// "kws.tflite: operator 3 CONV_2D: tensor 'x': message; hint", one line, without what is empty.
  std::string line() const;
};

/// An error that carries a diagnostic; exit_code is what the CLI ends with (1: the model or verification, 2: misuse).
class DiagnosticError : public std::runtime_error {
 public:
  DiagnosticError(Diagnostic d, int exit_code) : std::runtime_error(d.line()), diagnostic(std::move(d)), exit_code(exit_code) {}
  Diagnostic diagnostic;
  int exit_code;
};

/// The diagnostic of a failed init() or invoke(); names are taken from the model where it could be opened.
Diagnostic describe(const Failure& failure, const Model& model, const std::string& file);

/// The diagnostic of a failed Model::open(), whose model is empty.
Diagnostic describe(Status status, const std::string& file);

/// "CONV_2D", "CUSTOM SignalWindow", or "operator code 999" where the code is not one of the format's.
std::string operator_name(const Operator& op);

std::string to_string(Span<const char> s);

}  // namespace midge
