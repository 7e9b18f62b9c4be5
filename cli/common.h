// What several verbs share: the model argument, --contract, the source tree.
#pragma once
#include <filesystem>
#include <string>

#include "cli/verbs.h"
#include "verify/host_model.h"

namespace midge::cli {

/// The MODEL argument.
void add_model(CLI::App* verb, std::string* path);

/// --contract litert|tflm, litert by default.
void add_contract(CLI::App* verb, Contract* contract);
const char* contract_name(Contract contract);

/// Reads and opens a model. DiagnosticError: exit 2 if the file cannot be read, 1 if it is not accepted.
HostModel open_model(const std::string& path, Contract contract = Contract::kLitert);

/// Midge's source tree, where targets/ is: $MIDGE_ROOT, else where this program was built.
std::filesystem::path source_root();

/// "1 sample", "2 samples"
std::string counted(uint64_t n, const char* noun);

}  // namespace midge::cli
