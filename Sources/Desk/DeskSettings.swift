package import Store

/// How the queue of people wanted is run.
package struct DeskSettings: Sendable, Equatable {
  /// Where a conversation goes whose person says nothing.
  package enum ReturnTarget: String, Sendable, CaseIterable {
    /// The assistant goes on with it.
    case assistant
    /// It waits for another person.
    case queue
  }

  /// Whether offers are made. Without, people take from the queue by themselves. Default true.
  package var isAutomatic = true
  /// How long somebody has to take what they are offered. Default 30 s: long enough to see it, short for who waits.
  package var offer: Duration = .seconds(30)
  /// When everybody was asked, how long until the first of them is again. Default 30 s.
  package var pause: Duration = .seconds(30)
  /// A person whose customer has waited for them so long is reminded. Default 10 min.
  package var idle: Duration = .seconds(600)
  /// And so long after that they lose it. Default 2 min.
  package var idleGrace: Duration = .seconds(120)
  /// Where it goes then. Default the queue: the customer was promised a person.
  package var returnTo = ReturnTarget.queue
  /// How long somebody without a connection is still here. Default 30 s, in which a page is loaded again.
  package var absence: Duration = .seconds(30)
  /// How soon customers shall be helped.
  package var service = SLASettings()
  /// When people are there. Default always.
  package var hours = BusinessHours.always

  /// The defaults.
  package init() {}

  /// When the first reply is due to somebody who wants a person from `time` on; nil if nobody will be there for years.
  package func firstReplyDue(priority: Int, from time: Timestamp) -> Timestamp? {
    hours.time(after: service.times(priority: priority).firstReply, from: time)
  }
}
