#include <charconv>
#include <stdexcept>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "protocol/bytes/hex.hpp"
#include "runtime/ports/engine.hpp"
#include "scenarios/report/jsonl.hpp"
#include "scenarios/report/words.hpp"

namespace lunsim::scenarios {
namespace {

namespace json = boost::json;

/// What is wrong with a line; becomes the message of read_jsonl().
struct BadLine : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One line's members, each of which must be there and of its kind.
class Line {
 public:
  explicit Line(const json::object& members) : members_(members) {}

  std::string text(const char* name) const {
    const json::value& value = member(name);
    if (!value.is_string()) throw BadLine(fmt::format("\"{}\" is no text", name));
    return std::string(value.get_string());
  }
  bool flag(const char* name) const {
    const json::value& value = member(name);
    if (!value.is_bool()) throw BadLine(fmt::format("\"{}\" is neither true nor false", name));
    return value.get_bool();
  }
  template <class Number>
  Number number(const char* name) const {
    boost::system::error_code error;
    const auto value = member(name).to_number<Number>(error);
    if (error) throw BadLine(fmt::format("\"{}\" is no number that can stand here", name));
    return value;
  }
  std::uint64_t hex(const char* name) const {
    const std::string all = text(name);
    std::string_view digits = all;
    if (digits.starts_with("0x")) digits.remove_prefix(2);
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc{} || end != digits.data() + digits.size())
      throw BadLine(fmt::format("\"{}\" is no hexadecimal number", name));
    return value;
  }
  std::vector<std::byte> bytes(const char* name) const {
    auto value = bytes::from_hex(text(name));
    if (!value) throw BadLine(fmt::format("\"{}\" is no row of bytes in hexadecimal", name));
    return std::move(*value);
  }
  const json::array& list(const char* name) const {
    const json::value& value = member(name);
    if (!value.is_array()) throw BadLine(fmt::format("\"{}\" is no list", name));
    return value.get_array();
  }
  std::vector<std::string> texts(const char* name) const {
    std::vector<std::string> out;
    for (const json::value& value : list(name)) {
      if (!value.is_string()) throw BadLine(fmt::format("\"{}\" is no list of texts", name));
      out.emplace_back(value.get_string());
    }
    return out;
  }
  Line object(const char* name) const { return of(member(name), name); }
  static Line of(const json::value& value, const char* name) {
    if (!value.is_object()) throw BadLine(fmt::format("\"{}\" is no object", name));
    return Line(value.get_object());
  }
  Verdict verdict() const {
    const std::string word = text("verdict");
    if (const auto value = verdict_of(word)) return *value;
    throw BadLine(fmt::format("\"{}\" is no verdict", word));
  }

 private:
  const json::value& member(const char* name) const {
    const json::value* value = members_.if_contains(name);
    if (value == nullptr) throw BadLine(fmt::format("\"{}\" is missing", name));
    return *value;
  }
  const json::object& members_;
};

DigestState digest_of(const std::string& word) {
  if (word == "absent") return DigestState::absent;
  if (word == "right") return DigestState::right;
  if (word == "wrong") return DigestState::wrong;
  throw BadLine(fmt::format("\"{}\" is nothing that a digest can be", word));
}

runtime::Endpoint endpoint_of(const std::string& text) {
  if (auto endpoint = runtime::parse_endpoint(text, 0)) return *endpoint;
  throw BadLine(fmt::format("\"{}\" is no address with a port", text));
}

TraceEntry::Kind entry_kind_of(const std::string& word) {
  if (word == "opened") return TraceEntry::Kind::opened;
  if (word == "pdu") return TraceEntry::Kind::pdu;
  if (word == "bytes") return TraceEntry::Kind::no_pdu;
  if (word == "closed") return TraceEntry::Kind::closed;
  throw BadLine(fmt::format("\"{}\" is nothing that happens on a wire", word));
}

class Reader {
 public:
  RunReport report;
  bool has_ended() const { return has_ended_; }

  void take(const json::value& value) {
    if (!value.is_object()) throw BadLine("a line is a JSON object");
    const Line line(value.get_object());
    const std::string kind = line.text("kind");
    if (has_ended_) throw BadLine("something stands behind the \"end\" line");
    if (!has_begun_ && kind != "run") throw BadLine("the first line must be of kind \"run\"");
    if (kind == "run") return take_run(line);
    if (kind == "scenario") return take_scenario(line);
    if (kind == "case") return take_case(line);
    if (kind == "strike") return take_strike(line);
    if (kind == "wire") return take_wire(line);
    if (kind == "rule") return take_rule(line);
    if (kind == "end") return take_end(line);
    throw BadLine(fmt::format("lines of kind \"{}\" are unknown here", kind));
  }

 private:
  void take_run(const Line& line) {
    if (has_begun_) throw BadLine("a second \"run\" line");
    has_begun_ = true;
    const int format = line.number<int>("format");
    if (format != kJsonlFormat)
      throw BadLine(fmt::format("format {} is not the one that this lunsim reads, which is {}",
                                format, kJsonlFormat));
    report.version = line.text("version");
    const std::string world = line.text("world");
    if (world != "live" && world != "simulated")
      throw BadLine(fmt::format("\"{}\" is no world", world));
    report.live = world == "live";
    report.seed = line.hex("seed");
    const Line shard = line.object("shard");
    report.shard = {shard.number<std::uint32_t>("index"), shard.number<std::uint32_t>("count")};
    if (report.shard.index < 1 || report.shard.index > report.shard.count)
      throw BadLine("\"shard\" is none");
    report.selected = line.number<std::uint64_t>("selected");
    report.selection_hash = line.hex("selection");
    report.assigned = line.number<std::uint64_t>("assigned");
    report.repetitions = line.number<std::uint64_t>("repetitions");
    report.stopped_early = line.flag("stopped_early");
    report.event_hash = line.text("event_hash");
  }

  void take_scenario(const Line& line) {
    ScenarioReport one;
    one.id = line.text("id");
    one.repetition = line.number<std::uint64_t>("repetition");
    one.position = line.number<std::uint64_t>("position");
    one.file = line.text("file");
    one.title = line.text("title");
    one.tags = line.texts("tags");
    one.checks = line.texts("checks");
    one.seed = line.hex("seed");
    one.verdict = line.verdict();
    one.reason = line.text("reason");
    one.harness_error = line.flag("harness_error");
    one.malformed_on_wire = line.flag("malformed_on_wire");
    one.virtual_ns = line.number<std::int64_t>("virtual_ns");
    one.wall_ns = line.number<std::int64_t>("wall_ns");
    for (const json::value& value : line.list("faults")) {
      const Line fault = Line::of(value, "faults");
      one.faults.push_back({fault.text("name"), fault.number<std::uint64_t>("matched"),
                            fault.number<std::uint64_t>("fired"), fault.flag("may_not_fire")});
    }
    one.ladder_left_out = line.number<std::uint64_t>("ladder_left_out");
    one.event_hash = line.text("event_hash");
    report.scenarios.push_back(std::move(one));
  }

  /// The scenario that a line belongs to: always the last one.
  ScenarioReport& scenario_of(const Line& line) {
    const std::string id = line.text("scenario");
    if (report.scenarios.empty() || report.scenarios.back().id != id ||
        report.scenarios.back().repetition != line.number<std::uint64_t>("repetition"))
      throw BadLine(fmt::format("it belongs to {}, whose line is not before it", id));
    return report.scenarios.back();
  }

  void take_case(const Line& line) {
    CaseReport one;
    one.id = line.text("id");
    one.verdict = line.verdict();
    one.place = {line.text("file"), line.number<std::uint32_t>("line"),
                 line.number<std::uint32_t>("column")};
    one.rules = line.texts("rules");
    one.expected = line.text("expected");
    one.seen = line.text("seen");
    one.message = line.text("message");
    one.span = {line.number<std::int64_t>("began_ns"), line.number<std::int64_t>("ended_ns"),
                line.number<std::uint64_t>("first_entry"),
                line.number<std::uint64_t>("last_entry")};
    scenario_of(line).cases.push_back(std::move(one));
    ++cases_;
  }

  void take_strike(const Line& line) {
    scenario_of(line).strikes.push_back({line.text("fault"), line.number<std::int64_t>("at_ns"),
                                         line.number<std::uint64_t>("after_entry")});
  }

  void take_wire(const Line& line) {
    TraceEntry entry;
    entry.kind = entry_kind_of(line.text("what"));
    entry.number = line.number<std::uint64_t>("entry");
    entry.connection = line.number<std::uint32_t>("connection");
    entry.from_opener = line.flag("from_opener");
    entry.began_at = {line.number<std::int64_t>("began_ns")};
    entry.at = {line.number<std::int64_t>("at_ns")};
    if (entry.kind == TraceEntry::Kind::opened) {
      entry.from = endpoint_of(line.text("from"));
      entry.to = endpoint_of(line.text("to"));
    }
    if (entry.kind == TraceEntry::Kind::closed) entry.by_reset = line.flag("by_reset");
    if (entry.kind == TraceEntry::Kind::pdu) take_header(line, entry);
    entry.part.is_pdu = entry.kind == TraceEntry::Kind::pdu;
    if (entry.kind == TraceEntry::Kind::pdu || entry.kind == TraceEntry::Kind::no_pdu) {
      entry.part.data = line.bytes("data");
      entry.part.data_bytes = line.number<std::uint64_t>("data_bytes");
      entry.part.offset = line.number<std::uint64_t>("offset");
      entry.part.bytes = line.number<std::uint64_t>("bytes");
    }
    scenario_of(line).ladder.push_back(std::move(entry));
  }

  static void take_header(const Line& line, TraceEntry& entry) {
    entry.pdu_number = line.number<std::uint64_t>("pdu");
    const std::vector<std::byte> bhs = line.bytes("bhs");
    if (bhs.size() != pdu::kBhsBytes) throw BadLine("\"bhs\" is no header of 48 bytes");
    std::copy(bhs.begin(), bhs.end(), entry.part.bhs.begin());
    entry.part.ahs = line.bytes("ahs");
    entry.part.header_digest = digest_of(line.text("header_digest"));
    entry.part.data_digest = digest_of(line.text("data_digest"));
  }

  void take_rule(const Line& line) {
    report.rules[line.text("id")] = {line.text("text"), line.text("reading"),
                                     line.texts("sources")};
  }

  void take_end(const Line& line) {
    if (line.number<std::uint64_t>("scenarios") != report.scenarios.size() ||
        line.number<std::uint64_t>("cases") != cases_)
      throw BadLine(fmt::format("{} scenarios with {} cases stand before it, and it counts others",
                                report.scenarios.size(), cases_));
    has_ended_ = true;
  }

  bool has_begun_ = false, has_ended_ = false;
  std::uint64_t cases_ = 0;
};

}  // namespace

tl::expected<RunReport, std::string> read_jsonl(std::string_view text, const std::string& name) {
  if (text.size() > kJsonlBytesMax)
    return tl::unexpected(fmt::format("{}: more than {} bytes", name, kJsonlBytesMax));
  Reader reader;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    boost::system::error_code error;
    const json::value value = json::parse(json::string_view(line.data(), line.size()), error);
    if (error)
      return tl::unexpected(fmt::format("{}:{}: no JSON: {}", name, number, error.message()));
    try {
      reader.take(value);
    } catch (const BadLine& bad) {
      return tl::unexpected(fmt::format("{}:{}: {}", name, number, bad.what()));
    }
  }
  if (!reader.has_ended())
    return tl::unexpected(fmt::format(
        "{}:{}: the report breaks off here: its \"end\" line is missing", name, number));
  return std::move(reader.report);
}

}  // namespace lunsim::scenarios
