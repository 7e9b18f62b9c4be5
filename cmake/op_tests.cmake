# The operators' tests, for midge_tests on the host and for the images midge_op_tests_* of a target. A list of those that an image
# runs is generated/<list>/op_tests.def; generated/all has every operator with a test.cc.
set(MIDGE_OP_TEST_SOURCES ${PROJECT_SOURCE_DIR}/tests/tflite_builder.cc)
foreach(_op IN LISTS MIDGE_OP_TESTS)
  list(APPEND MIDGE_OP_TEST_SOURCES ${PROJECT_SOURCE_DIR}/ops/${_op}/test.cc)
endforeach()

# midge_op_test_list(LIST operator...): writes the list.
function(midge_op_test_list list)
  set(def "")
  foreach(op IN LISTS ARGN)
    string(APPEND def "MIDGE_OP_TEST(${op})\n")
  endforeach()
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/${list}/op_tests.def CONTENT "${def}")
endfunction()
midge_op_test_list(all ${MIDGE_OP_TESTS})

# The tests of the operators, as freestanding code.
add_library(midge_op_test_cases STATIC EXCLUDE_FROM_ALL ${MIDGE_OP_TEST_SOURCES})
midge_freestanding(midge_op_test_cases)
target_link_libraries(midge_op_test_cases PUBLIC midge_runtime)
