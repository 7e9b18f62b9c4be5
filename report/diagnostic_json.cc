// See diagnostic_json.h.
#include "report/diagnostic_json.h"

namespace midge {

Json to_json(const Diagnostic& d) {
  const auto text = [](const std::string& s) { return s.empty() ? Json() : Json(s); };
  const auto index = [](int i) { return i < 0 ? Json() : Json(i); };
  return Json{{"id", d.id},
              {"message", d.message},
              {"file", text(d.file)},
              {"operator_index", index(d.operator_index)},
              {"operator_name", text(d.operator_name)},
              {"tensor_index", index(d.tensor_index)},
              {"tensor_name", d.tensor_index < 0 ? Json() : Json(d.tensor_name)},
              {"hint", text(d.hint)}};
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace midge
