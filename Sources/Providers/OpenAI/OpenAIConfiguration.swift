import VoicePipeline

/// Where OpenAI, or a server that speaks its language, is and how it is asked.
public struct OpenAIConfiguration: Sendable, Equatable {
  /// The key for `Authorization: Bearer`. Never logged.
  public var apiKey: String
  /// Without a slash at the end. Default `https://api.openai.com/v1`.
  public var baseURL: String
  /// `OpenAI-Organization`, for keys of several. Default nil.
  public var organization: String?
  /// `OpenAI-Project`. Default nil.
  public var project: String?
  /// Name resolution, TCP and TLS. Default 3 s.
  public var connectTimeout: Duration
  /// How long the first useful output (a word, a sound, a transcript) may take, retries included. Default 5 s, as long
  /// as a caller can be kept waiting at most.
  public var firstOutputTimeout: Duration
  /// The same where a recording or a file goes up, for which nobody waits on the phone; its size counts on top, a second
  /// for each 32 KiB. Default 30 s.
  public var uploadTimeout: Duration
  /// How long a begun answer may stand still. Default 5 s.
  public var stallTimeout: Duration
  /// How often a request that failed before any output is sent again. Default 2.
  public var maximumRetries: Int

  /// A configuration; the defaults suit a phone call.
  public init(
    apiKey: String, baseURL: String = "https://api.openai.com/v1", organization: String? = nil, project: String? = nil,
    connectTimeout: Duration = .seconds(3), firstOutputTimeout: Duration = .seconds(5),
    uploadTimeout: Duration = .seconds(30), stallTimeout: Duration = .seconds(5), maximumRetries: Int = 2
  ) {
    self.apiKey = apiKey
    self.baseURL = baseURL
    self.organization = organization
    self.project = project
    self.connectTimeout = connectTimeout
    self.firstOutputTimeout = firstOutputTimeout
    self.uploadTimeout = uploadTimeout
    self.stallTimeout = stallTimeout
    self.maximumRetries = maximumRetries
  }

  /// How long the first output may take where `bytes` go up before it.
  func uploadLimit(for bytes: Int) -> Duration {
    uploadTimeout + .seconds(min(bytes, 1 << 30) / (32 << 10))
  }
}
