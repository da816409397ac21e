import Foundation
import Testing

@testable import Telephony

@Suite("Recordings")
struct RecordingsTests {
  /// A folder of its own for `body`, gone afterwards.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "assist-recordings-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test("a file that the route names is played whoever is called")
  func file() throws {
    try withFolder { folder in
      let file = try Recordings.file(toPlay: folder + "/a.wav", for: "play-../b")
      #expect(file == folder + "/a.wav")
    }
  }

  @Test("in a folder the called user names the file")
  func folder() throws {
    try withFolder { folder in
      for (called, name) in [("play-Hours_2-b", "Hours_2-b"), ("hours", "hours")] {
        let file = try Recordings.file(toPlay: folder, for: called)
        #expect(file == folder + "/\(name).wav")
      }
    }
    let here = try Recordings.file(toPlay: nil, for: "play-a")
    #expect(here == "./a.wav")
  }

  @Test(
    "nothing that a caller dials leads out of the folder",
    arguments: [
      "play-", "", "play-../secret", "play-..", "play-/etc/passwd", "play-a/b", "play-a.b", "play-a\\b", "play-a\u{0}b",
      "play-%2e%2e", "play-é", "play-a b", "play-a\n",
    ])
  func traversal(_ called: String) throws {
    try withFolder { folder in
      #expect(throws: CallFailure.self) { _ = try Recordings.file(toPlay: folder, for: called) }
    }
  }

  @Test("the folder for recordings is made, for its owner alone, and each call has a file of its own")
  func newFile() throws {
    try withFolder { parent in
      let folder = parent + "/new"
      let first = try Recordings.newFile(in: folder, for: 1)
      let second = try Recordings.newFile(in: folder, for: 2)
      #expect(first.hasPrefix(folder + "/call-"))
      #expect(first.hasSuffix("-1.wav"))
      #expect(first != second)
      let mode = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? NSNumber
      #expect(mode?.intValue == 0o700)
    }
  }

  @Test("a folder that can't be made is told")
  func impossible() {
    #expect(throws: CallFailure.self) { _ = try Recordings.newFile(in: "/proc/no/such", for: 1) }
  }
}
