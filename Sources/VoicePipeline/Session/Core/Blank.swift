extension String {
  /// Whether there is nothing in it to say.
  var isBlank: Bool { !contains { !$0.isWhitespace } }
}
