// The images midge_op_tests_*: operators' tests on the target, one line an operator over the wire, exit status 0 or 1. The last
// line is "PASSED" or "FAILED"; a runner that does not see it must not believe the status.
#include "targets/board.h"
#include "tests/run_op_tests.h"

namespace {

void print(const char* line) {
  midge_wire_write(line, static_cast<uint32_t>(strlen(line)));
  midge_wire_write("\n", 1);
}

}  // namespace

int main() {
  using namespace midge::testing;
  uint32_t failures = 0, checks = 0;
  print((Line() << "seed " << static_cast<int32_t>(kDefaultSeed)).text());
  for (const OpTest& test : kOpTests) {
    Report report(test.name, kDefaultSeed, 0, print);
    test.run(report);
    failures += report.failures();
    checks += report.checks();
    print((Line() << test.name << ": " << static_cast<int32_t>(report.cases()) << " cases, " << static_cast<int32_t>(report.checks())
                  << " checks, " << static_cast<int32_t>(report.failures()) << " failures")
              .text());
  }
  const bool passed = failures == 0 && checks > 0;
  print(passed ? "PASSED" : "FAILED");
  return passed ? 0 : 1;
}

extern "C" void midge_on_fault(const midge_fault* fault) {
  print((midge::testing::Line() << "FAULT at pc " << static_cast<int32_t>(fault->pc)).text());
  midge_board_exit(kExitFault);
}
