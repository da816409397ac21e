import Glibc
import NIOPosix

/// Which WAV files calls play and write.
package enum Recordings {
  /// The file that a call to `called` hears: `setting` if it names a file, else the file in that folder (the working one if
  /// there is no setting) that is named after what follows `play-`.
  package static func file(toPlay setting: String?, for called: String) throws -> String {
    let folder = setting ?? "."
    guard isFolder(folder) else { return folder }
    let name = called.hasPrefix("play-") ? called.dropFirst(5) : called[...]
    // The name comes from the wire: nothing in it may lead out of the folder.
    guard !name.isEmpty, name.utf8.allSatisfy({ isPlain($0) }) else {
      throw CallFailure("the called user names no recording: letters, digits, '-' and '_' only")
    }
    return "\(folder)/\(name).wav"
  }

  /// A new file for what a caller says, in `folder` (default `recordings`), which is made if it is missing.
  package static func newFile(in folder: String?, for call: UInt64) throws -> String {
    let folder = folder ?? "recordings"
    try make(folder)
    return "\(folder)/call-\(time(nil))-\(call).wav"
  }

  /// The file of a call that is recorded, named after its id, in `folder`, which is made if it is missing.
  package static func file(of call: String, in folder: String) throws -> String {
    try make(folder)
    return "\(folder)/\(call).wav"
  }

  /// Deletes a file. Nil if it is gone, as it is also when it was not there; else why it is not.
  package static func delete(_ path: String) async -> String? {
    do {
      return try await NIOThreadPool.singleton.runIfActive {
        unlink(path) == 0 || errno == ENOENT ? nil : String(cString: strerror(errno))
      }
    } catch {
      return "\(error)"
    }
  }

  private static func make(_ folder: String) throws {
    guard isFolder(folder) || mkdir(folder, 0o700) == 0 || errno == EEXIST else {
      throw CallFailure("the folder '\(folder)' can't be made: \(String(cString: strerror(errno)))")
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
