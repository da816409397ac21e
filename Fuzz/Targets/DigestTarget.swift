import SIPStack

extension FuzzTarget {
  /// Challenges and credentials mean the same when they are written and read again; no credentials that are made up are
  /// accepted, and every challenge that can be answered is answered in a form that can be read.
  static let digest = FuzzTarget("digest") { bytes throws(Finding) in
    // No field of a message has a line end or a zero in it.
    guard !bytes.contains(where: { [0, 0x0A, 0x0D].contains($0) }) else { return }
    let text = String(decoding: bytes, as: UTF8.self)
    if let challenge = DigestChallenge(text) {
      // Written out, the algorithm is named whether or not it was.
      var named = challenge
      named.namesAlgorithm = true
      try expect(DigestChallenge(challenge.description) == named, "another challenge: \(challenge)")
      var client = DigestClient(username: "ana", password: "secret")
      if client.take([challenge]), let uri = URI("sip:desk@voice.example") {
        guard let credentials = client.credentials(method: .register, uri: uri, clientNonce: "c") else {
          throw Finding("a challenge that was taken and not answered: \(challenge)")
        }
        try expect(DigestCredentials(credentials.description) == credentials, "other credentials: \(credentials)")
      }
    }
    if let credentials = DigestCredentials(text) {
      // We write no other quality, and take none.
      if credentials.quality == nil || credentials.quality == "auth" {
        try expect(DigestCredentials(credentials.description) == credentials, "other credentials: \(credentials)")
      }
      let now = ContinuousClock.now
      var server = DigestServer(realm: "assist", secret: Array(repeating: 7, count: 16), epoch: now)
      let verdict = server.verify(credentials, method: .invite, at: now) { $0 == "ana" ? "secret" : nil }
      if case .accepted = verdict { throw Finding("credentials that were made up are accepted: \(credentials)") }
    }
  }
}
