import Audio
import Testing

extension EndToEnd {
  @Suite("SIP, message by message", .serialized) struct Signalling {
    @Test(
      "100, 180 and 200 echo Via and Record-Route, and the 200 comes again until the ACK",
      arguments: [
        SIPPeer.Transport.udp, .tcp,
      ])
    func answer(transport: SIPPeer.Transport) async throws {
      try await Server.run { server in
        let peer = try SIPPeer(transport, of: server)
        let media = try RTPPeer()
        let call = SIPDialog(peer, to: server.uri("desk"))
        let route = "<sip:127.0.0.1:\(peer.port);transport=\(transport.rawValue);lr>"
        let invite = call.request(
          "INVITE", body: call.sdp(port: media.port),
          [("Record-Route", route), ("Record-Route", "<sip:far.example;lr>")])
        peer.send(invite)
        let answer = try await peer.response(to: invite)
        #expect(answer.status == 200)
        #expect(answer.all("Record-Route") == [route, "<sip:far.example;lr>"])
        #expect(answer["Via"]?.contains("rport=\(peer.port)") == true)
        #expect(answer["Via"]?.hasPrefix(invite["Via"]?.replacing(";rport", with: "") ?? "?") == true)
        let statuses = peer.history.compactMap { $0.message.status }
        #expect(statuses.contains(180))
        #expect(peer.history.filter { $0.message.status == 180 }.allSatisfy { $0.message.toTag == answer.toTag })
        // Nothing is acknowledged for a while: the 200 comes again after 500 ms and after another second.
        for _ in 0..<2 {
          let again = try await peer.response(to: invite, within: .seconds(3))
          #expect(again.description == answer.description)
        }
        call.acknowledge(answer)
        let late = try await peer.collect(for: .seconds(4))
        #expect(!late.contains { $0.status == 200 }, "a 200 after the ACK")
        let bye = call.request("BYE", [("Route", route), ("Route", "<sip:far.example;lr>")])
        peer.send(bye)
        #expect(try await peer.response(to: bye).status == 200)
        try await server.waitUntilIdle()
      }
    }

    @Test("OPTIONS is answered; an unknown dialog, extension and CANCEL are refused as they should be")
    func optionsAndUnknown() async throws {
      try await Server.run { server in
        let peer = try SIPPeer(of: server)
        let answer = try await peer.ping()
        #expect(answer.status == 200)
        for method in ["INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "NOTIFY", "INFO"] {
          #expect(answer["Allow"]?.contains(method) == true, "no \(method) in Allow: \(answer["Allow"] ?? "")")
        }
        // A dialog that there is not.
        let call = SIPDialog(peer, to: server.uri("echo"))
        let bye = SIPMessage(
          "BYE \(server.uri("echo")) SIP/2.0",
          call.request("BYE").fields.map { ($0.name, $0.name == "To" ? $0.value + ";tag=none" : $0.value) })
        peer.send(bye)
        #expect(try await peer.response(to: bye).status == 481)
        // An extension that nobody knows.
        let invite = call.request("INVITE", body: call.sdp(port: 9), [("Require", "flying-carpet")])
        peer.send(invite)
        let refusal = try await peer.response(to: invite)
        #expect(refusal.status == 420)
        #expect(refusal["Unsupported"] == "flying-carpet")
        peer.send(try call.ofInvite("ACK", to: refusal))
        // A CANCEL of nothing.
        var cancel = peer.options()
        cancel.startLine = cancel.startLine.replacing("OPTIONS", with: "CANCEL")
        cancel.fields = cancel.fields.map { ($0.name, $0.name == "CSeq" ? "1 CANCEL" : $0.value) }
        peer.send(cancel)
        #expect(try await peer.response(to: cancel).status == 481)
      }
    }

    @Test("a lower CSeq gets 500, a retransmission its old answer, and the call goes on")
    func sequence() async throws {
      try await Server.run { server in
        let peer = try SIPPeer(of: server)
        let media = try RTPPeer()
        let call = SIPDialog(peer, to: server.uri("echo"))
        try await call.establish(media)
        let first = call.request("OPTIONS")
        peer.send(first)
        let answer = try await peer.response(to: first)
        #expect(answer.status == 200)
        peer.send(first)
        #expect(try await peer.response(to: first).description == answer.description)
        _ = call.request("OPTIONS")
        let old = call.request("OPTIONS", sequence: 1)
        peer.send(old)
        #expect(try await peer.response(to: old).status == 500)
        #expect(try await call.hangUp().status == 200)
        #expect(try await call.hangUp().status == 481)
      }
    }

    @Test("CANCEL while it rings: 200 to it, 487 to the INVITE", arguments: [SIPPeer.Transport.udp, .tcp])
    func cancel(transport: SIPPeer.Transport) async throws {
      try await Server.run { server in
        let peer = try SIPPeer(transport, of: server)
        let media = try RTPPeer()
        // The answer may be faster than the CANCEL: then the next call is tried.
        for _ in 0..<20 {
          let call = SIPDialog(peer, to: server.uri("desk"))
          let invite = call.request("INVITE", body: call.sdp(port: media.port))
          let cancel = try call.ofInvite("CANCEL")
          if transport == .tcp {
            peer.send(invite.bytes + cancel.bytes)
          } else {
            peer.send(invite)
            peer.send(cancel)
          }
          #expect(try await peer.response(to: cancel).status == 200)
          let final = try await peer.response(to: invite)
          guard final.status == 200 else {
            #expect(final.status == 487)
            #expect(final.toTag != nil)
            peer.send(try call.ofInvite("ACK", to: final))
            let more = try await peer.collect(for: .milliseconds(700)).compactMap { $0.status }
            #expect(!more.contains { $0 >= 200 }, "\(more) after the ACK")
            return try await server.waitUntilIdle()
          }
          call.acknowledge(final)
          try await call.hangUp()
        }
        Issue.record("the CANCEL never came in time")
      }
    }

    @Test("CANCEL that crosses the 200 changes nothing: the call stands until the BYE")
    func cancelCrosses() async throws {
      try await Server.run { server in
        let peer = try SIPPeer(of: server)
        let media = try RTPPeer()
        let call = SIPDialog(peer, to: server.uri("echo"))
        let invite = call.request("INVITE", body: call.sdp(port: media.port))
        peer.send(invite)
        let answer = try await peer.response(to: invite)
        let cancel = try call.ofInvite("CANCEL")
        peer.send(cancel)
        #expect(try await peer.response(to: cancel).status == 200)
        call.acknowledge(answer)
        try media.follow(answer)
        media.send(.tone(hertz: 600))
        try await Task.sleep(for: .seconds(1))
        #expect(media.count > 25)
        #expect(try await call.hangUp().status == 200)
        #expect(!peer.history.contains { $0.message.status == 487 })
        try await server.waitUntilIdle()
      }
    }

    @Test("hold in each of its forms, and resume, are answered from the offer")
    func hold() async throws {
      try await Server.run { server in
        let peer = try SIPPeer(of: server)
        let media = try RTPPeer()
        let call = SIPDialog(peer, to: server.uri("echo"))
        try await call.establish(media)
        media.send(.tone(hertz: 500))
        try await Task.sleep(for: .milliseconds(500))
        let holds = [
          ("sendonly", "127.0.0.1", ["recvonly"]), ("inactive", "127.0.0.1", ["inactive"]),
          ("sendrecv", "0.0.0.0", ["recvonly", "inactive", "sendrecv"]),
        ]
        for (direction, address, answers) in holds {
          let held = try await call.reinvite(
            body: call.sdp(port: media.port, direction: direction, address: address))
          #expect(held.status == 200)
          #expect(answers.contains(held.direction), "\(direction) \(address) got \(held.direction)")
          try await Task.sleep(for: .milliseconds(300))
          let count = media.count
          try await Task.sleep(for: .milliseconds(600))
          #expect(media.count - count <= 1, "\(media.count - count) packets while on hold by \(direction) \(address)")
          let resumed = try await call.reinvite(body: call.sdp(port: media.port))
          #expect(resumed.status == 200)
          #expect(resumed.direction == "sendrecv")
          let before = media.count
          try await eventually("RTP after the resume") { media.count > before + 20 }
        }
        // One owner of SSRC and sequence numbers over all of it.
        let packets = media.packets
        #expect(Set(packets.map { $0.source }).count == 1)
        #expect(zip(packets, packets.dropFirst()).allSatisfy { $1.sequence == $0.sequence &+ 1 })
        try await call.hangUp()
      }
    }

    @Test("a re-INVITE moves the call to another codec and another port")
    func otherCodec() async throws {
      try await Server.run { server in
        let peer = try SIPPeer(of: server)
        let media = try RTPPeer()
        let call = SIPDialog(peer, to: server.uri("echo"))
        let first = try await call.establish(media, payloadTypes: [0, 101])
        #expect(first.payloadType == 0)
        media.send(.tone(hertz: 500))
        try await eventually("µ-law") { media.packets.contains { $0.payloadType == 0 } }
        media.stop()
        let other = try RTPPeer()
        let second = try await call.reinvite(body: call.sdp(port: other.port, payloadTypes: [8, 101]))
        #expect(second.payloadType == 8)
        #expect(second.sdp("o=") != first.sdp("o="), "the session version must grow")
        try other.follow(second)
        other.send(.tone(hertz: 700))
        try await Task.sleep(for: .seconds(2))
        let packets = other.packets
        #expect(packets.count > 50)
        #expect(packets.suffix(40).allSatisfy { $0.payloadType == 8 })
        #expect(Sounds.best(of: 700, in: other.sound(skipping: 30)) > 0.9)
        try await call.hangUp()
      }
    }

    @Test("a re-INVITE that can't be met gets 488 and leaves the call as it was")
    func impossibleCodec() async throws {
      try await Server.run { server in
        let peer = try SIPPeer(of: server)
        let media = try RTPPeer()
        let call = SIPDialog(peer, to: server.uri("echo"))
        try await call.establish(media)
        media.send(.tone(hertz: 500))
        let body = call.sdp(port: media.port, payloadTypes: [97]).replacing(
          "a=ptime", with: "a=rtpmap:97 speex/8000\r\na=ptime")
        #expect(try await call.reinvite(body: body).status == 488)
        let count = media.count
        try await eventually("RTP after the refusal") { media.count > count + 20 }
        #expect(try await call.hangUp().status == 200)
        let fresh = SIPDialog(peer, to: server.uri("echo"))
        let invite = fresh.request("INVITE", body: body)
        peer.send(invite)
        let refusal = try await peer.response(to: invite)
        #expect(refusal.status == 488)
        peer.send(try fresh.ofInvite("ACK", to: refusal))
      }
    }

    @Test("an INVITE without an offer gets one, and the ACK's answer sets the media up")
    func lateOffer() async throws {
      try await Server.run { server in
        let peer = try SIPPeer(of: server)
        let media = try RTPPeer()
        let call = SIPDialog(peer, to: server.uri("echo"))
        let invite = call.request("INVITE")
        peer.send(invite)
        let offer = try await peer.response(to: invite)
        #expect(offer.status == 200)
        #expect(offer.mediaPort != nil)
        try media.follow(offer)
        media.send(.tone(hertz: 500))
        call.acknowledge(offer, body: call.sdp(port: media.port, payloadTypes: [offer.payloadType ?? 8, 101]))
        try await eventually("the echo") { Sounds.best(of: 500, in: media.sound()) > 0.9 }
        #expect(try await call.hangUp().status == 200)
      }
    }

    @Test("a late offer that the ACK does not answer ends the call with a BYE")
    func lateOfferWithoutAnswer() async throws {
      try await Server.run { server in
        let peer = try SIPPeer(of: server)
        let call = SIPDialog(peer, to: server.uri("echo"))
        let invite = call.request("INVITE")
        peer.send(invite)
        call.acknowledge(try await peer.response(to: invite))
        let bye = try await peer.request("BYE")
        peer.respond(200, "OK", to: bye)
        try await server.waitUntilIdle()
      }
    }
  }
}
