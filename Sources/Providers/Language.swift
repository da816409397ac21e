/// What is known of languages here.
enum Language {
  /// Whether a language (BCP 47) is English, which is all that some embedded parts know.
  static func isEnglish(_ tag: String) -> Bool {
    tag.split(separator: "-").first?.lowercased() == "en"
  }
}
