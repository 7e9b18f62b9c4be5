// See samples.h: from what was written on the command line to a source.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "compiler/data/array_source.h"
#include "compiler/data/file_source.h"
#include "compiler/data/problem.h"

namespace midge {
namespace {

namespace fs = std::filesystem;

std::string first_bytes(const std::string& file) {
  char start[6] = {};
  std::ifstream(file, std::ios::binary).read(start, sizeof start);
  return std::string(start, sizeof start);
}

bool is_file(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

}  // namespace

std::unique_ptr<SampleSource> open_samples(const std::string& where, const ir::Module& module) {
  std::error_code error;
  if (fs::is_directory(where, error)) return open_file_samples(where, module);
  std::string file = where, array;
  if (const size_t colon = where.rfind(':'); !is_file(where) && colon != std::string::npos && is_file(where.substr(0, colon))) {
    file = where.substr(0, colon), array = where.substr(colon + 1);
    if (array.empty()) data_problem("npz-which", file, "the name of the array is missing after ':'", "leave the ':' out, or name an array");
  }
  if (!is_file(file)) data_problem("file-missing", where, "there is no such file or folder", "give FILE.npz[:ARRAY], FILE.npy or a folder");
  const std::string start = first_bytes(file);
  if (start.starts_with("\x93NUMPY")) {
    if (!array.empty()) data_problem("npz-which", file, "an .npy file has one array, without a name", "give the file's name alone");
    return open_npy_samples(file, module);
  }
  if (start.starts_with("PK")) return open_npz_samples(file, array, module);
  if (array.empty() && is_raw_file(file)) return open_file_samples(file, module);
  data_problem("samples-format", file, "is neither an .npz nor an .npy file, a picture or a .wav file",
               "save arrays with np.savez(FILE, calib=...)");
}

}  // namespace midge
