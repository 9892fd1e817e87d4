#include "runtime/live/computer_name.hpp"

#include <boost/asio/ip/host_name.hpp>

namespace lunsim::runtime {

std::string computer_name() {
  boost::system::error_code error;
  std::string name = boost::asio::ip::host_name(error);
  return error ? std::string() : name;
}

}  // namespace lunsim::runtime
