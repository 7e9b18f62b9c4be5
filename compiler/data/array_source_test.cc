// Arrays of every type and layout as samples; what does not fit is refused with a line that says what would.
#include "compiler/data/array_source.h"

#include <cmath>
#include <limits>
#include <numeric>

#include "compiler/data/testing.h"

namespace midge {
namespace {

using testing::array;
using testing::Folder;
using testing::module_with;
using testing::problem_of;
using testing::read_all;

const std::vector<float> kTwelve = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

std::string save(const Folder& folder, const std::vector<std::pair<std::string, NpyArray>>& arrays) {
  return folder.write("data.npz", format_npz(arrays));
}

/// An .npy file with a header of one's own.
std::string npy_text(const std::string& dict, const std::string& body) {
  std::string header = dict + "\n";
  return std::string("\x93NUMPY\x01\0", 8) + static_cast<char>(header.size() & 255) + static_cast<char>(header.size() >> 8) + header + body;
}

TEST(ArraySource, EveryTypeBecomesFloats) {
  const Folder folder;
  const ir::Module module = module_with({{1, 2, 3}});
  const auto check = [&](auto zero, Type type) {
    using T = decltype(zero);
    std::vector<T> values;
    for (const float v : kTwelve) values.push_back(static_cast<T>(v));
    const std::string npz = save(folder, {{"calib", array(type, {2, 2, 3}, values)}});
    EXPECT_EQ(read_all(*open_samples(npz, module)).floats(), kTwelve) << type_name(type);
    const std::string npy = folder.write("data.npy", format_npy(array(type, {2, 2, 3}, values)));
    EXPECT_EQ(read_all(*open_samples(npy, module)).floats(), kTwelve) << type_name(type);
  };
  check(int8_t(), Type::kInt8), check(uint8_t(), Type::kUint8), check(int16_t(), Type::kInt16), check(uint16_t(), Type::kUint16);
  check(int32_t(), Type::kInt32), check(uint32_t(), Type::kUint32), check(int64_t(), Type::kInt64), check(uint64_t(), Type::kUint64);
  check(float(), Type::kFloat32), check(double(), Type::kFloat64);
  const std::vector<uint16_t> halves = {0x3c00, 0xc000, 0x0001, 0x7bff, 0x8000, 0x3555};  // 1 -2 2^-24 65504 -0 0.333
  const std::string npz = save(folder, {{"x", array(Type::kFloat16, {1, 2, 3}, halves)}});
  EXPECT_EQ(read_all(*open_samples(npz, module)).floats(), (std::vector<float>{1, -2, 0x1p-24f, 65504, -0.0f, 0.333251953125f}));
}

TEST(ArraySource, BigEndianIsTurned) {
  const Folder folder;
  const std::string file = folder.write(
      "big.npy", npy_text("{'descr': '>i2', 'fortran_order': False, 'shape': (2, 2), }", std::string("\x01\x02\xff\xfe\0\0\0\x05", 8)));
  EXPECT_EQ(read_all(*open_samples(file, module_with({{1, 2}}))).floats(), (std::vector<float>{258, -2, 0, 5}));
}

TEST(ArraySource, LayoutsThatFit) {
  const Folder folder;
  ir::Module module = module_with({{1, 2, 3, 1}});
  for (const std::vector<uint64_t>& shape : {std::vector<uint64_t>{2, 2, 3, 1}, {2, 1, 2, 3, 1}, {2, 2, 3}}) {
    const std::string file = save(folder, {{"in0", array(Type::kFloat32, shape, kTwelve)}});
    EXPECT_EQ(read_all(*open_samples(file, module)).floats(), kTwelve) << shape_text(shape);
  }
  // The graph is NHWC [1,2,3,2], the source model was NCHW [1,2,2,3].
  module = module_with({{1, 2, 3, 2}});
  module.io.inputs = {{0, 2, 3, 1}};
  const std::vector<float> turned = {0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11};
  for (const std::vector<uint64_t>& shape : {std::vector<uint64_t>{1, 2, 2, 3}, {1, 1, 2, 2, 3}}) {
    EXPECT_EQ(read_all(*open_samples(save(folder, {{"x", array(Type::kFloat32, shape, kTwelve)}}), module)).floats(), turned);
  }
  EXPECT_EQ(read_all(*open_samples(save(folder, {{"x", array(Type::kFloat32, {1, 2, 3, 2}, kTwelve)}}), module)).floats(), kTwelve);
}

TEST(ArraySource, BatchesRewindAndDigest) {
  const Folder folder;
  const ir::Module module = module_with({{1, 4}});
  std::vector<float> values(4 * 257);
  std::iota(values.begin(), values.end(), 0.0f);
  const std::string file = save(folder, {{"calib", array(Type::kFloat32, {257, 4}, values)}});
  const auto source = open_samples(file, module);
  EXPECT_EQ(source->count(), 257u);
  std::vector<Activation32> inputs;
  EXPECT_EQ(source->read(7, inputs), 7u);
  EXPECT_EQ(source->sha256(), "") << "not known before the end";
  source->rewind();
  const auto by_three = read_all(*source);
  EXPECT_EQ(by_three.floats(), values);
  EXPECT_EQ(by_three.digest.size(), 64u);
  source->rewind();
  EXPECT_EQ(read_all(*source, 100).floats(), values) << "a second time";
  EXPECT_EQ(source->sha256(), by_three.digest);
  EXPECT_EQ(read_all(*open_samples(file, module), 1000).digest, by_three.digest) << "whatever the batches";
  const auto npy = open_samples(folder.write("a.npy", format_npy(array(Type::kFloat32, {257, 4}, values))), module);
  EXPECT_EQ(read_all(*npy).digest, by_three.digest) << "whatever the file";
  values[1000] += 1;
  EXPECT_NE(read_all(*open_samples(save(folder, {{"x", array(Type::kFloat32, {257, 4}, values)}}), module)).digest, by_three.digest);
}

TEST(ArraySource, Labels) {
  const Folder folder;
  const ir::Module module = module_with({{1, 2}});
  const NpyArray x = array(Type::kFloat32, {6, 2}, kTwelve);
  const std::vector<int64_t> want = {0, 2, 1, 1, 0, 2};
  const auto labels_of = [&](const std::vector<std::pair<std::string, NpyArray>>& arrays, const std::string& name = "") {
    return read_all(*open_samples(save(folder, arrays) + (name.empty() ? "" : ":" + name), module), 4).labels;
  };
  EXPECT_EQ(labels_of({{"x", x}, {"labels", array<int64_t>(Type::kInt64, {6}, want)}}), want);
  EXPECT_EQ(labels_of({{"x", x}, {"y", array<double>(Type::kFloat64, {6, 1}, {0, 2, 1, 1, 0, 2})}}), want);
  EXPECT_EQ(labels_of({{"x", x}, {"y", array<uint8_t>(Type::kUint8, {6, 3}, {1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1})}}), want);
  EXPECT_EQ(labels_of({{"x_test", x}, {"y_test", array<int64_t>(Type::kInt64, {6}, want)}, {"x_train", x}}, "x_test"), want);
  EXPECT_EQ(labels_of({{"eval", x}, {"calib", x}, {"eval_labels", array<int64_t>(Type::kInt64, {6}, want)}}, "eval"), want);
  EXPECT_TRUE(labels_of({{"x", x}}).empty());
  EXPECT_TRUE(labels_of({{"eval", x}, {"calib", x}, {"y", array<int64_t>(Type::kInt64, {5}, {0, 1, 2, 3, 4})}}, "eval").empty())
      << "another array's";
  const std::string few = problem_of([&] { labels_of({{"x", x}, {"y", array<int64_t>(Type::kInt64, {5}, {0, 1, 2, 3, 4})}}); });
  MIDGE_EXPECT_HAS(few, "5 labels for 6 samples");
  const std::string half = problem_of([&] { labels_of({{"x", x}, {"y", array<float>(Type::kFloat32, {6}, {0, 1, 0.5, 1, 0, 0})}}); });
  MIDGE_EXPECT_HAS(half, "label 2 is 0.5");
}

TEST(ArraySource, SeveralInputs) {
  const Folder folder;
  ir::Module module = module_with({{1, 2}, {1, 3}});
  module.main()[1].type = Type::kInt32;
  const NpyArray a = array(Type::kFloat32, {4, 2}, std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7});
  const NpyArray b = array<int64_t>(Type::kInt64, {4, 3}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -11});
  for (const bool by_name : {false, true}) {
    const auto all = read_all(*open_samples(save(folder, {{by_name ? "image" : "in0", a}, {by_name ? "other1" : "in1", b}}), module));
    EXPECT_EQ(all.inputs[0], a.bytes);
    int32_t last;
    std::memcpy(&last, all.inputs[1].data() + 44, 4);
    EXPECT_EQ(last, -11);
  }
  MIDGE_EXPECT_HAS(problem_of([&] { open_samples(save(folder, {{"in0", a}}), module); }), "no array 'in1'; the file has in0");
  NpyArray short_b = array<int64_t>(Type::kInt64, {3, 3}, std::vector<int64_t>(9));
  MIDGE_EXPECT_HAS(problem_of([&] { open_samples(save(folder, {{"in0", a}, {"in1", short_b}}), module); }), "4 samples, array 'in1' has 3");
  NpyArray large = b;
  large.bytes[4] = 1;  // 2^32
  MIDGE_EXPECT_HAS(problem_of([&] { read_all(*open_samples(save(folder, {{"in0", a}, {"in1", large}}), module)); }), "cannot hold");
  MIDGE_EXPECT_HAS(problem_of([&] { open_samples(folder.write("a.npy", format_npy(a)), module); }), "2 inputs");
}

TEST(ArraySource, RefusesWithAWayOut) {
  const Folder folder;
  ir::Module module = module_with({{1, 2, 3, 2}});
  module.io.inputs = {{0, 2, 3, 1}};
  const auto with = [&](const NpyArray& a) { return problem_of([&] { read_all(*open_samples(save(folder, {{"calib", a}}), module)); }); };
  const std::string shape = with(array(Type::kFloat32, {2, 3, 2}, kTwelve));
  MIDGE_EXPECT_HAS(shape, "array 'calib' is float32 (2,3,2)");
  MIDGE_EXPECT_HAS(shape, "(N,2,2,3) or (N,2,3,2)");
  MIDGE_EXPECT_HAS(with(array(Type::kFloat32, {2, 2, 3}, kTwelve)), "array[None]");
  MIDGE_EXPECT_HAS(with(array(Type::kFloat32, {0, 2, 3, 2}, std::vector<float>())), "no samples");
  MIDGE_EXPECT_HAS(with(array(Type::kFloat32, {}, std::vector<float>{1})), "samples first");
  std::vector<float> nan(24, 1.0f);
  nan[12 + 5] = std::nanf("");
  MIDGE_EXPECT_HAS(with(array(Type::kFloat32, {2, 2, 3, 2}, nan)), "sample 1: element (0,0,2,1) for input 'image' is NaN");
  std::vector<double> huge(12, 1e300);
  MIDGE_EXPECT_HAS(with(array(Type::kFloat64, {1, 2, 3, 2}, huge)), "infinite");
  const std::string fortran =
      folder.write("f.npy", npy_text("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2, 3, 2), }", std::string(48, '\0')));
  MIDGE_EXPECT_HAS(problem_of([&] { open_samples(fortran, module); }), "ascontiguousarray");
  MIDGE_EXPECT_HAS(problem_of([&] { open_samples(folder.file("none.npz"), module); }), "no such file");
  const std::string two = save(folder, {{"a", array(Type::kFloat32, {1, 12}, kTwelve)}, {"b", array(Type::kFloat32, {1, 12}, kTwelve)}});
  MIDGE_EXPECT_HAS(problem_of([&] { open_samples(two, module); }), "several arrays: a, b");
  MIDGE_EXPECT_HAS(problem_of([&] { open_samples(two + ":c", module); }), "no array 'c'; the file has a, b");
  MIDGE_EXPECT_HAS(problem_of([&] { open_samples(folder.write("t.txt", "text"), module); }), "t.txt");
  module.main()[0].dims[1] = -1;
  MIDGE_EXPECT_HAS(problem_of([&] { open_samples(two, module); }, 1), "open dimension");
}

TEST(ArraySource, DamagedFilesAreRefused) {
  const Folder folder;
  const ir::Module module = module_with({{1, 2, 3}});
  const std::vector<uint8_t> good = format_npz({{"calib", array(Type::kFloat32, {2, 2, 3}, kTwelve)}});
  const std::vector<uint8_t> npy = format_npy(array(Type::kFloat32, {2, 2, 3}, kTwelve));
  uint32_t seed = 5;
  const auto next = [&seed] { return seed = seed * 1664525 + 1013904223; };
  for (int i = 0; i < 400; ++i) {
    std::vector<uint8_t> bad = i % 2 == 0 ? good : npy;
    if (i % 3 == 0) bad.resize(next() % bad.size());
    for (uint32_t k = 0; k < 3 && !bad.empty(); ++k) bad[next() % bad.size()] = static_cast<uint8_t>(next() >> 24);
    const std::string file = folder.write("bad", bad);
    try {
      read_all(*open_samples(file, module));
    } catch (const DiagnosticError& e) {
      EXPECT_EQ(e.exit_code, 2) << e.what();
    }
  }
}

}  // namespace
}  // namespace midge
