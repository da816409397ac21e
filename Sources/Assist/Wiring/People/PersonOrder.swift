import Settings
import VoicePipeline

/// A wish to hand a caller to a person.
struct PersonOrder: Sendable {
  /// Whether a conversation could be claimed for a person.
  enum Claim: Sendable, Equatable {
    case claimed
    /// Someone else has it.
    case taken
    case failed
  }

  /// A SIP URI, or a number that goes over a trunk.
  var to: String
  var mode: TransferMode
  /// Fields for the INVITE that the person gets, and for a REFER: `X-…` alone.
  var headers: [(name: String, value: String)] = []
  /// Who calls, as the person is told; nil for the number of the call.
  var caller: String?
  /// Why, as the person is told.
  var reason = ""
  /// What has happened so far, as the person is told.
  var summary: [String] = []
  /// The person's language; nil for the assistant's.
  var language: String?
  /// How the person is rung.
  var settings = PersonCallSettings()
  /// What the assistant is told when it has the caller back.
  var note: (@Sendable () async -> String?)?
  /// Gives the conversation to the person, in one step that may be refused. Called once the person has pressed 1.
  var claim: @Sendable () async -> Claim = { .claimed }
  /// Takes back a claim that was not needed, or that is over: the assistant has the caller.
  var release: @Sendable () async -> Void = {}
  /// The person did not answer, or does not want the call: they never had the caller.
  var missed: @Sendable () async -> Void = {}
}

/// What happens in a hand-over, for those who watch.
enum TransferNotice: Sendable, Equatable {
  case started(to: String, mode: TransferMode)
  /// How ringing goes; a SIP status.
  case progress(status: Int)
  /// The person and the caller hear each other.
  case connected
  /// The last word. `outcome` in one or two words, e.g. `transferred`, `busy`, `declined`; `status` is a SIP status
  /// where there was one.
  case finished(succeeded: Bool, status: Int?, outcome: String)
}
