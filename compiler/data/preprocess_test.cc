// The declaration: what is read, what is refused and where; that quantising what calibration sees gives what firmware makes.
#include "compiler/data/preprocess.h"

#include <cmath>
#include <random>

#include "base/fixed_point.h"
#include "compiler/data/callback_source.h"
#include "compiler/data/file_source.h"
#include "compiler/data/testing.h"

namespace midge {
namespace {

using testing::Folder;
using testing::module_with;
using testing::problem_of;
using testing::read_all;

constexpr uint32_t kSeed = 9;

ir::Module declared(ir::Module module, const std::string& json) {
  module.metadata[kPreprocessMetadata] = ir::Bytes(json.begin(), json.end());
  return module;
}

std::string ppm(int width, int height, const std::vector<uint8_t>& pixels, const char* magic = "P6") {
  return std::string(magic) + "\n" + std::to_string(width) + " " + std::to_string(height) + "\n255\n" + std::string(pixels.begin(), pixels.end());
}

std::string wav(const std::vector<int16_t>& samples, uint32_t rate = 16000) {
  std::string out = std::string("RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0", 24);
  const auto put = [&](uint32_t v, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(v >> (8 * i));
  };
  put(rate, 4), put(2 * rate, 4), put(2, 2), put(16, 2);
  out += "data";
  put(static_cast<uint32_t>(2 * samples.size()), 4);
  for (const int16_t s : samples) put(static_cast<uint16_t>(s), 2);
  return out;
}

TEST(Preprocessing, PrintsAndParses) {
  const std::string text = R"({"version": 1, "inputs": [
    {"kind": "image", "input": "image", "width": 96, "height": 64, "colour": "bgr", "resize": "letterbox", "filter": "nearest", "border": 114,
     "scale": 0.00392156862745098, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]},
    {"kind": "audio", "sample_rate": 8000, "features": "mfcc", "window_ms": 32, "hop_ms": 16, "channels": 30, "coefficients": 10, "upper_hz": 4000},
    {"kind": "tensor", "scale": 2, "mean": 1}]})";
  const Preprocessing p = parse_preprocessing(text, "x.json");
  ASSERT_EQ(p.inputs.size(), 3u);
  EXPECT_EQ(p.inputs[0].image.colour, Colour::kBgr);
  EXPECT_EQ(p.inputs[0].image.border, 114);
  EXPECT_FLOAT_EQ(p.inputs[0].affine.gain(1), 1 / 255.0 / 0.224);
  EXPECT_FLOAT_EQ(p.inputs[0].affine.offset(2), -0.406 / 0.225);
  EXPECT_EQ(p.inputs[1].audio.window, 256);
  EXPECT_EQ(p.inputs[1].audio.coefficients, 10);
  EXPECT_FLOAT_EQ(p.inputs[2].affine.offset(0), -1);
  const std::string printed = format_preprocessing(p);
  EXPECT_EQ(format_preprocessing(parse_preprocessing(printed, "y.json")), printed);
  EXPECT_EQ(parse_preprocessing(R"({"kind": "image"})", "one").inputs.size(), 1u) << "one input needs no list";
}

TEST(Preprocessing, SaysWhereAndWhat) {
  const auto with = [](const std::string& text) { return problem_of([&] { parse_preprocessing(text, "m.preprocess.json"); }); };
  const std::string comma = with("{\"kind\": \"image\",\n \"width\": 96\n \"height\": 96}");
  MIDGE_EXPECT_HAS(comma, "m.preprocess.json: line 3: this is not JSON");
  const std::string key = with("{\n\"kind\": \"image\",\n\"colors\": \"rgb\"}");
  MIDGE_EXPECT_HAS(key, "line 3: colors is not known here; the keys are");
  MIDGE_EXPECT_HAS(key, "colour");
  MIDGE_EXPECT_HAS(with("{\"kind\": \"image\",\n\"colour\": \"red\"}"),
                   "line 2: colour is not one of those that there are; use model, rgb, bgr, gray");
  MIDGE_EXPECT_HAS(with("{\"kind\": \"image\", \"width\": 0}"), "width is 0, out of range; 1 to 16384");
  MIDGE_EXPECT_HAS(with("{\"kind\": \"image\", \"width\": \"96\"}"), "width must be a number");
  MIDGE_EXPECT_HAS(with("{\"kind\": \"image\", \"std\": [1, 0, 1]}"), "std must not be 0");
  MIDGE_EXPECT_HAS(with("{\"kind\": \"image\", \"std\": [1, 1], \"mean\": [1, 1, 1]}"), "different numbers of channels");
  MIDGE_EXPECT_HAS(with("{\"width\": 3}"), "has no \"kind\"");
  MIDGE_EXPECT_HAS(with("[]"), "must be an object");
  MIDGE_EXPECT_HAS(with("{\"inputs\": [{\"kind\": \"audio\", \"windows_ms\": 3}]}"), "inputs[0].windows_ms is not known");
  MIDGE_EXPECT_HAS(with("{\"version\": 2, \"kind\": \"image\"}"), "version is 2");
  MIDGE_EXPECT_HAS(with("{\"kind\": \"audio\", \"lower_hz\": 9000}"), "lower_hz is 9000, out of range");
}

/// Bytes of an int8 input equal QUANTIZE of the float input: for pictures and for sound.
TEST(Preprocessing, FirmwaresBytesAreTheQuantisedFloats) {
  std::mt19937 random(kSeed);
  const char* const declarations[] = {
      R"({"kind": "image", "resize": "stretch", "scale": 0.00784313725490196, "mean": 1})",
      R"({"kind": "image", "resize": "crop", "colour": "bgr", "mean": [103.9, 116.8, 123.7]})",
      R"({"kind": "image", "resize": "letterbox", "border": 114, "scale": 0.0039, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]})",
      R"({"kind": "audio", "features": "micro_speech", "scale": 0.0390625})",
      R"({"kind": "audio", "features": "log_mel", "window_ms": 25, "hop_ms": 10})",
      R"({"kind": "audio", "features": "mfcc", "lower_hz": 20, "upper_hz": 4000, "coefficients": 10, "std": 4})",
      R"({"kind": "audio", "features": "waveform", "scale": 3.0517578125e-05})",
  };
  for (const char* text : declarations) {
    const InputSteps steps = parse_preprocessing(text, "test").inputs[0];
    InputTensor real{"x", {1, 20, 30, 3}, Type::kFloat32, 1, 0};
    InputTensor small = real;
    small.type = Type::kInt8, small.scale = 0.031f, small.zero_point = -17;
    if (steps.kind == RawKind::kAudio) real.dims = small.dims = {1, 7, audio::frame_size(steps.audio) * 3};
    ASSERT_EQ(misfit(steps, small), "") << text;
    std::vector<uint8_t> floats(4 * real.elements()), bytes(small.elements());
    if (steps.kind == RawKind::kImage) {
      Picture p = new_picture(41, 33, 3);
      for (uint8_t& v : p.pixels) v = static_cast<uint8_t>(random());
      apply_image(steps, real, p, floats);
      apply_image(steps, small, p, bytes);
    } else {
      std::vector<int16_t> clip(9000);
      for (size_t i = 0; i < clip.size(); ++i)
        clip[i] = static_cast<int16_t>(8000 * std::sin(0.001 * static_cast<double>(i * i)) + static_cast<double>(random() % 200));
      apply_audio(steps, real, clip, floats);
      apply_audio(steps, small, clip, bytes);
    }
    bool varied = false;
    for (size_t i = 0; i < bytes.size(); ++i) {
      float v;
      std::memcpy(&v, floats.data() + 4 * i, 4);
      ASSERT_TRUE(std::isfinite(v)) << text;
      const int want = std::clamp(static_cast<int>(std::clamp(std::round(v / small.scale), -1e6f, 1e6f)) - 17, -128, 127);
      ASSERT_EQ(static_cast<int8_t>(bytes[i]), want) << text << " at " << i;
      varied = varied || bytes[i] != bytes[0];
    }
    EXPECT_TRUE(varied) << text;
  }
}

TEST(Preprocessing, ChannelsFirstIsTheSameTurned) {
  std::mt19937 random(kSeed);
  const InputSteps steps = parse_preprocessing(R"({"kind": "image", "mean": [1, 2, 3]})", "test").inputs[0];
  Picture p = new_picture(9, 8, 3);
  for (uint8_t& v : p.pixels) v = static_cast<uint8_t>(random());
  const InputTensor last{"x", {1, 5, 4, 3}, Type::kFloat32, 1, 0}, first{"x", {1, 3, 5, 4}, Type::kFloat32, 1, 0};
  std::vector<float> a(60), b(60);
  apply_image(steps, last, p, {reinterpret_cast<uint8_t*>(a.data()), 240});
  apply_image(steps, first, p, {reinterpret_cast<uint8_t*>(b.data()), 240});
  for (size_t i = 0; i < 20; ++i) {
    for (size_t c = 0; c < 3; ++c) ASSERT_EQ(a[3 * i + c], b[20 * c + i]);
  }
}

TEST(FileSource, ClassesInOrderAndPreprocessing) {
  const Folder folder;
  for (const char* name : {"data/dog/a.ppm", "data/cat/b.ppm", "data/cat/a.PPM", "data/.hidden/x.ppm", "data/dog/notes.txt"}) {
    folder.write(name, ppm(2, 1, {0, 10, 20, 30, 40, static_cast<uint8_t>(name[9])}));
  }
  const ir::Module plain = module_with({{1, 1, 2, 3}});
  const auto source = open_samples(folder.file("data"), plain);
  EXPECT_EQ(source->count(), 3u);
  const auto all = read_all(*source, 2);
  EXPECT_EQ(all.labels, (std::vector<int64_t>{0, 0, 1}));
  EXPECT_EQ(all.floats()[4], 40) << "values from 0 to 255 where nothing is declared";
  EXPECT_EQ(source->classes(), (std::vector<std::string>{"cat", "dog"}));
  source->rewind();
  EXPECT_EQ(read_all(*source, 5).digest, all.digest);

  const std::string larger = problem_of([&] { read_all(*open_samples(folder.file("data"), module_with({{1, 8, 8, 3}}))); });
  MIDGE_EXPECT_HAS(larger, "is 2 x 1 pixels, the model takes 8 x 8: declare how to resize");
  const auto scaled = read_all(*open_samples(folder.file("data"), declared(module_with({{1, 8, 8, 1}}), R"({"kind": "image", "scale": 0.5})")));
  EXPECT_EQ(scaled.floats().size(), 3u * 64);
  EXPECT_EQ(scaled.floats()[0], 0.5f * 8) << "grey of 0, 10, 20";
}

TEST(FileSource, Refuses) {
  const Folder folder;
  const ir::Module module = module_with({{1, 1, 2, 3}});
  const auto open = [&](const std::string& name, const ir::Module& m) {
    return problem_of([&] { read_all(*open_samples(folder.file(name), m)); });
  };
  folder.write("empty/readme.txt", "nothing");
  MIDGE_EXPECT_HAS(open("empty", module), "no samples");
  folder.write("mixed/a.ppm", ppm(2, 1, {0, 1, 2, 3, 4, 5}));
  folder.write("mixed/b.wav", wav({1, 2, 3}));
  MIDGE_EXPECT_HAS(open("mixed", module), "both pictures and sound");
  folder.write("beside/a.ppm", ppm(2, 1, {0, 1, 2, 3, 4, 5}));
  folder.write("beside/class/a.ppm", ppm(2, 1, {0, 1, 2, 3, 4, 5}));
  MIDGE_EXPECT_HAS(open("beside", module), "beside the sub-folder 'class'");
  folder.write("bad/a.png", "not a picture");
  MIDGE_EXPECT_HAS(open("bad", module), "a.png: is not a PNG");
  folder.write("sound/a.wav", wav({1, 2, 3}, 8000));
  MIDGE_EXPECT_HAS(open("sound", module_with({{1, 100}})), "declare it in MODEL.preprocess.json");
  MIDGE_EXPECT_HAS(open("sound", declared(module_with({{1, 100}}), R"({"kind": "audio", "features": "waveform"})")),
                   "8000 samples a second, 16000 are declared");
  MIDGE_EXPECT_HAS(open("sound", declared(module_with({{1, 100}}), R"({"kind": "tensor"})")), "declare \"kind\": \"audio\"");
  MIDGE_EXPECT_HAS(open("beside/class", declared(module, R"({"kind": "image", "width": 9})")), "the size that is declared is 9 x 0");
  MIDGE_EXPECT_HAS(open("beside/class", module_with({{1, 100}})), "no picture can be");
}

TEST(FileSource, Sound) {
  const Folder folder;
  folder.write("words/yes/1.wav", wav({100, -200, 300}));
  folder.write("words/no/1.wav", wav({1, 2, 3, 4, 5, 6, 7}));
  const auto all = read_all(
      *open_samples(folder.file("words"), declared(module_with({{1, 5}}), R"({"kind": "audio", "features": "waveform", "scale": 0.5})")));
  EXPECT_EQ(all.labels, (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(all.floats(), (std::vector<float>{0.5f, 1, 1.5f, 2, 2.5f, 50, -100, 150, 0, 0})) << "cut, and followed by silence";
}

TEST(ArraySource, RawArraysGoThroughPreprocessing) {
  const Folder folder;
  const auto read = [&](const NpyArray& a, const ir::Module& m) {
    return read_all(*open_samples(folder.write("x.npy", format_npy(a)), m)).floats();
  };
  const std::vector<uint8_t> pixels = {0, 50, 100, 150, 200, 250};
  const ir::Module image = declared(module_with({{1, 1, 2, 3}}), R"({"kind": "image", "scale": 0.5, "colour": "bgr"})");
  EXPECT_EQ(read(testing::array(Type::kUint8, {1, 1, 2, 3}, pixels), image), (std::vector<float>{50, 25, 0, 125, 100, 75}));
  EXPECT_EQ(read(testing::array(Type::kFloat32, {1, 1, 2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6}), image), (std::vector<float>{1, 2, 3, 4, 5, 6}))
      << "floats are behind the preprocessing";
  const ir::Module sound = declared(module_with({{1, 3}}), R"({"kind": "audio", "features": "waveform"})");
  EXPECT_EQ(read(testing::array(Type::kInt16, {2, 2}, std::vector<int16_t>{1, -2, 3, 4}), sound), (std::vector<float>{1, -2, 0, 3, 4, 0}));
  MIDGE_EXPECT_HAS(problem_of([&] { read(testing::array(Type::kInt16, {2, 0}, std::vector<int16_t>()), sound); }), "int16 (N,samples)");
  MIDGE_EXPECT_HAS(problem_of([&] { read(testing::array(Type::kUint8, {1, 3, 1, 2}, pixels), image); }), "uint8 (N,height,width,3)");
  const ir::Module tensor = declared(module_with({{1, 2, 3}}), R"({"kind": "tensor", "scale": 2, "mean": [1, 2, 3]})");
  EXPECT_EQ(read(testing::array(Type::kUint8, {1, 2, 3}, pixels), tensor), (std::vector<float>{-1, 98, 197, 299, 398, 497}));
}

TEST(CallbackSource, ReadsAgainWhatCannotBeAskedAgain) {
  const ir::Module module = declared(module_with({{1, 3}}), R"({"kind": "tensor", "scale": 2})");
  int asked = 0;
  CallbackSource source(module, "the iterable", [&](CallbackSource::Sample& s) {
    if (asked == 5) return false;
    const float v = static_cast<float>(asked);
    s.inputs = {testing::array(Type::kFloat32, {3}, std::vector<float>{v, v + 1, v + 2})};
    s.label = asked % 2;
    ++asked;
    return true;
  });
  EXPECT_EQ(source.count(), std::nullopt);
  std::vector<Activation32> some;
  EXPECT_EQ(source.read(2, some), 2u);
  source.rewind();  // in the middle: two are kept, three are still to be asked for
  const auto all = read_all(source, 3);
  EXPECT_EQ(asked, 5);
  EXPECT_EQ(source.count(), 5u);
  EXPECT_EQ(all.labels, (std::vector<int64_t>{0, 1, 0, 1, 0}));
  EXPECT_EQ(all.floats(), (std::vector<float>{0, 2, 4, 2, 4, 6, 4, 6, 8, 6, 8, 10, 8, 10, 12}));
  for (const size_t batch : {1u, 4u, 9u}) {
    source.rewind();
    const auto again = read_all(source, batch);
    EXPECT_EQ(again.inputs, all.inputs);
    EXPECT_EQ(again.labels, all.labels);
    EXPECT_EQ(again.digest, all.digest);
  }
  CallbackSource wrong(module, "it", [](CallbackSource::Sample& s) {
    s.inputs = {testing::array(Type::kFloat32, {4}, std::vector<float>(4))};
    return true;
  });
  MIDGE_EXPECT_HAS(problem_of([&] { read_all(wrong); }), "sample 0 is float32 (4,); input 'image' takes (N,3)");
  CallbackSource none(module, "it", [](CallbackSource::Sample&) { return false; });
  MIDGE_EXPECT_HAS(problem_of([&] { read_all(none); }), "there are no samples");
}

TEST(Preprocessing, BesideTheModelOrInIt) {
  const Folder folder;
  ir::Module module = module_with({{1, 4, 4, 1}});
  EXPECT_FALSE(find_preprocessing(folder.file("net.tflite"), module).has_value());
  folder.write("net.preprocess.json", R"({"kind": "image", "scale": 0.25})");
  EXPECT_TRUE(find_preprocessing(folder.file("net.tflite"), module).has_value());
  const auto embedded = embedded_preprocessing(module);
  ASSERT_TRUE(embedded.has_value());
  EXPECT_EQ(embedded->inputs[0].affine.scale[0], 0.25);
  EXPECT_TRUE(find_preprocessing(folder.file("other.tflite"), module).has_value()) << "what the model brings along";
}

}  // namespace
}  // namespace midge
