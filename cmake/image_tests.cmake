# midge_op_tests, the image that runs each operator's test.cc on the target. `tests/run_images.py` builds and runs it.
include(op_tests)
include(${PROJECT_SOURCE_DIR}/targets/midge_image.cmake)
midge_add_image(midge_op_tests SOURCES ${PROJECT_SOURCE_DIR}/tests/op_tests_image.cc LIBS midge_op_test_cases midge_runtime STACK_BYTES 32768)
set_target_properties(midge_op_tests PROPERTIES EXCLUDE_FROM_ALL ON)
