# Build entries of the operators, from ops/ops.def: adding an operator is one folder and one line there.
#
# Every file in an operator's folder must be one that the layout knows; anything else stops the configuration, so that a
# misspelt file is never silently left out.

set(MIDGE_OP_FILES_FREESTANDING reference.cc portable.cc arm_dsp.cc arm_mve.cc riscv_v.cc x86.cc aarch64.cc)
set(MIDGE_OP_FILES_HOST spec.cc)
set(MIDGE_OP_FILES_OTHER kernels.inc test.cc)

file(STRINGS ${CMAKE_CURRENT_SOURCE_DIR}/ops/ops.def _lines REGEX "^MIDGE_(CUSTOM_)?OP")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/ops/ops.def)
set(MIDGE_OPS "")
foreach(_line IN LISTS _lines)
  string(REGEX MATCH "MIDGE_(CUSTOM_)?OP\\(([a-z0-9_]+)," _ "${_line}")
  list(APPEND MIDGE_OPS ${CMAKE_MATCH_2})
endforeach()

# Every folder of ops/ is an operator of the list, or common/.
file(GLOB _folders CONFIGURE_DEPENDS LIST_DIRECTORIES true RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/ops ${CMAKE_CURRENT_SOURCE_DIR}/ops/*)
foreach(_folder IN LISTS _folders)
  if(IS_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/ops/${_folder} AND NOT _folder IN_LIST MIDGE_OPS AND NOT _folder STREQUAL "common")
    message(FATAL_ERROR "ops/${_folder}: no line in ops/ops.def names this folder. Add MIDGE_OP(${_folder}, ...) or remove it.")
  endif()
endforeach()

set(MIDGE_OP_SOURCES ops/context.cc)
set(MIDGE_OP_SPECS "")
set(MIDGE_OP_TESTS "")
file(GLOB _common CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR}/ops/common/*.cc)
list(APPEND MIDGE_OP_SOURCES ${_common})
foreach(_op IN LISTS MIDGE_OPS)
  file(GLOB _files CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/ops/${_op} ${CMAKE_CURRENT_SOURCE_DIR}/ops/${_op}/*)
  if(NOT ${_op}.cc IN_LIST _files OR NOT ${_op}.h IN_LIST _files)
    message(FATAL_ERROR "ops/${_op}: ${_op}.h and ${_op}.cc are missing. ops/ops.def lists the operator.")
  endif()
  foreach(_file IN LISTS _files)
    if(_file STREQUAL "${_op}.cc" OR _file IN_LIST MIDGE_OP_FILES_FREESTANDING)
      list(APPEND MIDGE_OP_SOURCES ops/${_op}/${_file})
    elseif(_file IN_LIST MIDGE_OP_FILES_HOST)
      list(APPEND MIDGE_OP_SPECS ${CMAKE_CURRENT_SOURCE_DIR}/ops/${_op}/${_file})
    elseif(_file STREQUAL "test.cc")
      list(APPEND MIDGE_OP_TESTS ${_op})
    elseif(NOT _file STREQUAL "${_op}.h" AND NOT _file IN_LIST MIDGE_OP_FILES_OTHER)
      message(FATAL_ERROR "ops/${_op}/${_file}: unknown file name. Known: ${_op}.h ${_op}.cc ${MIDGE_OP_FILES_FREESTANDING} ${MIDGE_OP_FILES_HOST} ${MIDGE_OP_FILES_OTHER}")
    endif()
  endforeach()
endforeach()

function(midge_add_operators target)
  target_sources(${target} PRIVATE ${MIDGE_OP_SOURCES})
endfunction()
