import Audio
import Coordination
import JSON
import NetClient
import VoicePipeline

/// Sends requests to OpenAI for its three providers: key, retries before any output, errors in an operator's words.
struct OpenAIClient: Sendable {
  static let provider = "openai"

  let configuration: OpenAIConfiguration
  let http: HTTPClient

  /// Sends until the head of a good answer has come, within the retry policy. Throws `ProviderError` or
  /// `CancellationError`.
  func post(
    _ path: String, contentType: String? = nil, _ body: HTTPRequest.Body, firstByte: Duration? = nil, total: Duration,
    maximumBodyBytes: Int
  ) async throws -> HTTPResponse {
    var headers = [HTTPHeader("Authorization", "Bearer \(configuration.apiKey)")]
    if let contentType { headers.append(HTTPHeader("Content-Type", contentType)) }
    if let organization = configuration.organization {
      headers.append(HTTPHeader("OpenAI-Organization", organization))
    }
    if let project = configuration.project { headers.append(HTTPHeader("OpenAI-Project", project)) }
    let timeouts = HTTPTimeouts(
      connect: configuration.connectTimeout, firstByte: firstByte ?? configuration.firstOutputTimeout,
      idle: configuration.stallTimeout, total: total)
    let request = HTTPRequest(
      .post, configuration.baseURL + path, headers: headers, body: body, timeouts: timeouts,
      maximumBodyBytes: maximumBodyBytes)
    let policy = RetryPolicy(maximumRetries: configuration.maximumRetries)
    var attempt = 0
    while true {
      let pause: Duration
      do {
        let response = try await http.send(request)
        if response.status == 200 { return response }
        let body = try await response.collect(upTo: 16 << 10)
        let failure = OpenAIFailure(body)
        let again = policy.pause(
          afterAttempt: attempt, status: response.status, header: { response.header($0) }, jitter: .random(in: 0...1))
        guard let again, failure?.code != "insufficient_quota", failure?.type != "insufficient_quota" else {
          throw error(status: response.status, failure, response)
        }
        pause = again
      } catch let error as HTTPError {
        try Task.checkCancellation()
        guard let again = policy.pause(afterAttempt: attempt, error: error, jitter: .random(in: 0...1)) else {
          throw Self.translated(error)
        }
        pause = again
      }
      attempt += 1
      try await Task.sleep(for: pause)
    }
  }

  /// Warms up a connection.
  func prewarm() async {
    await http.prewarm(configuration.baseURL)
  }

  /// What to do about a status that is not 200.
  private func error(status: Int, _ failure: OpenAIFailure?, _ response: HTTPResponse) -> ProviderError {
    let detail = failure?.code ?? failure?.type
    let suffix = (detail.map { " (\($0))" } ?? "") + (response.header("x-request-id").map { ", request \($0)" } ?? "")
    let kind: ProviderError.Kind
    let words: String
    switch status {
    case 401, 403:
      kind = .unauthorized
      words = "the key in api_key was refused\(suffix); check api_key and what the key may do"
    case 429 where detail == "insufficient_quota":
      kind = .rejected(status: 429)
      words = "the account has no quota left\(suffix); check plan and billing"
    case 429:
      kind = .rateLimited(retryAfter: RetryPolicy.serverPause { response.header($0) })
      words = "too many requests\(suffix); raise the account's limits or take fewer calls"
    case 404:
      kind = .rejected(status: 404)
      words = "no such path or model\(suffix); check base_url and model"
    case 400..<500:
      kind = .rejected(status: status)
      words = "refused the request with status \(status)\(suffix); check model and settings"
    default:
      kind = .failed(status: status)
      words = "failed with status \(status)\(suffix); see the provider's status page"
    }
    return ProviderError(kind, provider: Self.provider, message: words)
  }

  /// An error of the wire in terms of the pipeline.
  static func translated(_ error: HTTPError) -> any Error {
    if case .cancelled = error.kind { return CancellationError() }
    return ProviderError(error, provider: provider)
  }

  /// Any error as what a stream of ours throws.
  static func translated(any error: any Error) -> any Error {
    switch error {
    case let error as HTTPError: translated(error)
    case is ProviderError, is CancellationError: error
    case is StreamOverflow:
      ProviderError(
        .overloaded, provider: provider,
        message: "more came than can be kept until it is spoken; ask for shorter answers"
      )
    case is EventStreamError:
      ProviderError(.malformedAnswer, provider: provider, message: "an event of the answer is absurdly long")
    default: ProviderError(.malformedAnswer, provider: provider, message: "the answer can't be understood")
    }
  }
}

/// The error object in an answer or in a stream. Its message is not kept: it may repeat a part of the key or of what the
/// caller said.
struct OpenAIFailure: Equatable {
  var type: String?
  /// A text; gateways that put a number here are not understood, and need not be.
  var code: String?

  /// The error in `json`; nil if there is none.
  init?(_ json: JSONValue) {
    guard let error = json["error"], error != .null else { return nil }
    type = error["type"]?.string
    code = error["code"]?.string
  }

  /// The error in a body.
  init?(_ body: [UInt8]) {
    guard let json = JSONValue(body) else { return nil }
    self.init(json)
  }
}
