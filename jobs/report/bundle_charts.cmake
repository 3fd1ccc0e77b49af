# Joins Debian's Vega modules to one script: cmake -DOUTPUT=file -DFOLDER=folder -P bundle_charts.cmake
#
# Each module expects CommonJS; a table of modules stands in for it, so that the page needs no
# loader and no network.
set(modules util time format loader dataflow statistics scale canvas scenegraph expression selection
    functions event-selector runtime transforms view-transforms encode parser view)
file(WRITE ${OUTPUT} "const vegaModules = {};\nconst require = name => vegaModules[name] || {};\n")
foreach(module ${modules})
  set(name vega-${module})
  if(module STREQUAL selection)
    set(name vega-selections)  # the name by which the others ask for it
  endif()
  file(READ ${FOLDER}/vega-${module}.min.js text)
  file(APPEND ${OUTPUT}
       "vegaModules[\"${name}\"] = {};\n(function (exports, module, define) {\n")
  file(APPEND ${OUTPUT} "${text}")
  file(APPEND ${OUTPUT} "\n})(vegaModules[\"${name}\"], {});\n")
endforeach()
file(APPEND ${OUTPUT} [[
const vega = Object.assign({}, ...Object.values(vegaModules));
for (const name of ["transforms", "view-transforms", "encode"]) {
  Object.assign(vega.transforms, vegaModules["vega-" + name]);
}
]])
