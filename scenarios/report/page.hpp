// The style and the script of the HTML page, which stand as files of their own in page/ and are
// part of the program. Internal to this room.
#pragma once

#include <span>
#include <string_view>

namespace lunsim::scenarios {

struct EmbeddedFile {
  std::string_view name, text;
};
/// page/report.css, page/report.js.
std::span<const EmbeddedFile> page_files();

}  // namespace lunsim::scenarios
