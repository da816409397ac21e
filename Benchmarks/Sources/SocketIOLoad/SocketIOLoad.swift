import Glibc
import Wire

/// Events at a constant rate from a server on one core to rooms of 1, 5 and 20 WebSocket clients, each hundredth to all: how
/// late they come, and that each receiver gets each exactly once. With AWAY, some cut their connections for so many seconds
/// and come back all at once for what they missed.
///
/// Usage: socketio-load PROGRAM [RATE=500] [SECONDS=30] [CLIENTS=2000] [CORE=0] [AWAY=0] [AWAY-CLIENTS=50]
@main struct SocketIOLoad {
  static let wanted = 100.0

  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else {
      print("usage: socketio-load PROGRAM [RATE=500] [SECONDS=30] [CLIENTS=2000] [CORE=0] [AWAY=0] [AWAY-CLIENTS=50]")
      exit(2)
    }
    let number = { (index: Int, other: Int) in arguments.count > index ? max(0, Int(arguments[index]) ?? other) : other
    }
    let (rate, count, core, away) = (max(1, number(2, 500)), max(20, number(4, 2000)), number(5, 0), number(6, 0))
    let seconds = away > 0 ? max(number(3, 30), away + 15) : number(3, 30)
    let leaving = away > 0 ? min(number(7, 50), count) : 0
    let log = "/tmp/socketio-load-\(getpid()).log"
    let command = [
      arguments[1], "--port", "0", "--ping-interval", "25000", "--ping-timeout", "20000", "--recovery", "120",
      "--load", "\(rate)", "--load-clients", "\(count)",
    ]
    guard let server = ServerProcess(command: command, ready: "http=", core: core, log: log) else {
      print("socketio-load: \(arguments[1]) did not get ready; see \(log)")
      exit(1)
    }
    let clients = LoadClients(count: count, port: server.port)
    for client in 0..<count {
      clients.connect(client)
      // The server's backlog is not what is measured.
      while clients.joined < client - 50, clients.broken == 0 { clients.turn(milliseconds: 10) }
    }
    guard wait(for: { clients.joined == count }, clients) else {
      print("socketio-load: \(clients.joined) of \(count) came in, \(clients.broken) were cut off; see \(log)")
      server.stop()
      exit(1)
    }

    // All are in their rooms once something that was sent later has come.
    let first = max(0, clients.newest) + rate
    let last = first + rate * seconds
    clients.measuredFrom = first
    _ = wait(for: { clients.newest >= first }, clients)
    let before = (server.processorSeconds, monotonicNanoseconds())
    let away0 = leaving == 0 ? [] : (0..<leaving).map { $0 * (count / leaving) }
    var back = 0.0
    if leaving > 0 {
      _ = wait(for: { clients.newest >= first + 2 * rate }, clients)
      for client in away0 { clients.cut(client) }
      // By the clock: when all are away, nobody is told of anything.
      let end = monotonicNanoseconds() + Int64(away) * 1_000_000_000
      _ = wait(for: { monotonicNanoseconds() >= end }, clients)
      let start = monotonicNanoseconds()
      for client in away0 { clients.connect(client) }
      _ = wait(for: { clients.joined == count }, clients)
      back = Double(monotonicNanoseconds() - start) / 1e6
    }
    _ = wait(for: { clients.newest >= last }, clients)
    let processor =
      (server.processorSeconds - before.0) / (Double(monotonicNanoseconds() - before.1) / 1e9)
    // What is late comes now; a second copy would, too.
    let end = clients.newest + 2 * rate
    _ = wait(for: { clients.newest >= end }, clients)
    server.stop()

    let (expected, missed, doubled) = check(clients.clients, first: first, last: last)
    let delays = Percentiles(clients.delays)
    print("events                         \(last - first) to \(count) clients, \(expected) receipts")
    print("due → receipt, ms              \(delays.summary)")
    print("receipts                       \(missed) missed, \(doubled) twice or not theirs, \(clients.broken) cut off")
    if leaving > 0 {
      let recovered = away0.filter { clients.clients[$0].isRecovered }.count
      print(
        "away for \(away) s                  \(leaving) clients, \(recovered) recovered, all in after \(tenths(back)) ms"
      )
      if recovered < leaving { fail() }
    }
    print("server's core                  \(tenths(processor * 100)) %")
    guard missed == 0, doubled == 0, clients.broken == 0, delays.count > 0, delays.at(0.99) < wanted else { fail() }
    print("PASS")
    unlink(log)
  }

  private static func fail() -> Never {
    print("FAIL")
    exit(1)
  }

  /// Turns until `condition` holds; false when it does not within three minutes.
  private static func wait(for condition: () -> Bool, _ clients: LoadClients) -> Bool {
    let end = monotonicNanoseconds() + 180_000_000_000
    while monotonicNanoseconds() < end {
      if condition() { return true }
      clients.turn(milliseconds: 20)
    }
    return condition()
  }

  /// Compares what each client was told with what the server's plan says that it had to be told.
  private static func check(_ clients: [LoadClient], first: Int, last: Int) -> (Int, missed: Int, doubled: Int) {
    var expected = 0
    var missed = 0
    var doubled = 0
    let sizes = [1, 5, 20]
    var plan: [[Int32]] = Array(repeating: [], count: clients.count)
    for event in first..<last {
      let size = sizes[event % 3]
      let begin = event * 7919 % clients.count / size * size
      let isForAll = event % 100 == 99
      for client in isForAll ? 0..<clients.count : begin..<min(begin + size, clients.count) {
        plan[client].append(Int32(event))
      }
    }
    for client in clients {
      let told = client.events.filter { $0 >= first && $0 < last }
      let once = Set(told)
      let due = Set(plan[client.number])
      expected += due.count
      missed += due.subtracting(once).count
      doubled += told.count - once.count + once.subtracting(due).count
    }
    return (expected, missed, doubled)
  }
}
