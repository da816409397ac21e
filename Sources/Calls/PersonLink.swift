package import Store

/// What goes with a call to a person, so that their telephone or its server can show who it is about.
package struct PersonLink: Sendable {
  private let publicURL: String

  /// Links to the console at `publicURL`, e.g. `https://desk.example`.
  package init(publicURL: String) {
    self.publicURL = publicURL
  }

  /// Header fields of an INVITE or a REFER.
  package func fields(of wish: EscalationRecord) -> [(name: String, value: String)] {
    [("X-Assist-Escalation", wish.id), ("X-Assist-Link", "\(publicURL)/#/conversation/\(wish.conversation)")]
  }
}
