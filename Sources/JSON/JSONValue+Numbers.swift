extension JSONValue {
  /// A whole number.
  package static func int(_ value: some BinaryInteger) -> JSONValue { .integer(Int64(clamping: value)) }

  /// A whole number, or null.
  package init(_ value: Int?) { self = value.map { .int($0) } ?? .null }

  /// A number with so many decimals; null for none and for what JSON can't say.
  package init(rounding value: Double?, places: Int) {
    guard let value, value.isFinite else {
      self = .null
      return
    }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    self = .number((value * scale).rounded() / scale)
  }
}
