# CMake toolchain of cortex-m3: compiler and flags come from target.json.
set(MIDGE_TOOLCHAIN_DIR "${CMAKE_CURRENT_LIST_DIR}")
include("${CMAKE_CURRENT_LIST_DIR}/../toolchain_from_json.cmake")
