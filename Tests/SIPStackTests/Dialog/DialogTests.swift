import Net
import Testing
import TestSupport

@testable import SIPStack

private let flow = Flow(
  transport: .udp, local: SocketEndpoint("192.0.2.1", port: 5060),
  remote: SocketEndpoint("198.51.100.9", port: 5062))

private func invite(recordRoute: [String], contact: String? = "<sip:a@198.51.100.7:5070>") throws -> SIPRequest {
  var request = SIPRequest(method: .invite, uri: try #require(URI("sip:b@example.com")))
  request.headers.append(.via, "SIP/2.0/UDP 198.51.100.9;branch=z9hG4bKx")
  for route in recordRoute { request.headers.append(.recordRoute, route) }
  request.headers.append(.from, "\"A\" <sip:a@example.com>;tag=a")
  request.headers.append(.to, "<sip:b@example.com>")
  request.headers.append(.callID, "call")
  request.headers.append(.cSeq, "10 INVITE")
  if let contact { request.headers.append(.contact, contact) }
  return request
}

@Suite("Dialogs") struct DialogTests {
  @Test("the one who was called keeps the recorded route in its order, the caller in reverse")
  func routeSets() throws {
    let recorded = ["<sip:p2.example.com;lr>, <sip:p1.example.com;lr>"]
    var server = try #require(Dialog(serverSide: try invite(recordRoute: recorded), localTag: "b", flow: flow))
    let bye = server.makeRequest(.bye)
    #expect(bye.uri.description == "sip:a@198.51.100.7:5070")
    #expect(bye.headers.all(.route) == ["<sip:p2.example.com;lr>", "<sip:p1.example.com;lr>"])
    #expect(server.destination.hop?.address == HostPort(host: .name("p2.example.com"), port: 5060))

    var ok = try invite(recordRoute: recorded).response(200, toTag: "b")
    ok.headers.append(.recordRoute, recorded[0])
    ok.headers.append(.contact, "<sip:b@10.1.2.3:5080>")
    let client = try #require(Dialog(clientSide: try invite(recordRoute: []), response: ok, flow: flow))
    let ack = client.makeAcknowledgement(sequence: 10)
    #expect(ack.uri.description == "sip:b@10.1.2.3:5080")
    #expect(ack.headers.all(.route) == ["<sip:p1.example.com;lr>", "<sip:p2.example.com;lr>"])
    #expect(ack.cSeq == CSeq(number: 10, method: .ack))
  }

  @Test(
    "a strict router finds itself in the Request-URI and the target at the end; lr counts as a whole name",
    arguments: ["<sip:strict.example.com>", "<sip:strict.example.com;lrx=1>"])
  func strictRouting(_ route: String) throws {
    let request = try invite(recordRoute: [route, "<sip:p1.example.com;lr>"])
    var dialog = try #require(Dialog(serverSide: request, localTag: "b", flow: flow))
    let bye = dialog.makeRequest(.bye)
    #expect(bye.uri.sip?.host == "strict.example.com")
    #expect(bye.headers.all(.route) == ["<sip:p1.example.com;lr>", "<sip:a@198.51.100.7:5070>"])
    #expect(dialog.destination.hop?.address.host == .name("strict.example.com"))
  }

  @Test("a lower CSeq is out of order and does not move the mark")
  func order() throws {
    var dialog = try #require(Dialog(serverSide: try invite(recordRoute: []), localTag: "b", flow: flow))
    func info(_ number: UInt32) throws -> SIPRequest {
      var request = SIPRequest(method: .info, uri: try #require(URI("sip:b@example.com")))
      request.cSeq = CSeq(number: number, method: .info)
      return request
    }
    #expect(dialog.admit(try info(12)) == .inOrder)
    #expect(dialog.admit(try info(11)) == .outOfOrder)
    #expect(dialog.admit(try info(13)) == .inOrder)
    #expect(dialog.remoteSequence == 13)
  }

  @Test("a request without Contact has its From as the target")
  func noContact() throws {
    let dialog = try #require(
      Dialog(serverSide: try invite(recordRoute: [], contact: nil), localTag: "b", flow: flow))
    #expect(dialog.remoteTarget.description == "sip:a@example.com")
  }

  @Test("over UDP a private Contact seen from a public address is reached where it is seen")
  func behindNAT() throws {
    let dialog = try #require(
      Dialog(serverSide: try invite(recordRoute: [], contact: "<sip:a@192.168.1.5>"), localTag: "b", flow: flow))
    #expect(dialog.destination == .flow(flow))
    let routed = try #require(
      Dialog(
        serverSide: try invite(recordRoute: ["<sip:p.example.com;lr>"], contact: "<sip:a@192.168.1.5>"),
        localTag: "b", flow: flow))
    #expect(routed.destination.hop?.address.host == .name("p.example.com"))
  }
}

@Suite("Deadline queue") struct DeadlineQueueTests {
  @Test("it yields what a plain search for the earliest yields, whatever is set, moved and removed")
  func agreesWithSearch() {
    var generator = TokenGenerator(seed: (1, 2))
    let start = ContinuousClock.now
    var queue = DeadlineQueue<Int>()
    var model: [Int: Instant] = [:]
    for _ in 0..<5000 {
      let key = Int.random(in: 0..<50, using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0:
        queue.set(key, to: nil)
        model[key] = nil
      case 1:
        let now = start + .milliseconds(Int.random(in: 0..<1000, using: &generator))
        if let due = queue.popDue(at: now) {
          #expect(model[due] == model.values.min())
          model[due] = nil
        } else {
          #expect(model.values.allSatisfy { $0 > now })
        }
      default:
        let deadline = start + .milliseconds(Int.random(in: 0..<1000, using: &generator))
        queue.set(key, to: deadline)
        model[key] = deadline
      }
      #expect(queue.next == model.values.min())
    }
    #expect(queue.count == model.count)
  }
}
