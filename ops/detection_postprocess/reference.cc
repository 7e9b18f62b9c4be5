// TFLite_Detection_PostProcess: decoding and suppression. A heap gives the candidates one by one, each is held against those that are
// selected already: the same boxes as from sorting all of them and striking out, without memory for either.
#include "base/float_math_nearest.h"
#include "base/span.h"
#include "ops/detection_postprocess/detection_postprocess.h"

namespace midge {
namespace {

float real_at(const RealView& view, const void* data, int32_t i) {
  if (view.is_quantized == 0) return static_cast<const float*>(data)[i];
  return static_cast<float>(static_cast<const uint8_t*>(data)[i] - view.zero_point) * view.scale;
}

float intersection_over_union(const Corners& a, const Corners& b) {
  const float area_a = (a.ymax - a.ymin) * (a.xmax - a.xmin), area_b = (b.ymax - b.ymin) * (b.xmax - b.xmin);
  if (area_a <= 0 || area_b <= 0) return 0;
  const float height = min(a.ymax, b.ymax) - max(a.ymin, b.ymin), width = min(a.xmax, b.xmax) - max(a.xmin, b.xmin);
  const float area = max(height, 0.0f) * max(width, 0.0f);
  return area / (area_a + area_b - area);
}

/// A heap of boxes by score.
class Candidates {
 public:
  /// Those of scores[count] that reach the threshold.
  Candidates(const float* scores, int32_t count, float threshold, int32_t* heap) : scores_(scores), heap_(heap) {
    for (int32_t i = 0; i < count; ++i) {
      if (scores[i] >= threshold) heap_[size_++] = i;
    }
    for (int32_t i = size_ / 2; i-- > 0;) sink(i);
  }
  bool empty() const { return size_ == 0; }
  int32_t pop() {
    const int32_t first = heap_[0];
    heap_[0] = heap_[--size_];
    sink(0);
    return first;
  }

 private:
  bool before(int32_t a, int32_t b) const { return scores_[a] > scores_[b] || (scores_[a] == scores_[b] && a < b); }
  void sink(int32_t i) {
    for (int32_t child = 2 * i + 1; child < size_; i = child, child = 2 * i + 1) {
      if (child + 1 < size_ && before(heap_[child + 1], heap_[child])) ++child;
      if (!before(heap_[child], heap_[i])) return;
      const int32_t swapped = heap_[i];
      heap_[i] = heap_[child];
      heap_[child] = swapped;
    }
  }

  const float* scores_;
  int32_t* heap_;
  int32_t size_ = 0;
};

/// Of the scores in the scratch, at most `most` into selected; how many.
int32_t suppress(const DetectionPostprocess& p, const DetectionScratch& scratch, int32_t most) {
  Candidates candidates(scratch.scores, p.boxes, p.score_threshold, scratch.candidates);
  int32_t count = 0;
  while (count < most && !candidates.empty()) {
    const int32_t box = candidates.pop();
    bool kept = true;
    for (int32_t i = 0; i < count && kept; ++i) {
      kept = !(intersection_over_union(scratch.corners[scratch.selected[i]], scratch.corners[box]) > p.iou_threshold);
    }
    if (kept) scratch.selected[count++] = box;
  }
  return count;
}

}  // namespace

bool detection_decode(const DetectionPostprocess& p, const void* encodings, const void* anchors, Corners* out) {
  bool ok = true;
  for (int32_t i = 0; i < p.boxes; ++i) {
    const auto encoding = [&](int32_t k) { return static_cast<double>(real_at(p.encodings, encodings, i * p.encoding_size + k)); };
    const auto anchor = [&](int32_t k) { return static_cast<double>(real_at(p.anchors, anchors, i * 4 + k)); };
    const float y = static_cast<float>(encoding(0) / static_cast<double>(p.y_scale) * anchor(2) + anchor(0));
    const float x = static_cast<float>(encoding(1) / static_cast<double>(p.x_scale) * anchor(3) + anchor(1));
    const float half_height = static_cast<float>(0.5 * exp_f64(encoding(2) / static_cast<double>(p.h_scale)) * anchor(2));
    const float half_width = static_cast<float>(0.5 * exp_f64(encoding(3) / static_cast<double>(p.w_scale)) * anchor(3));
    out[i] = Corners{y - half_height, x - half_width, y + half_height, x + half_width};
    ok = ok && !(out[i].ymin > out[i].ymax || out[i].xmin > out[i].xmax);
  }
  return ok;
}

void detection_fast_nms(const DetectionPostprocess& p, const void* scores, const DetectionScratch& scratch, const DetectionOutputs& out) {
  const auto score = [&](int32_t box, int32_t label) { return real_at(p.scores, scores, box * p.scores_size + p.label_offset + label); };
  // The best class of a box, or the one that comes out after class `after`; -1 where there is none (scores that are no numbers).
  const auto next_class = [&](int32_t box, int32_t after) {
    const float bound = after < 0 ? 0 : score(box, after);
    int32_t best = -1;
    float best_score = 0;
    for (int32_t label = 0; label < p.classes; ++label) {
      const float s = score(box, label);
      const bool behind = after < 0 || s < bound || (s == bound && label > after);
      if (!behind || (best >= 0 && !(s > best_score))) continue;
      best = label;
      best_score = s;
    }
    return best;
  };
  for (int32_t box = 0; box < p.boxes; ++box) scratch.scores[box] = score(box, next_class(box, -1));
  const int32_t count = suppress(p, scratch, p.max_detections);
  const int32_t classes = min(p.classes_per_detection, p.classes);
  for (int32_t i = 0; i < count; ++i) {
    const int32_t box = scratch.selected[i];
    int32_t label = -1;
    for (int32_t k = 0; k < classes; ++k) {
      label = next_class(box, label);
      if (label < 0) break;
      const int32_t at = i * p.classes_per_detection + k;
      out.boxes[at] = scratch.corners[box];
      out.classes[at] = static_cast<float>(label);
      out.scores[at] = score(box, label);
    }
  }
  *out.count = static_cast<float>(count);
}

void detection_regular_nms(const DetectionPostprocess& p, const void* scores, const DetectionScratch& scratch, const DetectionOutputs& out) {
  int32_t count = 0;
  for (int32_t label = 0; label < p.classes; ++label) {
    const int32_t column = p.label_offset + label;
    for (int32_t box = 0; box < p.boxes; ++box) scratch.scores[box] = real_at(p.scores, scores, box * p.scores_size + column);
    const int32_t kept = suppress(p, scratch, min(p.detections_per_class, p.max_detections));
    for (int32_t i = 0; i < kept; ++i) {  // each behind those of the same score
      const float s = scratch.scores[scratch.selected[i]];
      int32_t at = count;
      while (at > 0 && scratch.best_scores[at - 1] < s) --at;
      if (at == p.max_detections) break;  // as are the rest, whose scores are not higher
      count = min(count + 1, p.max_detections);
      for (int32_t k = count - 1; k > at; --k) {
        scratch.best[k] = scratch.best[k - 1];
        scratch.best_scores[k] = scratch.best_scores[k - 1];
      }
      scratch.best[at] = scratch.selected[i] * p.scores_size + column;
      scratch.best_scores[at] = s;
    }
  }
  for (int32_t i = 0; i < count; ++i) {
    out.boxes[i] = scratch.corners[scratch.best[i] / p.scores_size];
    out.classes[i] = static_cast<float>(scratch.best[i] % p.scores_size - p.label_offset);
    out.scores[i] = scratch.best_scores[i];
  }
  *out.count = static_cast<float>(count);
}

}  // namespace midge
