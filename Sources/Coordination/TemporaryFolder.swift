import Glibc

/// A folder of our own that goes away with what is in it.
public struct TemporaryFolder: Sendable {
  /// No folder can be made in `/tmp`.
  public struct Failure: Error, CustomStringConvertible {
    /// One line.
    public var description: String { "no temporary folder can be made in /tmp" }
  }

  /// Where it is.
  public let path: String

  /// Makes one. Throws when `/tmp` can't be written.
  public init() throws {
    var template = Array("/tmp/assist-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure() }
    path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes it with the files in it, which has no folders.
  public func remove() {
    guard let folder = opendir(path) else { return }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { unlink("\(path)/\(name)") }
    }
    closedir(folder)
    rmdir(path)
  }
}
