import Testing

@testable import VoicePipeline

@Suite("The events of a recognition")
struct RecognitionEventsTests {
  @Test("one that its reader has no room for ends them behind those that are whole, so that no text shifts the others")
  func overflow() async {
    let events = RecognitionEvents()
    for number in 0...RecognitionEvents.limit { events.yield(.final("\(number)", confidence: nil)) }
    events.yield(.final("too late", confidence: nil))
    var texts: [String] = []
    for await case .final(let text, _) in events.stream { texts.append(text) }
    #expect(texts == (0..<RecognitionEvents.limit).map(String.init))
  }
}
