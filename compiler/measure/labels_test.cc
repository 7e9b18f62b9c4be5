// Labels from each kind of file, and what is refused.
#include "compiler/measure/labels.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "report/diagnostic.h"
#include "report/npz.h"

namespace midge {
namespace {

class Labels : public ::testing::Test {
 protected:
  Labels() { std::filesystem::create_directories(folder_); }
  ~Labels() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::vector<uint8_t>& bytes) {
    std::ofstream(folder_ / name, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return (folder_ / name).string();
  }
  std::string write(const std::string& name, const std::string& text) {
    return write(name, std::vector<uint8_t>(text.begin(), text.end()));
  }

  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("midge_labels_" + std::to_string(::getpid()));
};

NpyArray bytes_array(std::vector<uint64_t> shape, std::vector<uint8_t> v) { return {Type::kUint8, std::move(shape), std::move(v)}; }

int exit_code_of(const std::string& where, const std::string& data = "") {
  try {
    read_labels(where, data);
  } catch (const DiagnosticError& e) {
    return e.exit_code;
  }
  return 0;
}

TEST_F(Labels, FromEachKindOfFile) {
  const std::vector<int64_t> want = {2, 0, 1};
  const NpyArray plain = bytes_array({3}, {2, 0, 1}), rows = bytes_array({3, 3}, {0, 0, 1, 1, 0, 0, 0, 1, 0});
  const std::string npz = write("a.npz", format_npz({{"x", rows}, {"y", plain}, {"mine", rows}}));
  EXPECT_EQ(read_labels(npz, ""), want);
  EXPECT_EQ(read_labels(npz + ":mine", ""), want);
  EXPECT_EQ(read_labels("mine", npz + ":x"), want);
  EXPECT_EQ(read_labels(write("b.npy", format_npy(plain)), ""), want);
  EXPECT_EQ(read_labels(write("c.txt", "2\n0\r\n1"), ""), want);
  EXPECT_EQ(read_labels(write("d.npz", format_npz({{"whatever", rows}})), ""), want);
}

TEST_F(Labels, RefusesWhatIsNone) {
  EXPECT_EQ(exit_code_of((folder_ / "none").string()), 2);
  EXPECT_EQ(exit_code_of(write("a.txt", "1\nx\n")), 2);
  EXPECT_EQ(exit_code_of(write("b.npy", std::string("no array"))), 2);
  EXPECT_EQ(exit_code_of(write("c.npy", format_npy(bytes_array({2, 2}, {1, 1, 0, 1})))), 2);
  EXPECT_EQ(exit_code_of("other", write("d.npz", format_npz({{"x", bytes_array({1}, {1})}}))), 2);
}

}  // namespace
}  // namespace midge
