import VoicePipeline

/// Numbers as they are spoken, in English and Spanish.
struct NumberWords: Sendable {
  /// Words for one digit, as they are said one by one.
  let digits: [String: String]
  /// Words that a recogniser writes for a digit because they sound alike. They count only where digits are expected.
  private let soundAlikes: [String: String]
  private let small: [String: Int]
  private let tens: [String: Int]
  private let hundreds: [String: Int]
  private let thousand: Set<String>
  private let and: Set<String>
  private let times: [String: Int]

  /// Those of `language` (BCP 47; its first part decides), or those of English.
  init(language: String) {
    self = language.lowercased().hasPrefix("es") ? .spanish : .english
  }

  /// The digits that `words` say, all of them, or nil.
  func digits(in words: ArraySlice<String>) -> String? {
    var result = ""
    var rest = words
    while let word = rest.first {
      rest = rest.dropFirst()
      if let count = times[word], let next = rest.first, let digit = digit(next) {
        result += String(repeating: digit, count: count)
        rest = rest.dropFirst()
      } else if let digit = digit(word) {
        result += digit
      } else if let ten = tens[word] {
        var value = ten
        if let next = rest.first, and.contains(next), let unit = rest.dropFirst().first.flatMap({ small[$0] }),
          unit < 10
        {
          value += unit
          rest = rest.dropFirst(2)
        } else if let unit = rest.first.flatMap({ small[$0] }), (1..<10).contains(unit) {
          value += unit
          rest = rest.dropFirst()
        }
        result += String(value)
      } else if let value = small[word] {
        result += String(value)
      } else {
        return nil
      }
      if result.count > 64 { return nil }
    }
    return result.isEmpty ? nil : result
  }

  private func digit(_ word: String) -> String? {
    if word.allSatisfy({ $0.isASCII && $0.isNumber }), word.count <= 32 { return word }
    return digits[word] ?? soundAlikes[word]
  }

  /// The whole number that `words` say, all of them, or nil.
  func number(in words: ArraySlice<String>) -> Int? {
    var total = 0
    var part = 0
    var found = false
    for word in words {
      if and.contains(word) {
        guard found else { return nil }
        continue
      }
      if word.count <= 9, let value = Int(word) {
        guard part == 0 else { return nil }
        part = value
      } else if let value = small[word] ?? tens[word] {
        part += value
      } else if let value = hundreds[word] {
        part = value == 100 ? max(1, part) * 100 : part + value
      } else if thousand.contains(word) {
        total += max(1, part) * 1000
        part = 0
      } else {
        return nil
      }
      found = true
      // More than anyone says in one breath; also keeps the arithmetic far from overflow.
      guard part < 1_000_000_000, total < 1_000_000_000_000 else { return nil }
    }
    return found ? total + part : nil
  }

  /// All words of small numbers, for a grammar.
  var numberWords: [String] { Array(small.keys) + Array(tens.keys) + Array(hundreds.keys) + Array(thousand) }

  private init(
    digits: [String: String], soundAlikes: [String: String], small: [String: Int], tens: [String: Int],
    hundreds: [String: Int], thousand: Set<String>, and: Set<String>, times: [String: Int]
  ) {
    self.digits = digits
    self.soundAlikes = soundAlikes
    self.small = small
    self.tens = tens
    self.hundreds = hundreds
    self.thousand = thousand
    self.and = and
    self.times = times
  }

  private static let english = NumberWords(
    digits: [
      "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
      "eight": "8", "nine": "9",
    ],
    soundAlikes: ["o": "0", "won": "1", "to": "2", "too": "2", "for": "4", "fore": "4", "ate": "8", "niner": "9"],
    small: [
      "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
      "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
      "seventeen": 17, "eighteen": 18, "nineteen": 19,
    ],
    tens: [
      "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    ],
    hundreds: ["hundred": 100], thousand: ["thousand"], and: ["and"], times: ["double": 2, "triple": 3])

  private static let spanish = NumberWords(
    digits: [
      "cero": "0", "uno": "1", "una": "1", "un": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6",
      "siete": "7", "ocho": "8", "nueve": "9",
    ],
    soundAlikes: [:],
    small: [
      "cero": 0, "uno": 1, "una": 1, "un": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
      "ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15,
      "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veintiuno": 21, "veintiun": 21,
      "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26, "veintisiete": 27,
      "veintiocho": 28, "veintinueve": 29,
    ],
    tens: [
      "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80,
      "noventa": 90,
    ],
    hundreds: [
      "cien": 100, "ciento": 100, "doscientos": 200, "doscientas": 200, "trescientos": 300, "trescientas": 300,
      "cuatrocientos": 400, "cuatrocientas": 400, "quinientos": 500, "quinientas": 500, "seiscientos": 600,
      "seiscientas": 600, "setecientos": 700, "setecientas": 700, "ochocientos": 800, "ochocientas": 800,
      "novecientos": 900, "novecientas": 900,
    ],
    thousand: ["mil"], and: ["y"], times: ["doble": 2, "triple": 3])
}
