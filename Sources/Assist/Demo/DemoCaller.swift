import Audio
import RTPEngine
import SIPStack
import SIPTransport
import Telephony

/// The caller of the demo: asks, interrupts, gives a number, wants a person, and follows the transfer.
struct DemoCaller: Sendable {
  let caller: Caller
  let voices: DemoVoices
  let script: DemoScript
  let journal: DemoJournal
  let folder: String

  /// Calls the front desk at the first of `addresses`, as `ready` prints them, and returns when all calls are over.
  func dial(_ addresses: String) async {
    guard let port = addresses.split(separator: ",").first?.split(separator: ":").last,
      let target = URI("sip:desk@127.0.0.1:\(port)")?.sip, let leg = try? caller.openLeg()
    else { return }
    let party = ActorParty(
      leg: leg, recording: folder + "/caller-heard.wav", follow: { await follow($0) }, act: { await talk($0) })
    try? await caller.call(target, leg: leg, codecs: [.pcmu], party: party)
  }

  private func talk(_ line: ActorParty) async {
    guard await line.waitForSound(), await line.waitForSilence() else { return }
    await line.say(voices[script.question])
    // Lets the answer run for two seconds and a half, and speaks over it.
    guard await line.waitForSound() else { return }
    try? await Task.sleep(for: .milliseconds(2500))
    await line.say(voices[script.interruption])
    guard await line.waitForSound(), await line.waitForSilence() else { return }
    await line.say(voices[script.account])
    guard await line.waitForSound(), await line.waitForSilence() else { return }
    await line.say(voices[script.request])
    // The transfer comes now; the front desk hangs up when the person has answered.
    await line.waitForEnd(.seconds(20))
  }

  private func follow(_ referral: Referral) async {
    guard let leg = try? caller.openLeg() else { return referral.refuse() }
    let party = ActorParty(leg: leg, recording: folder + "/caller-heard-person.wav") { line in
      guard await line.waitForSound(), await line.waitForSilence() else { return }
      journal.callerHeardPerson()
      await line.say(voices[script.toPerson])
      try? await Task.sleep(for: .seconds(1))
    }
    await caller.follow(referral, leg: leg, party: party)
  }
}

/// The person of the demo: answers the transferred call and listens.
struct DemoPerson: Sendable {
  let caller: Caller
  let voices: DemoVoices
  let recording: String

  /// Takes `call` and sees it to its end.
  func take(_ call: SIPCall, _ journal: DemoJournal) async {
    guard let leg = try? caller.openLeg() else { return call.reject(status: 503) }
    let script = DemoScript()
    let party = ActorParty(leg: leg, recording: recording) { line in
      try? await Task.sleep(for: .milliseconds(500))
      journal.person(script.person)
      await line.say(voices[script.person])
      if await line.waitForSound() { journal.personHeardCaller() }
      await line.waitForEnd(.seconds(15))
    }
    await caller.take(call, leg: leg, party: party)
  }
}
