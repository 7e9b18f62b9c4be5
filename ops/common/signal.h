// What the operators of TFLM's signal library share. They turn audio into features, a piece of the stream at each inference:
//
//   samples -> Framer -> Window -> FftAutoScale -> Rfft -> Energy -> FilterBank -> FilterBankSquareRoot
//           -> FilterBankSpectralSubtraction -> PCAN -> FilterBankLog -> Stacker -> a network's input
//
// with Delay, and Irfft and OverlapAdd for the way back to samples. All are custom operators, with a FlexBuffer map of options. The
// fixed-point ones give TFLM's bits, its quirks included; each header tells them. What an operator keeps from one inference to the next
// lies in its prepared data, and Interpreter::reset_variables() clears it.
//
// Where TFLM leaves (a part of) an output unwritten, as before a Framer has enough samples, zeros are written: what a target computes
// must not depend on its memory plan.
#pragma once
#include "kernels/signal/front_end.h"
#include "ops/context.h"

namespace midge {

/// kUnsupportedRank unless input `slot` has rank 1; kUnsupportedType unless it is of this type.
Status check_vector(const PrepareContext& c, uint32_t slot, Type type);

/// set_output_shape() of an output whose type did not choose the variant.
Status set_output(PrepareContext& c, uint32_t slot, Type type, const Shape& shape);

Shape vector_shape(int32_t count);

}  // namespace midge
