package import Store

/// Something changed at the desk.
package enum DeskEvent: Sendable, Equatable {
  /// Why an offer ended without a claim.
  package enum OfferEnd: String, Sendable {
    /// Its time was up.
    case lapsed
    /// Who was asked said no.
    case declined
    /// Who was asked is not online any more.
    case gone
    /// Somebody else took it.
    case taken
  }

  /// Why a person has it no more.
  package enum ReleaseReason: String, Sendable {
    /// They gave it back.
    case released
    /// They let the customer wait.
    case idle
  }

  /// A place in the queue.
  package struct Place: Sendable, Equatable {
    /// Of what.
    package var escalation: String
    /// In which conversation.
    package var conversation: String
    /// Where it is, and how long it may take.
    package var place: QueueEstimate.Place
  }

  /// A conversation has another owner.
  case ownerChanged(ConversationRecord)
  /// It is offered to somebody (`offeredTo`) until a time (`offerEndsAt`).
  case offered(EscalationRecord)
  /// The offer ended; it waits again.
  case offerExpired(EscalationRecord, person: String, OfferEnd)
  /// Somebody (`person`) has taken it, maybe from somebody else.
  case claimed(EscalationRecord, from: String?)
  /// A person has it no more; it is the assistant's, or waits again.
  case released(EscalationRecord, person: String, to: DeskSettings.ReturnTarget, ReleaseReason)
  /// It is done.
  case resolved(EscalationRecord)
  /// A deadline passed.
  case overdue(EscalationRecord, ServiceLevel.Target)
  /// Nobody is there: the customer is called back at a time (`callbackAt`), unless somebody takes it before.
  case callbackScheduled(EscalationRecord)
  /// The time of a call back has come; it waits.
  case callbackDue(EscalationRecord)
  /// A customer waits for long for whoever has taken it, who loses it at a time.
  case reminded(EscalationRecord, person: String, losesAt: Timestamp)
  /// Someone came, went, or has more or less to do.
  case presenceChanged([PersonView])
  /// Places in the queue are others now. All of them, the first first.
  case queueChanged([Place])
}
