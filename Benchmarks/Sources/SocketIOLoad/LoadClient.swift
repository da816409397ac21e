/// One client of the load: just enough WebSocket and Socket.IO to be told events, and to come back to them.
struct LoadClient {
  enum State { case idle, connecting, upgrading, open, joined }

  /// What it has been told.
  enum Input {
    case open
    case joined
    case event(number: Int, due: Int64)
    case ping
    case other
  }

  let number: Int
  var descriptor: Int32 = -1
  var state = State.idle
  var isRecovered = false
  var pid = ""
  var offset = ""
  /// When it was connected last, in microseconds.
  var since: Int64 = 0
  /// The numbers of the events that it was told of, as they came.
  var events: [Int32] = []
  private var buffer: [UInt8] = []
  private var start = 0

  init(number: Int) { self.number = number }

  /// What it begins a connection with.
  static let request = Array(
    ("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
      + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").utf8)

  /// `text` as a frame, masked with zeros.
  static func frame(_ text: String) -> [UInt8] {
    let count = text.utf8.count
    let head: [UInt8] =
      count < 126 ? [0x81, 0x80 | UInt8(count)] : [0x81, 0xFE, UInt8(count >> 8), UInt8(count & 0xFF)]
    return head + [0, 0, 0, 0] + text.utf8
  }

  /// Its CONNECT packet.
  var connect: [UInt8] {
    let recovery = pid.isEmpty ? "" : ",\"pid\":\"\(pid)\",\"offset\":\"\(offset)\""
    return Self.frame("40/load,{\"number\":\(number)\(recovery)}")
  }

  /// Its connection is gone, and what was not read of it.
  mutating func reset() {
    descriptor = -1
    state = .idle
    buffer.removeAll(keepingCapacity: true)
    start = 0
  }

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    if start > 0 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next of what has been received; nil when it is not there yet.
  mutating func next() -> Input? {
    if state == .upgrading {
      guard let end = buffer.indices.dropFirst(3).first(where: { buffer[$0 - 3...$0].elementsEqual([13, 10, 13, 10]) })
      else { return nil }
      guard buffer.starts(with: Array("HTTP/1.1 101".utf8)) else { return nil }
      start = end + 1
      state = .open
    }
    let available = buffer.count - start
    guard available >= 2 else { return nil }
    var length = Int(buffer[start + 1] & 0x7F)
    var head = 2
    if length == 126 {
      guard available >= 4 else { return nil }
      length = Int(buffer[start + 2]) << 8 | Int(buffer[start + 3])
      head = 4
    }
    guard length < 127 || head == 4, available >= head + length else { return nil }
    let message = buffer[start + head..<start + head + length]
    start += head + length
    return read(message)
  }

  private static let eventHead = Array("42/load,[\"event\",".utf8)
  private static let connectHead = Array("40/load,{".utf8)

  private mutating func read(_ message: ArraySlice<UInt8>) -> Input {
    if message.starts(with: Self.eventHead) {
      let rest = message.dropFirst(Self.eventHead.count)
      var numbers: [Int64] = [0, 0]
      var index = 0
      for byte in rest {
        if byte == UInt8(ascii: ",") {
          index += 1
          if index == 2 { break }
        } else {
          numbers[index] = numbers[index] * 10 + Int64(byte &- 48)
        }
      }
      if let found = Self.lastString(message) { offset = found }
      return .event(number: Int(numbers[0]), due: numbers[1])
    }
    if message.elementsEqual([UInt8(ascii: "2")]) { return .ping }
    if message.first == UInt8(ascii: "0") { return .open }
    if message.starts(with: Self.connectHead) {
      let text = String(decoding: message, as: UTF8.self)
      let found = text.split(separator: "\"pid\":\"").dropFirst().first.map { String($0.prefix { $0 != "\"" }) } ?? ""
      isRecovered = !pid.isEmpty && pid == found
      pid = found
      state = .joined
      return .joined
    }
    // The answer to having joined has an offset, too.
    if message.starts(with: Array("42".utf8)), let found = Self.lastString(message) { offset = found }
    return .other
  }

  /// The last argument, which is the offset when there is recovery.
  private static func lastString(_ message: ArraySlice<UInt8>) -> String? {
    let quote = UInt8(ascii: "\"")
    guard let end = message.lastIndex(of: quote), let begin = message[..<end].lastIndex(of: quote) else { return nil }
    return String(decoding: message[begin + 1..<end], as: UTF8.self)
  }
}
