// The operators that a firmware has registered, from a list or from the lines of source that register them.
//
// One a line, '#' and '//' start comments:
//   CONV_2D 3                        a name of the format and the newest version; without a version: any
//   CUSTOM SignalWindow              a custom operator
//   resolver.AddConv2D();            TensorFlow Lite Micro: any version
//   resolver.add(midge::ops::conv_2d_s8);   midge: the version of this midge's kernels
// Where a file has lines of source, its other lines are passed over.
#pragma once
#include <map>
#include <optional>
#include <string>

namespace midge::cli {

class FirmwareOps {
 public:
  static constexpr int kAnyVersion = 0;

  /// DiagnosticError (exit 2) that names the line, if one is not understood or names no operator, or if there is none.
  static FirmwareOps parse(const std::string& text, const std::string& file);

  /// The newest version, or kAnyVersion; none where it is not in the list. `name` as operator_name() gives it.
  std::optional<int> version_of(const std::string& name) const;
  size_t size() const { return newest_.size(); }

 private:
  bool parse_source(const std::string& line);
  void add(const std::string& key, int version);

  std::map<std::string, int> newest_;  ///< by the name in normal form
};

/// "Conv2D" of CONV_2D: how TensorFlow Lite Micro's resolver spells it, as far as a rule can tell.
std::string camel_case(const std::string& name);

}  // namespace midge::cli
