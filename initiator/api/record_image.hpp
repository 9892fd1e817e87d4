// Records of srvsvc as the Net functions hand them out: an array of structures with x86-64's
// layout, and behind it what they point to, in one block that NetApiBufferFree frees.
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
  using Field = rpc::srvsvc::Field<Record>;

  /// Returns  NERR_Success with the block, ERROR_NOT_ENOUGH_MEMORY, or ERROR_INVALID_PARAMETER for
  /// blocks of 4 GiB
  static NET_API_STATUS make(Fields fields, const std::vector<Record>& records, LPBYTE* block) {
    const std::size_t structure = place(fields, [](const auto&, std::size_t) {});
    const std::size_t texts_at = structure * records.size() + blob_bytes(fields, records);
    const std::size_t bytes = texts_at + text_bytes(fields, records);
    if (bytes > 0xffff'ffff) return ERROR_INVALID_PARAMETER;
    void* memory = nullptr;
    if (const auto status = NetApiBufferAllocate(static_cast<DWORD>(bytes), &memory);
        status != NERR_Success)
      return status;
    std::memset(memory, 0, bytes);
    auto* at = static_cast<char*>(memory);
    Ends ends{at + aligned(structure * records.size()), at + texts_at};
    for (const Record& record : records) {
      place(fields, [&](const Field& field, std::size_t offset) {
        fill(at + offset, field, record, ends);
      });
      at += structure;
    }
    *block = static_cast<LPBYTE>(memory);
    return NERR_Success;
  }

 private:
  /// Where the next blob and the next text go.
  struct Ends {
    char* blobs;
    char* texts;
  };
  static constexpr std::size_t kPointerBytes = 8;
  static std::size_t aligned(std::size_t size) {
    return (size + kPointerBytes - 1) / kPointerBytes * kPointerBytes;
  }

  /// The padding in front of the first blob is counted with the blobs.
  static std::size_t blob_bytes(Fields fields, const std::vector<Record>& records) {
    if (std::ranges::none_of(fields, [](const Field& field) { return field.blob != nullptr; }))
      return 0;
    std::size_t bytes = kPointerBytes;
    for (const Record& record : records)
      for (const Field& field : fields)
        if (field.blob != nullptr) bytes += aligned((record.*field.blob).size());
    return bytes;
  }
  static std::size_t text_bytes(Fields fields, const std::vector<Record>& records) {
    std::size_t bytes = 0;
    for (const Record& record : records)
      for (const Field& field : fields)
        if (field.text != nullptr && record.*field.text)
          bytes += 2 * ((record.*field.text)->size() + 1);
    return bytes;
  }

  static void fill(char* member, const Field& field, const Record& record, Ends& ends) {
    if (field.number != nullptr) {
      std::memcpy(member, &(record.*field.number), 4);
    } else if (field.text != nullptr && record.*field.text) {
      const std::u16string& text = *(record.*field.text);
      std::memcpy(member, &ends.texts, kPointerBytes);
      std::memcpy(ends.texts, text.data(), 2 * text.size());
      ends.texts += 2 * (text.size() + 1);
    } else if (field.blob != nullptr && !(record.*field.blob).empty()) {
      const auto& blob = record.*field.blob;
      std::memcpy(member, &ends.blobs, kPointerBytes);
      std::memcpy(ends.blobs, blob.data(), blob.size());
      ends.blobs += aligned(blob.size());
    }
  }

  /// Calls `each` with the offset of every member; returns the size of the structure. In front of a
  /// blob's pointer stands a number that is reserved, and zero.
  template <class Each>
  static std::size_t place(Fields fields, Each each) {
    std::size_t offset = 0, alignment = 1;
    for (const Field& field : fields) {
      if (field.blob != nullptr) offset = (offset + 3) / 4 * 4 + 4;
      const std::size_t size = field.number != nullptr ? 4 : kPointerBytes;
      offset = (offset + size - 1) / size * size;
      each(field, offset);
      offset += size;
      alignment = std::max(alignment, size);
    }
    return (offset + alignment - 1) / alignment * alignment;
  }
};

}  // namespace lunsim::api
