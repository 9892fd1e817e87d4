#include "target_sim/device/reservations.hpp"

#include <algorithm>

namespace lunsim::target_sim {

bool is_reservation_type(std::uint8_t value) {
  return value == 1 || value == 3 || (value >= 5 && value <= 8);
}

bool is_all_registrants(ReservationType type) {
  return type == ReservationType::write_exclusive_all_registrants ||
         type == ReservationType::exclusive_access_all_registrants;
}

bool is_for_registrants(ReservationType type) {
  return is_all_registrants(type) || type == ReservationType::write_exclusive_registrants_only ||
         type == ReservationType::exclusive_access_registrants_only;
}

namespace {

bool is_same(const Reservations::Registrant& registrant, NexusName nexus) {
  return registrant.target_port == nexus.target_port &&
         registrant.initiator_port == nexus.initiator_port;
}

}  // namespace

std::size_t Reservations::index_of(NexusName nexus) const {
  for (std::size_t i = 0; i < registrants_.size(); ++i)
    if (is_same(registrants_[i], nexus)) return i;
  return kNone;
}

const Reservations::Registrant* Reservations::find(NexusName nexus) const {
  const std::size_t index = index_of(nexus);
  return index == kNone ? nullptr : &registrants_[index];
}

bool Reservations::is_holder(NexusName nexus) const {
  const std::size_t index = index_of(nexus);
  if (index == kNone || !is_reserved()) return false;
  return is_all_registrants(type_) || index == holder_;
}

std::uint64_t Reservations::holder_key() const {
  return holder_ == kNone ? 0 : registrants_[holder_].key;
}

bool Reservations::allows(NexusName nexus, GuardedAccess access) const {
  if (!is_reserved() || access == GuardedAccess::free || is_holder(nexus)) return true;
  switch (type_) {
    case ReservationType::write_exclusive:
      return access == GuardedAccess::reading;
    case ReservationType::exclusive_access:
      return false;
    case ReservationType::write_exclusive_registrants_only:
    case ReservationType::write_exclusive_all_registrants:
      return access == GuardedAccess::reading || find(nexus) != nullptr;
    default:
      return find(nexus) != nullptr;
  }
}

void Reservations::remove_at(std::size_t index) {
  registrants_.erase(registrants_.begin() + static_cast<std::ptrdiff_t>(index));
  if (holder_ == kNone) return;
  if (holder_ == index) holder_ = kNone;
  if (holder_ != kNone && holder_ > index) --holder_;
}

/// The registered but one hear that it is gone, if its type was theirs.         SPC-4 §5.13.11.2.2
void Reservations::end_reservation(NexusName but, Losses& losses) {
  if (is_for_registrants(type_)) {
    for (const Registrant& registrant : registrants_)
      if (!is_same(registrant, but)) losses.released.push_back(registrant);
  }
  type_ = ReservationType::none;
  holder_ = kNone;
}

Reservations::Result Reservations::register_key(NexusName nexus, std::uint64_t key,
                                                Losses& losses) {
  const std::size_t index = index_of(nexus);
  if (index == kNone) {
    if (key == 0) return Result::done;
    if (registrants_.size() >= kRegistrantsMax) return Result::no_room;
    registrants_.push_back({std::string(nexus.initiator_port), nexus.target_port, key});
    return Result::done;
  }
  if (key != 0) {
    registrants_[index].key = key;
    return Result::done;
  }
  const bool was_last_holder =
      is_reserved() && (is_all_registrants(type_) ? registrants_.size() == 1 : index == holder_);
  if (was_last_holder) end_reservation(nexus, losses);
  remove_at(index);
  return Result::done;
}

Reservations::Result Reservations::reserve(NexusName nexus, ReservationType type) {
  const std::size_t index = index_of(nexus);
  if (index == kNone) return Result::conflict;
  if (is_reserved()) {
    return is_holder(nexus) && type == type_ ? Result::done : Result::conflict;
  }
  type_ = type;
  holder_ = is_all_registrants(type) ? kNone : index;
  return Result::done;
}

Reservations::Result Reservations::release(NexusName nexus, ReservationType type, Losses& losses) {
  if (index_of(nexus) == kNone) return Result::conflict;
  if (!is_holder(nexus)) return Result::done;
  if (type != type_) return Result::invalid_release;
  end_reservation(nexus, losses);
  return Result::done;
}

Reservations::Result Reservations::clear(NexusName nexus, Losses& losses) {
  if (index_of(nexus) == kNone) return Result::conflict;
  for (const Registrant& registrant : registrants_)
    if (!is_same(registrant, nexus)) losses.preempted.push_back(registrant);
  registrants_.clear();
  type_ = ReservationType::none;
  holder_ = kNone;
  return Result::done;
}

Reservations::Result Reservations::preempt(NexusName nexus, std::uint64_t key, ReservationType type,
                                           Losses& losses) {
  if (index_of(nexus) == kNone) return Result::conflict;
  const bool all = is_all_registrants(type_);
  const bool takes_over = is_reserved() && (all ? key == 0 : key == holder_key());
  if (key == 0 && !takes_over) return Result::invalid_key;
  const auto is_meant = [&](const Registrant& one) {
    return all && key == 0 ? true : one.key == key;
  };
  if (std::none_of(registrants_.begin(), registrants_.end(), is_meant)) return Result::conflict;
  const ReservationType before = type_;
  if (takes_over) {
    type_ = ReservationType::none;
    holder_ = kNone;
  }
  for (std::size_t i = registrants_.size(); i-- > 0;) {
    if (!is_meant(registrants_[i]) || is_same(registrants_[i], nexus)) continue;
    losses.preempted.push_back(registrants_[i]);
    remove_at(i);
  }
  if (!takes_over) return Result::done;
  type_ = type;
  holder_ = is_all_registrants(type) ? kNone : index_of(nexus);
  if (before == type || !is_for_registrants(before)) return Result::done;
  for (const Registrant& registrant : registrants_)
    if (!is_same(registrant, nexus)) losses.released.push_back(registrant);
  return Result::done;
}

bool Reservations::is_reserved_by_other(NexusName nexus) const {
  if (reserved_by_.empty()) return false;
  return reserved_by_ != nexus.initiator_port || reserved_port_ != nexus.target_port;
}

bool Reservations::reserve_old(NexusName nexus) {
  if (is_reserved_by_other(nexus) || !registrants_.empty()) return false;
  reserved_by_ = nexus.initiator_port;
  reserved_port_ = nexus.target_port;
  return true;
}

void Reservations::release_old(NexusName nexus) {
  if (!is_reserved_by_other(nexus)) reserved_by_.clear();
}

void Reservations::lose_power() {
  reserved_by_.clear();
  generation_ = 0;
  if (persists_) return;
  registrants_.clear();
  type_ = ReservationType::none;
  holder_ = kNone;
}

}  // namespace lunsim::target_sim
