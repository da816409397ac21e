import FoundationEssentials
import JSON
public import NetClient
import Store

/// A WhatsApp number that is reached through Twilio.
public struct TwilioAPI: ChatChannel {
  /// `whatsapp`: to a conversation it is the same, whichever way its messages take.
  public let name = CloudMessage.channel
  /// Our number in digits.
  public var account: String { configuration.number }
  /// WhatsApp's, less what Twilio does not pass on: it has buttons in approved templates only, and takes 1600 characters
  /// of text, of which some signs count for more than one.
  public let limits = ChannelLimits(
    text: 1500, textWithButtons: 1500, textWithList: 1500, buttons: 0, listRows: 0, buttonTitle: 20, rowTitle: 24,
    rowDescription: 72, voiceNote: 512 << 10, window: .seconds(24 * 3600))

  private let configuration: TwilioConfiguration
  private let http: HTTPClient
  private let hosts: TwilioHosts
  private let authorization: HTTPHeader
  private static let timeouts = HTTPTimeouts(firstByte: .seconds(20), idle: .seconds(20), total: .seconds(60))
  private static let mediaTimeouts = HTTPTimeouts(firstByte: .seconds(20), idle: .seconds(20), total: .seconds(180))
  /// The most that is read of an answer in JSON, in bytes.
  private static let maximumAnswer = 1 << 20

  /// A number reached through `http`.
  public init(_ configuration: TwilioConfiguration, http: HTTPClient) {
    self.configuration = configuration
    self.http = http
    hosts = TwilioHosts(baseURL: configuration.baseURL)
    let key = Data("\(configuration.accountSID):\(configuration.authToken)".utf8).base64EncodedString()
    authorization = HTTPHeader("Authorization", "Basic \(key)")
  }

  // MARK: Sending

  /// Sends a message. Twilio has no way to answer a certain message: `replyTo` is not told. A sound is not sent along
  /// but fetched from us, at `/media/` and its id below the public URL.
  public func send(_ message: ChannelMessage) async throws(ChatError) -> String {
    let form = try TwilioBody.message(message, configuration)
    let url = "\(configuration.baseURL)/2010-04-01/Accounts/\(configuration.accountSID)/Messages.json"
    let answer = try await post(url, form, isRepeatable: false)
    guard let id = answer["sid"]?.string, !id.isEmpty else {
      throw ChatError(.lost, message: "the message was taken without an id; check whatsapp.numbers[].url")
    }
    return id
  }

  /// What Twilio's number for a failure means.
  public func failureKind(_ code: Int?) -> ChatError.Kind { TwilioErrorCode.kind(of: code, status: 400) }

  /// Marks message `id` as read and shows that an answer is being written. Twilio calls it a public beta.
  public func showTyping(for id: String) async throws(ChatError) {
    var form = TwilioForm()
    form.add("messageId", id)
    form.add("channel", "whatsapp")
    _ = try await post(hosts.typingURL, form, isRepeatable: true)
  }

  private func post(_ url: String, _ form: TwilioForm, isRepeatable: Bool) async throws(ChatError) -> JSONValue {
    var request = HTTPRequest(
      .post, url,
      headers: [authorization, HTTPHeader("Content-Type", "application/x-www-form-urlencoded")],
      body: .bytes(form.encoded), timeouts: Self.timeouts, maximumBodyBytes: Self.maximumAnswer)
    request.isRepeatable = isRepeatable
    let status: Int
    let bytes: [UInt8]
    do {
      let response = try await http.send(request)
      status = response.status
      bytes = try await response.collect(upTo: Self.maximumAnswer)
    } catch {
      throw Self.translated(error)
    }
    let json = JSONValue(bytes)
    if (200...299).contains(status) {
      guard let json else {
        throw ChatError(.lost, message: "Twilio's answer is not JSON; check whatsapp.numbers[].url")
      }
      return json
    }
    let code = json?["code"]?.integer.map { Int(clamping: $0) }
    // Without a number of Twilio's, these come from something in between, which can't know either.
    if code == nil, [408, 502, 504].contains(status) {
      throw ChatError(.lost, message: "the answer of Twilio was lost on its way, with status \(status)")
    }
    throw ChatError(
      TwilioErrorCode.kind(of: code, status: status), code: code,
      message: "Twilio refused a request with status \(status)")
  }

  private static func translated(_ error: HTTPError) -> ChatError {
    switch error.kind {
    case .cannotResolve, .cannotConnect, .tls, .timedOut(.connect), .invalidRequest:
      ChatError(.transient, message: "Twilio can't be reached: \(error)")
    case .timedOut, .interrupted, .tooLarge, .cancelled:
      ChatError(.lost, message: "the answer of Twilio was lost: \(error)")
    }
  }

  // MARK: Media

  /// The bytes at a `MediaUrl`. The key goes to Twilio only; where Twilio passes on to is asked without it.
  public func fetch(_ media: MediaReference, limit: Int) async throws(ChatError) -> [UInt8] {
    guard let address = media.url, !address.isEmpty else {
      throw ChatError(.notFound, message: "the media has no address")
    }
    guard hosts.mayHaveKey(address) else {
      throw ChatError(.rejected, message: "the media lies at a host that is not Twilio's; the key is not sent there")
    }
    let first = try await get(address, headers: [authorization], limit: limit)
    switch first.status {
    case 200: return first.bytes
    case 301, 302, 303, 307, 308:
      // Twilio passes on to where the bytes lie. The address there is a key in itself; ours stays here.
      guard let target = first.location.flatMap({ hosts.target(of: $0, from: address) }) else {
        throw ChatError(.rejected, message: "the media was passed on to an address that is not followed")
      }
      return try await passedOn(to: target, limit: limit)
    case 404, 410: throw ChatError(.notFound, message: "the media is not there any more")
    case 401, 403: throw ChatError(.accountRefused, message: "the key was refused for media")
    case 429, 500...: throw ChatError(.transient, message: "media failed with status \(first.status)")
    default: throw ChatError(.rejected, message: "media answered with status \(first.status)")
    }
  }

  private func passedOn(to target: String, limit: Int) async throws(ChatError) -> [UInt8] {
    let second = try await get(target, headers: [], limit: limit)
    switch second.status {
    case 200: return second.bytes
    case 404, 410: throw ChatError(.notFound, message: "the media is not there any more")
    // The address may have expired; a new one is had by asking again.
    case 401, 403, 429, 500...: throw ChatError(.transient, message: "media failed with status \(second.status)")
    default: throw ChatError(.rejected, message: "media that was passed on answered with status \(second.status)")
    }
  }

  private func get(
    _ address: String, headers: [HTTPHeader], limit: Int
  ) async throws(ChatError) -> (status: Int, location: String?, bytes: [UInt8]) {
    // A refusal may be longer than what is asked for.
    let request = HTTPRequest(
      .get, address, headers: headers, timeouts: Self.mediaTimeouts,
      maximumBodyBytes: max(limit, Self.maximumAnswer))
    let tooLarge = ChatError(.tooLarge, message: "the media is larger than \(limit) bytes")
    let status: Int
    let location: String?
    let bytes: [UInt8]
    do {
      let response = try await http.send(request)
      status = response.status
      location = response.header("location")
      bytes = try await response.collect(upTo: max(limit, Self.maximumAnswer))
    } catch {
      throw error.kind == .tooLarge ? tooLarge : ChatError(.transient, message: "media can't be fetched: \(error)")
    }
    guard status != 200 || bytes.count <= limit else { throw tooLarge }
    return (status, location, bytes)
  }
}
