/// Cuts a text that is longer than a channel takes at the ends of its sentences.
enum TextSplitter {
  /// The pieces of `text`, each of at most `limit` (at least 2) units of length, none empty.
  static func split(_ text: String, limit: Int) -> [String] {
    let limit = max(2, limit)
    let characters = text.flatMap { $0.utf16.count <= limit ? [$0] : $0.unicodeScalars.map { Character($0) } }
    var pieces: [String] = []
    var rest = characters[...]
    while true {
      let window = head(of: rest, limit: limit)
      if window.count == rest.count { break }
      let cut = sentenceEnd(in: window) ?? lastSpace(in: window) ?? window.endIndex
      append(rest[..<cut], to: &pieces)
      rest = rest[cut...].drop { $0.isWhitespace }
    }
    append(rest, to: &pieces)
    return pieces
  }

  /// As much of `text` as the limit allows.
  private static func head(of text: ArraySlice<Character>, limit: Int) -> ArraySlice<Character> {
    var length = 0
    return text.prefix { character in
      length += character.utf16.count
      return length <= limit
    }
  }

  /// Behind the last paragraph or sentence that ends in the window's second half: a cut nearer to its beginning would
  /// make more pieces than it is worth.
  private static func sentenceEnd(in window: ArraySlice<Character>) -> Int? {
    let from = window.startIndex + window.count / 2
    var paragraph: Int?
    var sentence: Int?
    for index in from..<window.endIndex {
      if window[index].isNewline { paragraph = index + 1 }
      let isLast = index + 1 == window.endIndex
      if ".!?…".contains(window[index]), !isLast, window[index + 1].isWhitespace { sentence = index + 1 }
      // These need no space behind them.
      if "。！？".contains(window[index]) { sentence = index + 1 }
    }
    return paragraph ?? sentence
  }

  private static func lastSpace(in window: ArraySlice<Character>) -> Int? {
    window.lastIndex { $0.isWhitespace }.flatMap { $0 > window.startIndex ? $0 : nil }
  }

  private static func append(_ piece: ArraySlice<Character>, to pieces: inout [String]) {
    let text = String(piece).trimmed
    if !text.isEmpty { pieces.append(text) }
  }
}

extension String {
  /// Its length as services measure it at most: in UTF-16 units, of which an emoji has two or more.
  var length: Int { utf16.count }

  /// Without the white space around it.
  var trimmed: String {
    var rest = self[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
