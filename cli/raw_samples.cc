// See raw_samples.h.
#include "cli/raw_samples.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/data/file_source.h"
#include "compiler/data/preprocess.h"
#include "compiler/data/problem.h"

namespace midge::cli {
namespace {

/// The model's only input, and what is declared for it.
InputTensor input_of(const HostModel& model, const std::string& where) {
  const Model& m = model.model();
  if (m.inputs().count != 1) {
    data_problem("raw-inputs", where, fmt::format("raw data are for a model with one input, {} has {}", model.name(), m.inputs().count),
                 "use --input");
  }
  const uint32_t index = static_cast<uint32_t>(m.inputs()[0]);
  const Tensor t = m.tensor(index);
  InputTensor out;
  out.name = to_string(m.tensor_name(index));
  out.dims.assign(t.shape.dims, t.shape.dims + t.shape.rank);
  out.type = t.type;
  if (t.quantization.count > 0) out.scale = t.quantization.scale(0), out.zero_point = t.quantization.zero_point(0);
  return out;
}

InputSteps steps_of(const std::string& model_path, const HostModel& model, const InputTensor& tensor, bool sound) {
  ir::Module metadata;
  const Span<const uint8_t> embedded = model.model().metadata(kPreprocessMetadata);
  if (embedded.size != 0) metadata.metadata[kPreprocessMetadata] = ir::Bytes(embedded.data, embedded.data + embedded.size);
  const std::optional<Preprocessing> p = find_preprocessing(model_path, metadata);
  const InputSteps* const steps = p ? p->of(0, tensor.name) : nullptr;
  const char* const kind = sound ? "audio" : "image";
  if (steps == nullptr || steps->kind != (sound ? RawKind::kAudio : RawKind::kImage)) {
    data_problem("preprocess-missing", model_path, fmt::format("no preprocessing of kind \"{}\" is declared for input '{}'", kind, tensor.name),
                 "declare it in MODEL.preprocess.json; docs/preprocessing.md has the schema");
  }
  if (const std::string problem = misfit(*steps, tensor); !problem.empty()) {
    data_problem("preprocess-misfit", model_path, "preprocessing: " + problem, "change the declaration");
  }
  return *steps;
}

}  // namespace

RawSamples read_raw_samples(const std::string& where, const std::string& model_path, const HostModel& model, uint64_t most) {
  const RawFiles files = list_raw_files(where);
  const InputTensor tensor = input_of(model, where);
  const InputSteps steps = steps_of(model_path, model, tensor, files.sound);
  if (!files.sound && image_axes(tensor.dims)->channels_first) {
    data_problem("raw-layout", where, "the target prepares pictures with the channels last, and this model has them first",
                 "convert the model with midge");
  }
  RawSamples out;
  out.input.sound = files.sound;
  if (files.sound) {
    out.input.audio = audio_config(steps, tensor);
  } else {
    out.input.image = image_config(steps, tensor);
    out.input.resize = steps.image.resize;
  }
  for (size_t i = 0; i < std::min<uint64_t>(files.paths.size(), most); ++i) {
    std::vector<uint8_t> raw, prepared(tensor.elements() * type_bytes(tensor.type));
    try {
      if (files.sound) {
        const Sound s = read_sound(files.paths[i], steps.audio.sample_rate);
        raw = raw_sound(s.samples);
        apply_audio(steps, tensor, s.samples, prepared);
      } else {
        const Picture p = read_picture(files.paths[i]);
        raw = raw_picture(static_cast<uint32_t>(p.width), static_cast<uint32_t>(p.height), static_cast<uint32_t>(p.channels), p.pixels);
        out.input.most_width = std::max(out.input.most_width, p.width);
        apply_image(steps, tensor, p, prepared);
      }
    } catch (const DecodeError& e) {
      data_problem("sample-unreadable", files.paths[i], e.what());
    }
    out.raw.push_back(std::move(raw));
    out.prepared.push_back(std::move(prepared));
  }
  return out;
}

}  // namespace midge::cli
