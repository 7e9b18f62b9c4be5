# Compiler flags: warnings are errors everywhere; freestanding code knows no heap, exceptions, RTTI or static guards.

add_compile_options(-Wall -Wextra -Werror)
if(MIDGE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# The flags of freestanding code. MIDGE_FREESTANDING_STANDARD: 17 is what users need, 20 is what CI also compiles.
set(MIDGE_FREESTANDING_STANDARD 17 CACHE STRING "C++ standard of the freestanding code")
set(MIDGE_FREESTANDING_FLAGS
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions> $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti> $<$<COMPILE_LANGUAGE:CXX>:-fno-threadsafe-statics>
  -ffp-contract=off  # float results are then the same bytes on every target
  -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fno-unwind-tables)

function(midge_freestanding target)
  set_target_properties(${target} PROPERTIES CXX_STANDARD ${MIDGE_FREESTANDING_STANDARD} CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF)
  if(NOT MIDGE_TARGET)
    target_compile_options(${target} PRIVATE ${MIDGE_FREESTANDING_FLAGS})
  endif()
endfunction()

if(MIDGE_TARGET)  # everything in a target's build is freestanding
  set(CMAKE_CXX_STANDARD ${MIDGE_FREESTANDING_STANDARD})
  add_compile_options(${MIDGE_FREESTANDING_FLAGS})
else()
  set(CMAKE_CXX_STANDARD 20)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
