import VoicePipeline

/// Which of espeak-ng's voices speaks a language.
enum EspeakVoice {
  /// Voices whose names are not the language tag in lower case, or that are meant when the tag is shorter.
  private static let names: [String: String] = [
    "en": "en-us", "es-es": "es", "es-mx": "es-419", "es-ar": "es-419", "es-co": "es-419", "es-cl": "es-419",
    "es-pe": "es-419", "es-us": "es-419", "en-au": "en-gb", "en-nz": "en-gb", "en-ie": "en-gb", "en-in": "en-gb",
    "fr": "fr-fr", "fr-ca": "fr-fr", "pt-pt": "pt", "zh": "cmn", "zh-cn": "cmn", "zh-tw": "cmn", "no": "nb",
    "nb-no": "nb",
  ]
  /// Voices with a region of their own, under the name of their tag.
  private static let regional: Set<String> = [
    "en-us", "en-gb", "en-gb-scotland", "es-419", "fr-fr", "fr-be", "fr-ch", "pt-br",
  ]

  /// The voice for a BCP 47 tag: its own where there is one, else that of the language. A tag that is none, which
  /// could be taken for a path or an option, gets US English.
  static func name(for language: String) -> String {
    let tag = language.lowercased()
    guard tag.utf8.count <= 35, let first = tag.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first),
      tag.utf8.allSatisfy({ byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || byte == UInt8(ascii: "-")
      })
    else { return "en-us" }
    if let name = names[tag] { return name }
    if regional.contains(tag) { return tag }
    let language = String(tag.prefix { $0 != "-" })
    return names[language] ?? language
  }
}
