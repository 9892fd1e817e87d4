// Puts bytes in the place of a file so that whoever looks later, after a crash at any point too,
// finds all of the old ones or all of the new ones: a new file beside it, synced, renamed over it,
// and the folder synced.
#pragma once

#include <span>
#include <string>

#include "runtime/ports/files.hpp"

namespace lunsim::runtime {

/// 0: the new bytes are on the disk. Otherwise a negative errno value: the old file is what stands
/// there (or, when syncing the folder failed, may come back after a crash).
/// Shape    of two replacements of one path at the same time neither is safe: the caller has a lock
int replace_file(Files& files, const std::string& path, std::span<const std::byte> bytes);

}  // namespace lunsim::runtime
