import FoundationEssentials
import JSON
public import NetClient
import Store

/// A number of the WhatsApp Cloud API.
public struct CloudAPI: ChatChannel {
  /// `whatsapp`.
  public let name = CloudMessage.channel
  /// The number's id.
  public var account: String { configuration.phoneNumberID }
  /// WhatsApp's.
  public let limits = ChannelLimits.whatsApp

  private let configuration: CloudConfiguration
  private let http: HTTPClient
  private let hosts: MediaHosts
  private static let timeouts = HTTPTimeouts(firstByte: .seconds(20), idle: .seconds(20), total: .seconds(60))
  private static let mediaTimeouts = HTTPTimeouts(firstByte: .seconds(20), idle: .seconds(20), total: .seconds(180))

  /// A number reached through `http`.
  public init(_ configuration: CloudConfiguration, http: HTTPClient) {
    self.configuration = configuration
    self.http = http
    hosts = MediaHosts(baseURL: configuration.baseURL)
  }

  private var authorization: HTTPHeader {
    switch configuration.authorization {
    case .bearer: HTTPHeader("Authorization", "Bearer \(configuration.accessToken)")
    case .header(let name): HTTPHeader(name, configuration.accessToken)
    }
  }

  private func url(_ path: String) -> String {
    configuration.hasNumberInPath
      ? "\(configuration.baseURL)/\(configuration.phoneNumberID)/\(path)" : "\(configuration.baseURL)/\(path)"
  }

  // MARK: Sending

  /// Uploads a voice note's sound if there is one, then sends.
  public func send(_ message: ChannelMessage) async throws(ChatError) -> String {
    var media: String?
    if case .voiceNote = message.content, let sound = message.sound {
      media = try await upload(sound.bytes)
    }
    let isVoice = (message.sound?.bytes.count ?? 0) <= limits.voiceNote
    let body = CloudBody.message(message, media: media, isVoice: isVoice)
    let answer = try await post("messages", body, isRepeatable: false)
    guard let id = answer["messages"]?.array.first?["id"]?.string, !id.isEmpty else {
      throw ChatError(.lost, message: "the message was taken without an id; check whatsapp.numbers[].url")
    }
    return id
  }

  /// Decided by the number alone.
  public func failureKind(_ code: Int?) -> ChatError.Kind { CloudErrorCode.kind(of: code, status: 400) }

  /// Marks the message, and all before it, as read as well.
  public func showTyping(for id: String) async throws(ChatError) {
    _ = try await post("messages", CloudBody.typing(for: id), isRepeatable: true)
  }

  private func upload(_ sound: [UInt8]) async throws(ChatError) -> String {
    var form = MultipartForm()
    form.add(field: "messaging_product", "whatsapp")
    form.add(field: "type", "audio/ogg")
    form.add(file: "file", filename: "voice.ogg", contentType: "audio/ogg; codecs=opus", sound)
    let request = HTTPRequest(
      .post, url("media"), headers: [authorization], body: .multipart(form), timeouts: Self.mediaTimeouts,
      maximumBodyBytes: 1 << 20)
    do throws(ChatError) {
      let answer = try await answer(to: request)
      guard let id = answer["id"]?.string, !id.isEmpty else {
        throw ChatError(.mediaRefused, message: "the upload was taken without an id")
      }
      return id
    } catch  where error.kind == .lost {
      // An upload that nobody refers to does no harm: it may be made again.
      throw ChatError(.transient, message: error.message)
    }
  }

  private func post(
    _ path: String, _ body: JSONValue, isRepeatable: Bool
  ) async throws(ChatError) -> JSONValue {
    var request = HTTPRequest(
      .post, url(path), headers: [authorization, HTTPHeader("Content-Type", "application/json")],
      body: .bytes(Array(body.text.utf8)), timeouts: Self.timeouts, maximumBodyBytes: 1 << 20)
    request.isRepeatable = isRepeatable
    return try await answer(to: request)
  }

  /// The JSON of a good answer, or what went wrong.
  private func answer(to request: HTTPRequest) async throws(ChatError) -> JSONValue {
    let status: Int
    let bytes: [UInt8]
    do {
      let response = try await http.send(request)
      status = response.status
      bytes = try await response.collect(upTo: 1 << 20)
    } catch {
      throw Self.translated(error)
    }
    let json = JSONValue(bytes)
    if status == 200, let json { return json }
    let code = json?["error"]?["code"]?.integer.map { Int(clamping: $0) }
    throw ChatError(
      CloudErrorCode.kind(of: code, status: status), code: code,
      message: "WhatsApp refused a request with status \(status)")
  }

  private static func translated(_ error: HTTPError) -> ChatError {
    switch error.kind {
    case .cannotResolve, .cannotConnect, .tls, .timedOut(.connect), .invalidRequest:
      ChatError(.transient, message: "WhatsApp can't be reached: \(error)")
    case .timedOut, .interrupted, .tooLarge, .cancelled:
      ChatError(.lost, message: "the answer of WhatsApp was lost: \(error)")
    }
  }

  // MARK: Media

  /// Asks for the address by the id and fetches from there, from Meta's hosts alone.
  public func fetch(_ media: MediaReference, limit: Int) async throws(ChatError) -> [UInt8] {
    do throws(ChatError) {
      return try await download(try await address(of: media), limit: limit)
    } catch  where error.kind == .notFound {
      // Addresses hold for five minutes; a new one is had for the id.
      return try await download(try await address(of: media), limit: limit)
    }
  }

  private func address(of media: MediaReference) async throws(ChatError) -> String {
    guard !media.id.isEmpty, media.id.utf8.allSatisfy({ $0.isMediaIDByte }) else {
      throw ChatError(.notFound, message: "the media has no id that could be asked for")
    }
    let suffix = configuration.hasNumberInPath ? "?phone_number_id=\(configuration.phoneNumberID)" : ""
    let request = HTTPRequest(
      .get, "\(configuration.baseURL)/\(media.id)\(suffix)", headers: [authorization, MediaHosts.userAgent],
      timeouts: Self.timeouts, maximumBodyBytes: 1 << 20)
    do throws(ChatError) {
      guard let url = try await answer(to: request)["url"]?.string else {
        throw ChatError(.notFound, message: "the media has no address")
      }
      return url
    } catch  where error.kind == .rejected || error.kind == .undeliverable {
      throw ChatError(.notFound, code: error.code, message: "the media is not there any more")
    } catch  where error.kind == .lost {
      throw ChatError(.transient, message: error.message)
    }
  }

  private func download(_ address: String, limit: Int) async throws(ChatError) -> [UInt8] {
    let address = configuration.hasNumberInPath ? address : hosts.throughBase(address)
    guard hosts.mayHaveToken(address) else {
      throw ChatError(.rejected, message: "the media lies at a host that is not Meta's; the token is not sent there")
    }
    let request = HTTPRequest(
      .get, address, headers: [authorization, MediaHosts.userAgent], timeouts: Self.mediaTimeouts,
      maximumBodyBytes: limit)
    let status: Int
    let bytes: [UInt8]
    do {
      let response = try await http.send(request)
      status = response.status
      bytes = try await response.collect(upTo: limit)
    } catch {
      guard error.kind != .tooLarge else {
        throw ChatError(.tooLarge, message: "the media is larger than \(limit) bytes")
      }
      throw ChatError(.transient, message: "media can't be fetched: \(error)")
    }
    switch status {
    case 200: return bytes
    case 404, 410: throw ChatError(.notFound, message: "the media's address has expired")
    case 401, 403: throw ChatError(.accountRefused, message: "the token was refused for media")
    case 429, 500...: throw ChatError(.transient, message: "media failed with status \(status)")
    // A redirect is not followed: the token would go with it.
    default: throw ChatError(.rejected, message: "media answered with status \(status)")
    }
  }
}

extension UInt8 {
  /// What ids of media are made of; anything else would change the request.
  fileprivate var isMediaIDByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
