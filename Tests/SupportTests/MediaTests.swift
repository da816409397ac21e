import NIOHTTP1
import Testing

@testable import TestSupport

@Suite("Media at the stand-in for the Cloud API")
struct MediaTests {
  @Test("what is uploaded can be described, fetched and deleted")
  func roundTrip() async throws {
    let graph = try await GraphClient.start()
    let file = OggFile.opus()
    let id = try await graph.uploaded(file)
    #expect(graph.standIn.uploads.map(\.bytes) == [file])
    let path = "/v25.0/\(id)"
    let description = try await graph.request(.GET, path + "?phone_number_id=106540000000001").json
    #expect(description["file_size"]?.string == "\(file.count)")
    #expect(description["mime_type"]?.string == "audio/ogg; codecs=opus" && description["id"]?.string == id)
    #expect(description["sha256"]?.string == CloudDigest.hex(CloudDigest.sha256(file)))
    let url = try #require(description["url"]?.string)
    #expect(try await graph.request(.GET, url).bytes == file)
    #expect(try await graph.request(.GET, path + "?phone_number_id=1").code == 100)
    #expect(try await graph.request(.DELETE, path).json == ["success": true])
    #expect(try await graph.request(.GET, path).code == 100)
    #expect(try await graph.request(.GET, url).status == 404)
    await graph.standIn.stop()
  }

  @Test("a URL wants the token and a User-Agent, and is good for five minutes")
  func urls() async throws {
    let graph = try await GraphClient.start()
    let id = try await graph.uploaded(OggFile.opus())
    func url() async throws -> String {
      try #require(try await graph.request(.GET, "/v25.0/\(id)").json["url"]?.string)
    }
    let first = try await url()
    let token = ("Authorization", "Bearer EAAtest")
    #expect(try await graph.request(.GET, first, headers: [("User-Agent", "assist/1")]).status == 401)
    #expect(try await graph.request(.GET, first, headers: [token, ("User-Agent", "")]).status == 403)
    #expect(try await graph.request(.GET, first + "0").status == 404)
    graph.clock.advance(by: .seconds(299))
    #expect(try await graph.request(.GET, first).status == 200)
    graph.clock.advance(by: .seconds(1))
    #expect(try await graph.request(.GET, first).status == 404)
    #expect(try await graph.request(.GET, try await url()).status == 200)
    await graph.standIn.stop()
  }

  @Test("uploads live for 30 days, what customers send for 7, and only uploads can be sent")
  func lifetimes() async throws {
    let graph = try await GraphClient.start(webhookURL: "http://127.0.0.1:1/")
    let uploaded = try await graph.uploaded(OggFile.opus())
    graph.standIn.customerSends(.voice(OggFile.opus()), from: GraphClient.customer)
    let received = try #require(graph.standIn.received.first?.id)
    func send(_ id: String) async throws -> Int? {
      try await graph.send(["type": "audio", "audio": ["id": .string(id)]]).code
    }
    #expect(try await send(uploaded) == nil)
    #expect(try await send(received) == 100)
    graph.clock.advance(by: .seconds(7 * 86400))
    graph.standIn.customerCalls(from: GraphClient.customer)
    #expect(try await graph.request(.GET, "/v25.0/\(received)").code == 100)
    #expect(try await send(uploaded) == nil)
    graph.clock.advance(by: .seconds(23 * 86400))
    graph.standIn.customerCalls(from: GraphClient.customer)
    #expect(try await send(uploaded) == 100)
    await graph.standIn.stop()
  }

  @Test("a voice note is Ogg with one channel of Opus, and up to 512 KB shows a play button")
  func voiceNotes() async throws {
    let graph = try await GraphClient.start()
    func voice(_ id: String) -> CloudJSON { ["type": "audio", "audio": ["id": .string(id), "voice": true]] }
    let short = try await graph.uploaded(OggFile.opus())
    let long = try await graph.uploaded(OggFile.opus(pages: 20000))
    let mp3 = try await graph.uploaded([1, 2, 3], type: "audio/mpeg")
    #expect(try await graph.send(voice(short)).code == nil)
    #expect(try await graph.send(voice(long)).code == nil)
    #expect(try await graph.send(voice(mp3)).code == 131053)
    #expect(
      try await graph.send(["type": "audio", "audio": ["link": "https://x.example/a", "voice": true]]).code == 131053)
    #expect(try await graph.send(["type": "image", "image": ["id": .string(short)]]).code == 131053)
    #expect(graph.standIn.accepted.map(\.hasPlayButton) == [true, false])
    #expect(graph.standIn.accepted.map(\.mediaID) == [short, long])
    await graph.standIn.stop()
  }

  @Test("files that Meta does not take are refused")
  func uploads() async throws {
    let graph = try await GraphClient.start()
    #expect(try await graph.upload(OggFile.opus(channels: 2)).code == 131053)
    #expect(try await graph.upload(Array("RIFF".utf8)).code == 131053)
    #expect(try await graph.upload([1], type: "audio/wav").code == 100)
    #expect(try await graph.upload([]).code == 100)
    #expect(try await graph.upload([UInt8](repeating: 0, count: (5 << 20) + 1), type: "image/png").code == 131053)
    #expect(try await graph.upload([UInt8](repeating: 0, count: 5 << 20), type: "image/png").code == nil)
    #expect(try await graph.upload([UInt8](repeating: 0, count: (100 << 10) + 1), type: "image/webp").code == 131053)
    let product = ("messaging_product", "whatsapp")
    let type = ("type", "audio/ogg")
    #expect(try await graph.upload(OggFile.opus(), fields: [product, type]).code == nil)
    #expect(try await graph.upload(OggFile.opus(), fields: [type]).code == 100)
    #expect(try await graph.upload(OggFile.opus(), fields: [product]).code == 100)
    #expect(try await graph.upload(OggFile.opus(), fields: [product, ("type", "image/png")]).code == 100)
    #expect(try await graph.upload(OggFile.opus(), fields: [product, type, ("name", "x")]).code == 100)
    await graph.standIn.stop()
  }

  @Test("Ogg is read page by page")
  func ogg() {
    let file = OggFile.opus(pages: 4)
    #expect(CloudOgg(file)?.channels == 1 && CloudOgg(file)?.granulePosition == 4 * 960)
    #expect(CloudOgg(OggFile.opus(channels: 2))?.channels == 2)
    #expect(CloudOgg(OggFile.opus(head: "OpusHeat")) == nil)
    for count in file.indices {
      // A cut between two pages leaves a file that is whole but shorter.
      if let ogg = CloudOgg(Array(file.prefix(count))) { #expect(ogg.granulePosition < 4 * 960, "\(count) bytes") }
    }
    for index in file.indices {
      var broken = file
      broken[index] ^= 1
      #expect(CloudOgg(broken) == nil, "byte \(index)")
    }
  }
}
