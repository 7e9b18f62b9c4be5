# midge_target_list(OUT FILE KEY): sets OUT to the list of strings that the JSON object in FILE has under KEY.

include_guard(GLOBAL)

function(midge_target_list out file key)
  file(READ "${file}" json)
  string(JSON count LENGTH "${json}" ${key})
  set(items "")
  if(count GREATER 0)
    math(EXPR last "${count} - 1")
    foreach(i RANGE ${last})
      string(JSON item GET "${json}" ${key} ${i})
      list(APPEND items "${item}")
    endforeach()
  endif()
  set(${out} "${items}" PARENT_SCOPE)
endfunction()
