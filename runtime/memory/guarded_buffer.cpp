#include "runtime/memory/guarded_buffer.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <system_error>
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
  void* map = ::mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) throw std::system_error(errno, std::system_category(), "mmap");
  map_ = static_cast<std::byte*>(map);
  inside_ = map_ + page;
  if (::mprotect(inside_, usable, PROT_READ | PROT_WRITE) != 0) {
    const int error = errno;
    ::munmap(map_, mapped_);
    throw std::system_error(error, std::system_category(), "mprotect");
  }
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
  ::munmap(map_, mapped_);
}

void GuardedBuffer::refill() {
  std::fill(inside_, data_, kCanary);
  std::fill(data_, data_ + size_, kFill);
}

bool GuardedBuffer::canary_is_intact() const {
  return std::all_of(inside_, data_, [](std::byte b) { return b == kCanary; });
}

bool GuardedBuffer::is_untouched_from(std::size_t offset) const {
  if (offset >= size_) return true;
  return std::all_of(data_ + offset, data_ + size_, [](std::byte b) { return b == kFill; });
}

std::optional<std::ptrdiff_t> GuardedBuffer::offset_of(const void* address) const {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const auto first = reinterpret_cast<std::uintptr_t>(map_);
  if (at < first || at >= first + mapped_) return std::nullopt;
  return static_cast<std::ptrdiff_t>(at) - reinterpret_cast<std::ptrdiff_t>(data_);
}

}  // namespace lunsim::runtime
