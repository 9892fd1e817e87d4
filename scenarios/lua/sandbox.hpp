// Lua 5.4 in a box: no files, processes, clock or chance but the seed's; a budget of instructions,
// memory and depth that no script gets around. A script is a coroutine that runs until it ends,
// fails or asks for something (a request), and goes on when it is answered. Knows nothing of
// scenarios; the only room that includes Lua.                    Lua 5.4 Reference Manual §2.6, §6
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/lua/value.hpp"

namespace lunsim::lua {

struct Limits {
  /// Of all scripts of a sandbox together, library calls by what they touch. Some 0.5 s.
  std::int64_t instructions_max = 50'000'000;
  std::size_t memory_bytes_max = 32u << 20;
  std::size_t allocation_bytes_max = 4u << 20;  // one table's array, one string
  std::size_t text_bytes_max = 1u << 20;        // what string.rep, format and table.concat make
  std::size_t call_depth_max = 4000;            // Lua calls in one coroutine; C calls: Lua's 200
  std::size_t source_bytes_max = 1u << 20;
};

enum class Trouble : std::uint8_t { syntax, runtime, budget, memory, recursion, sandbox, mistake };
std::string_view describe(Trouble trouble);

struct Failure {
  Trouble trouble = Trouble::runtime;
  std::string message;     // "story.lua:3: budget: more than 50000000 instructions"
  std::uint32_t line = 0;  // in that file; 0 if it has no place
};

/// Where a call stands in a script.
struct ScriptPlace {
  std::string file;
  std::uint32_t line = 0;
};

/// A function of the program, called by a script.
struct Call {
  std::string function;
  std::vector<Value> arguments;
  ScriptPlace place;
};

/// Thrown by handlers: becomes an error of the script at the place of the call.
class CallError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown by handlers for a call that is written wrong: no pcall holds it up, and the script ends.
class Mistake : public CallError {
 public:
  using CallError::CallError;
};

enum class ThreadId : int {};

class Sandbox {
 public:
  using Handler = std::function<std::vector<Value>(const Call&)>;
  /// What was probably meant by a word, of those that are known; or nothing.
  using Suggester = std::function<std::string(std::string_view, std::span<const std::string>)>;

  explicit Sandbox(std::uint64_t seed, const Limits& limits = {});
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  /// A global function that is answered at once. A dot puts it into a table: "wire.count".
  void offer(const std::string& name, Handler handler);
  /// One that ends the current resume() with a request, and returns what the next one brings.
  void offer_request(const std::string& name);
  void set_global(const std::string& name, const Value& value);
  /// Where print() goes; nowhere without it. The text has no line end.
  void set_printer(std::function<void(const Call&, const std::string&)> printer);

  /// Who helps with misspelt globals.
  void set_suggester(Suggester suggester);

  /// Chance from now on: math.random after this is a function of `seed`.
  void seed(std::uint64_t seed);
  /// Fills the budget and forgets that it was spent, or the memory; for prompts.
  void refill();
  std::int64_t instructions_left() const;
  std::size_t memory_bytes() const;

  struct Step {
    enum class Kind : std::uint8_t { finished, request, failed };
    Kind kind = Kind::finished;
    std::vector<Value> values;  // finished: what it returned
    Call request;
    Failure failure;
  };

  /// Source to a coroutine that has not begun. `first_line` is where it stands in `file`.
  /// Fails with a syntax error or one of the limits.
  Step load(std::string_view source, const std::string& file, std::uint32_t first_line,
            ThreadId& thread);
  /// Source to a function that takes what `...` is.
  Step compile(std::string_view source, const std::string& file, std::uint32_t first_line,
               Value& function);
  /// A coroutine around a function that a script returned.
  ThreadId thread_of(const Value& function);
  /// Begins it with arguments, or goes on with the answer to its request.
  Step resume(ThreadId thread, const std::vector<Value>& values = {});
  /// Goes on with an error at the place of the request instead of an answer.
  Step resume_with_error(ThreadId thread, const std::string& reason);
  /// Goes on with an error there that no pcall holds up.
  Step resume_with_mistake(ThreadId thread, const std::string& reason);
  /// The coroutine is not needed any more.
  void drop(ThreadId thread);

  /// load and resume until it ends; a request is a failure.
  Step run(std::string_view source, const std::string& file, std::uint32_t first_line = 1);
  /// Calls a function of a script to its end; a request is a failure.
  Step call(const Value& function, const std::vector<Value>& arguments);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lunsim::lua
