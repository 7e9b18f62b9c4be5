// What must not compile, by MIDGE_CASE. tests/CMakeLists.txt has the message that each must give.
#include "midge/interpreter.h"

midge::Status fails();
midge::Result<int> gives();

void use(midge::Interpreter& interpreter) {
#if MIDGE_CASE == 0  // the control: looked at, it compiles
  if (!fails().ok() || !gives().ok()) return;
  const midge::Status status = interpreter.invoke();
  (void)status;
#elif MIDGE_CASE == 1  // a status that nobody looks at
  interpreter.invoke();
#elif MIDGE_CASE == 2  // nor at a result
  (void)interpreter;
  gives();
#elif MIDGE_CASE == 3  // an interpreter points into itself: no copies
  midge::Interpreter copy(interpreter);
#endif
}
