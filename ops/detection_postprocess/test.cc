// TFLite_Detection_PostProcess: against sorting all boxes and striking out; both kinds of suppression, both types, background or none,
// scores that are equal.
#include "ops/testing_elementwise.h"
#include "ops/testing_signal.h"

namespace midge {
namespace testing {
namespace {

constexpr int32_t kBoxes = 23, kEncoding = 5, kMostClasses = 5, kMostDetections = 12;

struct Setup {
  bool uint8_boxes, uint8_scores, regular, background;
  int32_t classes, max_detections, classes_per_detection, detections_per_class;
  float score_threshold, iou_threshold;
};

FlexMap options(const Setup& s) {
  FlexMap map;
  if (s.detections_per_class != 0) map.integer("detections_per_class", s.detections_per_class);
  map.real("h_scale", 5).integer("max_classes_per_detection", s.classes_per_detection).integer("max_detections", s.max_detections);
  map.real("nms_iou_threshold", s.iou_threshold).real("nms_score_threshold", s.score_threshold).integer("num_classes", s.classes);
  if (s.regular) map.boolean("use_regular_nms", true);
  return map.real("w_scale", 4).real("x_scale", 10).real("y_scale", 8);
}

struct Anchors {
  float real[kBoxes * 4];
  uint8_t quantized[kBoxes * 4];
};

TensorSpec tensor(bool uint8, const Shape& shape, float scale, int32_t zero) {
  return uint8 ? TensorSpec{Type::kUint8, shape, scale, zero} : TensorSpec{Type::kFloat32, shape};
}

Status prepare(OneOp& m, const Setup& s, const Anchors& anchors, FlexMap map) {
  m.input(tensor(s.uint8_boxes, shape_of(1, kBoxes, kEncoding), 0.125f, 128));
  m.input(tensor(s.uint8_scores, shape_of(1, kBoxes, s.classes + (s.background ? 1 : 0)), 1.0f / 256, 0));
  TensorSpec a = tensor(s.uint8_boxes, shape_of(kBoxes, 4), 1.0f / 256, 0);
  a.data = s.uint8_boxes ? static_cast<const void*>(anchors.quantized) : anchors.real;
  a.data_bytes = kBoxes * (s.uint8_boxes ? 4 : 16);
  m.input(a);
  const int32_t n = s.max_detections * s.classes_per_detection;
  m.output({Type::kFloat32, shape_of(1, n, 4)});
  m.output({Type::kFloat32, shape_of(1, n)});
  m.output({Type::kFloat32, shape_of(1, n)});
  m.output({Type::kFloat32, shape_of(1)});
  return m.prepare(ops::detection_postprocess, map.options());
}

/// Where a score is one of few values, so that some are equal.
struct Scores {
  float values[kBoxes][kMostClasses + 1];
};

double overlap(const float* a, const float* b) {
  const auto area = [](const float* x) { return static_cast<double>(x[2] - x[0]) * static_cast<double>(x[3] - x[1]); };
  const double height = static_cast<double>(min(a[2], b[2]) - max(a[0], b[0])), width = static_cast<double>(min(a[3], b[3]) - max(a[1], b[1]));
  const double both = max(height, 0.0) * max(width, 0.0);
  return both / (area(a) + area(b) - both);
}

/// Boxes that suppression leaves, the best first.
int32_t suppress(const Setup& s, const float (*corners)[4], const float* scores, int32_t most, int32_t* kept) {
  bool gone[kBoxes] = {};
  int32_t count = 0;
  while (count < most) {
    int32_t best = -1;
    for (int32_t i = 0; i < kBoxes; ++i) {
      if (!gone[i] && scores[i] >= s.score_threshold && (best < 0 || scores[i] > scores[best])) best = i;
    }
    if (best < 0) break;
    kept[count++] = best;
    for (int32_t i = 0; i < kBoxes; ++i)
      gone[i] = gone[i] || i == best || overlap(corners[best], corners[i]) > static_cast<double>(s.iou_threshold);
  }
  return count;
}

struct Detection {
  int32_t box, label;
  float score;
};

/// The expected detections in the outputs' order; box -1 where an output stays zero. Returns the count.
int32_t expected(const Setup& s, const float (*corners)[4], const Scores& scores, Detection* out) {
  int32_t kept[kBoxes];
  float column[kBoxes];
  const int32_t first = s.background ? 1 : 0;
  for (int32_t i = 0; i < s.max_detections * s.classes_per_detection; ++i) out[i] = {-1, 0, 0};
  if (!s.regular) {
    for (int32_t b = 0; b < kBoxes; ++b) {
      column[b] = 0;
      for (int32_t c = 0; c < s.classes; ++c) column[b] = max(column[b], scores.values[b][first + c]);
    }
    const int32_t count = suppress(s, corners, column, s.max_detections, kept);
    for (int32_t i = 0; i < count; ++i) {
      for (int32_t c = 0; c < s.classes; ++c) {  // a class's rank among its box's
        int32_t rank = 0;
        const float score = scores.values[kept[i]][first + c];
        for (int32_t o = 0; o < s.classes; ++o) {
          const float other = scores.values[kept[i]][first + o];
          rank += other > score || (other == score && o < c) ? 1 : 0;
        }
        if (rank < s.classes_per_detection) out[i * s.classes_per_detection + rank] = {kept[i], c, score};
      }
    }
    return count;
  }
  Detection all[kMostClasses * kBoxes];
  int32_t count = 0;
  for (int32_t c = 0; c < s.classes; ++c) {
    for (int32_t b = 0; b < kBoxes; ++b) column[b] = scores.values[b][first + c];
    const int32_t n = suppress(s, corners, column, s.detections_per_class != 0 ? s.detections_per_class : 100, kept);
    for (int32_t i = 0; i < n; ++i) all[count++] = {kept[i], c, column[kept[i]]};
  }
  int32_t used = 0;
  for (; used < s.max_detections; ++used) {
    int32_t best = -1;
    for (int32_t i = 0; i < count; ++i) {
      if (all[i].box >= 0 && (best < 0 || all[i].score > all[best].score)) best = i;
    }
    if (best < 0) break;
    out[used] = all[best];
    all[best].box = -1;
  }
  return used;
}

void check(Report& r, const Setup& s) {
  Random random = r.random();
  Anchors anchors;
  for (int32_t i = 0; i < kBoxes * 4; ++i) {
    anchors.quantized[i] = static_cast<uint8_t>(random.between(i % 4 < 2 ? 0 : 40, i % 4 < 2 ? 255 : 120));
    anchors.real[i] = static_cast<float>(anchors.quantized[i]) / 256;
  }
  OneOp m;
  if (!r.expect_ok(prepare(m, s, anchors, options(s)), "prepare")) return;
  float encodings[kBoxes * kEncoding], corners[kBoxes][4];
  for (int32_t i = 0; i < kBoxes * kEncoding; ++i) {
    const int32_t q = random.between(100, 156);
    encodings[i] = static_cast<float>(q - 128) * 0.125f;
    s.uint8_boxes ? m.in<uint8_t>(0)[i] = static_cast<uint8_t>(q) : m.in<float>(0)[i] = encodings[i];
  }
  for (int32_t b = 0; b < kBoxes; ++b) {
    const auto e = [&](int32_t i, double scale) { return static_cast<double>(encodings[b * kEncoding + i]) / scale; };
    const auto a = [&](int32_t i) { return static_cast<double>(anchors.real[b * 4 + i]); };
    const double y = e(0, 8) * a(2) + a(0), x = e(1, 10) * a(3) + a(1), h = exp_double(e(2, 5)) * a(2) / 2, w = exp_double(e(3, 4)) * a(3) / 2;
    const double all[4] = {y - h, x - w, y + h, x + w};
    for (int32_t i = 0; i < 4; ++i) corners[b][i] = static_cast<float>(all[i]);
  }
  Scores scores;
  const int32_t columns = s.classes + (s.background ? 1 : 0);
  for (int32_t i = 0; i < kBoxes * columns; ++i) {
    const int32_t q = random.between(0, 15) * 17;
    scores.values[i / columns][i % columns] = static_cast<float>(q) / 256;
    s.uint8_scores ? m.in<uint8_t>(1)[i] = static_cast<uint8_t>(q) : m.in<float>(1)[i] = static_cast<float>(q) / 256;
  }
  Detection want[kMostDetections];
  const int32_t n = s.max_detections * s.classes_per_detection, count = expected(s, corners, scores, want);
  float boxes[kMostDetections * 4], labels[kMostDetections], values[kMostDetections];
  for (int32_t i = 0; i < n; ++i) {
    for (int32_t k = 0; k < 4; ++k) boxes[4 * i + k] = want[i].box < 0 ? 0 : corners[want[i].box][k];
    labels[i] = static_cast<float>(want[i].label);
    values[i] = want[i].score;
  }
  if (!r.expect_ok(m.invoke(), "invoke")) return;
  r.expect(*m.out<float>(3) == static_cast<float>(count), "the count");
  r.equal("classes", labels, m.out<float>(1), n);
  r.equal("scores", values, m.out<float>(2), n);
  r.within("boxes", boxes, m.out<float>(0), 4 * n, 1e-6f);
}

void check_refusals(Report& r) {
  const Setup good = {false, false, false, true, 3, 4, 1, 0, 0.1f, 0.5f};
  static constexpr Anchors kAnchors = {};
  const auto refused = [&](const Setup& s, FlexMap map, Code code, const char* what) {
    OneOp m;
    expect_refused(r, prepare(m, s, kAnchors, map), code, what);
  };
  Setup s = good;
  s.iou_threshold = 0;
  refused(good, options(s), Code::kUnsupportedOption, "a threshold of 0");
  s.iou_threshold = 1.5f;
  refused(good, options(s), Code::kUnsupportedOption, "a threshold above 1");
  s = good, s.classes = 2;
  refused(good, options(s), Code::kShapeMismatch, "scores of two classes more");
  s = good, s.classes = 5;
  refused(good, options(s), Code::kShapeMismatch, "scores of fewer classes");
  s = good, s.max_detections = INT32_MAX, s.classes_per_detection = INT32_MAX;
  refused(good, options(s), Code::kTooLarge, "detections beyond 31 bits");
  s = good, s.max_detections = 5;
  refused(good, options(s), Code::kShapeMismatch, "outputs for fewer detections");
  refused(good, FlexMap().integer("max_detections", 4), Code::kUnsupportedOption, "options that are missing");
  OneOp negative;
  Anchors turned = {};
  turned.real[2] = -1;
  if (!r.expect_ok(prepare(negative, good, turned, options(good)), "prepare")) return;
  memset(negative.in<float>(0), 0, sizeof(float) * kBoxes * kEncoding);
  memset(negative.in<float>(1), 0, sizeof(float) * kBoxes * 4);
  r.expect(negative.invoke().code() == Code::kBadData, "an anchor of negative height");
}

}  // namespace

void test_detection_postprocess(Report& r) {
  constexpr int32_t kClasses[] = {1, 3, 5}, kPerClass[] = {0, 1, 4}, kDetections[] = {1, 3, 4, 12};
  constexpr float kScoreThresholds[] = {0.0f, 0.3f, 0.75f, 0.99f}, kIouThresholds[] = {0.1f, 0.5f, 1.0f};
  for (uint32_t i = 0; i < 72; ++i) {
    if (!r.next_case()) continue;
    Setup s = {(i & 1) != 0,
               (i & 2) != 0,
               (i & 4) != 0,
               (i & 8) != 0,
               pick(kClasses, i / 2),
               pick(kDetections, i / 3),
               1,
               pick(kPerClass, i / 5),
               pick(kScoreThresholds, i / 7),
               pick(kIouThresholds, i / 4)};
    if (!s.regular && s.max_detections <= 4) s.classes_per_detection = 1 + static_cast<int32_t>(i / 8 % 3);
    check(r, s);
  }
  if (r.next_case()) check_refusals(r);
}

}  // namespace testing
}  // namespace midge
