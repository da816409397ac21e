import FoundationEssentials
import Net

/// What Twilio puts into `X-Twilio-Signature`: the base64 of the HMAC-SHA1, under the account's auth token, of the
/// request's URL followed by the names and values of the form, sorted by name, with nothing in between.
enum TwilioSignature {
  /// The signature's text.
  static func of(url: String, _ form: TwilioForm, token: [UInt8]) -> [UInt8] {
    let code = HMAC.sha1(key: token, Array(url.utf8) + tail(form))
    return Array(Data(code).base64EncodedString().utf8)
  }

  private static func tail(_ form: TwilioForm) -> [UInt8] {
    let sorted = form.parameters.sorted { left, right in
      left.name == right.name
        ? left.value.lexicographicallyPrecedes(right.value) : left.name.lexicographicallyPrecedes(right.name)
    }
    var bytes: [UInt8] = []
    var last: TwilioForm.Parameter?
    // What is there twice with the same value counts once, as in Twilio's own libraries.
    for parameter in sorted where parameter != last {
      bytes += parameter.name
      bytes += parameter.value
      last = parameter
    }
    return bytes
  }

  /// The ways to write `url` that Twilio may have signed: with its port and without, whichever it was given.
  static func spellings(of url: String) -> [String] {
    guard let scheme = url.firstRange(of: "://") else { return [url] }
    let rest = url[scheme.upperBound...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    let authority = rest[..<end]
    // A colon within brackets belongs to an address.
    let host = authority.lastIndex(of: "]").map { authority.index(after: $0) } ?? authority.startIndex
    if let colon = authority[host...].lastIndex(of: ":") {
      return [url, String(url[..<colon]) + rest[end...]]
    }
    let port = url.hasPrefix("https:") ? ":443" : ":80"
    return [url, String(url[..<end]) + port + rest[end...]]
  }
}
