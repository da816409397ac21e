import Audio
import FoundationEssentials
import JSON
import NetClient
import Store

/// The customer of the demo when they write, through a stand-in of the WhatsApp Cloud API that plays Meta and their
/// phone.
struct DemoChat: Sendable {
  /// What the stand-in and the server share.
  static let number = "106540000000001"
  static let token = "demo-token"
  static let appSecret = "demo-secret"
  static let verifyToken = "demo-verify"

  /// Where the stand-in listens.
  let address: String
  /// The customer's number in digits, the one that they called from.
  let customer: String
  let voices: DemoVoices
  let script: DemoScript
  let journal: DemoJournal
  let folder: String
  private let http = HTTPClient()

  /// An answer as the customer's phone got it.
  private struct Answer: Decodable {
    var number: Int
    var type: String
    var text: String?
    var media: String?
  }

  private struct Answers: Decodable {
    var messages: [Answer]
  }

  /// Writes, listens, and returns when both messages were answered. Throws what went wrong, in words.
  func write() async throws {
    journal.customerWrites(script.chatText)
    _ = try await post(
      "customers/\(customer)/text", JSONValue.object(["text": .string(script.chatText), "name": "Ana"]))
    guard let first = try await answer(after: 0), let text = first.text else {
      throw CommandFailure("the text was not answered in writing")
    }
    journal.customerReads(text, knows: script.known)
    journal.customerSpeaks(script.chatVoice)
    var note = try OggOpusWriter(sampleRate: voices.rate)
    try note.write(voices[script.chatVoice])
    _ = try await post("customers/\(customer)/voice?name=Ana", try note.finish())
    guard let second = try await answer(after: first.number), second.type == "audio", let media = second.media else {
      throw CommandFailure("the voice note was not answered by a voice note")
    }
    let bytes = try await get("media/\(media)")
    guard OggOpusReader.recognises(bytes) else { throw CommandFailure("the answer is no Ogg Opus file") }
    let path = folder + "/whatsapp-answer.ogg"
    guard (try? Data(bytes).write(to: URL(filePath: path))) != nil else {
      throw CommandFailure("'\(path)' can't be written")
    }
    journal.customerHears()
  }

  /// Asks in writing for a person, and returns when it was answered.
  func askForPerson() async throws {
    let before = try await lastNumber()
    journal.customerAsks(script.request)
    _ = try await post(
      "customers/\(customer)/text", JSONValue.object(["text": .string(script.request), "name": "Ana"]))
    guard let answer = try await answer(after: before), answer.text != nil else {
      throw CommandFailure("the wish for a person was not answered")
    }
  }

  /// Whether the customer got `text`.
  func got(_ text: String) async throws -> Bool {
    for _ in 0..<200 {
      let bytes = try await get("sent?after=0")
      let all = try JSONDecoder().decode(Answers.self, from: Data(bytes)).messages
      if all.contains(where: { $0.text == text }) { return true }
      try await Task.sleep(for: .milliseconds(50))
    }
    return false
  }

  private func lastNumber() async throws -> Int {
    let bytes = try await get("sent?after=0")
    return try JSONDecoder().decode(Answers.self, from: Data(bytes)).messages.map(\.number).max() ?? 0
  }

  /// The first message to the customer after the one of this number; nil if none comes within 30 s.
  private func answer(after number: Int) async throws -> Answer? {
    for _ in 0..<600 {
      let bytes = try await get("sent?after=\(number)")
      if let answer = try JSONDecoder().decode(Answers.self, from: Data(bytes)).messages.first { return answer }
      try await Task.sleep(for: .milliseconds(50))
    }
    return nil
  }

  private func post(_ path: String, _ json: JSONValue) async throws -> [UInt8] {
    try await post(path, Array(json.text.utf8))
  }

  private func post(_ path: String, _ body: [UInt8]) async throws -> [UInt8] {
    try await collect(HTTPRequest(.post, "\(address)/stand-in/\(path)", body: .bytes(body)))
  }

  private func get(_ path: String) async throws -> [UInt8] {
    try await collect(HTTPRequest(.get, "\(address)/stand-in/\(path)"))
  }

  private func collect(_ request: HTTPRequest) async throws -> [UInt8] {
    let response = try await http.send(request)
    let bytes = try await response.collect(upTo: 4 << 20)
    guard response.status == 200 else {
      throw CommandFailure("the stand-in of WhatsApp answered with status \(response.status)")
    }
    return bytes
  }
}
