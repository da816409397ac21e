import NetClient
import VoicePipeline

extension ProviderError {
  /// An error of the wire in terms of the pipeline.
  init(_ error: HTTPError, provider: String) {
    let kind: Kind
    switch error.kind {
    case .timedOut: kind = .timedOut
    case .cannotResolve, .cannotConnect, .tls, .interrupted, .cancelled: kind = .unreachable
    case .tooLarge: kind = .malformedAnswer
    case .invalidRequest: kind = .rejected(status: 0)
    }
    self.init(kind, provider: provider, message: error.description)
  }
}
