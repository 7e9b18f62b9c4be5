// All passes together: real models before and after.
#include <filesystem>

#include "compiler/import/tflite/tflite.h"
#include "compiler/optimize/testing.h"
#include "tests/shared_folder.h"
#include "verify/host_model.h"

namespace midge::testing {
namespace {

std::vector<std::filesystem::path> shared_models() {
  const std::filesystem::path folder = shared_folder();
  std::vector<std::filesystem::path> out;
  if (!std::filesystem::exists(folder / "models")) return out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "models")) {
    if (entry.path().extension() == ".tflite") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Optimize, DigitsGivesTheSameBytes) {
  const ir::Module before = import_tflite(read_file(MIDGE_DIGITS "digits.tflite"), "digits.tflite");
  run_all(before);
}

TEST(Optimize, SharedModelsGiveTheSame) {
  const auto paths = shared_models();
  MIDGE_NEEDS_SHARED(!paths.empty());
  size_t compared = 0, from = 0, to = 0;
  for (const auto& path : paths) {
    SCOPED_TRACE(path.string());
    ir::Module before;
    try {
      before = import_tflite(read_file(path), path.string());
      for (ir::Tensor& t : before.main().tensors) {
        if (!t.dims.empty() && t.dims[0] == -1) t.dims[0] = 1;  // a batch that is open
        if (std::find(t.dims.begin(), t.dims.end(), -1) != t.dims.end()) throw DiagnosticError({}, 1);
      }
      for (const uint32_t seed : {100u, 101u, 102u}) run(before, random_inputs(before, seed));  // as expect_same() does
    } catch (const DiagnosticError& e) {
      continue;  // a model that does not run here as it is
    }
    const ir::Module after = run_all(before, true);
    EXPECT_LE(after.main().ops.size(), before.main().ops.size());
    ++compared, from += before.main().ops.size(), to += after.main().ops.size();
  }
  printf("%zu models compared: %zu operators, %zu left\n", compared, from, to);
}

}  // namespace
}  // namespace midge::testing
