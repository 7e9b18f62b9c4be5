// An evaluation as JSON.
#include <cmath>

#include "compiler/measure/evaluate.h"

namespace midge {
namespace {

Json number(double v) { return std::isfinite(v) ? Json(v) : Json(); }

Json stats_json(const ErrorStats& s) {
  Json j;
  j["sqnr_db"] = s.has_reference ? number(s.sqnr_db()) : Json();
  j["cosine"] = s.has_reference ? number(s.cosine()) : Json();
  j["max_abs_error"] = s.has_reference && !s.scaled_channels ? number(s.max_abs_error) : Json();
  j["mean_error"] = s.has_reference ? number(s.mean_error()) : Json();
  j["mse"] = s.has_reference ? number(s.mean_square_error()) : Json();
  j["values"] = s.values;
  return j;
}

Json saturation_json(const LayerError& l) {
  const ErrorStats& s = l.stats;
  Json j;
  j["at_lowest"] = s.at_lowest, j["at_highest"] = s.at_highest;
  j["low_explained"] = l.low_explained, j["high_explained"] = l.high_explained;
  const bool known = s.has_reference && !s.scaled_channels;
  j["clipped_low"] = known ? Json(s.clipped_low) : Json();
  j["clipped_high"] = known ? Json(s.clipped_high) : Json();
  j["clipped_share"] = known ? Json(s.clipped_share()) : Json();
  return j;
}

Json classes_json(const std::optional<Classification>& c) {
  if (!c) return Json();
  Json j;
  j["samples"] = c->samples, j["correct"] = c->correct, j["accuracy"] = c->accuracy(), j["top5"] = c->top5(), j["classes"] = c->classes;
  Json rows = Json::array();
  for (size_t i = 0; i < c->classes && !c->confusion.empty(); ++i) {
    const auto row = c->confusion.begin() + static_cast<ptrdiff_t>(i * c->classes);
    rows.push_back(std::vector<uint64_t>(row, row + static_cast<ptrdiff_t>(c->classes)));
  }
  j["confusion"] = rows;
  return j;
}

Json optional_json(const std::optional<double>& v) { return v ? number(*v) : Json(); }

}  // namespace

Json to_json(const Evaluation& e) {
  Json j;
  j["model"] = e.model;
  j["reference"] = e.reference.empty() ? Json() : Json(e.reference);
  j["data"] = e.data, j["data_sha256"] = e.data_sha256, j["samples"] = e.samples;
  j["classification"] = classes_json(e.classes);
  j["reference_classification"] = classes_json(e.reference_classes);
  j["agreement"] = optional_json(e.agreement);
  j["reconstruction_mse"] = optional_json(e.reconstruction);
  j["reference_reconstruction_mse"] = optional_json(e.reference_reconstruction);
  j["logit_sqnr_db"] = optional_json(e.logit_sqnr_db);
  j["outputs"] = Json::array();
  for (const OutputError& o : e.outputs) {
    Json out;
    out["name"] = o.name;
    out.update(stats_json(o.stats));
    j["outputs"].push_back(out);
  }
  j["layers"] = Json::array();
  for (const LayerError& l : e.layers) {
    Json layer;
    layer["tensor"] = l.tensor, layer["name"] = l.name, layer["operator"] = l.op, layer["type"] = l.type;
    layer["reference"] = l.reference.empty() ? Json() : Json(l.reference);
    layer["matched_by"] = l.stats.has_reference ? Json(matched_by_name(l.matched_by)) : Json();
    layer.update(stats_json(l.stats));
    layer["own_sqnr_db"] = l.stats.has_reference ? number(l.own_sqnr_db) : Json();
    layer["inputs_sqnr_db"] = l.stats.has_reference ? number(l.inputs_sqnr_db) : Json();
    layer["scaled_channels"] = l.stats.scaled_channels;
    layer["saturation"] = saturation_json(l);
    layer["advice"] = Json::array();
    for (const Advice& a : l.advice) layer["advice"].push_back({{"id", a.id}, {"text", a.text}});
    j["layers"].push_back(layer);
  }
  return j;
}

}  // namespace midge
