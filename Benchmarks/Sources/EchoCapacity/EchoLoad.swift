import CSockets
import Glibc
import Wire

/// The callers of all echo calls on one socket: the server tells them apart by its own ports.
///
/// Each packet carries its number in its samples, so that one that comes back is known again. Lateness is against the
/// best grid that fits a call's own packets: the earliest of (arrival − 20 ms × number) is on time, all else is late by
/// the difference.
final class EchoLoad {
  private struct Stream {
    var port: UInt16
    var sequence: UInt16 = 0
    var firstMeasured: UInt32 = 0
    var lastMeasured: UInt32 = 0
    var nextNumber: UInt32 = 0
    var arrivals: [(sequence: UInt16, at: Int64)] = []
    var echoed: Set<UInt32> = []
  }

  let socket = UDPSocket()
  private var streams: [Stream] = []
  private var indexOfPort = [Int](repeating: -1, count: 65_536)
  private var isMeasuring = false
  private var everMeasured = false
  private var nextSlot: Int64 = 0
  private var slot = 0
  private let slots = 20
  private let batch = UnsafeMutablePointer<csockets_batch>.allocate(capacity: 1)

  init() { memset(batch, 0, MemoryLayout<csockets_batch>.size) }

  deinit { batch.deallocate() }

  func add(_ port: UInt16) {
    indexOfPort[Int(port)] = streams.count
    streams.append(Stream(port: port))
  }

  func startMeasuring() {
    for index in streams.indices {
      streams[index].arrivals.reserveCapacity(8192)
      streams[index].echoed.reserveCapacity(8192)
      streams[index].firstMeasured = streams[index].nextNumber
    }
    isMeasuring = true
    everMeasured = true
  }

  func stopMeasuring() {
    isMeasuring = false
    for index in streams.indices { streams[index].lastMeasured = streams[index].nextNumber }
  }

  /// Sends and receives until the clock shows `deadline`. A call's packets go in one of 20 slots of a millisecond.
  func run(until deadline: Int64) {
    if nextSlot == 0 { nextSlot = monotonicNanoseconds() }
    while true {
      while nextSlot > monotonicNanoseconds() {
        receive()
        if monotonicNanoseconds() >= deadline { return }
        let wait = (nextSlot - monotonicNanoseconds()) / 1_000_000
        _ = socket.isReadable(milliseconds: Int32(clamping: max(0, wait)))
      }
      sendSlot()
      nextSlot += 1_000_000
      receive()
      if monotonicNanoseconds() >= deadline { return }
    }
  }

  private func sendSlot() {
    var count = 0
    var index = slot
    while index < streams.count {
      write(into: count, stream: index)
      count += 1
      if count == Int(CSOCKETS_BATCH) {
        csockets_send(socket.fileDescriptor, batch, Int32(count))
        count = 0
      }
      index += slots
    }
    if count > 0 { csockets_send(socket.fileDescriptor, batch, Int32(count)) }
    slot = (slot + 1) % slots
  }

  private func write(into position: Int, stream index: Int) {
    let number = streams[index].nextNumber
    let octets = octetsOfBatch + position * Int(CSOCKETS_OCTETS)
    let sequence = streams[index].sequence
    let timestamp = number &* 160
    octets[0] = 0x80
    octets[1] = 0
    octets[2] = UInt8(sequence >> 8)
    octets[3] = UInt8(sequence & 0xFF)
    for byte in 0..<4 { octets[4 + byte] = UInt8((timestamp >> (24 - 8 * UInt32(byte))) & 0xFF) }
    octets[8] = 0x42
    octets[9] = 0
    octets[10] = UInt8(index >> 8)
    octets[11] = UInt8(index & 0xFF)
    // Sixteen samples tell the number, bit by bit, in two loud values that decoding and encoding again leave alone.
    for sample in 0..<160 { octets[12 + sample] = (number >> UInt32((sample / 8) % 16)) & 1 == 1 ? 0x90 : 0x10 }
    setPort(streams[index].port, at: position)
    setLength(172, at: position)
    streams[index].sequence = sequence &+ 1
    streams[index].nextNumber = number &+ 1
  }

  private func receive() {
    while true {
      let count = Int(csockets_receive(socket.fileDescriptor, batch))
      guard count > 0 else { return }
      let now = monotonicNanoseconds()
      for position in 0..<count where length(at: position) == 172 {
        let index = indexOfPort[Int(port(at: position))]
        guard index >= 0, everMeasured else { continue }
        let octets = octetsOfBatch + position * Int(CSOCKETS_OCTETS)
        if isMeasuring {
          streams[index].arrivals.append((UInt16(octets[2]) << 8 | UInt16(octets[3]), now))
        }
        var number: UInt32 = 0
        for bit in 0..<16 where octets[12 + bit * 8 + 4] & 0x80 != 0 { number |= 1 << UInt32(bit) }
        streams[index].echoed.insert(number)
      }
      if count < Int(CSOCKETS_BATCH) { return }
    }
  }

  func report(calls: Int, setUpSeconds: Double, processorShare: Double) {
    var lateness: [Double] = []
    var sent = 0
    var lost = 0
    var missingFromServer = 0
    for stream in streams {
      guard let first = stream.arrivals.first else {
        missingFromServer += Int(stream.lastMeasured - stream.firstMeasured)
        continue
      }
      let offsets = stream.arrivals.map { $0.at - Int64($0.sequence &- first.sequence) * 20_000_000 }
      let onTime = offsets.min() ?? 0
      lateness += offsets.map { Double($0 - onTime) / 1e6 }
      if let last = stream.arrivals.last {
        missingFromServer += max(0, Int(last.sequence &- first.sequence) + 1 - stream.arrivals.count)
      }
      for number in stream.firstMeasured..<stream.lastMeasured {
        sent += 1
        if !stream.echoed.contains(number & 0xFFFF) { lost += 1 }
      }
    }
    let percentiles = Percentiles(lateness)
    print("calls               \(calls), set up in \(tenths(setUpSeconds)) s over SIP")
    print("packets echoed      \(sent - lost) of \(sent); \(lost) lost")
    print("gaps in the sequence \(missingFromServer)")
    print("late, ms            \(percentiles.summary)   (\(percentiles.count) packets)")
    print("server's core       \(tenths(processorShare * 100)) %")
    print(lost == 0 && missingFromServer == 0 && percentiles.at(0.99) <= 5 ? "PASS" : "FAIL")
  }

  private var octetsOfBatch: UnsafeMutablePointer<UInt8> { csockets_octets(batch) }
  private func port(at position: Int) -> UInt16 { UInt16(bigEndian: csockets_peers(batch)[position].sin_port) }
  private func setPort(_ port: UInt16, at position: Int) {
    csockets_peers(batch)[position] = UDPSocket.loopback(port: port)
  }
  private func length(at position: Int) -> UInt16 { csockets_lengths(batch)[position] }
  private func setLength(_ length: UInt16, at position: Int) { csockets_lengths(batch)[position] = length }
}
