// Records of srvsvc as the Net functions hand them out: an array of structures with x86-64's
// layout, and behind it the texts that they point to, in one block that NetApiBufferFree frees.
#pragma once

#include <algorithm>
#include <cstring>
#include <vector>

#include "initiator/api/include/lmapibuf.h"
#include "initiator/api/include/lmerr.h"
#include "protocol/rpc/srvsvc.hpp"

namespace lunsim::api {

template <class Record>
class RecordImage {
 public:
  using Fields = rpc::srvsvc::Fields<Record>;

  /// Returns  NERR_Success with the block, ERROR_NOT_ENOUGH_MEMORY, or ERROR_INVALID_PARAMETER for
  /// blocks of 4 GiB
  static NET_API_STATUS make(Fields fields, const std::vector<Record>& records, LPBYTE* block) {
    const std::size_t structure = place(fields, [](const auto&, std::size_t) {});
    std::size_t bytes = structure * records.size();
    for (const Record& record : records)
      for (const auto& field : fields)
        if (field.text != nullptr && record.*field.text)
          bytes += 2 * ((record.*field.text)->size() + 1);
    if (bytes > 0xffff'ffff) return ERROR_INVALID_PARAMETER;
    void* memory = nullptr;
    if (const auto status = NetApiBufferAllocate(static_cast<DWORD>(bytes), &memory);
        status != NERR_Success)
      return status;
    std::memset(memory, 0, bytes);
    auto* at = static_cast<char*>(memory);
    char* texts = at + structure * records.size();
    for (const Record& record : records) {
      place(fields, [&](const auto& field, std::size_t offset) {
        if (field.number != nullptr) {
          std::memcpy(at + offset, &(record.*field.number), 4);
        } else if (field.text != nullptr && record.*field.text) {
          const std::u16string& text = *(record.*field.text);
          std::memcpy(at + offset, &texts, sizeof texts);
          std::memcpy(texts, text.data(), 2 * text.size());
          texts += 2 * (text.size() + 1);
        }
      });
      at += structure;
    }
    *block = static_cast<LPBYTE>(memory);
    return NERR_Success;
  }

 private:
  /// Calls `each` with the offset of every member; returns the size of the structure.
  template <class Each>
  static std::size_t place(Fields fields, Each each) {
    std::size_t offset = 0;
    std::size_t largest = 4;
    for (const auto& field : fields) {
      const std::size_t size = field.number != nullptr ? 4 : 8;
      largest = std::max(largest, size);
      offset = (offset + size - 1) / size * size;
      each(field, offset);
      offset += size;
    }
    return (offset + largest - 1) / largest * largest;
  }
};

}  // namespace lunsim::api
