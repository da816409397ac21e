import SIPStack
import Testing

private let start = ContinuousClock.now

private func request(_ method: SIPStack.Method) throws -> SIPRequest {
  let text = """
    \(method) sip:b@example.com SIP/2.0\r
    Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKtest\r
    Route: <sip:p.example.com;lr>\r
    From: <sip:a@example.com>;tag=a\r
    To: <sip:b@example.com>\r
    Call-ID: c\r
    CSeq: 7 \(method)\r
    Max-Forwards: 70\r
    Content-Length: 0\r
    \r

    """
  guard case .message(.request(let request)) = SIPParser.parse(datagram: Array(text.utf8)) else {
    throw TestError.unreadable
  }
  return request
}

private enum TestError: Error { case unreadable }

/// When a machine sends, in milliseconds after the start, until it has no deadline left.
private func timetable(
  deadline: () -> Instant?, advance: (Instant) -> Int, limit: Int = 100
) -> (sends: [Int], end: Int) {
  var sends: [Int] = []
  var last = start
  for _ in 0..<limit {
    guard let next = deadline() else { break }
    last = next
    for _ in 0..<advance(next) { sends.append(milliseconds(next)) }
  }
  return (sends, milliseconds(last))
}

private func milliseconds(_ instant: Instant) -> Int {
  let (seconds, attoseconds) = (instant - start).components
  return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
}

@Suite("Client transactions") struct ClientTransactionTests {
  @Test("an unanswered INVITE doubles its interval and gives up after 64*T1")
  func timerA() throws {
    var machine = InviteClientTransaction(request: try request(.invite), isReliable: false, timers: .init())
    #expect(machine.start(at: start).count == 1)
    var hasTimedOut = false
    let table = timetable(deadline: { machine.nextDeadline }) { now in
      let actions = machine.advance(to: now)
      if actions.contains(where: { if case .timedOut = $0 { true } else { false } }) { hasTimedOut = true }
      return actions.filter { if case .send = $0 { true } else { false } }.count
    }
    #expect(table.sends == [500, 1500, 3500, 7500, 15_500, 31_500])
    #expect(table.end == 32_000)
    #expect(hasTimedOut)
  }

  @Test("an unanswered BYE is repeated up to every T2 and gives up after 64*T1")
  func timerE() throws {
    var machine = NonInviteClientTransaction(request: try request(.bye), isReliable: false, timers: .init())
    _ = machine.start(at: start)
    let table = timetable(deadline: { machine.nextDeadline }) { now in
      machine.advance(to: now).filter { if case .send = $0 { true } else { false } }.count
    }
    #expect(table.sends == [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
    #expect(table.end == 32_000)
  }

  @Test("nothing is repeated over a reliable transport", arguments: [SIPStack.Method.invite, .options])
  func reliable(_ method: SIPStack.Method) throws {
    if method == .invite {
      var machine = InviteClientTransaction(request: try request(method), isReliable: true, timers: .init())
      _ = machine.start(at: start)
      #expect(machine.nextDeadline == start + .seconds(32))
    } else {
      var machine = NonInviteClientTransaction(request: try request(method), isReliable: true, timers: .init())
      _ = machine.start(at: start)
      #expect(machine.nextDeadline == start + .seconds(32))
    }
  }

  @Test("a failure gets an ACK with the INVITE's Via, Route and CSeq number, again for each copy")
  func acknowledgement() throws {
    let invite = try request(.invite)
    var machine = InviteClientTransaction(request: invite, isReliable: false, timers: .init())
    _ = machine.start(at: start)
    let busy = invite.response(486, toTag: "b")
    let first = machine.receive(busy, at: start)
    let again = machine.receive(busy, at: start + .seconds(1))
    #expect(first.count == 2)
    #expect(again.count == 1)
    guard case .send(let bytes) = first.first, case .send(let repeated) = again.first,
      case .message(.request(let ack)) = SIPParser.parse(datagram: bytes)
    else {
      Issue.record("no ACK")
      return
    }
    #expect(bytes == repeated)
    #expect(ack.method == .ack)
    #expect(ack.topVia == invite.topVia)
    #expect(ack.headers.all(.route) == ["<sip:p.example.com;lr>"])
    #expect(ack.cSeq == CSeq(number: 7, method: .ack))
    #expect(ack.toTag == "b")
    #expect(machine.nextDeadline == start + .seconds(32))
  }

  @Test("each copy of a 2xx is delivered for 64*T1 after the first")
  func accepted() throws {
    let invite = try request(.invite)
    var machine = InviteClientTransaction(request: invite, isReliable: true, timers: .init())
    _ = machine.start(at: start)
    for second in 0..<3 {
      #expect(machine.receive(invite.response(200, toTag: "b"), at: start + .seconds(second)).count == 1)
    }
    #expect(machine.nextDeadline == start + .seconds(32))
    #expect(machine.advance(to: start + .seconds(32)).count == 1)
    #expect(machine.receive(invite.response(200, toTag: "b"), at: start + .seconds(33)).isEmpty)
  }
}

@Suite("Server transactions") struct ServerTransactionTests {
  private let response: [UInt8] = [1, 2, 3]

  @Test("an unacknowledged failure is repeated up to every T2 until timer H")
  func timerG() {
    var machine = InviteServerTransaction(isReliable: false, timers: .init())
    _ = machine.respond(status: 486, bytes: response, at: start)
    let table = timetable(deadline: { machine.nextDeadline }) { now in
      machine.advance(to: now).filter { if case .send = $0 { true } else { false } }.count
    }
    #expect(table.sends == [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
    #expect(table.end == 32_000)
  }

  @Test("an ACK stops the failure, and later ones are absorbed for T4")
  func confirmed() {
    var machine = InviteServerTransaction(isReliable: false, timers: .init())
    _ = machine.respond(status: 486, bytes: response, at: start)
    #expect(machine.receiveAcknowledgement(at: start + .seconds(1)).isEmpty)
    #expect(machine.nextDeadline == start + .seconds(6))
    #expect(machine.receiveRetransmission().isEmpty)
    #expect(machine.awaitsAcknowledgement)
  }

  @Test("a copy of the INVITE gets the last provisional response again, and none after a 2xx")
  func retransmission() {
    var machine = InviteServerTransaction(isReliable: false, timers: .init())
    #expect(machine.receiveRetransmission().isEmpty)
    _ = machine.respond(status: 180, bytes: response, at: start)
    #expect(machine.receiveRetransmission().count == 1)
    _ = machine.respond(status: 200, bytes: response, at: start)
    #expect(machine.receiveRetransmission().isEmpty)
    #expect(machine.respond(status: 200, bytes: response, at: start + .seconds(1)).count == 1)
    #expect(machine.respond(status: 486, bytes: response, at: start + .seconds(1)).isEmpty)
    #expect(machine.nextDeadline == start + .seconds(32))
  }

  @Test("no 408 and no provisional response goes out for a non-INVITE request")
  func rfc4320() {
    var machine = NonInviteServerTransaction(isReliable: false, timers: .init(), at: start)
    #expect(machine.respond(status: 100, bytes: response, at: start).isEmpty)
    let actions = machine.respond(status: 408, bytes: response, at: start)
    #expect(!actions.contains { if case .send = $0 { true } else { false } })
    #expect(machine.nextDeadline == nil)
  }
}
