// `lunsim decode`: a PDU, sense data or a CDB in hexadecimal, explained field by field.
#pragma once

#include <string>
#include <vector>

namespace lunsim::tools {

struct DecodeOptions {
  std::string kind;              // "pdu", "sense", "cdb", or empty: judged by the bytes
  std::vector<std::string> hex;  // joined; "-" alone reads standard input
};

/// Returns the exit code; explains on stdout, complains on stderr.
int decode(const DecodeOptions& options);

}  // namespace lunsim::tools
