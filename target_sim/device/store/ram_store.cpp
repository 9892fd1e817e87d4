#include "target_sim/device/store/ram_store.hpp"

#include <algorithm>
#include <cstring>

#include "target_sim/device/store/zero_page.hpp"

namespace lunsim::target_sim {

class RamStore::Page final : public Pinned {
 public:
  std::byte* data() { return bytes_; }

  Slice pin(std::size_t offset, std::size_t size) {
    ++pins_;
    return {std::span<const std::byte>(bytes_).subspan(offset, size), this};
  }
  void unpin() override {
    if (--pins_ == 0 && is_orphan_) delete this;
  }
  bool is_pinned() const { return pins_ != 0; }
  /// The store has no more use for it.
  void release() {
    is_orphan_ = true;
    if (pins_ == 0) delete this;
  }

 private:
  std::uint32_t pins_ = 0;
  bool is_orphan_ = false;
  alignas(64) std::byte bytes_[kPageBytes];  // left as it is: whoever makes a page fills it
};

RamStore::~RamStore() {
  for (auto& [number, leaf] : leaves_) {
    for (Page* page : *leaf) {
      if (page != nullptr) page->release();
    }
  }
}

RamStore::Page* RamStore::find(std::uint64_t page_number) const {
  const auto leaf = leaves_.find(page_number / kLeafPages);
  return leaf == leaves_.end() ? nullptr : (*leaf->second)[page_number % kLeafPages];
}

RamStore::Page*& RamStore::slot(std::uint64_t page_number) {
  std::unique_ptr<Leaf>& leaf = leaves_[page_number / kLeafPages];
  if (!leaf) leaf = std::make_unique<Leaf>();
  return (*leaf)[page_number % kLeafPages];
}

RamStore::Page& RamStore::writable(std::uint64_t page_number, bool whole) {
  Page*& here = slot(page_number);
  if (here == nullptr) {
    here = new Page;
    ++pages_;
    if (!whole) std::memset(here->data(), 0, kPageBytes);
  } else if (here->is_pinned()) {
    Page* const copy = new Page;
    if (!whole) std::memcpy(copy->data(), here->data(), kPageBytes);
    here->release();
    here = copy;
  }
  return *here;
}

void RamStore::read(std::uint64_t offset_bytes, std::uint64_t length_bytes,
                    std::vector<Slice>& out) {
  while (length_bytes > 0) {
    const auto in_page = static_cast<std::size_t>(offset_bytes % kPageBytes);
    const auto step =
        static_cast<std::size_t>(std::min<std::uint64_t>(length_bytes, kPageBytes - in_page));
    if (Page* page = find(offset_bytes / kPageBytes)) {
      out.push_back(page->pin(in_page, step));
    } else {
      append_zeros(step, out);
    }
    offset_bytes += step;
    length_bytes -= step;
  }
}

void RamStore::write(std::uint64_t offset_bytes, std::span<const std::byte> data) {
  while (!data.empty()) {
    const auto in_page = static_cast<std::size_t>(offset_bytes % kPageBytes);
    const std::size_t step = std::min(data.size(), kPageBytes - in_page);
    Page& page = writable(offset_bytes / kPageBytes, step == kPageBytes);
    std::memcpy(page.data() + in_page, data.data(), step);
    offset_bytes += step;
    data = data.subspan(step);
  }
}

/// Cost     a look-up per page or, where a whole leaf is empty, per leaf
void RamStore::discard(std::uint64_t offset_bytes, std::uint64_t length_bytes) {
  constexpr std::uint64_t kLeafBytes = std::uint64_t{kLeafPages} * kPageBytes;
  const std::uint64_t end = offset_bytes + length_bytes;
  while (offset_bytes < end) {
    const std::uint64_t leaf_end = (offset_bytes / kLeafBytes + 1) * kLeafBytes;
    const std::uint64_t page_number = offset_bytes / kPageBytes;
    if (leaves_.find(page_number / kLeafPages) == leaves_.end()) {
      offset_bytes = std::min(end, leaf_end);
      continue;
    }
    const std::uint64_t page_end = std::min(end, (page_number + 1) * kPageBytes);
    const auto in_page = static_cast<std::size_t>(offset_bytes % kPageBytes);
    const auto step = static_cast<std::size_t>(page_end - offset_bytes);
    if (find(page_number) != nullptr) {
      if (step == kPageBytes) {
        Page*& here = slot(page_number);
        here->release();
        here = nullptr;
        --pages_;
      } else {
        std::memset(writable(page_number, false).data() + in_page, 0, step);
      }
    }
    offset_bytes = page_end;
  }
}

}  // namespace lunsim::target_sim
