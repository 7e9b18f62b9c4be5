# Compiles through ccache where it is installed: rebuilding after a branch switch costs seconds.
find_program(MIDGE_CCACHE ccache)
if(MIDGE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${MIDGE_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${MIDGE_CCACHE})
endif()
