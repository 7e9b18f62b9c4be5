// TFLite_Detection_PostProcess: prepare and eval.
#include "ops/detection_postprocess/detection_postprocess.h"

#include "ops/common/custom_options.h"
#include "ops/common/quantization.h"
#include "ops/registry.h"

namespace midge {
namespace {

namespace slot {
enum : uint32_t { kEncodings, kScores, kAnchors, kCount };
}
namespace output {
enum : uint32_t { kBoxes, kClasses, kScores, kCount, kAll };
}

Status real_view(const PrepareContext& c, uint32_t input, RealView* out) {
  const Tensor t = c.input(input);
  *out = RealView{0, 1, 0};
  if (t.type == Type::kFloat32) return Code::kOk;
  MIDGE_TRY(check_scale(t));
  *out = RealView{1, t.scale(), t.zero_point()};
  return Code::kOk;
}

Status read_options(PrepareContext& c, DetectionPostprocess* p) {
  CustomOptions options(c);
  p->max_detections = options.integer("max_detections", 1);
  p->classes_per_detection = options.integer("max_classes_per_detection", 1);
  p->classes = options.integer("num_classes", 1);
  p->regular = options.has("use_regular_nms") && options.boolean("use_regular_nms") ? 1 : 0;
  p->detections_per_class = options.has("detections_per_class") ? options.integer("detections_per_class", p->regular != 0 ? 1 : INT32_MIN) : 100;
  p->score_threshold = options.real("nms_score_threshold");
  p->iou_threshold = options.real("nms_iou_threshold");
  float* const scales[] = {&p->y_scale, &p->x_scale, &p->h_scale, &p->w_scale};
  constexpr const char* kScaleKeys[] = {"y_scale", "x_scale", "h_scale", "w_scale"};
  bool ok = p->iou_threshold > 0 && p->iou_threshold <= 1;
  for (uint32_t i = 0; i < 4; ++i) {
    *scales[i] = options.real(kScaleKeys[i]);
    ok = ok && *scales[i] > 0 && *scales[i] < __builtin_inff();
  }
  MIDGE_TRY(options.status());
  return ok ? Code::kOk : Code::kUnsupportedOption;
}

Status set_outputs(PrepareContext& c, int64_t detections) {
  if (detections > INT32_MAX) return c.fail_output(output::kBoxes, Code::kTooLarge);
  const int32_t n = static_cast<int32_t>(detections);
  const int32_t ranks[output::kAll] = {3, 2, 2, 1};
  for (uint32_t i = 0; i < output::kAll; ++i) {
    if (c.output(i).type != Type::kFloat32) return c.fail_output(i, Code::kUnsupportedType);
    Shape shape = make_shape(1, n, 4, 1);
    shape.rank = ranks[i];
    MIDGE_TRY(c.set_output_shape(i, shape));
  }
  return Code::kOk;
}

Status prepare(PrepareContext& c) {
  MIDGE_TRY(c.expect(slot::kCount, slot::kCount, output::kAll));
  const Tensor encodings = c.input(slot::kEncodings), scores = c.input(slot::kScores), anchors = c.input(slot::kAnchors);
  DetectionPostprocess d = {};
  MIDGE_TRY(read_options(c, &d));
  if (encodings.shape.rank != 3) return c.fail_input(slot::kEncodings, Code::kUnsupportedRank);
  if (scores.shape.rank != 3) return c.fail_input(slot::kScores, Code::kUnsupportedRank);
  if (anchors.shape.rank != 2) return c.fail_input(slot::kAnchors, Code::kUnsupportedRank);
  d.boxes = encodings.shape[1];
  d.encoding_size = encodings.shape[2];
  d.scores_size = scores.shape[2];
  d.label_offset = d.scores_size - d.classes;
  if (encodings.shape[0] != 1 || d.encoding_size < 4) return c.fail_input(slot::kEncodings, Code::kShapeMismatch);
  if (scores.shape[0] != 1 || scores.shape[1] != d.boxes || d.label_offset < 0 || d.label_offset > 1) {
    return c.fail_input(slot::kScores, Code::kShapeMismatch);
  }
  if (anchors.shape[0] < d.boxes || anchors.shape[1] != 4) return c.fail_input(slot::kAnchors, Code::kShapeMismatch);
  if (anchors.type != encodings.type) return c.fail_input(slot::kAnchors, Code::kUnsupportedType);
  MIDGE_TRY(real_view(c, slot::kEncodings, &d.encodings));
  MIDGE_TRY(real_view(c, slot::kScores, &d.scores));
  MIDGE_TRY(real_view(c, slot::kAnchors, &d.anchors));
  MIDGE_TRY(set_outputs(c, static_cast<int64_t>(d.max_detections) * d.classes_per_detection));
  const uint64_t scratch_bytes = DetectionScratch::bytes(d);
  if (scratch_bytes > INT32_MAX) return Code::kTooLarge;
  c.request_scratch(static_cast<uint32_t>(scratch_bytes));
  DetectionPostprocess* p;
  MIDGE_TRY(c.allocate(&p));
  *p = d;
  return Code::kOk;
}

Status eval(const EvalContext& c) {
  const DetectionPostprocess& p = c.data<DetectionPostprocess>();
  DetectionScratch scratch;
  scratch.corners = static_cast<Corners*>(c.scratch);
  scratch.scores = reinterpret_cast<float*>(scratch.corners + p.boxes);
  scratch.candidates = reinterpret_cast<int32_t*>(scratch.scores + p.boxes);
  scratch.selected = scratch.candidates + p.boxes;
  scratch.best = scratch.selected + p.max_detections;
  scratch.best_scores = reinterpret_cast<float*>(scratch.best + p.max_detections);
  const DetectionOutputs out = {c.output<Corners>(output::kBoxes), c.output<float>(output::kClasses), c.output<float>(output::kScores),
                                c.output<float>(output::kCount)};
  const size_t detections = static_cast<uint32_t>(p.max_detections * p.classes_per_detection);
  memset(out.boxes, 0, detections * sizeof *out.boxes);
  memset(out.classes, 0, detections * sizeof *out.classes);
  memset(out.scores, 0, detections * sizeof *out.scores);
  if (!detection_decode(p, c.input<void>(slot::kEncodings), c.input<void>(slot::kAnchors), scratch.corners)) return Code::kBadData;
  (p.regular != 0 ? detection_regular_nms : detection_fast_nms)(p, c.input<void>(slot::kScores), scratch, out);
  return Code::kOk;
}

constexpr Variant kAll[] = {{Type::kFloat32, Type::kFloat32, Type::kFloat32, prepare, eval},
                            {Type::kFloat32, Type::kUint8, Type::kFloat32, prepare, eval},
                            {Type::kUint8, Type::kUint8, Type::kFloat32, prepare, eval},
                            {Type::kUint8, Type::kFloat32, Type::kFloat32, prepare, eval}};

}  // namespace
}  // namespace midge

MIDGE_REGISTER(detection_postprocess, midge::kAll)
