// What is done to raw data (a picture, a clip of sound, an array) before it is a model's input: declared once, in a small JSON file
// beside the model or in the model's metadata, and done by the same code in calibration, in evaluation and on the device: image/ and
// audio/. docs/preprocessing.md has the schema.
//
//   real = (v * scale - mean) / std        v: a pixel from 0 to 255, a feature of sound, or an array's element
//   float input: real                      int8, uint8, int16 input: clamp(round(real / s) + z), s and z the tensor's; as QUANTIZE does
//
// So what a float model is calibrated with and what firmware gives to the int8 model differ by QUANTIZE alone: quantising the first
// gives the second's bytes. `real` is computed in single precision as v * gain + offset, gain = scale / std, offset = -mean / std.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audio/features.h"
#include "compiler/data/decode_image.h"
#include "compiler/ir/graph.h"
#include "image/preprocessor.h"

namespace midge {

enum class RawKind : uint8_t { kTensor, kImage, kAudio };
enum class Colour : uint8_t { kFromModel, kRgb, kBgr, kGray };

/// One number for all channels, or one a channel: the last axis of the model's input as Midge has it.
struct Affine {
  std::vector<double> scale = {1}, mean = {0}, std = {1};

  float gain(size_t channel) const;
  float offset(size_t channel) const;
  /// How many channels the numbers are for; 1 where there is one for all. 0 where they disagree.
  size_t channels() const;
};

struct ImageSteps {
  int32_t width = 0, height = 0;  ///< 0: the model's
  Colour colour = Colour::kFromModel;
  image::Resize resize = image::Resize::kStretch;
  image::Filter filter = image::Filter::kBilinear;
  int32_t border = 0;  ///< of a letterbox, 0 ... 255
  /// Not declared: pictures must have the model's size already.
  bool declared = true;
};

struct InputSteps {
  RawKind kind = RawKind::kTensor;
  std::string input;  ///< the input's name; empty: by position
  Affine affine;
  ImageSteps image;
  audio::Config audio;
};

struct Preprocessing {
  std::vector<InputSteps> inputs;

  /// What is declared for input `i` of that name; null if nothing is.
  const InputSteps* of(size_t i, const std::string& name) const;
};

constexpr char kPreprocessMetadata[] = "midge.preprocess";

/// DiagnosticError (exit 2) with the line, the key and what is allowed there.
Preprocessing parse_preprocessing(const std::string& text, const std::string& file);
/// The JSON again, every key written out; parsing it gives the same.
std::string format_preprocessing(const Preprocessing& p);

/// MODEL.preprocess.json beside the model (kws.preprocess.json or kws.tflite.preprocess.json for kws.tflite), else what the module's
/// metadata say, else nothing. A file is copied into the module's metadata, from where open_samples() takes it and a converted
/// model keeps it.
std::optional<Preprocessing> find_preprocessing(const std::string& model_path, ir::Module& module);
/// What the metadata alone say.
std::optional<Preprocessing> embedded_preprocessing(const ir::Module& module);

/// The input that raw data are made into.
struct InputTensor {
  std::string name;
  ir::Dims dims;
  Type type = Type::kFloat32;
  float scale = 1;
  int32_t zero_point = 0;

  size_t elements() const;
};

/// Where the axes of a picture are in an input: [1,h,w,c], [1,c,h,w] (c is 1 or 3), [1,h,w], [h,w,c].
struct ImageAxes {
  int32_t width = 0, height = 0, channels = 0;
  bool channels_first = false;
};
/// Nothing where the input cannot be a picture.
std::optional<ImageAxes> image_axes(const ir::Dims& dims);

/// Says what is wrong where the declaration does not fit the input: a sentence; empty if all is well.
std::string misfit(const InputSteps& steps, const InputTensor& tensor);

/// The camera library's configuration, for pictures of any size: image::set_source() adds theirs.
image::Config image_config(const InputSteps& steps, const InputTensor& tensor);
/// Fills `out`, the tensor's bytes. DecodeError for a picture that does not fit what is declared.
void apply_image(const InputSteps& steps, const InputTensor& tensor, const Picture& picture, std::span<uint8_t> out);

/// The sound library's configuration.
audio::Config audio_config(const InputSteps& steps, const InputTensor& tensor);
/// A clip that is too short is followed by silence; of one that is too long the first part is taken.
void apply_audio(const InputSteps& steps, const InputTensor& tensor, std::span<const int16_t> samples, std::span<uint8_t> out);

/// In place, over floats whose last axis has `channels` elements.
void apply_affine(const Affine& affine, size_t channels, std::span<float> values);

}  // namespace midge
