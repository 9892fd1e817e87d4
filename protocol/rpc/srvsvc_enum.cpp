// Enumerations and GetInfo: rows of fields behind levels, tags and pointers.
#include <type_traits>

#include "protocol/rpc/srvsvc.hpp"

namespace lunsim::rpc::srvsvc {
namespace {

/// A structure's own bytes: what it points to follows later.
template <class Record>
void write_fixed(NdrWriter& writer, Fields<Record> fields, const Record& record) {
  for (const Field<Record>& field : fields) {
    if (field.text != nullptr) {
      writer.pointer((record.*field.text).has_value());
    } else if (field.number != nullptr) {
      writer.u32(record.*field.number);
    } else {
      const auto& blob = record.*field.blob;
      writer.u32(static_cast<std::uint32_t>(blob.size()));
      writer.pointer(!blob.empty());
    }
  }
}

template <class Record>
void write_pointees(NdrWriter& writer, Fields<Record> fields, const Record& record) {
  for (const Field<Record>& field : fields) {
    if (field.text != nullptr) {
      if (const OptionalText& text = record.*field.text) writer.text(*text);
    } else if (field.blob != nullptr && !(record.*field.blob).empty()) {
      writer.byte_array(record.*field.blob);
    }
  }
}

/// `present` has a value for each pointer that was not NULL: an empty text, or a blob of one byte.
template <class Record>
void read_fixed(NdrReader& reader, Fields<Record> fields, Record& record) {
  for (const Field<Record>& field : fields) {
    if (field.text != nullptr) {
      if (reader.pointer()) (record.*field.text).emplace();
    } else if (field.number != nullptr) {
      record.*field.number = reader.u32();
    } else {
      reader.u32();
      if (reader.pointer()) (record.*field.blob).resize(1);
    }
  }
}

template <class Record>
void read_pointees(NdrReader& reader, Fields<Record> fields, Record& record) {
  for (const Field<Record>& field : fields) {
    if (field.text != nullptr) {
      if (OptionalText& text = record.*field.text) text = reader.text();
    } else if (field.blob != nullptr && !(record.*field.blob).empty()) {
      record.*field.blob = reader.byte_array();
    }
  }
}

template <class Record>
std::size_t fixed_bytes(Fields<Record> fields) {
  std::size_t size = 0;
  for (const Field<Record>& field : fields) size += field.blob != nullptr ? 8 : 4;
  return size;
}

/// EntriesRead, a pointer to the array, the array.
template <class Record>
void write_container(NdrWriter& writer, Fields<Record> fields, const std::vector<Record>& entries) {
  writer.u32(static_cast<std::uint32_t>(entries.size()));
  writer.pointer(!entries.empty());
  if (entries.empty()) return;
  writer.u32(static_cast<std::uint32_t>(entries.size()));
  for (const Record& record : entries) write_fixed(writer, fields, record);
  for (const Record& record : entries) write_pointees(writer, fields, record);
}

template <class Record>
std::vector<Record> read_container(NdrReader& reader, Fields<Record> fields) {
  const std::size_t count = reader.u32();
  if (!reader.pointer()) {
    if (count != 0) reader.fail();
    return {};
  }
  if (reader.array_size(fixed_bytes(fields)) != count) reader.fail();
  if (reader.failed()) return {};
  std::vector<Record> entries(count);
  for (Record& record : entries) read_fixed(reader, fields, record);
  for (Record& record : entries) read_pointees(reader, fields, record);
  return entries;
}

template <class Record>
void skip_container(NdrReader& reader, std::uint32_t level) {
  const auto fields = Record::fields(level);
  if (!fields.empty() && reader.pointer()) read_container<Record>(reader, fields);
}

/// Arms of a GetInfo's union that carry nothing here: a NULL pointer stands where a refused level's
/// structure would. MS-SRVS §2.2.3.6, §2.2.3.7
template <class Record>
bool has_other_arm(std::uint32_t) {
  return false;
}
template <>
bool has_other_arm<ShareInfo>(std::uint32_t level) {
  return level == 1004 || level == 1006 || level == 1501;
}
template <>
bool has_other_arm<ServerInfo>(std::uint32_t level) {
  return level == 502 || level == 503 || level == 599 || level == 1005 || level == 1010 ||
         (level >= 1016 && level <= 1018) || level == 1107 || (level >= 1501 && level <= 1556);
}

/// SHARE_INFO_1005 is no level of an enumeration. MS-SRVS §2.2.3.5
template <class Record>
Fields<Record> enumerated_fields(std::uint32_t level) {
  if (std::is_same_v<Record, ShareInfo> && level == 1005) return {};
  return Record::fields(level);
}

bool knows(Opnum enumeration, std::uint32_t level) {
  switch (enumeration) {
    case Opnum::session_enum:
      return !SessionInfo::fields(level).empty();
    case Opnum::file_enum:
      return !FileInfo::fields(level).empty();
    case Opnum::connection_enum:
      return !ConnectionInfo::fields(level).empty();
    default:
      return level != 1005 && !ShareInfo::fields(level).empty();
  }
}

void skip_container(NdrReader& reader, Opnum enumeration, std::uint32_t level) {
  if (!knows(enumeration, level)) return;
  switch (enumeration) {
    case Opnum::session_enum:
      return skip_container<SessionInfo>(reader, level);
    case Opnum::file_enum:
      return skip_container<FileInfo>(reader, level);
    case Opnum::connection_enum:
      return skip_container<ConnectionInfo>(reader, level);
    default:
      return skip_container<ShareInfo>(reader, level);
  }
}

}  // namespace

std::size_t qualifiers_of(Opnum enumeration) {
  switch (enumeration) {
    case Opnum::session_enum:
    case Opnum::file_enum:
      return 2;
    case Opnum::connection_enum:
      return 1;
    default:
      return 0;
  }
}

std::vector<std::byte> encode(Opnum enumeration, const EnumRequest& request) {
  std::vector<std::byte> stub;
  NdrWriter writer(stub);
  writer.unique_text(request.server);
  for (const OptionalText& qualifier : request.qualifiers) writer.unique_text(qualifier);
  writer.u32(request.level);
  writer.u32(request.level);
  if (knows(enumeration, request.level)) {
    writer.pointer(true);
    writer.u32(0);
    writer.pointer(false);
  }
  writer.u32(request.preferred_maximum_length);
  writer.unique_u32(request.resume_handle);
  return stub;
}

Parsed<EnumRequest> decode_enum_request(Opnum enumeration, Stub stub) {
  NdrReader reader(stub);
  EnumRequest request;
  request.server = reader.unique_text();
  for (std::size_t i = 0; i < qualifiers_of(enumeration); ++i)
    request.qualifiers.push_back(reader.unique_text());
  request.level = reader.u32();
  const std::uint32_t tag = reader.u32();
  if (reader.failed()) return tl::unexpected(kFaultBadStubData);
  if (tag != request.level) return tl::unexpected(kFaultInvalidTag);
  skip_container(reader, enumeration, request.level);
  request.preferred_maximum_length = reader.u32();
  request.resume_handle = reader.unique_u32();
  if (reader.failed()) return tl::unexpected(kFaultBadStubData);
  return request;
}

template <class Record>
std::vector<std::byte> encode(const EnumResponse<Record>& response) {
  std::vector<std::byte> stub;
  NdrWriter writer(stub);
  writer.u32(response.level);
  writer.u32(response.level);
  if (const auto fields = enumerated_fields<Record>(response.level); !fields.empty()) {
    writer.pointer(true);
    write_container<Record>(writer, fields, response.entries);
  }
  writer.u32(response.total_entries);
  writer.unique_u32(response.resume_handle);
  writer.u32(response.status);
  return stub;
}

template <class Record>
Result<EnumResponse<Record>> decode_enum_response(Span stub) {
  NdrReader reader(stub);
  EnumResponse<Record> response;
  response.level = reader.u32();
  if (reader.u32() != response.level)
    return violation("level and tag of the answer differ", "MS-SRVS 2.2.4", 4, "Level");
  if (const auto fields = enumerated_fields<Record>(response.level);
      !fields.empty() && reader.pointer())
    response.entries = read_container<Record>(reader, fields);
  response.total_entries = reader.u32();
  response.resume_handle = reader.unique_u32();
  response.status = reader.u32();
  if (reader.failed())
    return violation("the answer's NDR does not hold together", "C706 14", reader.position());
  return response;
}

template <class Record>
std::vector<std::byte> encode(const InfoResponse<Record>& response) {
  std::vector<std::byte> stub;
  NdrWriter writer(stub);
  writer.u32(response.level);
  if (const auto fields = Record::fields(response.level); !fields.empty()) {
    writer.pointer(response.info.has_value());
    if (response.info) {
      write_fixed<Record>(writer, fields, *response.info);
      write_pointees<Record>(writer, fields, *response.info);
    }
  } else if (has_other_arm<Record>(response.level)) {
    writer.pointer(false);
  }
  writer.u32(response.status);
  return stub;
}

template <class Record>
Result<InfoResponse<Record>> decode_info_response(Span stub) {
  NdrReader reader(stub);
  InfoResponse<Record> response;
  response.level = reader.u32();
  if (const auto fields = Record::fields(response.level); !fields.empty() && reader.pointer()) {
    response.info.emplace();
    read_fixed<Record>(reader, fields, *response.info);
    read_pointees<Record>(reader, fields, *response.info);
  } else if (fields.empty() && has_other_arm<Record>(response.level)) {
    reader.pointer();
  }
  response.status = reader.u32();
  if (reader.failed())
    return violation("the answer's NDR does not hold together", "C706 14", reader.position());
  return response;
}

#define LUNSIM_ENUMERABLE(Record)                                              \
  template std::vector<std::byte> encode<Record>(const EnumResponse<Record>&); \
  template Result<EnumResponse<Record>> decode_enum_response<Record>(Span);    \
  template std::vector<std::byte> encode<Record>(const InfoResponse<Record>&); \
  template Result<InfoResponse<Record>> decode_info_response<Record>(Span)
LUNSIM_ENUMERABLE(SessionInfo);
LUNSIM_ENUMERABLE(ShareInfo);
LUNSIM_ENUMERABLE(FileInfo);
LUNSIM_ENUMERABLE(ConnectionInfo);
LUNSIM_ENUMERABLE(ServerInfo);
#undef LUNSIM_ENUMERABLE

}  // namespace lunsim::rpc::srvsvc
