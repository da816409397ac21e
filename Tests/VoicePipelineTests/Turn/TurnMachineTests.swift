import Audio
import Testing

@testable import VoicePipeline

@Suite("Turn machine")
struct TurnMachineTests {
  /// A conversation in which speech 1 answers "hello" and is heard from 1600 to 9600 ms.
  private func speaking(_ settings: TurnSettings = TurnSettings()) -> Timeline {
    var line = Timeline(settings)
    line.at(0, .started(greets: false))
    line.caller(from: 100, to: 1000, text: "hello there")
    line.speak(1, at: 1600, until: 9600)
    return line
  }

  @Test("the turn ends when the silence since the last speech packet is over, not since its detection")
  func silenceCountsFromLastSpeech() {
    var line = Timeline()
    line.at(0, .started(greets: false))
    line.at(100, .speechStarted(at: line.instant(100)))
    // Stopped at 1000, noticed 80 ms later.
    line.at(1080, .speechStopped(lastSpeech: line.instant(1000)))
    line.pass(to: 1499)
    #expect(line.machine.phase == .callerSpeaking)
    line.pass(to: 1500)
    #expect(line.time(of: .finishUtterance) == 1500)
    #expect(line.machine.phase == .awaitingTranscript)
    line.at(1510, .final("what time is it"))
    #expect(line.time(of: .beginReply(speech: 1, turn: 1, text: "what time is it")) == 1510)
    #expect(line.machine.phase == .thinking)
  }

  @Test("a pause shorter than the silence does not end the turn")
  func shortPause() {
    var line = Timeline()
    line.at(0, .started(greets: false))
    line.at(100, .speechStarted(at: line.instant(100)))
    line.at(1000, .speechStopped(lastSpeech: line.instant(1000)))
    line.at(1400, .speechStarted(at: line.instant(1400)))
    line.pass(to: 2500)
    #expect(!line.actions.contains(.finishUtterance))
    line.at(2600, .speechStopped(lastSpeech: line.instant(2600)))
    line.pass(to: 3100)
    #expect(line.time(of: .finishUtterance) == 3100)
  }

  @Test("the recogniser's word ends the turn early, unless it is not trusted", arguments: [true, false])
  func recogniserEndsTurn(isTrusted: Bool) {
    var line = Timeline(TurnSettings(recogniserEndsTurn: isTrusted))
    line.at(0, .started(greets: false))
    line.at(100, .speechStarted(at: line.instant(100)))
    line.at(900, .partial("good morning"))
    line.at(1000, .speechStopped(lastSpeech: line.instant(1000)))
    line.at(1200, .recogniserEndOfTurn)
    line.pass(to: 2000)
    #expect(line.time(of: .finishUtterance) == (isTrusted ? 1200 : 1500))
  }

  @Test("speech that goes on before the answer can be heard takes the answer back and joins the texts")
  func mergesResumedSpeech() {
    var line = Timeline()
    line.at(0, .started(greets: false))
    line.caller(from: 100, to: 1000, text: "i want to book")
    line.at(1550, .queued(speech: 1, from: 0, to: 800, until: line.instant(1650)))
    line.at(1560, .speechStarted(at: line.instant(1560)))
    #expect(line.time(of: .discardSpeech(1)) == 1560)
    line.at(2000, .speechStopped(lastSpeech: line.instant(2000)))
    line.at(2510, .final("an appointment"))
    #expect(line.actions.last == .beginReply(speech: 2, turn: 1, text: "i want to book an appointment"))
    #expect(line.actions.filter { $0 == .turnStarted(turn: 1) }.count == 1)
  }

  @Test("a cough before the answer can be heard costs no more than the answer's beginning")
  func coughWhileThinking() {
    var line = Timeline()
    line.at(0, .started(greets: false))
    line.caller(from: 100, to: 1000, text: "what is my balance")
    line.at(1600, .speechStarted(at: line.instant(1600)))
    line.at(1700, .speechStopped(lastSpeech: line.instant(1700)))
    line.at(2210, .final(""))
    #expect(line.actions.last == .beginReply(speech: 2, turn: 1, text: "what is my balance"))
  }

  @Test("a cough during the answer pauses it and it goes on after the grace time")
  func coughResumes() {
    var line = speaking()
    line.at(3000, .speechStarted(at: line.instant(3000)))
    line.at(3120, .interrupted(at: line.instant(3120), position: 20_000))
    #expect(line.machine.phase == .interrupted)
    #expect(line.actions.last == .speechPaused(1))
    line.at(3200, .speechStopped(lastSpeech: line.instant(3200)))
    line.pass(to: 4199)
    #expect(line.machine.phase == .interrupted)
    line.pass(to: 4200)
    #expect(line.time(of: .resumeSpeech(1)) == 4200)
    #expect(line.machine.phase == .speaking)
    #expect(!line.actions.contains(.endSpeech(1, interrupted: true)))
  }

  @Test("an empty final text ends a false interruption before the grace time does")
  func emptyFinalResumesEarly() {
    var line = speaking()
    line.at(3000, .speechStarted(at: line.instant(3000)))
    line.at(3120, .interrupted(at: line.instant(3120), position: 20_000))
    line.at(3200, .speechStopped(lastSpeech: line.instant(3200)))
    line.pass(to: 3700)
    #expect(line.time(of: .finishUtterance) != nil)
    line.at(3750, .final(""))
    #expect(line.time(of: .resumeSpeech(1)) == 3750)
  }

  @Test("words during the answer end it at once and are the caller's next turn")
  func wordsInterrupt() {
    var line = speaking()
    line.at(3000, .speechStarted(at: line.instant(3000)))
    line.at(3120, .interrupted(at: line.instant(3120), position: 20_000))
    line.at(3400, .partial("no wait"))
    #expect(line.time(of: .endSpeech(1, interrupted: true)) == 3400)
    #expect(line.machine.phase == .callerSpeaking)
    line.at(3900, .speechStopped(lastSpeech: line.instant(3900)))
    line.at(4400, .final("no wait i meant tomorrow"))
    #expect(line.actions.last == .beginReply(speech: 2, turn: 2, text: "no wait i meant tomorrow"))
  }

  @Test("a recogniser without partial texts is asked, and its words interrupt")
  func wordsByProbe() {
    var line = speaking()
    line.at(3000, .speechStarted(at: line.instant(3000)))
    line.at(3120, .interrupted(at: line.instant(3120), position: 20_000))
    line.at(3300, .speechStopped(lastSpeech: line.instant(3300)))
    line.pass(to: 3800)
    line.at(4000, .final("speak to a manager"))
    #expect(line.time(of: .endSpeech(1, interrupted: true)) == 4000)
    #expect(line.time(of: .beginReply(speech: 2, turn: 2, text: "speak to a manager")) == nil)
    line.pass(to: 4000)
    #expect(line.time(of: .beginReply(speech: 2, turn: 2, text: "speak to a manager")) == 4000)
  }

  @Test("words that come after the grace time still end the resumed answer")
  func lateWords() {
    var line = speaking()
    line.at(3000, .speechStarted(at: line.instant(3000)))
    line.at(3120, .interrupted(at: line.instant(3120), position: 20_000))
    line.at(3300, .speechStopped(lastSpeech: line.instant(3300)))
    line.pass(to: 4300)
    #expect(line.machine.phase == .speaking)
    line.at(4800, .final("stop please"))
    #expect(line.time(of: .endSpeech(1, interrupted: true)) == 4800)
    line.pass(to: 4800)
    #expect(line.actions.last == .beginReply(speech: 2, turn: 2, text: "stop please"))
  }

  @Test(
    "a backchannel alone does not interrupt", arguments: ["mhm", "Okay.", "uh huh", "yeah, right", "I see", "Mm."])
  func backchannelResumes(text: String) {
    var line = speaking()
    line.at(3000, .speechStarted(at: line.instant(3000)))
    line.at(3120, .interrupted(at: line.instant(3120), position: 20_000))
    line.at(3200, .partial(text))
    line.at(3300, .speechStopped(lastSpeech: line.instant(3300)))
    line.at(3810, .final(text))
    #expect(line.time(of: .resumeSpeech(1)) == 3810)
    #expect(!line.actions.contains(.endSpeech(1, interrupted: true)))
  }

  @Test("sound without words and without end does not hold the answer back for ever")
  func endlessNoise() {
    var line = speaking()
    line.at(3000, .speechStarted(at: line.instant(3000)))
    line.at(3120, .interrupted(at: line.instant(3120), position: 20_000))
    line.pass(to: 9200)
    #expect(line.time(of: .resumeSpeech(1)) == 3120 + 5000 + 1000)
  }

  @Test("a slow answer is bridged before two seconds are silent, again and again")
  func fillers() throws {
    var line = Timeline()
    line.at(0, .started(greets: false))
    line.caller(from: 100, to: 1000, text: "what is my balance")
    line.pass(to: 2500)
    let first = try #require(line.time(of: .fill(count: 1)))
    #expect(first == 2500)
    line.at(first, .filled(until: line.instant(first + 1000)))
    line.pass(to: first + 2500)
    #expect(line.time(of: .fill(count: 2)) == first + 2500)
  }

  @Test("a recogniser that is slow with the final text is bridged, and then its partial text stands")
  func slowFinal() {
    var line = Timeline()
    line.at(0, .started(greets: false))
    line.at(100, .speechStarted(at: line.instant(100)))
    line.at(800, .partial("opening hours"))
    line.at(1000, .speechStopped(lastSpeech: line.instant(1000)))
    line.pass(to: 6000)
    #expect(line.time(of: .fill(count: 1)) == 2500)
    #expect(line.time(of: .beginReply(speech: 1, turn: 1, text: "opening hours")) == 4500)
    // What comes then is for nobody.
    let before = line.actions.count
    line.at(6000, .final("opening hours"))
    #expect(line.actions.count == before)
  }

  @Test("an answer that never comes is tried again once, then a person is called with an apology")
  func replyTimesOut() {
    var line = Timeline(TurnSettings(reply: .seconds(4)))
    line.at(0, .started(greets: false))
    line.caller(from: 100, to: 1000, text: "what is my balance")
    line.pass(to: 5600)
    #expect(line.time(of: .discardSpeech(1)) == 5500)
    #expect(line.time(of: .beginReply(speech: 2, turn: 1, text: "what is my balance")) == 5500)
    line.pass(to: 9600)
    #expect(line.time(of: .say(speech: 3, .apology)) == 9500)
    line.speak(3, at: 9600, until: 11_000)
    line.at(11_000, .playedOut(at: line.instant(11_000), position: 88_000))
    #expect(line.actions.last == .escalate(.givingUp(.noAnswer)))
    #expect(line.machine.phase == .transferring)
  }

  @Test("without a person to call a failed answer ends with a goodbye")
  func failureWithoutPerson() {
    var line = Timeline(hasPerson: false)
    line.at(0, .started(greets: false))
    line.caller(from: 100, to: 1000, text: "what is my balance")
    line.at(1600, .speechFailed(1, retryable: false))
    #expect(line.actions.last == .say(speech: 2, .goodbye))
    // The voice is dead too.
    line.at(1700, .speechFailed(2, retryable: false))
    #expect(line.actions.last == .hangUp)
    #expect(line.machine.phase == .ended)
  }

  @Test("turns without a word get a sorry, and a person after three")
  func misses() {
    var line = Timeline()
    line.at(0, .started(greets: false))
    var time = 0
    for id in 1...2 {
      line.caller(from: time + 100, to: time + 1000, text: "")
      #expect(line.actions.last == .say(speech: id, .notUnderstood))
      line.speak(id, at: time + 1600, until: time + 3000)
      line.at(time + 3000, .playedOut(at: line.instant(time + 3000), position: LinePosition(UInt64(time + 3000) * 8)))
      #expect(line.machine.phase == .listening)
      time += 3000
    }
    line.caller(from: time + 100, to: time + 1000, text: "")
    #expect(line.actions.last == .say(speech: 3, .apology))
  }

  @Test("a click is no turn and gets no answer")
  func click() {
    var line = Timeline()
    line.at(0, .started(greets: false))
    line.caller(from: 100, to: 160, text: "")
    #expect(line.machine.phase == .listening)
  }

  @Test("a silent caller is asked twice, then the call ends with a goodbye")
  func noInput() {
    var line = Timeline()
    line.at(0, .started(greets: false))
    for id in 1...2 {
      line.pass(to: id * 9000 - 1000)
      #expect(line.actions.last == .say(speech: id, .reprompt))
      line.speak(id, at: id * 9000 - 1000, until: id * 9000)
      line.at(id * 9000, .playedOut(at: line.instant(id * 9000), position: LinePosition(UInt64(id * 72_000))))
    }
    line.pass(to: 26_000)
    #expect(line.actions.last == .say(speech: 3, .goodbye))
    line.speak(3, at: 26_000, until: 27_000)
    line.at(27_000, .playedOut(at: line.instant(27_000), position: LinePosition(27_000 * 8)))
    #expect(line.actions.last == .hangUp)
  }

  @Test("a lost end of playout does not leave the conversation speaking for ever")
  func lostPlayedOut() {
    var line = speaking()
    line.pass(to: 9600 + 3000)
    #expect(line.time(of: .endSpeech(1, interrupted: false)) == 12_600)
    #expect(line.machine.phase == .listening)
  }

  @Test("typed digits are a turn after the pause, and at once with a hash", arguments: [true, false])
  func digits(hash: Bool) {
    var line = speaking()
    for (index, digit) in "1234".enumerated() { line.at(3000 + index * 300, .digit(digit)) }
    #expect(line.time(of: .endSpeech(1, interrupted: true)) == 3000)
    if hash { line.at(4000, .digit("#")) }
    line.pass(to: 7000)
    #expect(line.time(of: .beginReply(speech: 2, turn: 2, text: "1 2 3 4")) == (hash ? 4000 : 5900))
  }

  @Test("an interruption of nothing is dropped, and one while a person is called goes on")
  func strayInterruptions() {
    var line = Timeline()
    line.at(0, .started(greets: false))
    #expect(line.at(10, .interrupted(at: line.instant(10), position: 0)) == [.dropPlayout])
    line.at(20, .escalate(.dialogue(reason: "asked")))
    #expect(line.at(30, .interrupted(at: line.instant(30), position: 0)) == [.resumePlayout])
  }

  @Test("after a failed transfer the assistant apologises and listens")
  func transferFails() {
    var line = speaking()
    line.at(3000, .escalate(.dialogue(reason: "asked")))
    #expect(line.actions.suffix(2) == [.endSpeech(1, interrupted: true), .escalate(.dialogue(reason: "asked"))])
    line.at(9000, .escalationFailed(.notTaken))
    #expect(line.actions.suffix(2) == [.finishUtterance, .say(speech: 2, .transferFailed)])
    line.speak(2, at: 9100, until: 10_000)
    line.at(10_000, .playedOut(at: line.instant(10_000), position: 80_000))
    #expect(line.machine.phase == .listening)
    // The answer to the clearing request is not taken for the next turn's.
    line.at(10_100, .final("mumble"))
    line.caller(from: 11_000, to: 12_000, text: "never mind")
    #expect(line.actions.last == .beginReply(speech: 3, turn: 2, text: "never mind"))
  }

  @Test("on hold nothing is due, and afterwards time begins anew")
  func hold() {
    var line = Timeline()
    line.at(0, .started(greets: false))
    line.at(1000, .hold(true))
    #expect(line.machine.nextDeadline == nil)
    line.at(60_000, .hold(false))
    #expect(line.machine.nextDeadline == line.instant(68_000))
  }

  @Test("a short word that did not interrupt is answered after the speech")
  func overheard() {
    var line = speaking()
    line.at(9400, .speechStarted(at: line.instant(9400)))
    line.at(9450, .partial("no"))
    line.at(9500, .speechStopped(lastSpeech: line.instant(9500)))
    line.at(9600, .playedOut(at: line.instant(9600), position: 76_800))
    line.pass(to: 10_000)
    #expect(line.time(of: .turnEnded(turn: 2, lastSpeech: line.instant(9500))) == 10_000)
  }

  @Test("a late partial text of the turn that is being answered is not taken for a new one")
  func latePartial() {
    var line = speaking()
    line.at(1700, .partial("hello there"))
    line.at(9600, .playedOut(at: line.instant(9600), position: 76_800))
    #expect(line.machine.phase == .listening)
  }

  @Test("an operator's text takes the place of the answer, but not of a hand-over")
  func operatorSpeaks() {
    var line = speaking()
    #expect(
      line.at(3000, .say("One moment.")) == [.endSpeech(1, interrupted: true), .say(speech: 2, .custom("One moment."))])
    line.at(3100, .escalate(.dialogue(reason: "asked")))
    #expect(line.at(3200, .say("Hello?")) == [])
    #expect(line.machine.phase == .transferring)
  }
}
