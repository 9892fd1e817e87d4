// What may stand in the blocks of every unit, by what its writers were told: the reference that
// reads are held against. An acknowledged write must be read back; one that was not acknowledged
// may be there or not. Knows blocks by a digest, not their bytes, and nothing of how they travel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace lunsim::explore {

struct UnitName {
  std::string target;
  std::uint64_t lun = 0;
  friend auto operator<=>(const UnitName&, const UnitName&) = default;
};

class BlockModel {
 public:
  enum class AccessId : std::uint64_t {};

  /// A unit of zeros. Units that were never added are not judged.
  void add_unit(const UnitName& unit, std::uint32_t block_bytes);
  /// Something has happened to the unit that the model does not follow: it is not judged any more.
  void forget_unit(const UnitName& unit);
  bool follows(const UnitName& unit) const { return units_.contains(unit); }

  /// From now on these blocks may change. `data` is cut at whole blocks.
  AccessId begin_write(const UnitName& unit, std::uint64_t lba, std::span<const std::byte> data);
  /// `acknowledged`: from now on they must have.
  void end_write(AccessId write, bool acknowledged);

  AccessId begin_read(const UnitName& unit, std::uint64_t lba, std::uint64_t blocks);
  /// Why `data` cannot have been read; empty if it can. Empty data is no answer and always can.
  std::optional<std::string> end_read(AccessId read, std::span<const std::byte> data);

  /// Every block that was ever written, with its unit, ascending.
  struct Written {
    UnitName unit;
    std::uint64_t lba = 0;
    std::uint32_t block_bytes = 0;
  };
  std::vector<Written> written() const;

 private:
  using Digest = std::uint64_t;
  struct Block {
    std::set<Digest> may_be;
    std::map<AccessId, Digest> in_flight;  // writes that have not ended
  };
  struct Unit {
    std::uint32_t block_bytes = 512;
    Digest zeros = 0;
    std::map<std::uint64_t, Block> blocks;  // what was never written is zeros
  };
  struct Access {
    UnitName unit;
    std::uint64_t lba = 0;
    std::vector<Digest> written;           // a write's blocks
    std::vector<std::set<Digest>> may_be;  // a read's blocks
  };
  Block& block_of(Unit& unit, std::uint64_t lba);
  std::string blame(Digest digest, const Unit& unit) const;

  std::map<UnitName, Unit> units_;
  std::map<AccessId, Access> accesses_;
  std::map<Digest, std::string> origin_;  // who wrote such a block first, in words
  std::uint64_t next_ = 1;
};

}  // namespace lunsim::explore
