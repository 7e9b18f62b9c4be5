# The operators' tests, for midge_tests on the host and midge_op_tests on a target: MIDGE_OP_TEST_SOURCES, and the list
# generated/op_tests.def of the operators that have a test.cc.
set(_def "")
set(MIDGE_OP_TEST_SOURCES ${PROJECT_SOURCE_DIR}/tests/tflite_builder.cc)
foreach(_op IN LISTS MIDGE_OP_TESTS)
  string(APPEND _def "MIDGE_OP_TEST(${_op})\n")
  list(APPEND MIDGE_OP_TEST_SOURCES ${PROJECT_SOURCE_DIR}/ops/${_op}/test.cc)
endforeach()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/op_tests.def CONTENT "${_def}")

# The tests of the operators, as freestanding code.
add_library(midge_op_test_cases STATIC EXCLUDE_FROM_ALL ${MIDGE_OP_TEST_SOURCES})
midge_freestanding(midge_op_test_cases)
target_include_directories(midge_op_test_cases PUBLIC ${PROJECT_BINARY_DIR}/generated)
target_link_libraries(midge_op_test_cases PUBLIC midge_runtime)
