import Net

/// The gate of Twilio's webhook: whose signature a delivery bears, and for which of our numbers. What is delivered is
/// read elsewhere, after it has been stored.
public struct TwilioWebhook: Sendable {
  /// The largest delivery that is taken, in bytes.
  public static let maximumBody = TwilioForm.maximumBytes

  private struct Gate: Sendable {
    /// Names the numbers behind it in the store; a digest, so that nothing is given away.
    var source: String
    var token: [UInt8]
    var publicURLs: Set<String>
    var numbers: Set<String>
  }

  private var gates: [Gate] = []

  /// A gate for `numbers`. Those of one account share their deliveries.
  public init(_ numbers: [TwilioConfiguration]) {
    for number in numbers where !number.authToken.isEmpty {
      let token = Array(number.authToken.utf8)
      let source = Hex.text(Array(HMAC.sha256(key: token, Array("source:\(number.accountSID)".utf8)).prefix(8)))
      if let index = gates.firstIndex(where: { $0.source == source }) {
        gates[index].numbers.insert(number.number)
        gates[index].publicURLs.insert(number.publicURL)
      } else {
        gates.append(
          Gate(source: source, token: token, publicURLs: [number.publicURL], numbers: [number.number]))
      }
    }
  }

  /// For whom a delivery is, by the token that signed it; nil if none did.
  /// - Parameters:
  ///   - body: the form as it came.
  ///   - pathAndQuery: of the request, as it came. Twilio signs it behind the configured public URL.
  ///   - signature: the value of `X-Twilio-Signature`.
  public func source(of body: [UInt8], pathAndQuery: String, signature: String?) -> String? {
    guard let signature = signature.map({ Array($0.utf8) }), !signature.isEmpty,
      // Nothing stands between names and values in what is signed: `A=xAy` and `A=x&A=y` have one signature. Twilio says
      // nothing twice.
      let form = TwilioForm(body), !form.contradictsItself
    else { return nil }
    return gates.first { gate in
      gate.publicURLs.contains { publicURL in
        TwilioSignature.spellings(of: publicURL + pathAndQuery).contains { url in
          HMAC.equal(TwilioSignature.of(url: url, form, token: gate.token), signature)
        }
      }
    }?.source
  }

  /// Our numbers, in digits, of which a delivery from `source` may speak: whoever holds one account's token speaks for
  /// no other.
  public func numbers(of source: String) -> Set<String> {
    gates.first { $0.source == source }?.numbers ?? []
  }

  /// What is kept of a delivery for `TwilioDelivery` to read: the request's query, in which a report bears our key, a
  /// line end, and the form as it came.
  public func kept(body: [UInt8], pathAndQuery: String) -> [UInt8] {
    let query = pathAndQuery.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).dropFirst().first
    return (query ?? "").utf8.filter { $0 != UInt8(ascii: "\n") } + [UInt8(ascii: "\n")] + body
  }
}
