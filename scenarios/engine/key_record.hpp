// What the loader asks of a file, written down while it reads one: which keys each map may have and
// of what kind their values are. Made by the readers themselves, so it cannot say anything else
// than they do; the JSON Schema (schema.hpp) is written from it. Reads and judges nothing.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/engine/matcher.hpp"
#include "scenarios/engine/problem.hpp"

namespace lunsim::scenarios {

struct Node;

/// One form that a value may have.
struct ValueForm {
  enum class Kind : std::uint8_t {
    text,
    flag,
    duration,
    size,
    number,      // from min to max, or one of `names`
    words,       // one of `words`
    texts,       // a text or a list of them
    map,         // of the form `name`
    shape,       // an expectation of `shape`
    counts,      // names, with an expectation of `shape` each
    parameters,  // of the API function `name`, as they are passed
    swept,       // the same, as they are swept
    outs,        // what comes out of it, as it is expected
    saves,       // what comes out of it, by the names of variables
    described,   // a single value that `name` describes
  };
  Kind kind = Kind::text;
  std::string name;
  std::uint64_t min = 0, max = 0;
  Names names = Names::none;
  std::vector<std::string> words;
  const Shape* shape = nullptr;
  /// Where it stands in the value: "" it is the value; "[]" in a list; "{}" under a key of any
  /// name; "[]{}" under a key in maps in a list.
  std::string path;

  friend bool operator==(const ValueForm&, const ValueForm&) = default;
};

struct MapForm {
  std::vector<std::pair<std::string, std::vector<ValueForm>>> keys;  // in the order asked for
  std::set<std::string> needed;
  bool is_open = false;   // may have other keys as well
  bool is_split = false;  // never as such: only in the forms that refine() made of it

  std::vector<ValueForm>& forms_of(std::string_view key);
};

class KeyRecord {
 public:
  /// Another text begins: places of the last one mean nothing in it.
  void begin_text() { spots_.clear(); }
  /// A map is read as the form `name`; what stands at its place may be one from now on.
  MapForm& enter(const Node& map, const std::string& name);
  /// The map that was entered as `name` is more exactly a `refined`, which has what `name` has so
  /// far.
  MapForm& refine(const Node& map, const std::string& name, const std::string& refined);
  /// `form` asked for a key, and this is what stands there: what is read of it belongs to the key.
  void asked(const std::string& form, std::string_view key, const Node* value);
  /// What stands at this node may have this form.
  void value(const Node& node, ValueForm form);
  /// While an expectation is read, its parts are its own affair.
  void begin_shape(const Node& node, const Shape& shape);
  void end_shape() { --shapes_open_; }
  /// The same for what one form says as a whole, until end_shape().
  void begin_part() { ++shapes_open_; }

  const std::map<std::string, MapForm>& forms() const { return forms_; }

 private:
  struct Spot {
    std::string form, key, path;
  };
  using At = std::pair<std::uint32_t, std::uint32_t>;
  void own(const std::string& form, std::string_view key, const Node& node,
           const std::string& path);
  void add(const Spot& spot, ValueForm form);

  std::map<std::string, MapForm> forms_;
  std::map<At, Spot> spots_;
  MapForm unrecorded_;  // maps in parts that are recorded as a whole
  int shapes_open_ = 0;
};

/// Adds it unless it is there.
void add_form(std::vector<ValueForm>& forms, ValueForm form);

}  // namespace lunsim::scenarios
