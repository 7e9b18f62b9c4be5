#include "compiler/emit/tflite.h"

namespace midge {

int32_t operator_version(const ir::Op&, const ir::Graph&) { return 1; }

}  // namespace midge
