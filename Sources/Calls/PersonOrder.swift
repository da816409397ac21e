package import Settings
package import VoicePipeline

/// A wish to hand a caller to a person.
package struct PersonOrder: Sendable {
  /// Whether a conversation could be claimed for a person.
  package enum Claim: Sendable, Equatable {
    case claimed
    /// Someone else has it.
    case taken
    case failed
  }

  /// A SIP URI, or a number that goes over a trunk.
  package var to: String
  package var mode: TransferMode
  /// Fields for the INVITE that the person gets, and for a REFER: `X-…` alone.
  package var headers: [(name: String, value: String)] = []
  /// Who calls, as the person is told; nil for the number of the call.
  package var caller: String?
  /// Why, as the person is told.
  package var reason = ""
  /// What has happened so far, as the person is told.
  package var summary: [String] = []
  /// The person's language; nil for the assistant's.
  package var language: String?
  /// How the person is rung.
  package var settings = PersonCallSettings()
  /// What the assistant is told when it has the caller back.
  package var note: (@Sendable () async -> String?)?
  /// Gives the conversation to the person, in one step that may be refused. Called once the person has pressed 1.
  package var claim: @Sendable () async -> Claim = { .claimed }
  /// Takes back a claim that was not needed, or that is over: the assistant has the caller.
  package var release: @Sendable () async -> Void = {}
  /// The person did not answer, or does not want the call: they never had the caller.
  package var missed: @Sendable () async -> Void = {}

  /// A wish to hand a caller to whoever is at `to`; all else is as it mostly is.
  package init(to: String, mode: TransferMode) {
    self.to = to
    self.mode = mode
  }
}
