// SPDX-License-Identifier: Apache-2.0
#include "cli/graphviz.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <dlfcn.h>

namespace slsaudit::cli {

namespace {

constexpr std::array<const char*, 4> library_names{"libgvc.so.6", "libgvc.so.7", "libgvc.so", "libgvc.dylib"};
constexpr int quiet = 3; ///< AGMAX of cgraph.h: above every level that is printed.

/// The functions that are used, as gvc.h and cgraph.h declare them; contexts and graphs are opaque.
struct Graphviz {
  void* (*context)() = nullptr;
  void* (*read)(const char*) = nullptr;
  int (*close)(void*) = nullptr;
  int (*layout)(void*, void*, const char*) = nullptr;
  int (*free_layout)(void*, void*) = nullptr;
  /// The length is `unsigned` up to version 12 and `size_t` since.
  int (*render)(void*, void*, const char*, char**, std::size_t*) = nullptr;
  void (*free_rendered)(char*) = nullptr;
  int (*set_error_level)(int) = nullptr;
  char* (*last_error)() = nullptr;
};

template <class Function> bool load(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

/// Symbols of cgraph are found too: libgvc is linked with it.
bool load(void* library, Graphviz& api) {
  return load(library, "gvContext", api.context) && load(library, "agmemread", api.read) &&
         load(library, "agclose", api.close) && load(library, "gvLayout", api.layout) &&
         load(library, "gvFreeLayout", api.free_layout) && load(library, "gvRenderData", api.render) &&
         load(library, "gvFreeRenderData", api.free_rendered) &&
         load(library, "agseterr", api.set_error_level) && load(library, "aglasterr", api.last_error);
}

std::size_t length_of(std::size_t written) {
  if constexpr (std::endian::native == std::endian::big && sizeof(std::size_t) > sizeof(unsigned)) {
    if (written > UINT32_MAX) return written >> 32U; // an `unsigned` was written into the upper half
  }
  return written;
}

text::Failure failure(const Graphviz& api) {
  const char* words = api.last_error();
  return {"Graphviz can't draw this" + (words == nullptr ? std::string() : ": " + std::string(words))};
}

text::Result<std::string> draw(const Graphviz& api, void* context, void* graph) {
  // Without the plug-ins' list, which installing Graphviz writes, there is no layout called dot.
  if (api.layout(context, graph, "dot") != 0) return failure(api);
  char* data = nullptr;
  std::size_t written = 0;
  text::Result<std::string> svg = failure(api);
  if (api.render(context, graph, "svg", &data, &written) == 0 && data != nullptr)
    svg = std::string(data, length_of(written));
  if (data != nullptr) api.free_rendered(data);
  (void)api.free_layout(context, graph);
  return svg;
}

} // namespace

text::Result<std::string> svg_from_dot(const std::string& dot) {
  void* library = nullptr;
  for (const char* name : library_names) {
    if (library == nullptr) library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  }
  // Never closed again: its plug-ins register what is called at exit.
  Graphviz api;
  if (library == nullptr || !load(library, api)) {
    return text::Failure{
        "SVG needs Graphviz's library libgvc, which is not here: install it (Debian: libgvc6, "
        "Fedora: graphviz-libs, Homebrew: graphviz), or draw elsewhere: `slsaudit graph "
        "--format dot | dot -Tsvg`"};
  }
  (void)api.set_error_level(quiet);
  // Never freed: plug-ins keep pointers into the first one.
  static void* const context = api.context();
  if (context == nullptr) return failure(api);
  void* graph = api.read(dot.c_str());
  text::Result<std::string> svg = graph == nullptr ? failure(api) : draw(api, context, graph);
  if (graph != nullptr) (void)api.close(graph);
  return svg;
}

} // namespace slsaudit::cli
