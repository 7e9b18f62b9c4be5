// TFLite_Detection_PostProcess for the host.
#include "ops/spec.h"

namespace midge {

OpSpec spec_detection_postprocess() {
  return {
      .equation = "boxes, classes, scores and count after non-maximum suppression",
      .types = "float32; uint8 boxes, anchors or scores; to float32",
      .constraints = {"Batch 1; one anchor of 4 values for each box.",
                      "num_classes scores for each box, or one more, a background, before them.",
                      "Scales and the threshold of the intersection are positive.",
                      "Among equal scores the first box, then the first class comes first.", "What is left over of the outputs is zero."},
      .contracts =
          "TFLM has no uint8, refuses a box without area, and misplaces the outputs of fast suppression with several classes a detection: "
          "both contracts follow LiteRT."};
}

}  // namespace midge
