// What a bench can do to the world around a host. A bench that cannot says why, and the case stops
// there: it was not asked, which is never a pass.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

namespace lunsim::conformance {

struct NotAsked : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class Signature>
class Hook;
template <class Result, class... Arguments>
class Hook<Result(Arguments...)> {
 public:
  template <class Function>
  requires std::is_invocable_r_v<Result, Function&, Arguments...> Hook& operator=(
      Function function) {
    function_ = std::move(function);
    return *this;
  }
  /// `what` this bench would have to have.
  explicit Hook(std::string what) : what_(std::move(what)) {}
  Result operator()(Arguments... arguments) const {
    if (!function_) throw NotAsked("it needs " + what_);
    return function_(std::forward<Arguments>(arguments)...);
  }
  bool is_there() const { return static_cast<bool>(function_); }

 private:
  std::function<Result(Arguments...)> function_;
  std::string what_;
};

}  // namespace lunsim::conformance
