/// How a stand-in provider misbehaves on one request.
public enum StandInFault: Sendable, Equatable {
  /// A whole answer of this status; JSON body and headers as given.
  case status(Int, headers: [String: String] = [:], body: String = #"{"error":{"message":"stand-in fault"}}"#)
  /// Accepts the request and says nothing at all.
  case neverAnswers
  /// Sends the head of a good answer and nothing more.
  case headThenSilence
  /// Hangs up instead of answering.
  case drops
  /// Sends this many pieces of a good answer, then hangs up.
  case dropsAfter(pieces: Int)
  /// Sends this many pieces of a good answer, then nothing more.
  case stallsAfter(pieces: Int)
  /// Sends this many pieces, then an error event inside the stream.
  case errorInStream(after: Int)

  /// The key is wrong.
  public static let unauthorized = StandInFault.status(
    401,
    body:
      #"{"error":{"message":"Incorrect API key provided: sk-te**st.","type":"invalid_request_error","code":"invalid_api_key"}}"#
  )
  /// The account is empty: never worth another try.
  public static let insufficientQuota = StandInFault.status(
    429,
    body: #"{"error":{"message":"You exceeded your quota","type":"insufficient_quota","code":"insufficient_quota"}}"#)

  /// Too many requests; try again after so many milliseconds.
  public static func rateLimited(retryAfterMilliseconds: Int) -> StandInFault {
    .status(
      429, headers: ["retry-after-ms": "\(retryAfterMilliseconds)"],
      body: #"{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}"#)
  }
}
