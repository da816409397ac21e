import NetClient
import VoicePipeline

/// What is said of every service on the network.
struct ServiceOptions: Sendable {
  /// The service's own address, or that of a server which speaks its language.
  let url: ProviderKey<String>
  let key: ProviderKey<Private<String>>
  let timeout: ProviderKey<Duration>

  /// Options of a service whose address has one of `schemes`, by default `standard`; `wait` is what the time-out is for.
  init(schemes: [String], url standard: String, timeout: String, _ wait: String) {
    url = .url(
      "url", schemes, standard: standard, "where it is, for a server of one's own that speaks the same protocol")
    key = .secret("api_key", "the key that the service gave; may be left out when `url` is given")
    self.timeout = .duration("timeout", .milliseconds(500) ... .seconds(60), standard: timeout, wait)
  }

  /// In the order in which they are offered.
  var all: [ProviderOption] { [url.option, key.option, timeout.option] }

  /// The key as it was said. Tells where `provider` can't do without one.
  func key(of provider: String, in options: ProviderOptions) -> String {
    if !options.isGiven(key), !options.isGiven(url) {
      options.missing(key, "is missing; \(provider) wants a key, as ${NAME} or file:/path")
    }
    return options[key]?.revealed ?? ""
  }

  /// The address as it was said, without a slash at its end.
  func address(in options: ProviderOptions) -> String? {
    options[url].map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
  }
}

extension ProviderWorkshop {
  private struct HTTP: Equatable, Sendable {}

  /// One client for all services, so that they share its thread and its connections.
  func http() throws(ProviderError) -> HTTPClient {
    try shared(HTTP()) { () throws(ProviderError) in HTTPClient() }
  }
}
