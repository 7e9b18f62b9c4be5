#include "compiler/execute/kernels/simd.h"

#include <atomic>
#include <vector>

#include "compiler/execute/kernels/simd_versions.h"

namespace midge {
namespace {

std::vector<const Simd*> usable() {
  std::vector<const Simd*> out = {&kPortableSimd};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) out.push_back(&kAvx2Simd);
  if (__builtin_cpu_supports("avx512f")) out.push_back(&kAvx512Simd);
#endif
  return out;
}

const std::vector<const Simd*>& versions() {
  static const std::vector<const Simd*> list = usable();
  return list;
}

std::atomic<const Simd*> forced{nullptr};

}  // namespace

const Simd& simd() {
  const Simd* chosen = forced;
  return chosen != nullptr ? *chosen : *versions().back();
}

const Simd* const* all_simd(size_t* count) {
  *count = versions().size();
  return versions().data();
}

void force_simd(const Simd* chosen) { forced = chosen; }

}  // namespace midge
