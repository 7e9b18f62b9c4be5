// Samples from a folder of pictures or of .wav files, in the order of their names. Sub-folders are classes: the label of a sample is the
// number of its sub-folder in the order of their names.
#pragma once
#include <memory>

#include "compiler/data/decode_image.h"
#include "compiler/data/samples.h"
#include "compiler/data/wav.h"

namespace midge {

/// A folder, or one file. Pictures and sound go through the preprocessing of the module's metadata; without one, pictures must have the
/// model's size, and are values from 0 to 255. DiagnosticError (exit 2) where there is nothing to read, for both pictures and sound, for
/// samples beside classes, or for sound without a declaration.
std::unique_ptr<SampleSource> open_file_samples(const std::string& where, const ir::Module& module);

/// What a folder of raw files holds.
struct RawFiles {
  bool sound = false;
  std::vector<std::string> paths;
  std::vector<int64_t> labels;       ///< empty: no classes
  std::vector<std::string> classes;  ///< names by label
};
RawFiles list_raw_files(const std::string& where);
/// .png .jpg .jpeg .bmp .ppm .pgm .wav, whatever their case.
bool is_raw_file(const std::string& path);

/// A file that is a picture or sound. DiagnosticError (exit 2) that names the file. Sound must have the sample rate, where that is not 0.
Picture read_picture(const std::string& path);
Sound read_sound(const std::string& path, int32_t sample_rate);

}  // namespace midge
