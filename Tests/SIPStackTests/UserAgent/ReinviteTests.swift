import Net
import Testing
import TestSupport

@testable import SIPStack

/// A world with an established call: agent 0 called agent 1.
func established(
  seed: UInt64 = 1, configure: (inout UserAgentConfiguration) -> Void = { _ in }
) throws -> (World, caller: CallHandle, called: CallHandle) {
  let world = World(seed: seed, configure: configure)
  world.onEvent = answering(with: try description(2))
  let caller = try world.call()
  world.run(for: .seconds(1))
  world.onEvent = { _, _, _ in }
  return (world, caller, try #require(world.incoming[1].first?.handle))
}

@Suite("Changes of a session") struct ReinviteTests {
  /// The answers that the caller and the called saw, as `status/version`.
  private func finished(_ world: World, _ index: Int) -> [String] {
    world.events[index].compactMap {
      guard case .reinviteFinished(_, let status, let answer) = $0 else { return nil }
      return "\(status)/\(answer.map { "\($0.origin.version)" } ?? "-")"
    }
  }

  @Test("a re-INVITE is answered from its own offer, in either direction")
  func bothDirections() throws {
    let (world, caller, called) = try established()
    let answer = try description(8)
    world.onEvent = { world, index, event in
      guard case .call(let handle, .reinvited(let id, let offer)) = event else { return }
      #expect(offer?.origin.version.description == "7")
      world.perform(index) { $0.answerReinvite(handle, id, with: answer, at: $1) }
    }
    let offer = try description(7)
    world.perform(0) { $0.reinvite(caller, offer, as: SessionChangeID(1), at: $1) }
    world.run(for: .seconds(1))
    #expect(finished(world, 0) == ["200/8"])
    world.perform(1) { $0.reinvite(called, offer, as: SessionChangeID(1), at: $1) }
    world.run(for: .seconds(1))
    #expect(finished(world, 1) == ["200/8"])
    let sequences = world.sent.compactMap { $0.from == 0 ? $0.request?.cSeq?.description : nil }
    #expect(sequences == ["1 INVITE", "1 ACK", "2 INVITE", "2 ACK"])
    #expect(world.ending(0) == nil && world.ending(1) == nil)
  }

  @Test("a refused change leaves the call up")
  func refused() throws {
    let (world, caller, _) = try established()
    world.onEvent = { world, index, event in
      guard case .call(let handle, .reinvited(let id, _)) = event else { return }
      world.perform(index) { $0.rejectReinvite(handle, id, status: 488, warning: "304 x \"no\"", at: $1) }
    }
    let offer = try description(7)
    world.perform(0) { $0.reinvite(caller, offer, as: SessionChangeID(1), at: $1) }
    world.run(for: .seconds(40))
    #expect(finished(world, 0) == ["488/-"])
    #expect(world.liveCalls == [1, 1])
  }

  @Test("offers that cross get 491 on both sides, and each goes again in its own time", arguments: 1...10)
  func glare(_ seed: Int) throws {
    let (world, caller, called) = try established(seed: UInt64(seed))
    let answer = try description(8)
    let offer = try description(7)
    world.onEvent = { world, index, event in
      guard case .call(let handle, .reinvited(let id, _)) = event else { return }
      world.perform(index) { $0.answerReinvite(handle, id, with: answer, at: $1) }
    }
    let begin = world.now
    world.perform(0) { $0.reinvite(caller, offer, as: SessionChangeID(1), at: $1) }
    world.perform(1) { $0.reinvite(called, offer, as: SessionChangeID(1), at: $1) }
    world.run(for: .seconds(10))
    #expect(world.count("491 INVITE", from: 0) == 1)
    #expect(world.count("491 INVITE", from: 1) == 1)
    #expect(finished(world, 0) == ["200/8"])
    #expect(finished(world, 1) == ["200/8"])
    let again = (0...1).map { index in
      world.sent.filter { $0.from == index && $0.line == "INVITE" && $0.at > begin }.first.map { $0.at - begin }
    }
    // 10 ms there and back; the caller owns the Call-ID.
    #expect(try #require(again[0]) >= .milliseconds(2110) && again[0] ?? .zero <= .milliseconds(4010))
    #expect(try #require(again[1]) <= .milliseconds(2010))
  }

  @Test("a second INVITE before the answer to the first gets 500 with Retry-After, a lower CSeq 500")
  func tooEarly() throws {
    let world = World(agents: 1)
    world.onEvent = answering(with: try description(2))
    let peer = SocketEndpoint("192.0.2.9", port: 5060)
    world.inject(try message(.invite, sequence: 5, body: try description(1)), to: 0, from: peer)
    let tag = try #require(world.sent.last?.response?.toTag)
    world.inject(try message(.ack, toTag: tag, branch: "a", sequence: 5), to: 0, from: peer)
    for sequence in [6, 7] {
      world.inject(
        try message(.invite, toTag: tag, branch: "r\(sequence)", sequence: sequence, body: try description(3)), to: 0,
        from: peer)
    }
    let refusal = try #require(world.sent.last?.response)
    #expect(refusal.status == 500)
    #expect(refusal.headers.first(.retryAfter).flatMap { Int($0) }.map { (0...10).contains($0) } == true)
    world.inject(try message(.info, toTag: tag, branch: "low", sequence: 4), to: 0, from: peer)
    #expect(world.lines(from: 0).last == "500 INFO")
  }

  @Test("our UPDATE offers a change without an ACK; who refuses it, or does not know it, keeps the session")
  func ourUpdate() throws {
    let (world, caller, called) = try established()
    let answer = try description(8)
    world.onEvent = { world, index, event in
      guard case .call(let handle, .reinvited(let id, let offer)) = event else { return }
      world.perform(index) {
        offer?.origin.version == 7
          ? $0.answerReinvite(handle, id, with: answer, at: $1) : $0.rejectReinvite(handle, id, status: 405, at: $1)
      }
    }
    let offer = try description(7)
    world.perform(0) { $0.reinvite(caller, offer, as: SessionChangeID(1), method: .update, at: $1) }
    world.run(for: .seconds(1))
    #expect(finished(world, 0) == ["200/8"])
    let sequences = world.sent.compactMap { $0.from == 0 ? $0.request?.cSeq?.description : nil }
    #expect(sequences == ["1 INVITE", "1 ACK", "2 UPDATE"])
    let bad = try description(6)
    world.perform(1) { $0.reinvite(called, bad, as: SessionChangeID(1), method: .update, at: $1) }
    world.run(for: .seconds(40))
    #expect(finished(world, 1) == ["405/-"])
    #expect(world.liveCalls == [1, 1])
    let update = try #require(world.sent.compactMap(\.request).first { $0.method == .update })
    #expect(update.contacts.count == 1)
    #expect(update.contentType?.matches(.sdp) == true)
  }

  @Test("updates that cross get 491 on both sides, and each goes again as an UPDATE", arguments: 1...6)
  func updateGlare(_ seed: Int) throws {
    let (world, caller, called) = try established(seed: UInt64(seed))
    let answer = try description(8)
    let offer = try description(7)
    world.onEvent = { world, index, event in
      guard case .call(let handle, .reinvited(let id, _)) = event else { return }
      world.perform(index) { $0.answerReinvite(handle, id, with: answer, at: $1) }
    }
    world.perform(0) { $0.reinvite(caller, offer, as: SessionChangeID(1), method: .update, at: $1) }
    world.perform(1) { $0.reinvite(called, offer, as: SessionChangeID(1), method: .update, at: $1) }
    world.run(for: .seconds(10))
    #expect(world.count("491 UPDATE", from: 0) == 1)
    #expect(world.count("491 UPDATE", from: 1) == 1)
    #expect(finished(world, 0) == ["200/8"])
    #expect(finished(world, 1) == ["200/8"])
    #expect(world.count("UPDATE", from: 0) == 2 && world.count("UPDATE", from: 1) == 2)
    #expect(world.count("ACK", from: 0) == 1 && world.count("ACK", from: 1) == 0)
  }

  @Test("of changes that wait the last goes out; each outcome bears the name of its own")
  func superseded() throws {
    let world = World()
    let (caller, called) = try world.ringing()
    let (offer, answer) = (try description(7), try description(8))
    for id in 1...3 {
      world.perform(0) { $0.reinvite(caller, offer, as: SessionChangeID(UInt64(id)), at: $1) }
    }
    world.onEvent = { world, index, event in
      guard case .call(let handle, .reinvited(let id, _)) = event else { return }
      world.perform(index) { $0.answerReinvite(handle, id, with: answer, at: $1) }
    }
    world.perform(1) { $0.answer(called, answer, at: $1) }
    world.run(for: .seconds(1))
    world.perform(0) { $0.reinvite(caller, offer, as: SessionChangeID(4), at: $1) }
    world.run(for: .seconds(1))
    let outcomes = world.events[0].compactMap { event -> String? in
      guard case .reinviteFinished(let id, let status, _) = event else { return nil }
      return "\(id.value): \(status)"
    }
    #expect(outcomes == ["1: 491", "2: 491", "3: 200", "4: 200"])
  }

  @Test("an UPDATE without an answer ends the call, as a re-INVITE does")
  func silentUpdate() throws {
    let (world, caller, _) = try established()
    let offer = try description(7)
    world.drop = { $0.from == 1 }
    world.perform(0) { $0.reinvite(caller, offer, as: SessionChangeID(1), method: .update, at: $1) }
    world.run(for: .seconds(40))
    #expect(world.ending(0)?.status == 408)
  }

  @Test("UPDATE with an offer is answered like a re-INVITE, without one at once; CANCEL takes a re-INVITE back")
  func update() throws {
    let world = World(agents: 1)
    world.onEvent = answering(with: try description(2))
    let peer = SocketEndpoint("192.0.2.9", port: 5060)
    world.inject(try message(.invite, body: try description(1)), to: 0, from: peer)
    let tag = try #require(world.sent.last?.response?.toTag)
    world.inject(try message(.ack, toTag: tag, branch: "a"), to: 0, from: peer)
    world.inject(try message(.update, toTag: tag, branch: "u", sequence: 2), to: 0, from: peer)
    #expect(world.lines(from: 0).last == "200 UPDATE")
    let answer = try description(9)
    world.onEvent = { world, index, event in
      guard case .call(let handle, .reinvited(let id, let offer)) = event, offer?.origin.version.description == "4"
      else {
        return
      }
      world.perform(index) { $0.answerReinvite(handle, id, with: answer, at: $1) }
    }
    world.inject(
      try message(.update, toTag: tag, branch: "v", sequence: 3, body: try description(4)), to: 0, from: peer)
    #expect(world.sent.last?.response?.body == answer.serialized())
    world.inject(
      try message(.invite, toTag: tag, branch: "w", sequence: 4, body: try description(5)), to: 0, from: peer)
    var cancel = try message(.invite, toTag: tag, branch: "w", sequence: 4)
    cancel = Array(
      String(decoding: cancel, as: UTF8.self).replacing("4 INVITE", with: "4 CANCEL").replacing(
        "INVITE sip", with: "CANCEL sip"
      ).utf8)
    world.inject(cancel, to: 0, from: peer)
    #expect(Array(world.lines(from: 0).suffix(2)) == ["200 CANCEL", "487 INVITE"])
    #expect(world.liveCalls == [1])
  }
}
