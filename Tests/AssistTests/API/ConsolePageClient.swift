import Coordination
import JSON
import NetClient

@testable import Assist
@testable import ControlAPI
@testable import Reporting
@testable import Telephony

/// What a page of the console has of its live side: a WebSocket that speaks Socket.IO in the namespace `/console`.
final class ConsolePageClient: Sendable {
  private struct State {
    var events: [(name: String, data: JSONValue)] = []
    var answers: [Int: JSONValue] = [:]
    var nextID = 1
    var isConnected = false
    var refusal: JSONValue?
    var pid: JSONValue = .null
    /// Where it is in what is sent, for coming back.
    var offset: JSONValue = .null
    var isDisconnected = false
  }

  private static let namespace = "/console,"
  private let socket: WebSocketConnection
  private let state = Locked(State())

  private init(_ socket: WebSocketConnection) { self.socket = socket }

  /// Connects; what becomes of it is in `isConnected` and `refusal`.
  static func open(_ bench: ConsoleBench, session: ConsoleBench.Session? = nil, auth: JSONValue = [:]) async throws
    -> ConsolePageClient
  {
    let socket = try await WebSocketClient().connect(
      "ws://\(bench.address)/socket.io/?EIO=4&transport=websocket",
      headers: session.map { [HTTPHeader("Cookie", $0.cookie)] } ?? [])
    let page = ConsolePageClient(socket)
    Task {
      for await message in socket.messages {
        if case .text(let text) = message { page.take(text, auth) }
      }
      page.state.withLock { $0.isDisconnected = true }
    }
    try await eventually("the answer to connecting") { page.isConnected || page.refusal != nil }
    return page
  }

  private func take(_ text: String, _ auth: JSONValue) {
    switch text.first {
    case "0": _ = socket.send(text: "40\(Self.namespace)\(auth.text)")
    case "2": _ = socket.send(text: "3")
    case "4": take(packet: text.dropFirst())
    default: break
    }
  }

  private func take(packet: Substring) {
    guard let kind = packet.first, packet.dropFirst().hasPrefix(Self.namespace) else { return }
    let rest = packet.dropFirst(1 + Self.namespace.count)
    let digits = rest.prefix { $0.isNumber }
    let data = JSONValue(Array(rest.dropFirst(digits.count).utf8))
    state.withLock { state in
      switch kind {
      case "0":
        state.isConnected = true
        state.pid = data?["pid"] ?? .null
      case "1": state.isDisconnected = true
      case "2":
        let items = data?.array ?? []
        if items.count > 1, let last = items.last, last.string != nil { state.offset = last }
        if let name = items.first?.string { state.events.append((name, items.dropFirst().first ?? .null)) }
      case "3": if let id = Int(digits) { state.answers[id] = data?.array.first ?? .null }
      case "4": state.refusal = data
      default: break
      }
    }
  }

  var isConnected: Bool { state.withLock { $0.isConnected } }
  var isDisconnected: Bool { state.withLock { $0.isDisconnected } }
  var refusal: JSONValue? { state.withLock { $0.refusal } }

  /// What came under a name, in order.
  func events(_ name: String) -> [JSONValue] {
    state.withLock { $0.events.filter { $0.name == name }.map(\.data) }
  }

  /// Sends an event and gives what it is answered.
  func ask(_ name: String, _ data: JSONValue) async throws -> JSONValue {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    let event: JSONValue = [.string(name), data]
    _ = socket.send(text: "42\(Self.namespace)\(id)\(event.text)")
    try await Self.eventually("the answer to \(name)") { state.withLock { $0.answers[id] != nil } }
    return state.withLock { $0.answers[id] ?? .null }
  }

  func close() { socket.close() }

  /// What it shows when it comes back to its place.
  var place: JSONValue { state.withLock { ["pid": $0.pid, "offset": $0.offset] } }

  /// Waits up to 20 s.
  static func eventually(_ what: String, _ isSo: () throws -> Bool) async throws {
    for _ in 0..<2000 {
      if try isSo() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw CommandFailure("never happened: \(what)")
  }
}
