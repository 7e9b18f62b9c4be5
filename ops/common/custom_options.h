// The options of a custom operator, a FlexBuffer map, each taken out by its key.
#pragma once
#include "model/flexbuffer.h"
#include "ops/context.h"

namespace midge {

class CustomOptions {
 public:
  explicit CustomOptions(const PrepareContext& c) : map_(FlexValue::root(c.custom_options())) {}

  bool has(const char* key) const { return map_[key].present(); }
  /// `least` where it fails, so that sums that are made before status() is looked at stay in range.
  int32_t integer(const char* key, int32_t least = INT32_MIN, int32_t most = INT32_MAX);
  float real(const char* key);
  bool boolean(const char* key);

  /// kUnsupportedOption once one was missing, of another kind, or out of its range.
  Status status() const { return ok_ ? Code::kOk : Code::kUnsupportedOption; }

 private:
  FlexValue map_;
  bool ok_ = true;
};

}  // namespace midge
