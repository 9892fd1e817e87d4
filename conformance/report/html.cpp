// One page without scripts: a row for each case that opens to show what was sent and seen.
#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "conformance/report/coverage.hpp"
#include "conformance/report/printable.hpp"
#include "conformance/report/report.hpp"
#include "protocol/bytes/hex.hpp"

namespace lunsim::conform {
namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--line:#8884;--faint:#8882}
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
h1{font-size:1.4rem;margin:0;overflow-wrap:anywhere}dd,p code{overflow-wrap:anywhere}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}
.sums span{display:inline-block;margin:.3rem .8rem .3rem 0}
table{border-collapse:collapse}td,th{padding:.15rem .7rem .15rem 0;text-align:left;vertical-align:top}
details{border-top:1px solid var(--line)}summary{cursor:pointer;padding:.35rem 0;display:flex;gap:.8rem}
summary code{flex:1;overflow-wrap:anywhere}.v{flex:0 0 7.5rem;font-weight:600}
.pass{color:#17803d}.pass-loose{color:#4d7c0f}.warn{color:#b45309}.fail,.time-out,.target-gone,.inconclusive{color:#c81e1e}
.unsupported,.skipped{color:#777}.body{padding:.2rem 0 1rem 1.2rem}
pre{background:var(--faint);padding:.6rem;overflow-x:auto;font-size:12.5px;line-height:1.35}
body:not(:has(#passes:checked)) :is(.c-pass,.c-pass-loose){display:none}
body:not(:has(#others:checked)) :is(.c-unsupported,.c-skipped){display:none}
@media(max-width:40rem){body{margin:1rem auto;padding:0 .6rem}summary{flex-wrap:wrap;gap:.4rem}summary code{flex-basis:100%;order:9}}
mark{background:#ffd54a;color:#000}.why{font-weight:600}dt{font-weight:600;margin-top:.4rem}dd{margin:0}
@media(prefers-color-scheme:dark){.pass{color:#5ad17f}.pass-loose{color:#a3cf4f}.fail,.time-out,.target-gone,.inconclusive{color:#ff7b7b}.warn{color:#f0b35a}}
)";

constexpr std::size_t kRowBytes = 16;

/// Hexadecimal, 16 bytes a line, the deciding ones marked.
std::string bytes_html(std::span<const std::byte> all, const Mark* mark) {
  std::string out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i % kRowBytes == 0) out += fmt::format("{}      {:4} ", i == 0 ? "" : "\n", i);
    const bool decides =
        mark != nullptr && i >= mark->byte_offset && i - mark->byte_offset < mark->byte_count;
    const std::string hex = bytes::to_hex(all.subspan(i, 1));
    out += decides ? " <mark>" + hex + "</mark>" : " " + hex;
  }
  return out;
}

std::string exchange_html(const CaseResult& result) {
  std::string out;
  for (std::size_t i = 0; i < result.exchange.frames.size(); ++i) {
    const Frame& frame = result.exchange.frames[i];
    const bool decides = result.mark && result.mark->frame == i;
    const std::string captured =
        frame.capture_frame == 0 ? "" : fmt::format(" (capture: {})", frame.capture_frame);
    const std::string line = fmt::format("{:3} {}{}", i + 1, as_html(describe(frame)), captured);
    out += decides ? "<mark>" + line + "</mark>\n" : line + "\n";
    // What passed is shown by its lines: its bytes would be most of the page, and are in the
    // capture.
    if (frame.kind != Frame::Kind::pdu || is_pass(result.verdict)) continue;
    const std::vector<std::byte> all = wire_bytes(frame.pdu, false, false);
    out += bytes_html(all, decides ? &*result.mark : nullptr) + "\n";
    if (frame.data_bytes > frame.pdu.data.size())
      out += fmt::format("           (data segment of {} bytes, its beginning is shown)\n",
                         frame.data_bytes);
  }
  if (result.exchange.left_out > 0)
    out += fmt::format("({} more frames)\n", result.exchange.left_out);
  return out;
}

void entry(std::string& out, std::string_view name, const std::string& html) {
  if (!html.empty()) out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, html);
}

/// The requirements in our words.
std::string requirements_html(const Case& about) {
  std::string out;
  for (const std::string& id : about.requirements)
    if (const RequirementText* known = requirement_text(id))
      out += fmt::format("{}<b>{}</b> {}", out.empty() ? "" : "<br>", as_html(id),
                         as_html(known->text));
  return out;
}

/// The capture, and how Wireshark is told what is in it.
std::string opening_of(const CaseLine& line) {
  const auto& wires = line.result.exchange.wires;
  if (line.capture.empty() || wires.empty()) return line.capture;
  const Exchange::Wire& first = wires.begin()->second;
  return fmt::format("{} (wireshark -d tcp.port=={},iscsi {})", line.capture, first.listener_port,
                     line.capture);
}

std::string case_html(const ConformReport& report, const CaseLine& line) {
  const Case& about = *line.about;
  const CaseResult& result = line.result;
  const std::string_view verdict = name_of(result.verdict);
  std::string out = fmt::format(
      "<details id=\"{0}\" class=\"c-{1}\"><summary><span class=\"v "
      "{1}\">{1}</span><code>{0}</code>"
      "<span>{2}</span><span>{3}</span>{4}</summary><div class=\"body\"><dl>\n",
      as_html(about.id), verdict, name_of(about.level), seconds_text(result.duration_ns),
      line.baseline.empty() ? "" : fmt::format("<span>{}</span>", as_html(line.baseline)));
  entry(out, "Requirement", as_html(about.purpose));
  entry(out, "Section",
        fmt::format("{} ({})", as_html(about.section()),
                    as_html(fmt::format("{}", fmt::join(about.requirements, ", ")))));
  entry(out, "What it says", requirements_html(about));
  entry(out, "Verdict", fmt::format("<span class=\"why\">{}</span>", as_html(result.message)));
  if (result.mark)
    entry(out, "Deciding bytes", as_html(deciding_bytes(result.exchange, *result.mark)));
  entry(out, "Observed", as_html(about.observed));
  entry(out, "Possible problems", as_html(about.possible_problems));
  entry(out, "Known as", as_html(fmt::format("{}", fmt::join(about.known_as, ", "))));
  entry(out, "Baseline", as_html(line.baseline_reason));
  std::string keys;
  for (const auto& [key, value] : negotiated_keys(result.exchange))
    keys += as_html(key + "=" + value) + "<br>";
  entry(out, "Negotiated keys (as answered)", keys);
  entry(out, "Capture", as_html(opening_of(line)));
  entry(out, "Replay", "<code>" + as_html(replay_of(report, line)) + "</code>");
  out += "</dl>\n";
  if (!result.exchange.frames.empty()) out += "<pre>" + exchange_html(result) + "</pre>\n";
  if (!line.device_log.empty())
    out += "<h3>The device's log</h3><pre>" + as_html(line.device_log) + "</pre>\n";
  return out + "</div></details>\n";
}

std::string profile_html(const Profile& profile) {
  if (profile.abilities.empty()) return {};
  std::string out =
      "<details><summary><b>What the target can do</b></summary><div class=\"body\"><table>\n";
  for (const auto& [need, ability] : profile.abilities)
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n", name_of(need),
                       ability.has ? "yes" : "no", as_html(ability.detail));
  return out + "</table></div></details>\n";
}

/// Red first, then what was judged, then what was not.
int weight(const CaseLine& line) {
  if (is_red(line)) return 0;
  if (is_red(line.result.verdict)) return 1;
  constexpr std::array kOrder{Verdict::warn, Verdict::pass_loose, Verdict::pass,
                              Verdict::unsupported, Verdict::skipped};
  return 2 + static_cast<int>(std::find(kOrder.begin(), kOrder.end(), line.result.verdict) -
                              kOrder.begin());
}

}  // namespace

std::string to_html(const ConformReport& report) {
  const std::string target = as_html(report.target);
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>{0}</title><style>{1}</style>"
      "</head><body>\n<h1>{0}</h1>\n<p>lunsim {2}, {3}. Replay: <code>{4}</code></p>\n"
      "<p class=\"sums\">{5}</p>\n{6}"
      "<p><label><input type=\"checkbox\" id=\"passes\" checked> show what passed</label> "
      "<label><input type=\"checkbox\" id=\"others\" checked> show what was not "
      "judged</label></p>\n",
      target, kStyle, as_html(report.version), report.world, as_html(report.replay),
      as_html(sums_of(report)), profile_html(report.profile));
  std::vector<const CaseLine*> lines;
  for (const CaseLine& line : report.lines) lines.push_back(&line);
  std::stable_sort(lines.begin(), lines.end(),
                   [](const CaseLine* a, const CaseLine* b) { return weight(*a) < weight(*b); });
  out += "<h2>Cases</h2>\n";
  for (const CaseLine* line : lines) out += case_html(report, *line);
  return out + "</body></html>\n";
}

}  // namespace lunsim::conform
