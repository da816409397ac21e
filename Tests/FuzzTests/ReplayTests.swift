import Foundation
public import FuzzTargets
public import Testing

@Suite("What fuzzing starts from, and what it has found")
struct ReplayTests {
  private static let fuzz = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fuzz")

  private static func files(_ folder: String, of target: String) -> [URL] {
    let files = try? FileManager.default.contentsOfDirectory(
      at: fuzz.appending(path: "\(folder)/\(target)"), includingPropertiesForKeys: nil)
    return (files ?? []).sorted { $0.path < $1.path }
  }

  private static func names(_ folder: String) -> Set<String> {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: fuzz.appending(path: folder).path)) ?? []
    return Set(names.filter { !$0.contains(".") })
  }

  @Test("every input of the corpus, and every one that once broke a parser, is stood", arguments: FuzzTarget.all)
  func replay(_ target: FuzzTarget) throws {
    let seeds = Self.files("Corpus", of: target.name)
    #expect(!seeds.isEmpty)
    for file in seeds + Self.files("Crashes", of: target.name) {
      let bytes = Array(try Data(contentsOf: file))
      #expect(throws: Never.self, "\(file.lastPathComponent)") { try target.run(bytes) }
    }
  }

  @Test("what is left of an input that breaks off is stood, too", arguments: FuzzTarget.all)
  func cut(_ target: FuzzTarget) throws {
    #expect(throws: Never.self) { try target.run([]) }
    for file in Self.files("Corpus", of: target.name) {
      let bytes = Array(try Data(contentsOf: file))
      for share in 1..<12 {
        let length = bytes.count * share / 12
        #expect(throws: Never.self, "\(length) bytes of \(file.lastPathComponent)") {
          try target.run(Array(bytes.prefix(length)))
        }
      }
    }
  }

  @Test("targets and folders have the same names")
  func names() {
    let targets = Set(FuzzTarget.all.map(\.name))
    #expect(targets.count == FuzzTarget.all.count)
    #expect(Self.names("Corpus") == targets)
    #expect(Self.names("Crashes").isSubset(of: targets))
  }
}

extension FuzzTarget: CustomTestStringConvertible {
  /// The name of the target, for the log.
  public var testDescription: String { name }
}
