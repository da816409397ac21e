import FoundationEssentials
import Testing

@testable import VoicePipeline

@Suite("The labelled set of conversations")
struct LabelledSetTests {
  enum Part: String, CaseIterable {
    case development
    case heldOut = "held out"
    case afterwards

    /// The least precision and recall over all kinds, a language.
    var floors: (precision: Double, recall: Double) {
      switch self {
      case .development: (0.97, 0.97)
      case .heldOut: (0.93, 0.93)
      case .afterwards: (0.85, 0.5)
      }
    }

    /// The same for one kind.
    var floorsOfAKind: (precision: Double, recall: Double) {
      switch self {
      case .development: (0.9, 0.9)
      case .heldOut: (0.85, 0.65)
      case .afterwards: (0, 0)
      }
    }

    var texts: [(language: String, text: String)] {
      switch self {
      case .development: [("es", Development.spanish), ("en", Development.english), ("pt", Development.portuguese)]
      case .heldOut: [("es", HeldOut.spanish), ("en", HeldOut.english), ("pt", HeldOut.portuguese)]
      case .afterwards: [("es", Afterwards.spanish), ("en", Afterwards.english), ("pt", Afterwards.portuguese)]
      }
    }
  }

  @Test("the rules find what is there and little else, in each language and of each kind", arguments: Part.allCases)
  func figures(part: Part) {
    var rows = ["| part | language | kind | there | precision % | recall % |", "|---|---|---|---|---|---|"]
    for (language, text) in part.texts {
      let result = LabelledResult(text, language: language)
      #expect(result.count == text.split(separator: "\n").count, "a line that is no conversation")
      #expect(result.all.precision >= part.floors.precision, "\(part.rawValue) \(language)")
      #expect(result.all.recall >= part.floors.recall, "\(part.rawValue) \(language)")
      for kind in EscalationKind.allCases {
        guard let tally = result.tallies[kind] else { continue }
        #expect(tally.precision >= part.floorsOfAKind.precision, "\(part.rawValue) \(language) \(kind)")
        #expect(tally.recall >= part.floorsOfAKind.recall, "\(part.rawValue) \(language) \(kind)")
        rows.append(Self.row(part, language, kind.rawValue, tally))
      }
      rows.append(Self.row(part, language, "all", result.all))
      // Those of the other parts are not looked at, so that they stay what they are.
      if part == .development { for error in result.errors { print("  \(language) \(error)") } }
    }
    print(rows.joined(separator: "\n"))
  }

  private static func row(_ part: Part, _ language: String, _ kind: String, _ tally: Tally) -> String {
    func percent(_ value: Double) -> String { String(Int((value * 100).rounded())) }
    return "| \(part.rawValue) | \(language) | \(kind) | \(tally.right + tally.missed) | \(percent(tally.precision)) "
      + "| \(percent(tally.recall)) |"
  }
}
