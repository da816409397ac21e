public import Net

// Addresses that a test writes down: one that is none is a mistake in the test.

extension IPAddress: ExpressibleByStringLiteral {
  /// The address that a literal writes.
  public init(stringLiteral text: StaticString) {
    guard let address = IPAddress("\(text)") else { fatalError("\(text) is no IP address") }
    self = address
  }
}

extension SocketEndpoint: ExpressibleByStringLiteral {
  /// The address and port that a literal such as `192.0.2.1:5060` writes.
  public init(stringLiteral text: StaticString) {
    guard let endpoint = SocketEndpoint("\(text)") else { fatalError("\(text) is no address with a port") }
    self = endpoint
  }
}

extension Network: ExpressibleByStringLiteral {
  /// The block that a literal writes.
  public init(stringLiteral text: StaticString) {
    guard let network = Network("\(text)") else { fatalError("\(text) is no network") }
    self = network
  }
}
