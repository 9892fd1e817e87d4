// One call of one function with values and memory of its own for each parameter, found by the
// function's signature: what every sweep varies one thing of. Each piece of memory lies at an odd
// address with guards on both sides.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "conformance/api_cases/caller_buffer.hpp"
#include "conformance/api_cases/functions.hpp"
#include "initiator/api/signatures.hpp"

namespace lunsim::conformance {

class Frame {
 public:
  Frame(const api::Signature& signature, bool ansi);

  const api::Signature& signature() const { return signature_; }
  bool is_ansi() const { return ansi_; }
  std::size_t find(std::string_view parameter) const { return signature_.find(parameter); }

  void put_number(std::size_t at, api::Word value) { words_[at] = value; }
  /// The parameter points to a copy of these bytes from now on.
  void put_bytes(std::size_t at, const void* bytes, std::size_t size);
  void put_text(std::size_t at, const std::string& ascii);
  template <class T>
  void put(std::size_t at, const T& value) {
    put_bytes(at, &value, sizeof value);
  }
  /// Memory that nothing is in yet.
  void put_room(std::size_t at, std::size_t size);
  void put_null(std::size_t at);
  /// Keeps bytes that another piece of memory points to as long as the frame lives.
  void* keep(const std::string& bytes);

  ISDSC_STATUS call(const Functions& functions);
  /// The same in two parts, the second of which allocates nothing itself.
  void remember();
  ISDSC_STATUS call_bare(const Functions& functions) const;

  /// The value of a ULONG that a parameter points to; 0 for NULL.
  ULONG number_at(std::size_t at) const;
  const CallerBuffer* memory(std::size_t at) const { return memory_[at].get(); }
  /// Parameters whose memory, or what is around it, is not as it was before the call; "" if none.
  std::string written() const;
  /// Nothing but the memory itself has changed.
  bool are_guards_whole() const;
  /// All that came out, for a comparison with another call.
  std::vector<unsigned char> outputs() const;

 private:
  const api::Signature& signature_;
  bool ansi_;
  api::Words words_{};
  std::vector<std::unique_ptr<CallerBuffer>> memory_, before_;
  std::vector<std::unique_ptr<std::string>> kept_;
};

}  // namespace lunsim::conformance
