#include "initiator/host/lun_scan.hpp"

#include <algorithm>

#include "protocol/bytes/big_endian.hpp"
#include "protocol/scsi/lun.hpp"
#include "protocol/scsi/sense.hpp"
#include "protocol/scsi/status.hpp"

namespace lunsim::initiator {
namespace {

constexpr std::size_t kLunsMax = 16384;
constexpr std::uint32_t kReportLunsBytes = 8 + 8 * kLunsMax;
constexpr std::uint32_t kAttemptsMax = 8;  // of one command: unit attentions can queue up

bool is_good(const ScsiCompletion& completion) {
  return completion.status == static_cast<std::uint8_t>(scsi::Status::good);
}

bool is_worth_repeating(const ScsiCompletion& completion) {
  switch (static_cast<scsi::Status>(completion.status)) {
    case scsi::Status::busy:
    case scsi::Status::task_set_full:
      return true;
    case scsi::Status::check_condition:
      break;
    default:
      return false;
  }
  const auto sense = scsi::decode_sense(completion.sense);
  return sense && sense->key == scsi::SenseKey::unit_attention;
}

// A peripheral qualifier other than 000b: no device is connected there.  SPC-4 §6.6.2
bool has_a_device(const ScsiCompletion& inquiry) {
  return is_good(inquiry) && !inquiry.data_in.empty() &&
         std::to_integer<unsigned>(inquiry.data_in.front()) >> 5 == 0;
}

/// ASCII of standard INQUIRY data, without trailing blanks; empty beyond its end.
std::string text_in(const std::vector<std::byte>& inquiry, std::size_t offset, std::size_t length) {
  if (inquiry.size() < offset + length) return {};
  std::string text;
  for (std::size_t i = 0; i < length; ++i) {
    const auto c = std::to_integer<unsigned char>(inquiry[offset + i]);
    text.push_back(c > ' ' && c < 0x7F ? static_cast<char>(c) : ' ');
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace

std::vector<std::uint64_t> lun_fields_of(std::span<const std::byte> data) {
  std::vector<std::uint64_t> fields;
  if (data.size() < 8) return fields;
  const std::size_t listed = bytes::load_be32(data.data()) / 8;
  const std::size_t count = std::min({listed, (data.size() - 8) / 8, kLunsMax});
  for (std::size_t i = 0; i < count; ++i) fields.push_back(bytes::load_be64(&data[8 + 8 * i]));
  return fields;
}

bool LunScan::advance(KeptSession& session) {
  while (step_ != Step::ended) {
    if (!handle_) send(session);
    const std::optional<ScsiCompletion> completion = session.take_completion(*handle_);
    if (!completion) return false;
    handle_.reset();
    judge(*completion);
  }
  return true;
}

scsi::Command LunScan::command() const {
  if (step_ == Step::report_luns) return scsi::make_report_luns(kReportLunsBytes);
  return step_ == Step::inquiry ? scsi::make_inquiry() : scsi::make_test_unit_ready();
}

void LunScan::send(KeptSession& session) {
  const scsi::Command made = command();
  ScsiRequest request;
  request.lun_field = step_ == Step::report_luns ? scsi::lun_field(0) : fields_[unit_];
  request.cdb = made.bytes;
  request.data_in_bytes = static_cast<std::uint32_t>(made.data_in_bytes);
  handle_ = session.submit(std::move(request));
  ++attempts_;
}

// A target that does not answer one command will hardly answer the next: the scan ends there.
void LunScan::judge(const ScsiCompletion& completion) {
  if (completion.outcome != CommandOutcome::completed) {
    step_ = Step::ended;
    return;
  }
  if (is_worth_repeating(completion) && attempts_ < kAttemptsMax) return;
  attempts_ = 0;
  switch (step_) {
    case Step::report_luns:
      return list_units(completion);
    case Step::inquiry:
      return judge_inquiry(completion);
    case Step::test_unit_ready:
      return go_to(unit_ + 1);  // a unit that is not ready is there all the same
    case Step::ended:
      return;
  }
}

// Without a list, LUN 0 is asked: a device that does not know REPORT LUNS has no other.
void LunScan::list_units(const ScsiCompletion& completion) {
  fields_ = is_good(completion) ? lun_fields_of(completion.data_in)
                                : std::vector<std::uint64_t>{scsi::lun_field(0)};
  go_to(0);
}

void LunScan::judge_inquiry(const ScsiCompletion& completion) {
  const std::uint64_t field = fields_[unit_];
  const std::optional<std::uint64_t> number = scsi::plain_lun(field);
  if (!number || !has_a_device(completion)) return go_to(unit_ + 1);
  units_.push_back(
      {{static_cast<std::uint32_t>(*number), *number, field},
       static_cast<std::uint8_t>(std::to_integer<unsigned>(completion.data_in[0]) & 0x1F),
       text_in(completion.data_in, 8, 8),
       text_in(completion.data_in, 16, 16)});
  step_ = Step::test_unit_ready;
}

void LunScan::go_to(std::size_t unit) {
  unit_ = unit;
  is_whole_ = unit_ >= fields_.size();
  step_ = is_whole_ ? Step::ended : Step::inquiry;
}

}  // namespace lunsim::initiator
