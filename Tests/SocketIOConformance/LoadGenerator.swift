import Glibc
import SocketIO

/// Sends events at a constant rate to rooms of 1 to 20 clients, and each hundredth to all. Each carries its number, which
/// says to whom it goes, and the time when it was due, so that a client can tell what it missed and how late it came.
struct LoadGenerator {
  /// The receivers of the rooms; a client is in one room of each size.
  static let sizes = [1, 5, 20]

  let namespace: Namespace
  let clients: Int

  /// Clients say in `auth` which number they have.
  static func prepare(_ namespace: Namespace) {
    namespace.onConnection { socket in
      guard let number = socket.handshake.auth["number"]?.integer, !socket.isRecovered else { return }
      for size in sizes { socket.join("\(size):\(number / Int64(size))") }
      socket.emit("joined")
    }
  }

  func run(perSecond: Int) async {
    let start = ContinuousClock.now
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let startMicroseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    var number = 0
    while !Task.isCancelled {
      try? await Task.sleep(until: start + .seconds(1) / perSecond * number, tolerance: .zero)
      let size = Self.sizes[number % Self.sizes.count]
      // Any step that has no divisor in common with the count reaches every room in time.
      let target = number * 7919 % clients
      let due = startMicroseconds + Int64(number) * 1_000_000 / Int64(perSecond)
      namespace.emit(
        "event", [.integer(Int64(number)), .integer(due), "some words, as an event has them"],
        to: number % 100 == 99 ? [] : ["\(size):\(target / size)"])
      number += 1
    }
  }
}
