// What the tests of the sources share: folders that go away, modules with given inputs, arrays.
#pragma once
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "compiler/data/samples.h"
#include "report/diagnostic.h"
#include "report/npz.h"

namespace midge::testing {

/// A folder of its own for each test, removed with it.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "midge-data-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  /// Writes a file, in a sub-folder too, and gives its path.
  std::string write(const std::string& name, std::span<const uint8_t> bytes) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return file(name);
  }
  std::string write(const std::string& name, const std::string& text) const {
    return write(name, std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
  }

 private:
  std::filesystem::path path_;
};

template <class T>
NpyArray array(Type type, std::vector<uint64_t> shape, const std::vector<T>& values) {
  NpyArray out{type, std::move(shape), {}};
  out.bytes.resize(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(out.bytes.data(), values.data(), out.bytes.size());
  return out;
}

/// A graph with these inputs and nothing else.
inline ir::Module module_with(std::vector<ir::Dims> inputs, Type type = Type::kFloat32) {
  ir::Module module;
  ir::Graph& g = module.graphs.emplace_back();
  for (size_t i = 0; i < inputs.size(); ++i) {
    ir::Tensor t;
    t.name = i == 0 ? "image" : "other" + std::to_string(i);
    t.type = type, t.dims = inputs[i];
    g.inputs.push_back(g.add(t));
  }
  return module;
}

struct ReadAll {
  std::vector<std::vector<uint8_t>> inputs;
  std::vector<int64_t> labels;
  size_t count = 0;
  std::string digest;

  std::vector<float> floats(size_t input = 0) const {
    std::vector<float> out(inputs[input].size() / sizeof(float));
    std::memcpy(out.data(), inputs[input].data(), inputs[input].size());
    return out;
  }
};

inline ReadAll read_all(SampleSource& source, size_t batch = 3) {
  ReadAll all;
  std::vector<Activation32> inputs;
  while (const size_t n = source.read(batch, inputs)) {
    EXPECT_LE(n, batch);
    all.inputs.resize(inputs.size());
    for (size_t i = 0; i < inputs.size(); ++i) all.inputs[i].insert(all.inputs[i].end(), inputs[i].bytes.begin(), inputs[i].bytes.end());
    const std::vector<int64_t> labels = source.labels();
    all.labels.insert(all.labels.end(), labels.begin(), labels.end());
    all.count += n;
  }
  all.digest = source.sha256();
  return all;
}

/// The line of the diagnostic that `f` throws; its exit status must be as given.
template <class F>
std::string problem_of(F f, int exit_code = 2) {
  try {
    f();
  } catch (const DiagnosticError& e) {
    EXPECT_EQ(e.exit_code, exit_code) << e.what();
    return e.what();
  }
  return "no problem";
}

}  // namespace midge::testing

/// The text has the part.
#define MIDGE_EXPECT_HAS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)
