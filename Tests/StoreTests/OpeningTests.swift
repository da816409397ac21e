import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Opening a store")
struct OpeningTests {
  @Test("all is there after the file was opened again")
  func again() async throws {
    let test = try TestStore()
    let conversation = try await test.receive("wamid.1", from: phone("34600000001"), text: "kept")
    await test.store.close()
    let again = try RowStore(sqlite: test.path)
    #expect(try await again.messages(of: conversation, before: nil, limit: 10).map(\.text) == ["kept"])
    await again.close()
  }

  @Test("a store of a later version is refused in words, and left as it is")
  func newer() async throws {
    let test = try TestStore()
    try await test.pool.write {
      try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('9 from the future')")
    }
    await test.store.close()
    let path = test.path
    let error = #expect(throws: StoreError.self) { try RowStore(sqlite: path) }
    #expect(error == .newer(path: path))
    #expect(error.map { "\($0)".contains("later version") } == true)
  }

  @Test("a path that can't be written is refused in words", arguments: ["no/such/folder/store.db", "folder", "text"])
  func unwritable(name: String) throws {
    let test = try TestStore()
    let path = "\(test.folder)/\(name)"
    if name == "folder" { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false) }
    if name == "text" {
      try String(repeating: "This is not a database. ", count: 100).write(
        toFile: path, atomically: true, encoding: .utf8)
    }
    let error = #expect(throws: StoreError.self) { try RowStore(sqlite: path) }
    guard case .cannotOpen(let why)? = error else {
      Issue.record("another error")
      return
    }
    #expect(why.contains(path))
    #expect(why.contains("check that"))
  }
}
