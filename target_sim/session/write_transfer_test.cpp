#include "target_sim/session/write_transfer.hpp"

#include <boost/test/unit_test.hpp>

#include "target_sim/session/residual.hpp"

using namespace lunsim;
using target_sim::WriteTransfer;
using Fault = WriteTransfer::Fault;

namespace {

constexpr WriteTransfer::Terms kUnsolicitedTerms{.initial_r2t = false,
                                                 .immediate_data = true,
                                                 .first_burst_bytes = 1024,
                                                 .max_burst_bytes = 2048,
                                                 .max_outstanding_r2t = 1};

pdu::DataOut data_out(TargetTransferTag tag, std::uint32_t sn, std::uint32_t offset,
                      std::uint32_t bytes, bool is_final) {
  pdu::DataOut out;
  out.target_transfer_tag = tag;
  out.data_sn = DataSn{sn};
  out.buffer_offset = offset;
  out.data_segment_bytes = bytes;
  out.final = is_final;
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(write_transfer)

BOOST_AUTO_TEST_CASE(immediate_then_unsolicited_then_solicited_data_make_a_write) {
  WriteTransfer write;
  BOOST_TEST((write.begin(kUnsolicitedTerms, 4096, 4096, 512, false) == Fault::none));
  BOOST_TEST(!write.next_request(TargetTransferTag{1}).has_value());
  BOOST_TEST((write.take(data_out(kReservedTargetTransferTag, 0, 512, 512, true)) == Fault::none));
  const auto first = write.next_request(TargetTransferTag{1});
  BOOST_REQUIRE(first.has_value());
  BOOST_TEST(first->offset_bytes == 1024u);
  BOOST_TEST(first->bytes == 2048u);
  BOOST_TEST(!write.next_request(TargetTransferTag{2}).has_value());  // MaxOutstandingR2T is 1
  BOOST_TEST((write.take(data_out(first->tag, 0, 1024, 2048, true)) == Fault::none));
  const auto second = write.next_request(TargetTransferTag{2});
  BOOST_REQUIRE(second.has_value());
  BOOST_TEST(second->r2t_sn.value == 1u);
  BOOST_TEST(second->bytes == 1024u);
  BOOST_TEST(!write.is_complete());
  BOOST_TEST((write.take(data_out(second->tag, 0, 3072, 1024, true)) == Fault::none));
  BOOST_TEST(write.is_complete());
}

BOOST_AUTO_TEST_CASE(data_that_was_not_agreed_on_is_unexpected) {
  WriteTransfer::Terms terms = kUnsolicitedTerms;
  WriteTransfer write;
  terms.immediate_data = false;
  BOOST_TEST((write.begin(terms, 512, 512, 512, true) == Fault::unexpected_unsolicited));
  terms.immediate_data = true;
  BOOST_TEST((write.begin(terms, 4096, 4096, 1025, true) == Fault::incorrect_amount));
  terms.initial_r2t = true;
  BOOST_TEST((write.begin(terms, 4096, 4096, 0, false) == Fault::unexpected_unsolicited));
  BOOST_TEST((write.begin(terms, 4096, 4096, 0, true) == Fault::none));
  BOOST_TEST((write.take(data_out(kReservedTargetTransferTag, 0, 0, 512, true)) ==
              Fault::unexpected_unsolicited));
}

BOOST_AUTO_TEST_CASE(a_transfer_tag_that_was_never_given_is_nobodys) {
  WriteTransfer write;
  write.begin(kUnsolicitedTerms, 4096, 4096, 0, true);
  const auto request = write.next_request(TargetTransferTag{9});
  BOOST_REQUIRE(request.has_value());
  BOOST_TEST(!write.take(data_out(TargetTransferTag{10}, 0, 0, 512, true)).has_value());
}

BOOST_AUTO_TEST_CASE(a_burst_that_ends_early_or_goes_on_too_long_is_an_incorrect_amount) {
  WriteTransfer write;
  write.begin(kUnsolicitedTerms, 4096, 4096, 0, true);
  const auto request = write.next_request(TargetTransferTag{1});
  BOOST_TEST((write.take(data_out(request->tag, 0, 0, 512, true)) == Fault::incorrect_amount));
  write.begin(kUnsolicitedTerms, 4096, 4096, 0, true);
  write.next_request(TargetTransferTag{1});
  BOOST_TEST(
      (write.take(data_out(TargetTransferTag{1}, 0, 0, 2049, true)) == Fault::incorrect_amount));
}

BOOST_AUTO_TEST_CASE(only_what_the_device_wants_is_asked_for) {
  WriteTransfer write;
  write.begin(kUnsolicitedTerms, 4096, 512, 0, true);
  const auto request = write.next_request(TargetTransferTag{1});
  BOOST_REQUIRE(request.has_value());
  BOOST_TEST(request->bytes == 512u);
  BOOST_TEST(write.total_bytes() == 512u);
}

BOOST_AUTO_TEST_CASE(residuals_tell_by_how_much_expectation_and_transfer_differ) {
  using target_sim::residual_of;
  BOOST_TEST(residual_of(512, 512).count == 0u);
  BOOST_TEST((residual_of(1024, 512).underflow && residual_of(1024, 512).count == 512));
  BOOST_TEST((residual_of(512, 4096).overflow && residual_of(512, 4096).count == 3584));
  BOOST_TEST(residual_of(0, 1ull << 40).count == 0xFFFF'FFFFu);
}

BOOST_AUTO_TEST_SUITE_END()
