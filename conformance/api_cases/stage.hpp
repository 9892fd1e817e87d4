// What has to be there so that every function can succeed, and a call of each that does: the ground
// of all sweeps.
#pragma once

#include "conformance/api_cases/forms.hpp"
#include "conformance/api_cases/frame.hpp"

namespace lunsim::conformance {

/// Portals, targets, a session with two connections, a persistent login and device, servers, a
/// preshared key: one of each, made through the functions.
class Stage {
 public:
  explicit Stage(Bench& bench);

  /// A call that succeeds as things stand, once if it changes them.
  Frame frame(const api::Signature& signature, bool ansi) const;
  Bench& bench() const { return bench_; }
  const Session& session() const { return session_; }
  /// Sessions that are not the stage's end.
  void log_out_others() const;
  /// A device of the session that is not bound.
  const std::string& free_device() const { return free_device_; }
  /// A static target that the bench's world does not have.
  static std::string static_target() { return "iqn.2026-11.org.lunsim:of-the-stage"; }
  /// Makes it anew, with these in its group.
  ISDSC_STATUS know_static_target(const std::string& alias,
                                  const std::vector<std::string>& addresses) const;
  /// All that was asked for is there.
  bool is_whole() const { return is_whole_; }

 private:
  void bind_device();
  void put(Frame& frame, std::size_t at) const;
  std::string text_of(std::string_view function, std::string_view parameter) const;
  std::string portal_of(std::string_view function) const;
  template <class F>
  void put_form(Frame& frame, std::size_t at) const;

  Bench& bench_;
  Session session_;
  ISCSI_UNIQUE_CONNECTION_ID connection_{};  // the session's second one
  std::string instance_, bound_device_, free_device_;
  bool is_whole_ = false;
};

/// Room for whatever a list holds here, in units of its size.
inline constexpr ULONG kRoomyBytes = 65536;

}  // namespace lunsim::conformance
