import TestSupport

/// What the server answered over HTTP.
struct HTTPAnswer {
  var status: Int
  /// By name in lower case.
  var headers: [String: String] = [:]
  var body: [UInt8] = []

  var text: String { String(decoding: body, as: UTF8.self) }
  /// `null` for what is no JSON.
  var json: CloudJSON { (try? CloudJSON(parsing: body)) ?? .null }

  /// Reads one that came over a connection that was closed after it; nil if it is none.
  init?(_ bytes: [UInt8]) {
    let end = Array("\r\n\r\n".utf8)
    guard let start = bytes.firstRange(of: end) else { return nil }
    let lines = String(decoding: bytes[..<start.lowerBound], as: UTF8.self).split(separator: "\r\n")
    guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
    self.status = status
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
    }
    body = Array(bytes[start.upperBound...])
  }
}

extension HTTPAnswer {
  /// Makes a request on a connection of its own to a port of this machine.
  static func to(
    _ method: String, _ path: String, at port: UInt16, headers: [(String, String)] = [], body: [UInt8] = []
  ) async throws -> HTTPAnswer {
    let socket = try StreamSocket(to: port)
    var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    if !body.isEmpty || method == "POST" { head += "Content-Length: \(body.count)\r\n" }
    socket.send(Array((head + "\r\n").utf8) + body)
    try await eventually("the answer to \(method) \(path)", within: .seconds(10)) {
      socket.fill()
      return socket.isClosed
    }
    guard let answer = HTTPAnswer(socket.received) else {
      throw Trouble(
        "no HTTP answer to \(method) \(path): \(String(decoding: socket.received.prefix(200), as: UTF8.self))")
    }
    return answer
  }
}

extension Server {
  /// Makes a request to it.
  func request(
    _ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8] = []
  ) async throws -> HTTPAnswer {
    try await HTTPAnswer.to(method, path, at: http, headers: headers, body: body)
  }

  /// The key to `/v1` of servers that have one.
  static let apiKey = "key-of-the-test"

  /// Makes a request to the control interface, with the key unless another is given.
  func api(
    _ method: String, _ path: String, _ json: CloudJSON? = nil, key: String? = apiKey,
    headers: [(String, String)] = []
  ) async throws -> HTTPAnswer {
    let authorization = key.map { [("Authorization", "Bearer \($0)")] } ?? []
    return try await request(method, path, headers: authorization + headers, body: json?.bytes ?? [])
  }
}
