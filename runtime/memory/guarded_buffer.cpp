#include "runtime/memory/guarded_buffer.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <cerrno>
#include <mutex>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include "runtime/memory/buffer_registry.hpp"

namespace lunsim::runtime {
namespace {

std::mutex registry_mutex;
std::vector<const GuardedBuffer*>& registry() {
  static std::vector<const GuardedBuffer*> buffers;
  return buffers;
}

std::size_t page_size() {
  static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

/// Mappings that this thread has done with, guards and all: making one costs three calls of the
/// system, and a scenario makes thousands. Only small ones, and only so many.
class SpareMappings {
 public:
  static constexpr std::size_t kKeptMax = 32;
  static constexpr std::size_t kPagesMax =
      32;  // 64 KiB and the guards: what a list is asked for with first

  ~SpareMappings() {
    for (const auto& [map, bytes] : kept_) ::munmap(map, bytes);
  }
  std::byte* take(std::size_t bytes) {
    const auto found = std::find_if(kept_.rbegin(), kept_.rend(),
                                    [bytes](const auto& one) { return one.second == bytes; });
    if (found == kept_.rend()) return nullptr;
    std::byte* map = found->first;
    kept_.erase(std::next(found).base());
    return map;
  }
  bool keep(std::byte* map, std::size_t bytes) {
    if (kept_.size() == kKeptMax || bytes > kPagesMax * page_size()) return false;
    kept_.emplace_back(map, bytes);
    return true;
  }

 private:
  std::vector<std::pair<std::byte*, std::size_t>> kept_;
};

SpareMappings& spare_mappings() {
  thread_local SpareMappings spare;
  return spare;
}

std::byte* make_mapping(std::size_t bytes) {
  void* map = ::mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) throw std::system_error(errno, std::system_category(), "mmap");
  const std::size_t page = page_size();
  if (::mprotect(static_cast<std::byte*>(map) + page, bytes - 2 * page, PROT_READ | PROT_WRITE) !=
      0) {
    const int error = errno;
    ::munmap(map, bytes);
    throw std::system_error(error, std::system_category(), "mprotect");
  }
  return static_cast<std::byte*>(map);
}

/// All of [first, last) is `value`: the first byte is, and each is like the one before it.
bool consists_of(const std::byte* first, const std::byte* last, std::byte value) {
  if (first == last) return true;
  return *first == value &&
         std::memcmp(first, first + 1, static_cast<std::size_t>(last - first) - 1) == 0;
}

}  // namespace

const GuardedBuffer* guarded_buffer_near(const void* address) {
  const std::lock_guard lock(registry_mutex);
  for (const GuardedBuffer* buffer : registry()) {
    if (buffer->offset_of(address)) return buffer;
  }
  return nullptr;
}

//  map_            inside_                 data_            data_ + size_
//  | guard page    | canaries ...          | buffer         | guard page |
GuardedBuffer::GuardedBuffer(std::size_t size, std::string name)
    : name_(std::move(name)), size_(size) {
  const std::size_t page = page_size();
  const std::size_t usable = std::max<std::size_t>((size + page - 1) / page, 1) * page;
  mapped_ = usable + 2 * page;
  map_ = spare_mappings().take(mapped_);
  if (map_ == nullptr) map_ = make_mapping(mapped_);
  inside_ = map_ + page;
  data_ = inside_ + usable - size;
  refill();
  const std::lock_guard lock(registry_mutex);
  registry().push_back(this);
}

GuardedBuffer::~GuardedBuffer() {
  {
    const std::lock_guard lock(registry_mutex);
    std::erase(registry(), this);
  }
  if (!spare_mappings().keep(map_, mapped_)) ::munmap(map_, mapped_);
}

void GuardedBuffer::refill() {
  std::fill(inside_, data_, kCanary);
  std::fill(data_, data_ + size_, kFill);
}

bool GuardedBuffer::canary_is_intact() const { return consists_of(inside_, data_, kCanary); }

bool GuardedBuffer::is_untouched_from(std::size_t offset) const {
  if (offset >= size_) return true;
  return consists_of(data_ + offset, data_ + size_, kFill);
}

std::optional<std::ptrdiff_t> GuardedBuffer::offset_of(const void* address) const {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const auto first = reinterpret_cast<std::uintptr_t>(map_);
  if (at < first || at >= first + mapped_) return std::nullopt;
  return static_cast<std::ptrdiff_t>(at) - reinterpret_cast<std::ptrdiff_t>(data_);
}

}  // namespace lunsim::runtime
