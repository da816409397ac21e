/// How the stand-in for the Cloud API misbehaves on one request.
public enum CloudFault: Sendable, Equatable {
  /// Refuses it with this code and the status that goes with the code.
  case error(Int)
  /// Answers with this HTTP status and a body that is no JSON, as a load balancer would.
  case status(Int)
  /// Hangs up and has not looked at the request.
  case hangsUp
  /// Does what was asked, then hangs up instead of answering.
  case losesResponse
  /// Waits, then does what was asked.
  case delay(Duration)
  /// Does what was asked, lets statuses go out, and answers after that pause.
  case answersLate(Duration)
  /// Neither looks at the request nor answers.
  case neverAnswers
  /// Accepts the message; a `failed` status with this code comes later. Only for messages.
  case failsLater(Int)
}

/// Requests of a kind, for faults.
public enum CloudEndpoint: Sendable, Equatable, CaseIterable {
  /// Sending a message.
  case messages
  /// Marking as read, with or without typing.
  case read
  /// Uploading a medium.
  case upload
  /// Asking for a medium's URL.
  case mediaInfo
  /// Fetching a medium's bytes.
  case download
  /// Deleting a medium.
  case deletion
}
