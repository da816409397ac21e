import NIOCore
import NIOPosix

/// A TCP connection with which tests say exactly what they mean: bytes out, bytes in, and an end. Nothing waits for ever.
struct RawConnection: Sendable {
  struct TimedOut: Error {}

  private let channel: any Channel
  private let reader: Reader

  /// Collects what comes.
  private actor Reader {
    private var bytes: [UInt8] = []
    private var isAtEnd = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    func append(_ more: [UInt8]) {
      bytes += more
      wake()
    }

    func end() {
      isAtEnd = true
      wake()
    }

    func wake() {
      for waiter in waiters { waiter.resume() }
      waiters = []
    }

    /// Waits until `take` makes something of the bytes, of which it says how many it used; nil at the end of them.
    func next<Value: Sendable>(
      within limit: Duration, _ take: @Sendable ([UInt8], _ isAtEnd: Bool) -> (Value, Int)?
    ) async throws -> Value? {
      let deadline = ContinuousClock.now + limit
      while true {
        if let (value, count) = take(bytes, isAtEnd) {
          bytes.removeFirst(count)
          return value
        }
        if isAtEnd { return nil }
        guard ContinuousClock.now < deadline else { throw TimedOut() }
        let timer = Task {
          try await Task.sleep(until: deadline)
          wake()
        }
        await withCheckedContinuation { waiters.append($0) }
        timer.cancel()
      }
    }
  }

  private final class Handler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let pieces: AsyncStream<[UInt8]>.Continuation
    init(_ pieces: AsyncStream<[UInt8]>.Continuation) { self.pieces = pieces }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      pieces.yield(Array(unwrapInboundIn(data).readableBytesView))
    }
    func channelInactive(context: ChannelHandlerContext) { pieces.finish() }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }

  init(port: Int) async throws {
    let (stream, pieces) = AsyncStream.makeStream(of: [UInt8].self)
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Handler(pieces)) }
      }
      .connect(host: "127.0.0.1", port: port).get()
    let reader = Reader()
    self.reader = reader
    Task {
      for await piece in stream { await reader.append(piece) }
      await reader.end()
    }
  }

  func send(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
  func send(_ text: String) { send(Array(text.utf8)) }
  func close() { channel.close(promise: nil) }
  /// Takes no more bytes, as a client that hangs.
  func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

  func next<Value: Sendable>(
    within limit: Duration = .seconds(20), _ take: @Sendable ([UInt8], Bool) -> (Value, Int)?
  ) async throws -> Value? {
    try await reader.next(within: limit, take)
  }

  /// Reads an HTTP answer, with a body by its length.
  func answer() async throws -> HTTPAnswer? {
    try await next { bytes, _ in
      guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
      var lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
      let status = Int(lines.removeFirst().split(separator: " ")[1]) ?? 0
      var headers: [String: String] = [:]
      for line in lines {
        let parts = line.split(separator: ":", maxSplits: 1)
        headers[parts[0].lowercased()] = parts[1].trimmingPrefix(" ").description
      }
      let length = Int(headers["content-length"] ?? "0") ?? 0
      guard bytes.count >= end.upperBound + length else { return nil }
      let body = String(decoding: bytes[end.upperBound..<(end.upperBound + length)], as: UTF8.self)
      return (HTTPAnswer(status: status, headers: headers, body: body), end.upperBound + length)
    }
  }
}

struct HTTPAnswer: Sendable, Equatable {
  var status: Int
  var headers: [String: String]
  var body: String
}

/// A WebSocket on a raw connection.
struct RawWebSocket: Sendable {
  enum Message: Sendable, Equatable {
    case text(String)
    case binary([UInt8])
    case closed(code: Int)
  }

  let connection: RawConnection

  /// Opens one, or returns the answer that refused it.
  static func open(
    port: Int, _ target: String, headers: String = ""
  ) async throws -> (webSocket: RawWebSocket?, answer: HTTPAnswer?) {
    let connection = try await RawConnection(port: port)
    return try await upgrade(connection, target, headers: headers)
  }

  static func upgrade(
    _ connection: RawConnection, _ target: String, headers: String = ""
  ) async throws -> (webSocket: RawWebSocket?, answer: HTTPAnswer?) {
    connection.send(
      "GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\(headers)\r\n")
    let answer = try await connection.answer()
    guard answer?.status == 101 else { return (nil, answer) }
    return (RawWebSocket(connection: connection), answer)
  }

  func send(_ text: String) { frame(0x1, Array(text.utf8)) }
  func send(_ bytes: [UInt8]) { frame(0x2, bytes) }

  func frame(_ opcode: UInt8, isFinal: Bool = true, _ payload: [UInt8]) {
    var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
    switch payload.count {
    case ..<126: bytes.append(0x80 | UInt8(payload.count))
    case ...0xFFFF: bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default: bytes += [0x80 | 127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
    }
    // A key of zeros is a key, too.
    connection.send(bytes + [0, 0, 0, 0] + payload)
  }

  /// The next message; nil when the connection has ended.
  func next(within limit: Duration = .seconds(20)) async throws -> Message? {
    try await connection.next(within: limit) { bytes, _ in
      guard bytes.count >= 2 else { return nil }
      var length = Int(bytes[1])
      var start = 2
      let more = length == 126 ? 2 : length == 127 ? 8 : 0
      guard bytes.count >= start + more else { return nil }
      if more > 0 { length = bytes[2..<(2 + more)].reduce(0) { $0 << 8 | Int($1) } }
      start += more
      guard bytes.count >= start + length else { return nil }
      let payload = Array(bytes[start..<(start + length)])
      let message: Message =
        switch bytes[0] & 0xF {
        case 0x1: .text(String(decoding: payload, as: UTF8.self))
        case 0x2: .binary(payload)
        default: .closed(code: payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : 0)
        }
      return (message, start + length)
    }
  }

  /// The next message that is no ping.
  func message() async throws -> Message? {
    while true {
      let message = try await next()
      guard message == .text("2") else { return message }
      send("3")
    }
  }

  /// Whether it ends, whatever comes before.
  func ends() async throws -> Bool {
    while let message = try await next() { if case .closed = message { return true } }
    return true
  }
}
