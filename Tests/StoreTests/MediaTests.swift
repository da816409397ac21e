import Store
import Testing

@Suite("Media", .everyStore)
struct MediaTests {
  @Test("media come back as they were stored", arguments: [0, 1, 4_096, 16 << 20])
  func roundTrip(size: Int) async throws {
    let test = try TestStore()
    var bytes = [UInt8](repeating: 0, count: size)
    for index in stride(from: 0, to: size, by: 257) { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
    let media = StoredMedia(id: "media_1", mimeType: "audio/ogg; codecs=opus", name: "note.ogg", bytes: bytes)
    try await test.store.save(media, at: at(1))
    #expect(try await test.store.media("media_1") == media)
    let after = try TestStore(afterKilling: test)
    #expect(try await after.store.media("media_1") == media)
    #expect(try await after.store.media("media_2") == nil)
  }

  @Test("media that are stored again stay as they were")
  func again() async throws {
    let test = try TestStore()
    let media = StoredMedia(id: "media_1", mimeType: "image/png", bytes: [1])
    try await test.store.save(media, at: at(1))
    try await test.store.save(StoredMedia(id: "media_1", mimeType: "image/png", bytes: [2]), at: at(2))
    #expect(try await test.store.media("media_1") == media)
  }
}
