import Audio
import FoundationEssentials
import Testing

@testable import VoicePipeline

@Suite("What is said")
struct SpeechOutputTests {
  private static let origin = Instant.now
  private static let missing = ProviderError(.missing, provider: "x", message: "y")
  private static let late = ProviderError(.timedOut, provider: "x", message: "y")

  private func moment(_ milliseconds: Int = 0, played: LinePosition = 0) -> Moment {
    Moment(now: Self.origin + .milliseconds(milliseconds), date: .init(timeIntervalSince1970: 0), played: played)
  }

  /// An output that says `sentence` as `id`, all of it queued from position 0 on, 100 samples a character.
  private func saying(_ sentence: String, as id: SpeechID = .turn(1), turn: Int? = nil) -> SpeechOutput {
    var output = SpeechOutput(sampleRate: 8000)
    output.begin(id, turn: turn)
    output.beginSentence(sentence, of: id)
    _ = output.queued(sentence.count * 100, upTo: LinePosition(UInt64(sentence.count * 100)), of: id, moment())
    output.endSentence(of: id)
    return output
  }

  @Test("sound that was queued is told to whom the speech belongs, with the time at which it ends")
  func queued() {
    var output = SpeechOutput(sampleRate: 8000)
    output.begin(.turn(3), turn: 2)
    output.beginSentence("Hello.", of: .turn(3))
    // 1000 samples at position 8000, of which the caller has heard up to 4000: it ends in 625 ms.
    #expect(
      output.queued(1000, upTo: 9000, of: .turn(3), moment(100, played: 4000))
        == [.turn(.queued(speech: 3, from: 8000, to: 9000, until: Self.origin + .milliseconds(725)))])
    let announcement = output.beginAnnouncement(turn: nil)
    #expect(announcement == .announcement(1))
    #expect(
      output.queued(800, upTo: 800, of: announcement, moment())
        == [.escalation(.sounding(until: Self.origin + .milliseconds(100)))])
  }

  @Test("nothing that comes of a speech which is not the present one has any effect")
  func stale() {
    var output = saying("Hello.")
    output.begin(.turn(2), turn: nil)
    #expect(output.queued(100, upTo: 700, of: .turn(1), moment()).isEmpty)
    #expect(output.ended(.turn(1), .finished(.listen)).isEmpty)
    #expect(output.ended(.turn(1), .voiceFailed(Self.late)).isEmpty)
    output.beginSentence("Ghost.", of: .turn(1))
    #expect(output.end(.turn(1)) == nil && output.stop(.turn(1)) == nil)
    #expect(output.speech?.ledger.text == "")
  }

  @Test("an announcement is over when it was heard, when it has no sound, or when it can't be spoken")
  func announcement() {
    var heard = saying("One moment.", as: .announcement(1))
    // Not before it is known that nothing follows.
    #expect(
      heard.playedOut(at: Self.origin, position: 1100) == [.turn(.playedOut(at: Self.origin, position: 1100))])
    #expect(heard.ended(.announcement(1), .finished(.listen)).isEmpty)
    #expect(heard.playedOut(at: Self.origin, position: 500).count == 1)
    #expect(
      heard.playedOut(at: Self.origin, position: 1100) == [
        .escalation(.announced), .turn(.playedOut(at: Self.origin, position: 1100)),
      ])
    var silent = SpeechOutput(sampleRate: 8000)
    let id = silent.beginAnnouncement(turn: 4)
    #expect(silent.ended(id, .finished(.listen)) == [.escalation(.announced)])
    #expect(silent.ended(id, .voiceFailed(Self.late)) == [.escalation(.announced)])
  }

  @Test("a failure is worth another try by its kind; one of the voice never is, since the sentence was tried twice")
  func failures() {
    var output = saying("Hello.")
    #expect(output.ended(.turn(1), .mindFailed(Self.late)) == [.turn(.speechFailed(1, retryable: true))])
    #expect(output.ended(.turn(1), .mindFailed(Self.missing)) == [.turn(.speechFailed(1, retryable: false))])
    #expect(output.ended(.turn(1), .voiceFailed(Self.late)) == [.turn(.speechFailed(1, retryable: false))])
    #expect(output.ended(.turn(1), .finished(.hangUp)) == [.turn(.speechFinished(1, then: .hangUp))])
  }

  @Test("a speech that is thrown away tells what had been heard of it, to the word")
  func heard() {
    var output = saying("We are open from nine to five.")
    let ending = output.stop(.turn(1))
    #expect(ending?.ledger.heard(upTo: 2500) == "We are open from nine to")
    #expect(output.speech == nil)
  }

  @Test("sound that the carrier sent before its position was known here is told right behind it")
  func soonAudible() {
    var output = SpeechOutput(sampleRate: 8000)
    output.begin(.turn(1), turn: 1)
    output.beginSentence("Hello.", of: .turn(1))
    let isFiller = output.audible(at: Self.origin, position: 0)
    #expect(!isFiller)
    #expect(
      output.queued(100, upTo: 100, of: .turn(1), moment()).last
        == .turn(.audible(at: Self.origin, position: 0)))
  }

  @Test("an answer counts as heard from its first packet, or from its place behind a filler")
  func heardSince() throws {
    var output = saying("Hello.", turn: 1)
    #expect(output.heardSince(moment()) == nil)
    _ = output.audible(at: Self.origin + .milliseconds(20), position: 0)
    let direct = try #require(output.heardSince(moment()))
    #expect(direct.turn == 1 && direct.at == Self.origin + .milliseconds(20))

    var behind = SpeechOutput(sampleRate: 8000)
    _ = behind.filler(nil)
    let isFiller = behind.audible(at: Self.origin, position: 0)
    #expect(isFiller)
    behind.begin(.turn(1), turn: 1)
    behind.beginSentence("Hello.", of: .turn(1))
    _ = behind.queued(800, upTo: 2400, of: .turn(1), moment())
    #expect(behind.heardSince(moment(played: 800))?.at == Self.origin + .milliseconds(100))
    _ = behind.playedOut(at: Self.origin, position: 1600)
    #expect(behind.heardSince(moment(played: 1600)) == nil)
  }

  @Test("a person's texts are said one after the other, and a bounded number of them waits")
  func person() throws {
    var output = SpeechOutput(sampleRate: 8000)
    var taken = 0
    while output.enqueue("Text \(taken).") { taken += 1 }
    #expect(taken == SpeechOutput.backlog)
    let next = output.beginNextOfPerson()
    let first = try #require(next)
    #expect(first.id == .person(1) && first.text == "Text 0.")
    #expect(output.beginNextOfPerson() == nil)
    output.beginSentence("Text 0.", of: first.id)
    _ = output.queued(700, upTo: 700, of: first.id, moment())
    _ = output.ended(first.id, .finished(.listen))
    #expect(output.playedOut(at: Self.origin, position: 700).first == .personHeard)
    _ = output.end(first.id)
    #expect(output.beginNextOfPerson()?.id == .person(2))
    _ = output.stop(.person(2))
    output.forgetPerson()
    #expect(output.beginNextOfPerson() == nil)
  }

  @Test("a bridge is not wanted any more once sound was thrown away")
  func bridges() {
    var output = SpeechOutput(sampleRate: 8000)
    output.prepared("One moment.", [1, 2, 3])
    let phrase = output.filler("One moment.")
    let tone = output.comfort("Not ready.")
    #expect(phrase.samples == [1, 2, 3] && phrase.purpose == .filler)
    #expect(tone.samples.count == 1600 && tone.purpose == .comfort)
    #expect(output.bridging.isWanted(phrase) && output.bridging.isFillerSounding)
    output.dropped()
    #expect(!output.bridging.isWanted(phrase) && !output.bridging.isWanted(tone))
    // Only who threw a speech away knows that the filler is gone with it.
    #expect(output.bridging.isFillerSounding)
    output.dropped(isFillerOver: true)
    #expect(!output.bridging.isFillerSounding)
  }

  @Test("a speech whose sound ran out before its end was known is found to be over, one without sound is not")
  func ranDry() {
    let output = saying("Hello.")
    #expect(!output.hasPlayedOut(.turn(1), moment(played: 599)))
    #expect(output.hasPlayedOut(.turn(1), moment(played: 600)))
    #expect(!output.hasPlayedOut(.turn(2), moment(played: 600)))
    var silent = SpeechOutput(sampleRate: 8000)
    silent.begin(.turn(1), turn: nil)
    #expect(!silent.hasPlayedOut(.turn(1), moment(played: 600)))
  }
}
