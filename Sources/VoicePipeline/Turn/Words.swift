/// Text as words that can be compared: lower case, without accents and punctuation.
package enum Words {
  /// The words of `text`. Apostrophes vanish inside a word (`don't` is `dont`); everything else that is neither letter
  /// nor digit parts words.
  package static func normalised(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    for character in text.lowercased() {
      if character == "'" || character == "’" { continue }
      if character.isLetter || character.isNumber {
        word.append(plain(character))
      } else if !word.isEmpty {
        words.append(word)
        word = ""
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  /// A letter without its accent, for the Latin letters of the languages that the assistant speaks.
  private static func plain(_ character: Character) -> String {
    if character.isASCII { return String(character) }
    if let base = bases[character] { return base }
    // A decomposed letter: its marks come behind the base.
    let scalars = character.unicodeScalars.filter {
      !$0.properties.isDiacritic && $0.properties.canonicalCombiningClass == .notReordered
    }
    return String(String.UnicodeScalarView(scalars))
  }

  private static let bases: [Character: String] = {
    var table: [Character: String] = ["ß": "ss", "æ": "ae", "œ": "oe"]
    for (base, accented) in [
      ("a", "áàâäãå"), ("e", "éèêë"), ("i", "íìîï"), ("o", "óòôöõ"), ("u", "úùûü"), ("n", "ñ"), ("c", "ç"), ("y", "ýÿ"),
    ] {
      for character in accented { table[character] = base }
    }
    return table
  }()
}
