// The sentences of status.def. Linked only where a message is asked for.
#include "base/status.h"

namespace midge {
namespace {

struct Text {
  const char* name;
  const char* sentence;
  const char* hint;
};

constexpr Text kTexts[] = {
#define MIDGE_STATUS(name, sentence, hint) {#name, sentence, hint},
#include "base/status.def"
#undef MIDGE_STATUS
};

const Text& text_of(Code code) {
  static constexpr Text kUnknown = {"kUnknown", "unknown status", "this is a bug in midge"};
  return code < Code::kCount ? kTexts[static_cast<int>(code)] : kUnknown;
}

}  // namespace

const char* status_message(Code code) { return text_of(code).sentence; }
const char* status_hint(Code code) { return text_of(code).hint; }
const char* status_name(Code code) { return text_of(code).name; }

}  // namespace midge
