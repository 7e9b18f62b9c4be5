// See common.h.
#include "cli/common.h"

#include <cstdlib>

namespace midge::cli {

void add_model(CLI::App* verb, std::string* path) { verb->add_option("MODEL", *path, "The .tflite file")->required()->type_name(""); }

void add_contract(CLI::App* verb, Contract* contract) {
  const auto take = [contract](const std::string& name) {
    if (name != "litert" && name != "tflm") {
      Diagnostic d;
      d.id = "usage", d.message = "there is no contract '" + name + "'", d.hint = "it is litert or tflm";
      throw DiagnosticError(d, kExitMisuse);
    }
    *contract = name == "tflm" ? Contract::kTflm : Contract::kLitert;
  };
  verb->add_option_function<std::string>("--contract", take, "Whose rounding, where runtimes differ: litert (default) or tflm")
      ->type_name("litert|tflm");
}

const char* contract_name(Contract contract) { return contract == Contract::kLitert ? "litert" : "tflm"; }

HostModel open_model(const std::string& path, Contract contract) {
  const std::vector<uint8_t> bytes = read_file(path);
  if (bytes.empty()) {
    Diagnostic d;
    d.id = "file-empty", d.file = path, d.message = "the file is empty", d.hint = "transfer or export it again";
    throw DiagnosticError(d, kExitFailed);
  }
  return HostModel(bytes, path, contract);
}

std::filesystem::path source_root() {
  const char* root = std::getenv("MIDGE_ROOT");
  return root != nullptr && *root != '\0' ? root : MIDGE_SOURCE_ROOT;
}

std::string counted(uint64_t n, const char* noun) { return with_commas(n) + " " + noun + (n == 1 ? "" : "s"); }

}  // namespace midge::cli
