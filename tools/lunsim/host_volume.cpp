#include "tools/lunsim/host_volume.hpp"

#include <charconv>

#include "initiator/host/node_name.hpp"

namespace lunsim::tools {

tl::expected<initiator::Volume, std::string> parse_volume(const std::string& text) {
  constexpr const char* kForm = "it is NAME=TARGET/LUN, such as E:=iqn.2026-01.com.example:disks/0";
  const std::size_t equals = text.find('='), slash = text.rfind('/');
  if (equals == std::string::npos || equals == 0 || slash == std::string::npos || slash < equals)
    return tl::unexpected(std::string(kForm));
  initiator::Volume volume{text.substr(0, equals), text.substr(equals + 1, slash - equals - 1), 0};
  if (!initiator::is_node_name(volume.target_name))
    return tl::unexpected("\"" + volume.target_name + "\" is no name of a target; " + kForm);
  const char* end = text.data() + text.size();
  const auto number = std::from_chars(text.data() + slash + 1, end, volume.lun);
  if (number.ec != std::errc{} || number.ptr != end)
    return tl::unexpected("\"" + text.substr(slash + 1) + "\" is no LUN; " + kForm);
  return volume;
}

}  // namespace lunsim::tools
