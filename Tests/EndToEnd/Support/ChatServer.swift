import Foundation
import Testing
import TestSupport

/// A server with a number on WhatsApp, and the stand-in that plays Meta and the customers' phones. The server may be
/// killed and started again: its address, its database and its folder stay.
final class ChatServer {
  struct Setup {
    var assistants = Assistants.builtIn
    /// Further keys of the number.
    var number = "burst: 50ms"
    /// What the server takes for the access token; nil for the right one.
    var token: String?
    var is360dialog = false
    /// Trunks beside the one whose callers, at the first loopback address, are believed to be who they say.
    var trunks: [String] = []
    /// Further sections, `people` for instance.
    var more = ""
    var cloud = ChatServer.cloudSettings
  }

  /// Meta as most tests want it: quick to try again, and with its reports on.
  static var cloudSettings: CloudSettings {
    var settings = CloudSettings()
    settings.statuses = .sent
    settings.delivery.retryPauses = [.milliseconds(100), .milliseconds(300)]
    return settings
  }

  let cloud: StandInCloudAPI
  let scratch: Scratch
  private(set) var server: Server
  private var setup: Setup
  private let port: UInt16

  private init(_ setup: Setup) async throws {
    self.setup = setup
    scratch = try Scratch()
    // Not one that the kernel may give to somebody else while the server is down.
    port = UInt16(Server.nextPorts().lowerBound)
    var settings = setup.cloud
    settings.webhookURL = "http://127.0.0.1:\(port)/webhooks/whatsapp"
    if setup.is360dialog {
      settings.phoneNumberIDInPath = false
      settings.authorization = .key360dialog
      settings.appSecret = "unknown to the server"
      settings.delivery.headers = ["X-Webhook-Secret": "agreed"]
    }
    cloud = try await StandInCloudAPI.start(settings)
    server = try await Server(Self.serverSetup(setup, cloud, scratch, port))
  }

  private static func serverSetup(_ setup: Setup, _ cloud: StandInCloudAPI, _ scratch: Scratch, _ port: UInt16)
    -> Server.Setup
  {
    let settings = cloud.settings
    let proof =
      setup.is360dialog
      ? "provider: 360dialog, webhook_header: {name: X-Webhook-Secret, value: agreed}"
      : "app_secret: \(settings.appSecret), verify_token: \(settings.verifyToken)"
    var server = Server.Setup()
    server.assistants = setup.assistants
    server.arguments = ["--drain-seconds", "0"]
    server.httpPort = port
    server.http = "api_keys: [\(Server.apiKey)]"
    server.sip = ["trunks:", "  - {name: known, accept_from: [127.0.0.1]}"] + setup.trunks.map { "  - \($0)" }
    server.scratch = scratch
    server.more = """
      store: {url: "sqlite:\(scratch.file("assist.db"))"}
      whatsapp:
        numbers:
          - {phone_number_id: "\(settings.phoneNumberID)", access_token: "\(setup.token ?? settings.accessToken)", \
      \(proof), url: "\(cloud.url)\(setup.is360dialog ? "" : "/v25.0")", assistant: desk, \(setup.number)}
      \(setup.more)
      """
    return server
  }

  /// Runs `body` with one, which must still be well at the end.
  static func run(_ setup: Setup = Setup(), _ body: (ChatServer) async throws -> Void) async throws {
    let chat = try await ChatServer(setup)
    do {
      try await body(chat)
      try await chat.server.stop()
    } catch {
      await chat.cloud.stop()
      let refusals = chat.cloud.refusals.filter { !$0.isInjected }.suffix(5)
      throw Trouble(
        "\(error)\n--- refused by the stand-in: \(refusals)\n--- log of the server:\n\(chat.server.log.suffix(6000))")
    }
    await chat.cloud.stop()
  }

  /// Ends the server at once, as a power cut would.
  func kill() { server.process.end() }

  /// Starts it again where it was, after `kill`, perhaps with another configuration.
  func start(_ change: (inout Setup) -> Void = { _ in }) async throws {
    change(&setup)
    server = try await Server(Self.serverSetup(setup, cloud, scratch, port))
  }

  /// Ends it in good order and starts it again.
  func restart(_ change: (inout Setup) -> Void = { _ in }) async throws {
    try await server.stop()
    try await start(change)
  }

  // MARK: What a test asks

  /// Waits for so many messages to a customer, and gives them.
  @discardableResult
  func answers(
    to customer: String, count: Int = 1, within limit: Duration = .seconds(15)
  ) async throws -> [CloudAcceptedMessage] {
    let cloud = cloud
    return try await cloud.waitFor("\(count) messages to \(customer)", within: limit) {
      let accepted = cloud.accepted(to: customer)
      return accepted.count >= count ? accepted : nil
    }
  }

  /// Waits for the first message to a customer after `number` others.
  @discardableResult
  func answer(
    to customer: String, after number: Int = 0, within limit: Duration = .seconds(15)
  ) async throws -> CloudAcceptedMessage {
    try await answers(to: customer, count: number + 1, within: limit)[number]
  }

  /// Waits until everything that was delivered is read and answered, and every answer has left or is held back. After
  /// that nothing more comes by itself.
  func settle(within limit: Duration = .seconds(20)) async throws {
    let waiting = """
      SELECT (SELECT count(*) FROM delivery WHERE applied_at IS NULL)
        + (SELECT count(*) FROM message WHERE state = 'pending')
        + (SELECT count(*) FROM outbox WHERE state <> 'held')
      """
    try await eventually("the end of all work", within: limit, every: .milliseconds(50)) {
      guard cloud.unacknowledgedCount == 0 else { return false }
      let count = try await rows(waiting).first?.first
      // Reports that the answers called forth come by themselves.
      return count == "0" && cloud.unacknowledgedCount == 0
    }
  }

  /// The result of a query to the server's database.
  func rows(_ query: String) async throws -> [[String]] {
    let program = """
      import sqlite3, sys
      for row in sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True).execute(sys.argv[2]):
          print("\\x1f".join("" if value is None else str(value) for value in row), end="\\x1e")
      """
    let result = try await ChildProcess.run(
      "python3", ["-c", program, scratch.file("assist.db"), query], scratch: scratch)
    guard result.status == 0 else { throw Trouble("python3: \(result.errors)") }
    return result.output.split(separator: "\u{1e}").map { row in
      row.split(separator: "\u{1f}", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// The conversation of the customer with this number; nil if there is none.
  func conversationIfAny(of customer: String) async throws -> CloudJSON? {
    let all = try await server.api("GET", "/v1/conversations?limit=200").json["data"]?.array ?? []
    return all.first { conversation in
      conversation["customer"]?["identities"]?.array?.contains { $0["value"]?.string == customer } ?? false
    }
  }

  /// The same, which must be there.
  func conversation(of customer: String) async throws -> CloudJSON {
    guard let conversation = try await conversationIfAny(of: customer) else {
      throw Trouble("there is no conversation of \(customer)")
    }
    return conversation
  }

  /// Where the conversation of a customer is.
  func path(of customer: String) async throws -> String {
    "/v1/conversations/\(try await conversation(of: customer)["id"]?.string ?? "")"
  }

  /// What was said in the conversation of a customer, the newest first.
  func messages(of customer: String) async throws -> [CloudJSON] {
    try await server.api("GET", path(of: customer) + "/messages").json["data"]?.array ?? []
  }

  /// The same; none where there is no conversation yet.
  func messagesIfAny(of customer: String) async throws -> [CloudJSON] {
    try await conversationIfAny(of: customer) == nil ? [] : messages(of: customer)
  }
}
