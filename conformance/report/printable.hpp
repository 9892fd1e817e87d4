// Text that came from the wire, made fit for a terminal, XML and HTML. Internal to this room.
#pragma once

#include <string>
#include <string_view>

#include "conformance/harness/exchange.hpp"
#include "conformance/report/report.hpp"

namespace lunsim::conform {

/// Printable ASCII, tab and line ends stay; every other byte becomes \xHH.
std::string printable(std::string_view text);
/// printable(), and what means something in HTML is written as text.
std::string as_html(std::string_view text);
/// printable(), fit for a cell of a Markdown table.
std::string as_markdown_cell(std::string_view text);

/// What the target answered in the logins of an exchange; of a key that came again, the last.
Pairs negotiated_keys(const Exchange& exchange);
/// "0.013 s".
std::string seconds_text(std::int64_t duration_ns);
/// The command line that runs this case alone.
std::string replay_of(const ConformReport& report, const CaseLine& line);

}  // namespace lunsim::conform
