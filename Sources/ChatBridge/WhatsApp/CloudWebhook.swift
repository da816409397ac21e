import Net

/// The gate of WhatsApp's webhook: who may deliver, and for which of our numbers. What is delivered is read elsewhere,
/// after it has been stored.
public struct CloudWebhook: Sendable {
  /// The largest delivery that Meta announces, with some room.
  public static let maximumBody = 4 << 20

  private struct Gate: Sendable {
    /// Names the numbers behind it in the store; a digest, so that nothing is given away.
    var source: String
    var secret: [UInt8]?
    var header: (name: String, value: [UInt8])?
    var numbers: Set<String>
  }

  private var gates: [Gate] = []
  private let verifyTokens: [[UInt8]]

  /// A gate for `numbers`. Those with the same app secret share their deliveries.
  public init(_ numbers: [CloudConfiguration]) {
    verifyTokens = numbers.map { Array($0.verifyToken.utf8) }
    for number in numbers {
      let key = number.appSecret ?? number.webhookHeader.map { $0.name.lowercased() + ":" + $0.value } ?? ""
      guard !key.isEmpty else { continue }
      let source = Self.source(of: key)
      if let index = gates.firstIndex(where: { $0.source == source }) {
        gates[index].numbers.insert(number.phoneNumberID)
      } else {
        gates.append(
          Gate(
            source: source, secret: number.appSecret.map { Array($0.utf8) },
            header: number.appSecret == nil
              ? number.webhookHeader.map { ($0.name.lowercased(), Array($0.value.utf8)) } : nil,
            numbers: [number.phoneNumberID]))
      }
    }
  }

  /// The answer to a verification request, or nil for one that is not to be had: the challenge, if mode and token are
  /// right. `query` gives the value of a parameter.
  public func challenge(_ query: (String) -> String?) -> String? {
    guard query("hub.mode") == "subscribe", let token = query("hub.verify_token").map({ Array($0.utf8) }),
      let challenge = query("hub.challenge"), challenge.utf8.count <= 256
    else { return nil }
    return verifyTokens.contains { HMAC.equal($0, token) } ? challenge : nil
  }

  /// For whom a delivery is, by the key that proves it; nil if none does. `header` gives the value of a header.
  public func source(of body: [UInt8], header: (String) -> String?) -> String? {
    let signature = header("x-hub-signature-256").flatMap { text in
      text.hasPrefix("sha256=") ? Hex.bytes(text.dropFirst(7)) : nil
    }
    return gates.first { gate in
      if let secret = gate.secret {
        return signature.map { HMAC.equal(HMAC.sha256(key: secret, body), $0) } ?? false
      }
      guard let expected = gate.header, let shown = header(expected.name) else { return false }
      return HMAC.equal(expected.value, Array(shown.utf8))
    }?.source
  }

  /// The numbers that a delivery from `source` may speak of: whoever holds one number's secret speaks for no other.
  public func numbers(of source: String) -> Set<String> {
    gates.first { $0.source == source }?.numbers ?? []
  }

  private static func source(of key: String) -> String {
    Hex.text(Digest.sha256(Array(key.utf8)).prefix(8))
  }
}
