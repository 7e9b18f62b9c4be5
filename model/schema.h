// Facts of the .tflite format (schema version 3): field ids of its tables and values of its enumerations.
#pragma once
#include <stdint.h>

namespace midge {

/// Element types, with the format's own values.
enum class Type : uint8_t {
  kFloat32 = 0,
  kFloat16 = 1,
  kInt32 = 2,
  kUint8 = 3,
  kInt64 = 4,
  kString = 5,
  kBool = 6,
  kInt16 = 7,
  kComplex64 = 8,
  kInt8 = 9,
  kFloat64 = 10,
  kComplex128 = 11,
  kUint64 = 12,
  kResource = 13,
  kVariant = 14,
  kUint32 = 15,
  kUint16 = 16,
  kInt4 = 17,
  kBfloat16 = 18,
  kInt2 = 19,
  kUint4 = 20,
  kFloat8E4m3fn = 21,
  kFloat8E5m2 = 22,
  kNone = 0xfe,  ///< an optional input that is absent
  kAny = 0xff,   ///< in a kernel's signature: whatever the tensor is
};

/// Bits of one element; 0 where the size is not fixed by the shape (strings, resources, variants).
inline uint32_t type_bits(Type t) {
  // One entry a value of Type, in units of 2 bits.
  constexpr uint8_t kUnits[] = {16, 8, 16, 4, 32, 0, 4, 8, 32, 4, 32, 64, 32, 16, 0, 16, 8, 2, 8, 1, 2, 4, 4};
  const uint32_t i = static_cast<uint32_t>(t);
  return i < sizeof kUnits ? kUnits[i] * 2u : 0;
}

/// Bytes of one element of at least 8 bits.
inline uint32_t type_bytes(Type t) { return type_bits(t) / 8; }

enum class Activation : uint8_t { kNone = 0, kRelu = 1, kReluN1To1 = 2, kRelu6 = 3, kTanh = 4, kSignBit = 5 };
enum class Padding : uint8_t { kSame = 0, kValid = 1 };

enum class Builtin : int32_t {
#define MIDGE_BUILTIN(name, code) name = code,
#include "model/builtin_operators.def"
#undef MIDGE_BUILTIN
};

/// The format's name of an operator, as "CONV_2D"; null where the code is not known. Linked only where called.
const char* builtin_name(int32_t code);
/// The type's name in lower case, as "int8".
const char* type_name(Type type);

// Field ids, by table.
namespace field {
namespace model {
enum : uint32_t { kVersion, kOperatorCodes, kSubgraphs, kDescription, kBuffers, kMetadataBuffer, kMetadata, kSignatures };
}
namespace operator_code {
enum : uint32_t { kDeprecatedBuiltin, kCustom, kVersion, kBuiltin };
}
namespace subgraph {
enum : uint32_t { kTensors, kInputs, kOutputs, kOperators, kName };
}
namespace tensor {
enum : uint32_t {
  kShape,
  kType,
  kBuffer,
  kName,
  kQuantization,
  kIsVariable,
  kSparsity,
  kShapeSignature,
  kHasRank,
  kVariantTensors,
  kExternalBuffer
};
}
namespace quantization {
enum : uint32_t { kMin, kMax, kScale, kZeroPoint, kDetailsType, kDetails, kDimension };
}
namespace op {
enum : uint32_t {
  kOpcodeIndex,
  kInputs,
  kOutputs,
  kOptionsType,
  kOptions,
  kCustomOptions,
  kCustomFormat,
  kMutatedInputs,
  kIntermediates,
  kLargeCustomOffset,
  kLargeCustomSize,
  kOptions2Type,
  kOptions2
};
}
namespace buffer {
enum : uint32_t { kData, kOffset, kSize };
}
namespace metadata {
enum : uint32_t { kName, kBuffer };
}
namespace signature {
enum : uint32_t { kInputs, kOutputs, kKey, kDeprecatedTag, kSubgraph };
}
namespace signature_tensor {
enum : uint32_t { kName, kTensor };
}
}  // namespace field

}  // namespace midge
