// TFLite_Detection_PostProcess: the boxes of an SSD decoded against its anchors, then non-maximum suppression (NMS).
//
//   in 0 [1,N,>=4]  box encodings (y, x, h, w, ..)     in 1 [1,N,C]  scores; C is num_classes, or one more: a background before them
//   in 2 [N,4]      anchors (y, x, h, w)
//   out 0 [1,K,4]   boxes (ymin, xmin, ymax, xmax)     out 1 [1,K]  classes, from 0     out 2 [1,K]  scores     out 3 [1]  count
//
// with K = max_detections * max_classes_per_detection. A box's centre is y / y_scale * h_a + y_a, half its height e^(h / h_scale) * h_a / 2;
// likewise x and w; in double precision, then rounded to float. A box with a higher score suppresses those with which its
// intersection over union exceeds nms_iou_threshold. Equal scores: the box, then the class, that comes first.
//
// Fast NMS: on each box's best class; the first max_classes_per_detection of each box that is left come out, and count is the number of
// boxes. Regular NMS (use_regular_nms): on each class apart, at most detections_per_class (100 where it is not given) of each; the best
// max_detections of all come out. Scores below nms_score_threshold never do. What is left over of the outputs is zero.
//
// Types: encodings and anchors float32, or both uint8; scores float32 or uint8; float32. Options: those above and num_classes. kBadData
// where a box's minimum exceeds its maximum, as with an anchor of negative size.
#pragma once
#include "ops/context.h"

namespace midge {

struct Corners {
  float ymin, xmin, ymax, xmax;
};

/// How a tensor's elements become real.
struct RealView {
  int32_t is_quantized;
  float scale;
  int32_t zero_point;
};

struct DetectionPostprocess {
  int32_t boxes, encoding_size;  ///< N, values of an encoding
  int32_t classes, scores_size, label_offset;  ///< num_classes, C, C - num_classes
  int32_t max_detections, classes_per_detection, detections_per_class;
  int32_t regular;
  float score_threshold, iou_threshold;
  float y_scale, x_scale, h_scale, w_scale;
  RealView encodings, scores, anchors;
};

/// The parts of the scratch. T[N] but for those of T[max_detections].
struct DetectionScratch {
  Corners* corners;
  float* scores;  ///< of the class at hand
  int32_t* candidates;  ///< a heap of boxes, the best first
  int32_t* selected;  ///< [max_detections], boxes that NMS keeps
  int32_t* best;  ///< [max_detections] of regular NMS, box * C + class, over all classes so far; the best first
  float* best_scores;  ///< [max_detections], theirs

  static uint64_t bytes(const DetectionPostprocess& p) {
    return static_cast<uint64_t>(p.boxes) * (sizeof(Corners) + 8) + static_cast<uint64_t>(p.max_detections) * 12;
  }
};

struct DetectionOutputs {
  Corners* boxes;
  float* classes;
  float* scores;
  float* count;
};

/// False where a box's minimum exceeds its maximum.
bool detection_decode(const DetectionPostprocess& p, const void* encodings, const void* anchors, Corners* out);
/// Both expect outputs that are zero.
void detection_fast_nms(const DetectionPostprocess& p, const void* scores, const DetectionScratch& scratch, const DetectionOutputs& out);
void detection_regular_nms(const DetectionPostprocess& p, const void* scores, const DetectionScratch& scratch, const DetectionOutputs& out);

}  // namespace midge
