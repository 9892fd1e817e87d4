// A crash at each system call of a replacement, on a disk that forgets whatever it was not told to
// keep; each call failing; and the operating system's own files with a process that is killed at
// each call.
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "runtime/files/os_files.hpp"
#include "runtime/files/replace_file.hpp"

using namespace lunsim::runtime;

namespace {

const std::string kOld = "the old bytes", kNew = "the new bytes, which are more";

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

struct Crash {};

/// A disk of one folder. What was written is lost in a crash until its file is synced, and so is
/// what became of names until the folder is; the disk may have written some of it by itself.
class ForgetfulFiles final : public Files {
 public:
  struct File {
    std::string cached, durable;
  };
  using Names = std::map<std::string, std::shared_ptr<File>>;
  static constexpr int kFolder = 1000;

  std::size_t calls = 0;
  std::size_t crash_at = 0;    // the call that is never made; 0: none
  std::size_t fail_at = 0;     // the call that fails; 0: none
  std::size_t take_bytes = 7;  // of each write
  bool forgets_syncs = false;  // a broken disk, to see that the test sees

  ForgetfulFiles() {
    auto old = std::make_shared<File>(File{kOld, kOld});
    history_.push_back({{"f/state", old}});
  }

  int create(const std::string& path) override {
    if (const int error = pass()) return error;
    if (names().contains(path)) return -EEXIST;
    auto file = std::make_shared<File>();
    change([&](Names& all) { all[path] = file; });
    open_.push_back(file);
    return static_cast<int>(open_.size()) - 1;
  }
  int open_folder(const std::string& path) override {
    if (const int error = pass()) return error;
    BOOST_TEST(path == "f");
    return kFolder;
  }
  std::ptrdiff_t write(int handle, std::span<const std::byte> bytes) override {
    if (const int error = pass()) return error;
    const std::size_t some = std::min(take_bytes, bytes.size());
    open_.at(static_cast<std::size_t>(handle))
        ->cached.append(reinterpret_cast<const char*>(bytes.data()), some);
    return static_cast<std::ptrdiff_t>(some);
  }
  int sync(int handle) override {
    if (const int error = pass()) return error;
    if (forgets_syncs) return 0;
    if (handle == kFolder) {
      history_.erase(history_.begin(), history_.end() - 1);
    } else {
      File& file = *open_.at(static_cast<std::size_t>(handle));
      file.durable = file.cached;
    }
    return 0;
  }
  int close(int) override { return pass(); }
  int rename(const std::string& from, const std::string& to) override {
    if (const int error = pass()) return error;
    change([&](Names& all) {
      all[to] = all.at(from);
      all.erase(from);
    });
    return 0;
  }
  int remove(const std::string& path) override {
    if (const int error = pass()) return error;
    if (!names().contains(path)) return -ENOENT;
    change([&](Names& all) { all.erase(path); });
    return 0;
  }

  const Names& names() const { return history_.back(); }
  /// What may stand at `path` after the power is back.
  std::set<std::string> possible(const std::string& path) const {
    std::set<std::string> found;
    for (const Names& all : history_) {
      const auto file = all.find(path);
      if (file == all.end()) {
        found.insert("(no file)");
        continue;
      }
      found.insert(file->second->durable);
      // Anything between what was synced and what was written.
      for (std::size_t size = file->second->durable.size(); size <= file->second->cached.size();
           ++size)
        found.insert(file->second->cached.substr(0, size));
    }
    return found;
  }

 private:
  int pass() {
    ++calls;
    if (calls == crash_at) throw Crash{};
    return calls == fail_at ? -EIO : 0;
  }
  void change(const std::function<void(Names&)>& how) {
    Names next = names();
    how(next);
    history_.push_back(std::move(next));
  }
  std::vector<Names> history_;  // from the last that is durable to what programs see
  std::vector<std::shared_ptr<File>> open_;
};

std::size_t calls_of_a_replacement() {
  ForgetfulFiles files;
  BOOST_TEST(replace_file(files, "f/state", bytes_of(kNew)) == 0);
  return files.calls;
}

/// Whether old or new is all that can be found after a crash at that call.
bool is_safe(ForgetfulFiles& files, std::size_t crash_at) {
  files.crash_at = crash_at;
  try {
    replace_file(files, "f/state", bytes_of(kNew));
  } catch (const Crash&) {
  }
  for (const std::string& one : files.possible("f/state"))
    if (one != kOld && one != kNew) return false;
  return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(replace_file_suite)

BOOST_AUTO_TEST_CASE(a_crash_at_each_call_leaves_all_of_the_old_or_all_of_the_new) {
  const std::size_t calls = calls_of_a_replacement();
  // remove, create, five writes, sync, close, rename, open, sync, close
  BOOST_TEST(calls == 13u);
  BOOST_TEST_MESSAGE("crash points: " << calls);
  for (std::size_t at = 1; at <= calls; ++at) {
    ForgetfulFiles files;
    BOOST_TEST(is_safe(files, at), "crash at call " << at);
  }
}

BOOST_AUTO_TEST_CASE(when_it_says_done_only_the_new_can_be_found) {
  ForgetfulFiles files;
  BOOST_TEST(replace_file(files, "f/state", bytes_of(kNew)) == 0);
  BOOST_TEST((files.possible("f/state") == std::set<std::string>{kNew}));
  BOOST_TEST(!files.names().contains("f/state.new"));
}

// The test of the test: without syncs the same calls are not safe.
BOOST_AUTO_TEST_CASE(a_disk_that_forgets_syncs_is_found_out) {
  bool all_safe = true;
  for (std::size_t at = 1; at <= calls_of_a_replacement(); ++at) {
    ForgetfulFiles files;
    files.forgets_syncs = true;
    all_safe = is_safe(files, at) && all_safe;
  }
  BOOST_TEST(!all_safe);
}

BOOST_AUTO_TEST_CASE(each_call_that_fails_leaves_a_whole_file_and_the_next_try_works) {
  for (std::size_t at = 1; at <= calls_of_a_replacement(); ++at) {
    BOOST_TEST_CONTEXT("call " << at << " fails") {
      ForgetfulFiles files;
      files.fail_at = at;
      const int error = replace_file(files, "f/state", bytes_of(kNew));
      // Only the removal of what is not there may fail without a word.
      BOOST_TEST((error == 0) == (at == 1));
      const std::string seen = files.names().at("f/state")->cached;
      BOOST_TEST((seen == kOld || seen == kNew));
      BOOST_TEST(!files.names().contains("f/state.new"));
      BOOST_TEST(replace_file(files, "f/state", bytes_of(kNew)) == 0);
      BOOST_TEST((files.possible("f/state") == std::set<std::string>{kNew}));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_a_crash_has_left_is_in_nobodys_way) {
  for (std::size_t at = 1; at <= calls_of_a_replacement(); ++at) {
    ForgetfulFiles files;
    BOOST_TEST(is_safe(files, at));
    files.crash_at = 0;
    BOOST_TEST(replace_file(files, "f/state", bytes_of(kNew)) == 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(os_files)

namespace {

struct Folder {
  std::string path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "lunsim-files-XXXXXX").string();
    BOOST_TEST_REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

/// Kills its process instead of making a call.
class DeadlyFiles final : public OsFiles {
 public:
  explicit DeadlyFiles(int last) : left_(last) {}
  int create(const std::string& path) override { return pass(), OsFiles::create(path); }
  int open_folder(const std::string& path) override { return pass(), OsFiles::open_folder(path); }
  std::ptrdiff_t write(int handle, std::span<const std::byte> bytes) override {
    return pass(), OsFiles::write(handle, bytes.first(std::min<std::size_t>(bytes.size(), 9)));
  }
  int sync(int handle) override { return pass(), OsFiles::sync(handle); }
  int close(int handle) override { return pass(), OsFiles::close(handle); }
  int rename(const std::string& from, const std::string& to) override {
    return pass(), OsFiles::rename(from, to);
  }
  int remove(const std::string& path) override { return pass(), OsFiles::remove(path); }

 private:
  void pass() {
    if (--left_ == 0) kill(getpid(), SIGKILL);
  }
  int left_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_process_killed_at_each_call_leaves_a_whole_file) {
  const Folder folder;
  const std::string path = folder.path + "/state";
  int killed = 0;
  for (bool was_killed = true; was_killed;) {
    OsFiles files;
    BOOST_TEST_REQUIRE(replace_file(files, path, bytes_of(kOld)) == 0);
    const pid_t child = fork();
    if (child == 0) {
      DeadlyFiles deadly(killed + 1);
      _exit(replace_file(deadly, path, bytes_of(kNew)) == 0 ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    was_killed = WIFSIGNALED(status);
    if (was_killed) ++killed;
    const auto seen = read_whole_file(path, 1000);
    BOOST_TEST_REQUIRE(seen.has_value());
    BOOST_TEST((*seen == kOld || *seen == kNew), "killed at call " << killed << ": " << *seen);
    if (!was_killed) BOOST_TEST(*seen == kNew);
  }
  BOOST_TEST(killed == 12);  // four writes here
}

BOOST_AUTO_TEST_CASE(the_file_is_its_owners_alone) {
  const Folder folder;
  OsFiles files;
  BOOST_TEST(replace_file(files, folder.path + "/state", bytes_of(kNew)) == 0);
  struct stat found {};
  BOOST_TEST(stat((folder.path + "/state").c_str(), &found) == 0);
  BOOST_TEST((found.st_mode & 0777) == 0600u);
  BOOST_TEST(replace_file(files, folder.path + "/nowhere/state", bytes_of(kNew)) == -ENOENT);
}

BOOST_AUTO_TEST_CASE(a_lock_has_one_holder) {
  const Folder folder;
  {
    const FileLock first(folder.path + "/lock");
    BOOST_CHECK_THROW(FileLock(folder.path + "/lock"), std::system_error);
  }
  BOOST_CHECK_NO_THROW(FileLock(folder.path + "/lock"));
}

BOOST_AUTO_TEST_SUITE_END()
