#include "conformance/api_cases/frame.hpp"

namespace lunsim::conformance {
namespace {

struct Entry {
  std::string_view name;
  ISDSC_STATUS (*call)(const Functions&, const api::Words&);
};
constexpr Entry kEntries[] = {
#define LUNSIM_ENTRY(name)                                          \
  {#name, [](const Functions& functions, const api::Words& words) { \
     return api::call_with_words(functions.name, words);            \
   }},
    LUNSIM_API_FUNCTIONS(LUNSIM_ENTRY)
#undef LUNSIM_ENTRY
};

}  // namespace

Frame::Frame(const api::Signature& signature, bool ansi)
    : signature_(signature),
      ansi_(ansi),
      memory_(signature.parameters.size()),
      before_(signature.parameters.size()) {}

void Frame::put_bytes(std::size_t at, const void* bytes, std::size_t size) {
  put_room(at, size);
  if (size != 0) std::memcpy(memory_[at]->as<void>(), bytes, size);
}

void Frame::put_room(std::size_t at, std::size_t size) {
  memory_[at] = std::make_unique<CallerBuffer>(size);
  words_[at] = reinterpret_cast<std::uintptr_t>(memory_[at]->as<void>());
}

void Frame::put_text(std::size_t at, const std::string& ascii) {
  const std::size_t width = ansi_ ? sizeof(CHAR) : sizeof(WCHAR);
  std::vector<unsigned char> bytes((ascii.size() + 1) * width, 0);
  for (std::size_t i = 0; i < ascii.size(); ++i)
    bytes[i * width] = static_cast<unsigned char>(ascii[i]);
  put_bytes(at, bytes.data(), bytes.size());
}

void Frame::put_null(std::size_t at) {
  memory_[at].reset();
  words_[at] = 0;
}

void* Frame::keep(const std::string& bytes) {
  kept_.push_back(std::make_unique<std::string>(bytes));
  return kept_.back()->data();
}

void Frame::remember() {
  for (std::size_t at = 0; at < memory_.size(); ++at)
    before_[at] = memory_[at] ? std::make_unique<CallerBuffer>(*memory_[at]) : nullptr;
}

ISDSC_STATUS Frame::call(const Functions& functions) {
  remember();
  return call_bare(functions);
}

ISDSC_STATUS Frame::call_bare(const Functions& functions) const {
  const std::string_view form = !signature_.has_forms ? "" : ansi_ ? "A" : "W";
  for (const Entry& entry : kEntries) {
    const bool is_meant = entry.name.size() == signature_.name.size() + form.size() &&
                          entry.name.starts_with(signature_.name) && entry.name.ends_with(form);
    if (is_meant) return entry.call(functions, words_);
  }
  return ERROR_CALL_NOT_IMPLEMENTED;
}

ULONG Frame::number_at(std::size_t at) const { return memory_[at] ? memory_[at]->at<ULONG>(0) : 0; }

std::string Frame::written() const {
  std::string names;
  for (std::size_t at = 0; at < memory_.size(); ++at)
    if (memory_[at] && *memory_[at] != *before_[at])
      names += (names.empty() ? "" : ", ") + std::string(signature_.parameters[at].name);
  return names;
}

bool Frame::are_guards_whole() const {
  for (const auto& piece : memory_)
    if (piece && !piece->is_untouched_from(piece->size())) return false;
  return true;
}

std::vector<unsigned char> Frame::outputs() const {
  std::vector<unsigned char> all;
  for (std::size_t at = 0; at < memory_.size(); ++at) {
    if (!memory_[at] || !api::is_output(signature_.parameters[at].kind)) continue;
    for (std::size_t i = 0; i < memory_[at]->size(); ++i)
      all.push_back(memory_[at]->at<unsigned char>(i));
  }
  return all;
}

}  // namespace lunsim::conformance
