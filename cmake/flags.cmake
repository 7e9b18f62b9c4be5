# Compiler flags: warnings are errors everywhere; freestanding code knows no heap, exceptions, RTTI or static guards.

add_compile_options(-Wall -Wextra -Werror)
if(MIDGE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# The flags that a freestanding target's code is compiled with. MIDGE_FREESTANDING_STANDARD: 17 is what users need, 20 is
# what CI also compiles.
set(MIDGE_FREESTANDING_STANDARD 17 CACHE STRING "C++ standard of the freestanding code")
function(midge_freestanding target)
  set_target_properties(${target} PROPERTIES CXX_STANDARD ${MIDGE_FREESTANDING_STANDARD} CXX_STANDARD_REQUIRED ON
    CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ${MIDGE_HOST_BUILD})
  target_compile_options(${target} PRIVATE
    $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti -fno-threadsafe-statics>
    -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fno-unwind-tables)
  if(MIDGE_TARGET)
    target_compile_options(${target} PRIVATE -ffreestanding)
  endif()
endfunction()

if(MIDGE_TARGET)
  set(MIDGE_HOST_BUILD OFF)
else()
  set(MIDGE_HOST_BUILD ON)
  set(CMAKE_CXX_STANDARD 20)
  set(CMAKE_CXX_STANDARD_REQUIRED ON)
  set(CMAKE_CXX_EXTENSIONS OFF)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()
