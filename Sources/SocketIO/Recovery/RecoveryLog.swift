/// What a namespace remembers so that clients which were away for a while miss nothing: the latest events, and the sockets
/// whose connections were lost. Bounded in time, in bytes and in sockets. What a client costs that comes back is what it
/// missed, not what the log holds: thousands come back at once after a fault of the network, and all else waits meanwhile.
struct RecoveryLog {
  /// A socket whose connection was lost.
  struct Lost: Equatable {
    var sid: String
    var rooms: Set<String>
    /// The position of the log when it connected.
    var since: UInt64
  }

  private struct Entry {
    var packet: EncodedPacket
    var rooms: [String]
    var except: [String]
    var at: Instant
  }

  /// What an entry takes beside its packet.
  private static let overhead = 256
  /// The old entries that may lie in front of the log before it is moved.
  private static let slack = 1024

  private let duration: Duration
  private let maximumBytes: Int
  private let maximumLost: Int
  private var entries: [Entry] = []
  /// Entries at the front of `entries` that are gone.
  private var gone = 0
  private var bytes = 0
  /// The position behind the last entry; the first has position 1.
  private var position: UInt64 = 0
  /// The positions of the entries for each room, and of those for all.
  private var byRoom: [String: PositionQueue] = [:]
  private var forAll = PositionQueue()
  private var lost: [String: (socket: Lost, until: Instant)] = [:]
  private var order: [(pid: String, until: Instant)] = []

  init(duration: Duration, maximumBytes: Int, maximumLost: Int) {
    self.duration = duration
    self.maximumBytes = maximumBytes
    self.maximumLost = maximumLost
  }

  /// The position of the newest entry.
  var latest: UInt64 { position }
  var count: Int { entries.count - gone }
  var byteCount: Int { bytes }
  var lostCount: Int { lost.count }

  /// The offset that the next entry has on the wire.
  var nextOffset: String { String(position + 1, radix: 36) }

  /// The position that an offset from the wire means.
  static func position(of offset: String) -> UInt64? { UInt64(offset, radix: 36) }

  /// Remembers an event that was sent with `nextOffset`.
  mutating func append(_ packet: EncodedPacket, rooms: [String], except: [String], at now: Instant) {
    position += 1
    entries.append(Entry(packet: packet, rooms: rooms, except: except, at: now))
    bytes += packet.byteCount + Self.overhead
    if rooms.isEmpty { forAll.append(position) }
    for room in rooms { byRoom[room, default: PositionQueue()].append(position) }
    expire(at: now)
  }

  /// Forgets what is too old or too much.
  mutating func expire(at now: Instant) {
    while gone < entries.count, bytes > maximumBytes || entries[gone].at + duration < now {
      bytes -= entries[gone].packet.byteCount + Self.overhead
      forget(entries[gone].rooms)
      entries[gone] = Entry(packet: .noop, rooms: [], except: [], at: entries[gone].at)
      gone += 1
    }
    if gone > Self.slack, gone > entries.count / 2 {
      entries.removeFirst(gone)
      gone = 0
    }
    let expired = order.prefix { $0.until <= now || lost[$0.pid]?.until != $0.until }
    guard !expired.isEmpty else { return }
    for item in expired where lost[item.pid]?.until == item.until { lost[item.pid] = nil }
    order.removeFirst(expired.count)
  }

  /// Takes the oldest entry, which was for `rooms`, out of the index.
  private mutating func forget(_ rooms: [String]) {
    if rooms.isEmpty { forAll.removeFirst() }
    for room in rooms {
      byRoom[room]?.removeFirst()
      if byRoom[room]?.isEmpty == true { byRoom[room] = nil }
    }
  }

  /// Remembers a socket whose connection was lost.
  mutating func save(_ socket: Lost, pid: String, at now: Instant) {
    expire(at: now)
    if order.count >= maximumLost {
      let oldest = order.removeFirst()
      if lost[oldest.pid]?.until == oldest.until { lost[oldest.pid] = nil }
    }
    lost[pid] = (socket, now + duration)
    order.append((pid, now + duration))
  }

  /// Takes a socket back, with what it missed behind `offset` (from its beginning if it names none); nil if it is unknown,
  /// or if what it missed is no longer here.
  mutating func restore(pid: String, offset: String?, at now: Instant) -> (socket: Lost, missed: [EncodedPacket])? {
    expire(at: now)
    guard let (socket, _) = lost.removeValue(forKey: pid) else { return nil }
    guard let named = offset.map(Self.position(of:)) ?? socket.since, named <= position else { return nil }
    // What was said before it first came is not for it, whatever it asks.
    let since = max(named, socket.since)
    let behind = position - since
    guard behind <= UInt64(count) else { return nil }
    let oldest = position - UInt64(count)
    return (
      socket,
      missed(behind: since, in: socket.rooms).compactMap { position in
        // What is in the index is behind the oldest.
        let entry = entries[gone + Int(position - oldest) - 1]
        return entry.except.contains { socket.rooms.contains($0) } ? nil : entry.packet
      }
    )
  }

  /// The positions behind `since` of what was said to all and to `rooms`, in order and each once.
  private func missed(behind since: UInt64, in rooms: Set<String>) -> [UInt64] {
    var positions = Array(forAll.behind(since))
    for room in rooms {
      if let queue = byRoom[room] { positions += queue.behind(since) }
    }
    positions.sort()
    var last: UInt64 = 0
    return positions.filter { position in
      defer { last = position }
      return position != last
    }
  }
}
