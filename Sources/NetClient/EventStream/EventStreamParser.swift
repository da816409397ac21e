/// One event of a `text/event-stream` (WHATWG HTML, section 9.2).
public struct ServerSentEvent: Sendable, Equatable {
  /// The event's type, `message` unless the stream says otherwise.
  public var type: String
  /// The data lines, joined by line feeds.
  public var data: String
  /// The last `id` seen up to and including this event.
  public var id: String

  /// An event.
  public init(type: String = "message", data: String, id: String = "") {
    self.type = type
    self.data = data
    self.id = id
  }
}

/// Why a stream can't be read on.
public enum EventStreamError: Error, Sendable, Equatable {
  /// A line is longer than the bound.
  case lineTooLong
  /// An event's data is longer than the bound.
  case eventTooLong
}

/// Takes bytes as they arrive, cut anywhere, and gives the events that they complete. Sans-IO. An event without its
/// blank line at the end of the stream is not one, as the specification has it.
public struct EventStreamParser: Sendable {
  /// What the stream last asked to wait before reconnecting, in milliseconds.
  public private(set) var reconnectionMilliseconds: Int?
  /// The last `id` that an event carried.
  public private(set) var lastEventID = ""

  private let maximumLineBytes: Int
  private let maximumEventBytes: Int
  private var line: [UInt8] = []
  private var endedWithCarriageReturn = false
  private var isFirstLine = true
  private var type = ""
  private var data: [UInt8] = []
  private var hasData = false
  private var pendingID = ""

  /// A parser at the start of a stream. Bounds in bytes.
  public init(maximumLineBytes: Int = 1 << 20, maximumEventBytes: Int = 4 << 20) {
    self.maximumLineBytes = maximumLineBytes
    self.maximumEventBytes = maximumEventBytes
  }

  /// Takes the next bytes. After it has thrown, the parser must not be fed again.
  public mutating func feed(_ bytes: [UInt8]) throws(EventStreamError) -> [ServerSentEvent] {
    var events: [ServerSentEvent] = []
    var rest = bytes[...]
    while let first = rest.first {
      if endedWithCarriageReturn {
        endedWithCarriageReturn = false
        if first == 0x0a {
          rest.removeFirst()
          continue
        }
      }
      guard let end = rest.firstIndex(where: { $0 == 0x0a || $0 == 0x0d }) else {
        guard line.count + rest.count <= maximumLineBytes else { throw .lineTooLong }
        line += rest
        break
      }
      guard line.count + (end - rest.startIndex) <= maximumLineBytes else { throw .lineTooLong }
      line += rest[..<end]
      endedWithCarriageReturn = rest[end] == 0x0d
      rest = rest[(end + 1)...]
      if let event = try takeLine() { events.append(event) }
    }
    return events
  }

  private mutating func takeLine() throws(EventStreamError) -> ServerSentEvent? {
    defer { line.removeAll(keepingCapacity: true) }
    if isFirstLine {
      isFirstLine = false
      if line.starts(with: [0xef, 0xbb, 0xbf]) { line.removeFirst(3) }
    }
    guard !line.isEmpty else { return dispatch() }
    let colon = line.firstIndex(of: 0x3a) ?? line.endIndex
    let name = line[..<colon]
    var value = line[min(colon + 1, line.endIndex)...]
    if value.first == 0x20 { value.removeFirst() }
    if name.elementsEqual("data".utf8) {
      guard data.count + value.count < maximumEventBytes else { throw .eventTooLong }
      if hasData { data.append(0x0a) }
      hasData = true
      data += value
    } else if name.elementsEqual("event".utf8) {
      type = String(decoding: value, as: UTF8.self)
    } else if name.elementsEqual("id".utf8) {
      if !value.contains(0) { pendingID = String(decoding: value, as: UTF8.self) }
    } else if name.elementsEqual("retry".utf8) {
      if !value.isEmpty, value.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
        let number = Int(String(decoding: value, as: UTF8.self))
      {
        reconnectionMilliseconds = number
      }
    }
    return nil
  }

  private mutating func dispatch() -> ServerSentEvent? {
    defer {
      type = ""
      data.removeAll(keepingCapacity: true)
      hasData = false
    }
    lastEventID = pendingID
    guard hasData else { return nil }
    return ServerSentEvent(
      type: type.isEmpty ? "message" : type, data: String(decoding: data, as: UTF8.self), id: lastEventID)
  }
}
