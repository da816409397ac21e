import Audio

/// A peer in a call with the assistant.
struct Line {
  let peer: SIPPeer
  let media: RTPPeer
  let call: SIPDialog

  /// Dials the assistant of `server`, and shows `user`.
  init(_ server: Server, _ transport: SIPPeer.Transport = .udp, as user: String = "peer") async throws {
    peer = try SIPPeer(transport, of: server)
    media = try RTPPeer()
    call = SIPDialog(peer, to: server.uri("desk"), as: user)
    try await call.establish(media)
    media.send(.silence)
  }

  /// Waits until the greeting has begun and ended.
  func hearGreeting() async throws {
    _ = try await media.audible()
    try await media.quiet(for: .milliseconds(700))
  }

  /// Reports how the transfer goes, as RFC 3515 has it.
  func notify(_ line: String, state: String, refer: SIPMessage) async throws {
    var request = call.request(
      "NOTIFY",
      [
        ("Event", "refer;id=\(refer.sequence)"), ("Subscription-State", state),
        ("Content-Type", "message/sipfrag;version=2.0"),
      ])
    request.body = line + "\r\n"
    peer.send(request)
    let answer = try await peer.response(to: request)
    guard answer.status == 200 else { throw Trouble("NOTIFY got \(answer.startLine)") }
  }
}

extension Assistants {
  /// One whose dialogue takes four digits: 1234 transfers, 9999 hangs up, others are said back.
  static func byDigits(target: String = "sip:anna@127.0.0.1:5999") -> String {
    """
      desk:
        language: en-US
        greeting: "Your number please."
        escalation: {target: "\(target)", ringing: 8s}
        turn: {digit_pause: 500ms}
        tts: {provider: espeak, words_per_minute: 280}
        llm:
          provider: scripted
          dialogue:
            start: account
            slots:
              account: {type: digits, length: 4}
            states:
              account:
                expect:
                  - phrases: ["[my account number is] {account}"]
                    cases:
                      - {when: {account: "1234"}, transfer: the account of someone special}
                      - {when: {account: "9999"}, say: "Goodbye.", hangup: true}
                    say: "Your number is {account}."
            fallback: {say: "Sorry, once more please."}
    """
  }
}
