#include <boost/json.hpp>

#include <fmt/format.h>

#include "conformance/report/printable.hpp"
#include "conformance/report/report.hpp"
#include "protocol/bytes/hex.hpp"

namespace lunsim::conform {
namespace {

namespace json = boost::json;

json::array strings(const std::vector<std::string>& all) {
  json::array out;
  for (const std::string& one : all) out.emplace_back(one);
  return out;
}

json::array frames_of(const Exchange& exchange) {
  json::array out;
  for (const Frame& frame : exchange.frames) {
    json::object one{{"at_ns", frame.at.since_start_ns},
                     {"connection", frame.connection},
                     {"from", frame.from_us ? "lunsim" : "target"},
                     {"text", printable(describe(frame))}};
    if (frame.kind == Frame::Kind::pdu) {
      one["header"] = bytes::to_hex(frame.pdu.bhs);
      if (frame.data_bytes > 0) one["data"] = bytes::to_hex(frame.pdu.data);
      one["data_bytes"] = frame.data_bytes;
    }
    if (frame.capture_frame > 0) one["capture_frame"] = frame.capture_frame;
    if (!frame.bytes.empty()) one["bytes"] = bytes::to_hex(frame.bytes);
    out.push_back(std::move(one));
  }
  return out;
}

json::object json_line_of(const CaseLine& line) {
  const Case& about = *line.about;
  json::object out{{"id", about.id},
                   {"section", std::string(about.section())},
                   {"level", std::string(name_of(about.level))},
                   {"requirements", strings(about.requirements)},
                   {"purpose", about.purpose},
                   {"observed", about.observed},
                   {"possible_problems", about.possible_problems},
                   {"known_as", strings(about.known_as)},
                   {"verdict", std::string(name_of(line.result.verdict))},
                   {"message", printable(line.result.message)},
                   {"duration_ns", line.result.duration_ns}};
  if (!line.capture.empty()) out["capture"] = line.capture;
  json::object keys;
  for (const auto& [key, value] : negotiated_keys(line.result.exchange))
    keys[printable(key)] = printable(value);
  if (!keys.empty()) out["negotiated"] = std::move(keys);
  if (!line.baseline.empty())
    out["baseline"] = json::object{{"is", line.baseline}, {"reason", line.baseline_reason}};
  if (line.result.mark) {
    const Mark& mark = *line.result.mark;
    out["deciding"] = json::object{{"frame", mark.frame + 1},
                                   {"byte_offset", mark.byte_offset},
                                   {"byte_count", mark.byte_count},
                                   {"field", mark.field},
                                   {"text", printable(deciding_bytes(line.result.exchange, mark))}};
  }
  if (!is_pass(line.result.verdict)) out["exchange"] = frames_of(line.result.exchange);
  return out;
}

json::object profile_of(const Profile& profile) {
  json::object abilities;
  for (const auto& [need, ability] : profile.abilities)
    abilities[std::string(name_of(need))] =
        json::object{{"has", ability.has}, {"detail", ability.detail}};
  json::object keys;
  for (const auto& [key, value] : profile.defaults) keys[printable(key)] = printable(value);
  return {{"abilities", std::move(abilities)},
          {"ordinary_login", std::move(keys)},
          {"blocks", profile.blocks},
          {"block_bytes", profile.block_bytes}};
}

}  // namespace

std::string to_json(const ConformReport& report) {
  json::array cases;
  for (const CaseLine& line : report.lines) cases.push_back(json_line_of(line));
  const json::object whole{{"format", 1},
                           {"lunsim", report.version},
                           {"target", report.target},
                           {"world", report.world},
                           {"replay", report.replay},
                           {"profile", profile_of(report.profile)},
                           {"cases", std::move(cases)}};
  return json::serialize(whole) + "\n";
}

}  // namespace lunsim::conform
