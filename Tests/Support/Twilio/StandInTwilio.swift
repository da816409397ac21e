import Coordination
import FoundationEssentials

/// Plays Twilio's Programmable Messaging for one WhatsApp number, over HTTP on this machine: takes messages and checks
/// them as Twilio does, keeps what was sent, serves media behind a redirect, and delivers signed webhooks.
public final class StandInTwilio: Sendable {
  /// Whom it plays.
  public struct Settings: Sendable {
    /// `AC…`
    public var accountSID = "AC0123456789abcdef0123456789abcdef"
    /// Opens the API and signs webhooks.
    public var authToken = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
    /// The business's number in digits.
    public var number = "14155238886"
    /// The address of the server under test as Twilio knows it, without a slash at its end: this is what is signed.
    public var publicURL = "https://assist.example"
    /// Where that server really listens; nil for the public URL itself.
    public var serverURL: String?
    /// With which status media is passed on.
    public var redirectStatus = 307

    /// A number of the sandbox.
    public init() {}
  }

  /// How it fails a request.
  public enum Fault: Sendable, Equatable {
    /// Answers with Twilio's error, with a number or without; nothing is taken.
    case refuses(status: Int, code: Int?)
    /// Takes the message and hangs up without an answer.
    case losesAnswer
    /// Hangs up before anything is taken.
    case drops
    /// Takes the message and answers with these words.
    case answers(status: Int, body: String)
  }

  /// A message that it took.
  public struct Message: Sendable, Equatable {
    /// `SM…`, or `MM…` with media.
    public var sid: String
    /// `whatsapp:+…`
    public var to: String
    /// The text, if there is one.
    public var body: String?
    /// Where the sound lies.
    public var mediaURL: String?
    /// `HX…`
    public var contentSID: String?
    /// JSON.
    public var contentVariables: String?
    /// Where reports go.
    public var statusCallback: String?
  }

  struct Media: Sendable {
    var type: String
    var bytes: [UInt8]
  }

  struct State: Sendable {
    var settings: Settings
    var next = 0
    var messages: [Message] = []
    var typing: [String] = []
    var faults: [Fault] = []
    var media: [String: Media] = [:]

    mutating func sid(_ prefix: String) -> String {
      next += 1
      let digits = String(next, radix: 16)
      return prefix + String(repeating: "0", count: 32 - digits.count) + digits
    }
  }

  let state: Locked<State>
  private let servers = Locked<(api: StandInHTTPServer, cdn: StandInHTTPServer)?>(nil)

  private init(_ settings: Settings) { state = Locked(State(settings: settings)) }

  /// Starts one.
  public static func start(_ settings: Settings = Settings()) async throws -> StandInTwilio {
    let twilio = StandInTwilio(settings)
    let cdn = try await StandInHTTPServer.start { [state = twilio.state] request, writer in
      try await Self.serve(media: request, writer, state)
    }
    let cdnURL = cdn.url
    let api = try await StandInHTTPServer.start { [state = twilio.state] request, writer in
      try await Self.answer(request, writer, state, cdnURL: cdnURL)
    }
    twilio.servers.withLock { $0 = (api, cdn) }
    return twilio
  }

  /// The API's base URL.
  public var url: String { servers.withLock { $0?.api.url } ?? "" }
  /// What came to the API.
  public var requests: [StandInRequest] { servers.withLock { $0?.api.requests } ?? [] }
  /// What came to the host where media lies.
  public var mediaRequests: [StandInRequest] { servers.withLock { $0?.cdn.requests } ?? [] }
  /// The messages that it took, in their order.
  public var messages: [Message] { state.withLock { $0.messages } }
  /// The messages for which typing was shown.
  public var typing: [String] { state.withLock { $0.typing } }

  /// Changes whom it plays.
  public func change(_ body: @Sendable (inout Settings) -> Void) { state.withLock { body(&$0.settings) } }

  /// Fails the next requests, one each.
  public func fail(_ faults: Fault...) { state.withLock { $0.faults += faults } }

  /// Stops listening and hangs up.
  public func stop() async {
    guard let servers = servers.withLock({ $0 }) else { return }
    await servers.api.stop()
    await servers.cdn.stop()
  }

  // MARK: What customers do

  /// Holds a file that a customer sends; returns its `MediaUrl`.
  public func hold(_ bytes: [UInt8], type: String) -> String {
    let path = state.withLock { state in
      let id = state.sid("ME")
      state.media[id] = Media(type: type, bytes: bytes)
      return "/2010-04-01/Accounts/\(state.settings.accountSID)/Messages/\(state.sid("MM"))/Media/\(id)"
    }
    return url + path
  }

  /// The form of a customer's message; `more` are the parameters of its kind.
  public func form(
    from number: String, body: String = "", type: String = "text", _ more: [(String, String)] = []
  ) -> [(String, String)] {
    let (settings, sid) = state.withLock { ($0.settings, $0.sid("SM")) }
    let base = [
      ("SmsMessageSid", sid), ("NumMedia", "0"), ("ProfileName", "Ana"), ("MessageType", type), ("SmsSid", sid),
      ("WaId", number), ("SmsStatus", "received"), ("Body", body), ("To", "whatsapp:+\(settings.number)"),
      ("NumSegments", "1"), ("ReferralNumMedia", "0"), ("MessageSid", sid), ("AccountSid", settings.accountSID),
      ("From", "whatsapp:+\(number)"), ("ApiVersion", "2010-04-01"),
    ]
    return base.filter { field in !more.contains { $0.0 == field.0 } } + more
  }

  /// Delivers a form to `/webhooks/twilio`, signed. Returns the server's status.
  @discardableResult
  public func deliver(_ form: [(String, String)]) async throws -> Int {
    let settings = state.withLock { $0.settings }
    return try await post(form, to: settings.publicURL + "/webhooks/twilio", settings)
  }

  /// Reports on a message to where it was asked to. Returns the server's status.
  @discardableResult
  public func report(_ status: String, of sid: String, code: Int? = nil) async throws -> Int {
    let settings = state.withLock { $0.settings }
    guard let message = messages.first(where: { $0.sid == sid }), let url = message.statusCallback else {
      throw StandInCaller.Failure(description: "no such message, or nobody wants to know of it")
    }
    return try await post(reportForm(status, of: message, code: code), to: url, settings)
  }

  /// The form of a report.
  public func reportForm(_ status: String, of message: Message, code: Int? = nil) -> [(String, String)] {
    let settings = state.withLock { $0.settings }
    return [
      ("ChannelPrefix", "whatsapp"), ("ApiVersion", "2010-04-01"), ("MessageStatus", status), ("SmsSid", message.sid),
      ("SmsStatus", status), ("ChannelInstallSid", "XE00000000000000000000000000000001"), ("To", message.to),
      ("From", "whatsapp:+\(settings.number)"), ("MessageSid", message.sid), ("AccountSid", settings.accountSID),
    ] + (status == "read" ? [("EventType", "READ")] : []) + (code.map { [("ErrorCode", "\($0)")] } ?? [])
  }

  private func post(_ form: [(String, String)], to url: String, _ settings: Settings) async throws -> Int {
    let real = (settings.serverURL ?? settings.publicURL) + url.dropFirst(settings.publicURL.count)
    return try await StandInCaller.send(
      "POST", real,
      headers: [
        ("content-type", "application/x-www-form-urlencoded; charset=UTF-8"),
        ("x-twilio-signature", StandInTwilioForm.signature(url: url, form, token: settings.authToken)),
      ], body: Array(StandInTwilioForm.encoded(form).utf8)
    ).status
  }

  /// Fetches a message's sound as Twilio does, first its head. Nil if it would not take it: the type has to be
  /// `audio/ogg`, and the bytes at most 16 MiB.
  public func fetchMedia(of sid: String) async throws -> [UInt8]? {
    let settings = state.withLock { $0.settings }
    guard let url = messages.first(where: { $0.sid == sid })?.mediaURL else { return nil }
    let real = (settings.serverURL ?? settings.publicURL) + url.dropFirst(settings.publicURL.count)
    let head = try await StandInCaller.send("HEAD", real)
    let answer = try await StandInCaller.send("GET", real)
    let types = [head, answer].map { $0.header("content-type") ?? "" }
    guard head.status == 200, answer.status == 200, types.allSatisfy({ $0.hasPrefix("audio/ogg") }),
      (1...(16 << 20)).contains(answer.body.count)
    else { return nil }
    return answer.body
  }
}
