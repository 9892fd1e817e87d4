// One side of a negotiation of text keys: judges what the peer sends, answers its offers, makes
// ours and keeps what was agreed. Serves both roles, login and full feature phase. It knows no PDU
// and no stage machine; names and authentication keys are only held to their stage, their sender
// and to being sent once - their values are the login's. RFC 7143 §6.2, §6.3, §6.4, §13.
//
// Use:   Negotiator negotiator({Role::target, wishes});
//        negotiator.enter(Phase::operational);
//        negotiator.handle(pairs, answers);       // errors end the login (0200h) or the connection
//        if (!negotiator.awaits_answers()) negotiator.settle();
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "protocol/bytes/protocol_error.hpp"
#include "protocol/iscsi/negotiation/parameters.hpp"
#include "protocol/iscsi/negotiation/rule.hpp"
#include "protocol/iscsi/negotiation/text_segment.hpp"

namespace lunsim::negotiation {

enum class Role : std::uint8_t { initiator, target };
enum class Phase : std::uint8_t { security, operational, full_feature };

class Negotiator {
 public:
  struct Setup {
    Role role = Role::target;
    Wishes wishes{};
    bool discovery = false;   // some keys are irrelevant then
    bool leading = true;      // false: a further connection of a session, where LO keys are refused
    // In force now: the standard's defaults in a login, what the login settled in full feature phase.
    SessionParameters session{};
    ConnectionParameters connection{};
  };
  explicit Negotiator(Setup setup);

  /// Security and operational belong to one login: what was sent in the one is not sent again in
  /// the other. Each call with full_feature begins a new negotiation of its own and forgets the
  /// unsettled rest of the last. §6.4.
  void enter(Phase phase);

  /// One logical text segment of the peer.
  /// Returns  answers in `answers`, behind what it holds
  /// Errors   a key in the wrong stage or from the wrong side, sent twice, a reserved word
  ///          proposed, a declared value out of range, an answer that the offer does not admit.
  ///          Nothing of the sequence is in force then.
  Result<void> handle(std::span<const TextPair> pairs, TextBuilder& answers);

  /// The last text held an offer of the peer, so that `answers` has to be sent.
  bool has_answered_offers() const { return answered_offers_; }

  /// Everything that we wish: an initiator's operational offers, our receive limit included.
  void offer_everything(TextBuilder& out);
  /// MaxRecvDataSegmentLength, of our wishes. Once in a negotiation; a second call writes nothing.
  void declare_receive_limit(TextBuilder& out);
  /// As above, with another value: for full feature phase.
  void declare_receive_limit(TextBuilder& out, std::uint32_t bytes);
  /// Offers of ours for keys that the peer has not mentioned and whose default we cannot live with.
  /// §6.2: no implicit proposals, so that silence means the default.
  void propose_missing(TextBuilder& out);
  bool has_something_to_propose() const;

  /// An offer of ours waits for an answer that may not be left out.
  bool awaits_answers() const { return required_.any(); }

  /// Puts everything agreed into force, after checking the rules between keys (§13.14, §13.19).
  Result<void> settle();

  const SessionParameters& session() const { return settled_session_; }
  const ConnectionParameters& connection() const { return settled_connection_; }

 private:
  using KeySet = std::bitset<kKeyCount>;
  static std::size_t index(Key key) { return static_cast<std::size_t>(key); }

  Result<void> judge_presence(const KeyRule& rule, const TextPair& pair);
  Result<void> judge_phase(const KeyRule& rule, std::size_t at) const;
  Result<void> handle_pair(const KeyRule& rule, const TextPair& pair, TextBuilder& answers);
  Result<void> handle_unknown(const TextPair& pair, TextBuilder& answers);
  Result<void> handle_declaration(const KeyRule& rule, const TextPair& pair);

  Result<void> handle_offer(const KeyRule& rule, const TextPair& pair, TextBuilder& answers);
  void answer_offer(const KeyRule& rule, std::string_view value, TextBuilder& answers);
  void answer_value(const KeyRule& rule, std::uint64_t offered, TextBuilder& answers);
  void answer_list(const KeyRule& rule, std::string_view value, TextBuilder& answers);

  Result<void> handle_answer(const KeyRule& rule, const TextPair& pair);
  Result<void> handle_plain_answer(const KeyRule& rule, const TextPair& pair);
  Result<void> keep_current(const KeyRule& rule, std::size_t at);

  bool is_irrelevant(const KeyRule& rule) const;
  bool is_worth_proposing(const KeyRule& rule) const;
  bool is_current_acceptable(const KeyRule& rule) const;
  std::uint64_t wish(Key key) const;
  std::string acceptable_digests(Key key) const;
  bool accepts(Key key, std::string_view item) const;
  void store_list_value(Key key, std::string_view item);
  void offer(Key key, TextBuilder& out);

  Setup setup_;
  Phase phase_ = Phase::security;
  bool answered_offers_ = false;
  KeySet from_peer_, from_us_;   // sent in this negotiation
  KeySet pending_, required_;    // our offers without an answer; required_ is a part of pending_
  std::array<std::uint32_t, kKeyCount> offered_{};
  SessionParameters session_, settled_session_;
  ConnectionParameters connection_, settled_connection_;
};

}  // namespace lunsim::negotiation
