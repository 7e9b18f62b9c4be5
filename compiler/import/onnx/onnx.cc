#include "compiler/import/onnx/onnx.h"

#include "compiler/import/onnx/lowering.h"
#include "compiler/import/onnx/patterns.h"
#include "compiler/import/onnx/protobuf.h"

namespace midge {

Imported import_source(onnx::Source source, const std::string& file, const ImportOptions& options) {
  onnx::fuse_gelu(source.main);
  Imported out = onnx::Lowering(source, file, options).run();
  out.channels_first = true;
  return out;
}

Imported import_onnx(std::span<const uint8_t> bytes, const std::string& file, const ImportOptions& options) {
  return import_source(onnx::read_protobuf(bytes, file), file, options);
}

}  // namespace midge
