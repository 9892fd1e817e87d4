#include "scenarios/engine/expand.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "scenarios/engine/text.hpp"

namespace lunsim::scenarios {
namespace {

constexpr std::array<std::string_view, 4> kMaps{"params", "hosts", "targets", "servers"};
constexpr std::array<std::string_view, 2> kLists{"host_faults", "steps"};

std::size_t count_nodes(const Node& node) {
  std::size_t count = 1;
  for (const Node& item : node.items) count += count_nodes(item);
  return count;
}

std::size_t count_bytes(const Node& node) {
  std::size_t count = node.text.size();
  for (const Node& item : node.items) count += count_bytes(item);
  return count;
}

bool is_among(std::string_view key, std::span<const std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

Node* find(Node& map, std::string_view key) { return const_cast<Node*>(map.find(key)); }

void erase_key(Node& map, std::string_view key) {
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    if (map.keys[i] != key) continue;
    const auto at = static_cast<std::ptrdiff_t>(i);
    map.keys.erase(map.keys.begin() + at);
    map.key_places.erase(map.key_places.begin() + at);
    map.items.erase(map.items.begin() + at);
    return;
  }
}

void append(Node& map, std::string key, Place place, Node value) {
  map.keys.push_back(std::move(key));
  map.key_places.push_back(std::move(place));
  map.items.push_back(std::move(value));
}

/// The file behind an `include:`, seen from the file where it stands.
std::string resolve(const std::string& from, const std::string& path) {
  namespace fs = std::filesystem;
  return (fs::path(from).parent_path() / path).lexically_normal().generic_string();
}

class Includer {
 public:
  Includer(const Outside& outside, const ReadLimits& limits, Problems& problems)
      : outside_(outside), limits_(limits), problems_(problems) {}

  void run(Node& root, const std::string& file) {
    nodes_ = count_nodes(root);
    open_.push_back(std::filesystem::path(file).lexically_normal().generic_string());
    include_into(root, file);
  }

 private:
  /// Everything that `file`, whose tree this is, includes at its top and among its steps.
  void include_into(Node& root, const std::string& file) {
    if (!root.is_map()) return;
    if (const Node* include = root.find("include")) {
      const Node wanted = *include;
      erase_key(root, "include");
      const std::vector<Node> one{wanted};
      // Backwards, since what a list of them has goes before what is there.
      const std::vector<Node>& all = wanted.is_list() ? wanted.items : one;
      for (auto item = all.rbegin(); item != all.rend(); ++item)
        if (auto part = read_part(*item, file)) merge(root, std::move(*part));
    }
    if (Node* steps = find(root, "steps"); steps != nullptr && steps->is_list())
      include_among(root, file);
  }

  void include_among(Node& root, const std::string& file) {
    std::vector<Node> steps;
    // By number: merging adds keys to the root, and what find() gave is no more.
    const std::vector<Node> written = find(root, "steps")->items;
    for (const Node& item : written) {
      const bool is_include = item.is_map() && item.keys.size() == 1 && item.keys[0] == "include";
      if (!is_include) {
        steps.push_back(item);
        continue;
      }
      auto part = read_part(item.items[0], file);
      if (!part) continue;
      if (Node* its = find(*part, "steps"); its != nullptr && its->is_list())
        std::move(its->items.begin(), its->items.end(), std::back_inserter(steps));
      erase_key(*part, "steps");
      merge(root, std::move(*part));
    }
    find(root, "steps")->items = std::move(steps);
  }

  std::optional<Node> read_part(const Node& name, const std::string& from) {
    if (!name.is_scalar() || name.text.empty()) {
      problems_.add(name.place, "expected the name of a file to include, or a list of them");
      return std::nullopt;
    }
    const auto refuse = [&](std::string why) -> std::optional<Node> {
      problems_.add(name.place, std::move(why));
      return std::nullopt;
    };
    if (!outside_.read_file) return refuse("nothing can be included here");
    if (std::filesystem::path(name.text).is_absolute())
      return refuse("a file is included by its path from this file on, not by an absolute one");
    const std::string path = resolve(from, name.text);
    if (std::find(open_.begin(), open_.end(), path) != open_.end())
      return refuse(fmt::format("{} includes itself", path));
    if (open_.size() > IncludeLimits::kDepthMax)
      return refuse(fmt::format("more than {} files deep", IncludeLimits::kDepthMax));
    if (++files_ > IncludeLimits::kFilesMax)
      return refuse(fmt::format("more than {} files are included", IncludeLimits::kFilesMax));
    const std::optional<std::string> text = outside_.read_file(path);
    if (!text) return refuse(fmt::format("{} cannot be read", path));
    return parse(*text, path);
  }

  std::optional<Node> parse(const std::string& text, const std::string& path) {
    ReadLimits left = limits_;
    left.nodes_max -= std::min(nodes_, left.nodes_max);
    const std::size_t before = problems_.total();
    Node part = read_yaml(text, path, problems_, left);
    if (problems_.total() != before) return std::nullopt;
    nodes_ += count_nodes(part);
    if (!part.is_map()) {
      problems_.add(part.place, "expected a map of keys in a file that is included");
      return std::nullopt;
    }
    open_.push_back(path);
    include_into(part, path);
    open_.pop_back();
    check_keys(part);
    return part;
  }

  void check_keys(const Node& part) {
    std::vector<std::string> known{"language", "part", "include"};
    known.insert(known.end(), kMaps.begin(), kMaps.end());
    known.insert(known.end(), kLists.begin(), kLists.end());
    for (std::size_t i = 0; i < part.keys.size(); ++i)
      if (std::find(known.begin(), known.end(), part.keys[i]) == known.end())
        problems_.add(part.key_places[i],
                      fmt::format("unknown key \"{}\" in a file that is included", part.keys[i]),
                      nearest(part.keys[i], known));
    if (const Node* language = part.find("language"); language && language->text != "1")
      problems_.add(language->place, "expected 1, the version of the language");
  }

  void merge(Node& root, Node part) {
    for (std::size_t i = 0; i < part.keys.size(); ++i) {
      const std::string& key = part.keys[i];
      Node* mine = find(root, key);
      if (is_among(key, kMaps)) {
        if (mine == nullptr)
          append(root, key, part.key_places[i], std::move(part.items[i]));
        else
          merge_map(key, *mine, std::move(part.items[i]));
      } else if (is_among(key, kLists)) {
        if (mine == nullptr)
          append(root, key, part.key_places[i], std::move(part.items[i]));
        else if (mine->is_list() && part.items[i].is_list())
          mine->items.insert(mine->items.begin(), part.items[i].items.begin(),
                             part.items[i].items.end());
      }
    }
  }

  void merge_map(const std::string& what, Node& mine, Node theirs) {
    if (!mine.is_map() || !theirs.is_map()) return;  // told by whoever reads it
    for (std::size_t i = 0; i < theirs.keys.size(); ++i) {
      const auto there = std::find(mine.keys.begin(), mine.keys.end(), theirs.keys[i]);
      if (there == mine.keys.end()) {
        append(mine, theirs.keys[i], theirs.key_places[i], std::move(theirs.items[i]));
      } else if (what != "params") {  // who includes has the last word about those
        const auto at = static_cast<std::size_t>(there - mine.keys.begin());
        problems_.add(mine.key_places[at],
                      fmt::format("\"{}\" of {} is there already, at {}", theirs.keys[i], what,
                                  to_string(theirs.key_places[i])));
      }
    }
  }

  const Outside& outside_;
  const ReadLimits& limits_;
  Problems& problems_;
  std::vector<std::string> open_;  // files, outermost first
  std::size_t files_ = 0;
  std::size_t nodes_ = 0;
};

class Substitution {
 public:
  Substitution(Node params, const Outside& outside, const ReadLimits& limits, Problems& problems)
      : params_(std::move(params)), limits_(limits), problems_(problems) {
    for (std::size_t i = 0; i < params_.keys.size(); ++i) {
      check_value(params_.items[i]);
      const auto given = outside.params.find(params_.keys[i]);
      if (given == outside.params.end()) continue;
      Node value;
      value.kind = Node::Kind::scalar;
      value.place = params_.items[i].place;
      value.text = given->second;
      params_.items[i] = std::move(value);
    }
  }

  void run(Node& root) {
    nodes_ = count_nodes(root);
    replace(root);
    for (std::size_t i = 0; i < params_.keys.size(); ++i)
      if (!used_.contains(params_.keys[i]))
        problems_.add(params_.key_places[i],
                      fmt::format("the parameter \"{}\" is never used", params_.keys[i]));
  }

 private:
  void check_value(const Node& node) {
    if (node.is_scalar() && node.text.find("${") != std::string::npos)
      problems_.add(node.place, "a parameter's value cannot refer to another parameter");
    for (const Node& item : node.items) check_value(item);
  }

  const Node* value_of(const std::string& name, const Place& place) {
    const Node* value = params_.find(name);
    if (value == nullptr)
      problems_.add(place, fmt::format("no parameter is named \"{}\"", name),
                    nearest(name, params_.keys));
    used_.insert(name);
    return value;
  }

  /// A small file must not become a large one by its parameters.
  bool has_room(const Place& place, std::size_t nodes, std::size_t bytes) {
    nodes_ += nodes;
    bytes_ += bytes;
    if (nodes_ <= limits_.nodes_max && bytes_ <= limits_.file_bytes_max) return true;
    if (!gave_up_) problems_.add(place, "too much, once all parameters are in their places");
    gave_up_ = true;
    return false;
  }

  void replace(Node& node) {
    if (gave_up_) return;
    for (std::size_t i = 0; i < node.keys.size(); ++i)
      if (node.keys[i].find("${") != std::string::npos)
        problems_.add(node.key_places[i], "a parameter can stand for a value, not for a key");
    if (node.is_scalar()) return replace_scalar(node);
    for (Node& item : node.items) replace(item);
  }

  void replace_scalar(Node& node) {
    const std::size_t open = node.text.find("${");
    if (open == std::string::npos) return;
    // The whole of it: whatever the parameter is, a list or a map as well.
    if (open == 0 && node.text.find('}') == node.text.size() - 1) {
      const Node* value = value_of(node.text.substr(2, node.text.size() - 3), node.place);
      if (value == nullptr) return;
      if (!has_room(node.place, count_nodes(*value), count_bytes(*value))) return;
      const Place place = node.place;
      node = *value;
      node.place = place;
      return;
    }
    replace_parts(node);
  }

  void replace_parts(Node& node) {
    std::string out;
    std::size_t at = 0;
    for (std::size_t open = node.text.find("${"); open != std::string::npos;
         open = node.text.find("${", at)) {
      if (open > 0 && open > at && node.text[open - 1] == '$') {  // $${ is ${
        out += node.text.substr(at, open - 1 - at) + "${";
        at = open + 2;
        continue;
      }
      const std::size_t close = node.text.find('}', open);
      if (close == std::string::npos)
        return problems_.add(node.place, "this \"${\" is never closed; \"$${\" stands for itself");
      const Node* value = value_of(node.text.substr(open + 2, close - open - 2), node.place);
      if (value == nullptr) return;
      if (!value->is_scalar())
        return problems_.add(node.place, "a list or a map can only be the whole value");
      if (!has_room(node.place, 0, value->text.size())) return;
      out += node.text.substr(at, open - at) + value->text;
      at = close + 1;
    }
    node.text = out + node.text.substr(at);
  }

  Node params_;
  const ReadLimits& limits_;
  Problems& problems_;
  std::set<std::string> used_;
  std::size_t nodes_ = 0, bytes_ = 0;
  bool gave_up_ = false;
};

}  // namespace

void expand(Node& root, const std::string& file, const Outside& outside, const ReadLimits& limits,
            Problems& problems, std::set<std::string>& defined) {
  if (!root.is_map()) return;
  Includer(outside, limits, problems).run(root, file);
  Node params;
  params.kind = Node::Kind::map;
  if (const Node* written = root.find("params")) {
    if (!written->is_map())
      return problems.add(written->place, "expected a map of parameters and their values");
    params = *written;
    erase_key(root, "params");
  }
  defined.insert(params.keys.begin(), params.keys.end());
  Substitution(std::move(params), outside, limits, problems).run(root);
}

}  // namespace lunsim::scenarios
