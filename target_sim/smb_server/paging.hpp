// One page of an enumeration: where it begins, which entries pass, how many fit, what is left. The
// same rules for every list of MS-SRVS (§3.1.4.1, .2, .5, .8): the resume handle counts entries of
// the whole list, before any filter.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/rpc/srvsvc.hpp"
#include "target_sim/smb_server/srvsvc_service.hpp"

namespace lunsim::smb_server {

/// What an entry takes of PreferedMaximumLength: four bytes for each member and two for each
/// character of its texts with their nulls, as the wire has them. MS-SRVS does not say how a server
/// counts.
template <class Record>
std::uint64_t counted_bytes(rpc::srvsvc::Fields<Record> fields, const Record& record) {
  std::uint64_t size = 0;
  for (const auto& field : fields) {
    size += field.blob != nullptr ? 8 : 4;
    if (field.text != nullptr && record.*field.text) size += 2 * ((record.*field.text)->size() + 1);
    if (field.blob != nullptr) size += (record.*field.blob).size();
  }
  return size;
}

template <class Record>
struct Page {
  std::vector<Record> entries;
  std::uint32_t total_entries = 0;  // that pass, from the resume position on
  std::uint32_t last_index = 0;     // the resume handle behind the last entry
  bool is_complete = true;
};

/// Shape    the whole list; `passes` is asked for each entry behind `resume`
template <class Record, class Passes>
Page<Record> page_of(const std::vector<Record>& list, std::uint32_t level, std::uint32_t resume,
                     std::uint32_t preferred_maximum_length, Passes passes) {
  Page<Record> page;
  page.last_index = resume;
  const auto fields = Record::fields(level);
  std::uint64_t used = 0;
  for (std::size_t i = resume; i < list.size(); ++i) {
    if (!passes(i)) continue;
    ++page.total_entries;
    if (!page.is_complete) continue;
    used += counted_bytes<Record>(fields, list[i]);
    if (preferred_maximum_length != rpc::srvsvc::kMaxPreferredLength &&
        used > preferred_maximum_length) {
      page.is_complete = false;
      continue;
    }
    page.entries.push_back(list[i]);
    page.last_index = static_cast<std::uint32_t>(i + 1);
  }
  return page;
}

/// The answer of an enumeration that failed.
template <class Record>
std::vector<std::byte> refused(const rpc::srvsvc::EnumRequest& request, std::uint32_t status) {
  return encode(
      rpc::srvsvc::EnumResponse<Record>{request.level, {}, 0, request.resume_handle, status});
}

/// ERROR_MORE_DATA and where to go on, or success and the handle as it came.
template <class Record>
std::vector<std::byte> answer(const rpc::srvsvc::EnumRequest& request, Page<Record> page) {
  rpc::srvsvc::EnumResponse<Record> response{request.level, std::move(page.entries),
                                             page.total_entries, request.resume_handle,
                                             kNerrSuccess};
  if (!page.is_complete) {
    response.status = kErrorMoreData;
    if (response.resume_handle) response.resume_handle = page.last_index;
  }
  return encode(response);
}

// Characters, the terminating null among them: longer names are refused. MS-SRVS §3.1.4.1, .2, .5,
// .6
inline constexpr std::size_t kNameUnitsMax = 1024;
inline bool is_too_long(const rpc::OptionalText& text) {
  return text && text->size() + 1 > kNameUnitsMax;
}
/// NULL and the empty text are both "not specified".
inline bool is_given(const rpc::OptionalText& text) { return text && !text->empty(); }

}  // namespace lunsim::smb_server
