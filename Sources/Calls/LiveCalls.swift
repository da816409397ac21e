package import RTPEngine
package import Settings
package import SIPStack
package import Store

/// The calls that are going on, for those who are not on the line: the API, people at the console, the desk.
///
/// A call is named by the id of its record. Whatever is asked of one that is over, or never was, is `noCall`.
package protocol LiveCalls: AnyObject, Sendable {
  /// All of them, as they stand.
  var records: [CallRecord] { get }
  /// One of them, as it stands.
  func record(_ id: String) -> CallRecord?
  /// The call that is a part of a conversation; of several the latest.
  func call(of conversation: String) -> CallRecord?

  /// Places a call on which an assistant speaks once it is answered. Returns as soon as the INVITE has left.
  func place(_ order: CallOrder) async throws(CallOrderError) -> CallRecord
  /// Answers a call that rings until the API decides: 180 rings (again), 183 with early media, 200 takes it.
  func answer(_ id: String, status: Int) async throws(CallControlError)
  /// Refuses a call that rings until the API decides, with a status of 300 to 699.
  func reject(_ id: String, status: Int) async throws(CallControlError)
  /// Hangs up; `why` is what the records and the peer are told.
  func hangUp(_ id: String, why: String) throws(CallControlError)
  /// Puts the far end on hold, so that it may hear us and is not heard, or takes it back.
  func hold(_ id: String, _ isHeld: Bool) async throws(CallControlError)
  /// Offers the session anew, by re-INVITE or UPDATE, with `codecs`, by name and in order of preference, or with those of
  /// before.
  func renegotiate(_ id: String, method: SessionChangeMethod, codecs: [String]?) async throws(CallControlError)
  /// Sends digits: `0`–`9`, `*`, `#`, `A`–`D`, at most 32.
  func sendDTMF(_ id: String, digits: String, via path: DigitPath) async throws(CallControlError)
  /// Speaks a text: in the voice of the call's assistant, as a person's word while a person has the caller.
  func say(_ id: String, _ text: String) async throws(CallControlError)
  /// Tells the call's assistant something that the caller does not hear.
  func coach(_ id: String, _ text: String) async throws(CallControlError)
  /// A person has the caller: what is said for a person is theirs from now on.
  func taken(_ id: String, by person: String) throws(CallControlError)
  /// A person has the caller, though not on a telephone: the assistant falls silent and goes on listening.
  func suspendAssistant(_ id: String) async throws(CallControlError)
  /// The assistant has the caller back: from a person who writes, or from one who is bridged to them.
  func resumeAssistant(_ id: String, note: String?) async throws(CallControlError)
  /// Hands the caller to someone else. Returns when that has begun; how it goes comes as notices of the call
  /// (`CallNotice.Kind.transfer`), of which `finished` is the last.
  func transfer(_ id: String, _ order: PersonOrder) async throws(CallControlError)
  /// Takes a hand-over back: the person is rung no more, or the caller goes back to the assistant.
  func withdrawTransfer(_ id: String) throws(CallControlError)
  /// Both directions of a call, from now to its end or until the reader lets go.
  func listen(_ id: String) throws(CallControlError) -> AsyncStream<TapFrame>
}
