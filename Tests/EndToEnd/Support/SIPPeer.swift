import Audio

/// A user agent of the test's own, that does as it is told and nothing by itself: each message is sent by the test, and
/// what comes is kept until the test asks for it.
final class SIPPeer {
  enum Transport: String { case udp, tcp }

  let transport: Transport
  /// Where it sits.
  let host: Loopback
  private let datagrams: DatagramSocket?
  private let stream: StreamSocket?
  private let server: UInt16
  private var inbox: [SIPMessage] = []
  /// Everything that came, with when.
  private(set) var history: [(at: Instant, message: SIPMessage)] = []

  /// A peer of the server's listener of that transport.
  init(_ transport: Transport = .udp, of server: Server, at host: Loopback = .first) throws {
    self.transport = transport
    self.host = host
    self.server = transport == .udp ? server.udp : server.tcp
    datagrams = transport == .udp ? try DatagramSocket(of: host) : nil
    stream = transport == .tcp ? try StreamSocket(to: server.tcp, from: host) : nil
  }

  /// A peer on a UDP socket whose port the server's configuration names.
  init(on socket: DatagramSocket, of server: Server) {
    transport = .udp
    host = .first
    self.server = server.udp
    datagrams = socket
    stream = nil
  }

  var port: UInt16 { datagrams?.port ?? stream?.port ?? 0 }
  /// What its Contact says.
  var contact: String { "<sip:peer@\(host.text):\(port);transport=\(transport.rawValue)>" }
  var via: String {
    "SIP/2.0/\(transport.rawValue.uppercased()) \(host.text):\(port);branch=z9hG4bK\(Self.token());rport"
  }

  /// Some letters and digits that nobody else uses.
  static func token() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }

  func send(_ message: SIPMessage) { send(message.bytes) }

  func send(_ bytes: [UInt8]) {
    datagrams?.send(bytes, to: server)
    stream?.send(bytes)
  }

  private func fill() {
    let now = Instant.now
    var fresh: [SIPMessage] = []
    while let (bytes, _) = datagrams?.receive() { if let message = SIPMessage(bytes) { fresh.append(message) } }
    if let stream {
      stream.fill()
      while let message = Self.takeMessage(&stream.received) { fresh.append(message) }
    }
    inbox += fresh
    history += fresh.map { (at: now, message: $0) }
  }

  private static func takeMessage(_ bytes: inout [UInt8]) -> SIPMessage? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    let head = text[..<end.upperBound].utf8.count
    guard let message = SIPMessage(bytes) else { return nil }
    let length = message["Content-Length"].flatMap { Int($0) } ?? 0
    guard bytes.count >= head + length else { return nil }
    let whole = SIPMessage(Array(bytes[..<(head + length)]))
    bytes.removeFirst(head + length)
    return whole
  }

  /// The next message of that kind; others stay for later.
  func next(
    _ what: String, within limit: Duration = .seconds(5), where isWanted: (SIPMessage) -> Bool
  ) async throws -> SIPMessage {
    do {
      return try await eventually(what, within: limit) {
        fill()
        guard let index = inbox.firstIndex(where: isWanted) else { return nil }
        return inbox.remove(at: index)
      }
    } catch is Trouble {
      throw Trouble("\(what): not within \(limit); came: \(history.map { $0.message.startLine })")
    }
  }

  /// The next final response to a request.
  func response(to request: SIPMessage, within limit: Duration = .seconds(5)) async throws -> SIPMessage {
    try await next("a final response to \(request.startLine)", within: limit) {
      $0.status.map { $0 >= 200 } ?? false && $0.callID == request.callID && $0.sequence == request.sequence
        && $0.sequenceMethod == request.method
    }
  }

  /// The next request of that method.
  func request(_ method: String, within limit: Duration = .seconds(5)) async throws -> SIPMessage {
    try await next("a \(method)", within: limit) { $0.method == method }
  }

  /// Collects for a while and forgets what came.
  func collect(for duration: Duration) async throws -> [SIPMessage] {
    try await Task.sleep(for: duration)
    fill()
    defer { inbox = [] }
    return inbox
  }

  /// Answers a request, by its own fields.
  func respond(
    _ status: Int, _ reason: String, to request: SIPMessage, _ more: [(String, String)] = [], tag: String? = nil,
    body: String = ""
  ) {
    var fields = request.all("Via").map { ("Via", $0) }
    fields += ["From", "To", "Call-ID", "CSeq"].compactMap { name in
      request[name].map { (name, name == "To" && tag != nil ? "\($0);tag=\(tag ?? "")" : $0) }
    }
    send(SIPMessage("SIP/2.0 \(status) \(reason)", fields + more, body: body))
  }

  /// An OPTIONS outside a dialog.
  func options() -> SIPMessage {
    SIPMessage(
      "OPTIONS sip:desk@127.0.0.1:\(server) SIP/2.0",
      [
        ("Via", via), ("From", "<sip:peer@127.0.0.1>;tag=\(Self.token())"), ("To", "<sip:desk@127.0.0.1>"),
        ("Call-ID", Self.token()), ("CSeq", "1 OPTIONS"), ("Max-Forwards", "70"), ("Contact", contact),
      ])
  }

  /// Sends an OPTIONS and returns its answer; sends it again as a client over UDP would.
  func ping() async throws -> SIPMessage {
    let request = options()
    for attempt in 0..<3 {
      send(request)
      if let answer = try? await response(to: request, within: .seconds(attempt < 2 ? 1 : 3)) { return answer }
    }
    throw Trouble("OPTIONS got no answer")
  }
}
