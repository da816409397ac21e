/// How digits are sent.
package enum DigitPath: String, Sendable, CaseIterable {
  /// As telephone events in the sound (RFC 4733).
  case rtp
  /// As INFO requests.
  case info
}
