# midge_op_tests_0, _1, ...: images that run operators' test.cc on the target, some operators each, since not every target has memory
# for all of them at once. `tests/run_images.py` builds and runs them.
include(op_tests)
include(${PROJECT_SOURCE_DIR}/targets/midge_image.cmake)
set(MIDGE_OPERATORS_AN_IMAGE 32)
add_custom_target(midge_op_tests)
add_dependencies(midge_op_tests midge_image midge_audio)  # built, so that its symbols can be checked
set(_rest ${MIDGE_OP_TESTS})
set(_image 0)
while(_rest)
  list(SUBLIST _rest 0 ${MIDGE_OPERATORS_AN_IMAGE} _some)
  list(REMOVE_ITEM _rest ${_some})
  midge_op_test_list(image_${_image} ${_some})
  set(_name midge_op_tests_${_image})
  midge_add_image(${_name} SOURCES ${PROJECT_SOURCE_DIR}/tests/op_tests_image.cc LIBS midge_op_test_cases midge_runtime STACK_BYTES 32768)
  target_include_directories(${_name} PRIVATE ${PROJECT_BINARY_DIR}/generated/image_${_image})
  set_target_properties(${_name} PROPERTIES EXCLUDE_FROM_ALL ON)
  add_dependencies(midge_op_tests ${_name})
  math(EXPR _image "${_image} + 1")
endwhile()

# midge_any_model: runs models that come over the wire. `tests/run_cases.py` builds and feeds it.
midge_add_image(midge_any_model SOURCES ${PROJECT_SOURCE_DIR}/tests/any_model_image.cc LIBS midge_runtime STACK_BYTES 65536)
set_target_properties(midge_any_model PROPERTIES EXCLUDE_FROM_ALL ON)
