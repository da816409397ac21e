package import Store

/// Who is offered what. A pure function of who waits, who is here and who was asked.
///
/// The most urgent first, then who waits longest. Each goes to someone who is online, has room and all the skills that
/// are wanted, and of those to whoever was given something longest ago. Nobody has more than one open offer, and who has
/// declined one or let it lapse is not asked again for the same while there is somebody who was not.
package struct AssignmentPolicy: Sendable, Equatable {
  /// A wish for a person that nobody has been offered.
  package struct Waiting: Sendable, Equatable {
    /// The escalation.
    package var id: String
    /// From 1, the most urgent.
    package var priority: Int
    /// Since when.
    package var createdAt: Timestamp
    /// What the person has to know.
    package var skills: Set<String>
    /// Whether the customer is on the telephone.
    package var isCall: Bool

    /// A wish.
    package init(id: String, priority: Int, createdAt: Timestamp, skills: Set<String> = [], isCall: Bool = false) {
      self.id = id
      self.priority = priority
      self.createdAt = createdAt
      self.skills = skills
      self.isCall = isCall
    }

    /// Whether it comes before `other`.
    package func comesBefore(_ other: Waiting) -> Bool {
      (priority, createdAt.milliseconds, id) < (other.priority, other.createdAt.milliseconds, other.id)
    }
  }

  /// Someone who may be asked.
  package struct Candidate: Sendable, Equatable {
    /// Who.
    package var username: String
    /// Whether they can be.
    package var status: PersonStatus
    /// How many conversations they have.
    package var load: Int
    /// How many they have at most.
    package var capacity: Int
    /// What they know.
    package var skills: Set<String>
    /// When they were last given something.
    package var lastAssignedAt: Timestamp?
    /// Whether something is offered to them.
    package var hasOffer: Bool
    /// Whether they are on the telephone.
    package var isInCall: Bool

    /// Someone.
    package init(
      username: String, status: PersonStatus = .online, load: Int = 0, capacity: Int = 4, skills: Set<String> = [],
      lastAssignedAt: Timestamp? = nil, hasOffer: Bool = false, isInCall: Bool = false
    ) {
      self.username = username
      self.status = status
      self.load = load
      self.capacity = capacity
      self.skills = skills
      self.lastAssignedAt = lastAssignedAt
      self.hasOffer = hasOffer
      self.isInCall = isInCall
    }
  }

  /// One to be made.
  package struct Offer: Sendable, Equatable {
    /// What.
    package var escalation: String
    /// To whom.
    package var person: String

    /// An offer.
    package init(escalation: String, person: String) {
      self.escalation = escalation
      self.person = person
    }
  }

  /// Skills that somebody is configured with. One that nobody has keeps nothing from being offered: better to somebody
  /// who knows less than to nobody.
  package var knownSkills: Set<String>
  /// When everybody was asked, how long until the first of them is again. Without it the only one who is here would be
  /// asked without end.
  package var pause: Duration

  /// A policy.
  package init(knownSkills: Set<String>, pause: Duration = .seconds(30)) {
    self.knownSkills = knownSkills
    self.pause = pause
  }

  /// The offers to make now, in the order of the queue.
  ///
  /// - Parameter asked: of each escalation, who was asked and when it ended without a claim.
  package func offers(
    waiting: [Waiting], candidates: [Candidate], asked: [String: [String: Timestamp]], at now: Timestamp
  ) -> [Offer] {
    var free = candidates.filter { hasRoom($0) }
    var offers: [Offer] = []
    for wish in waiting.sorted(by: { $0.comesBefore($1) }) {
      if free.isEmpty { break }
      let suitable = free.filter { suits($0, wish) }
      guard let person = choice(of: suitable, asked: asked[wish.id] ?? [:], at: now) else { continue }
      offers.append(Offer(escalation: wish.id, person: person))
      free.removeAll { $0.username == person }
    }
    return offers
  }

  /// When somebody could be asked again for something that waits, if nothing else happens before.
  package func nextRound(
    waiting: [Waiting], candidates: [Candidate], asked: [String: [String: Timestamp]], after now: Timestamp
  ) -> Timestamp? {
    let free = candidates.filter { hasRoom($0) }
    return waiting.flatMap { wish in
      let asked = asked[wish.id] ?? [:]
      return free.filter { suits($0, wish) }.compactMap { asked[$0.username]?.advanced(by: pause) }
    }
    .filter { $0 > now }.min()
  }

  /// Whether something may be offered to `candidate` at all.
  package func hasRoom(_ candidate: Candidate) -> Bool {
    candidate.status == .online && !candidate.hasOffer && candidate.load < candidate.capacity
  }

  /// Whether `candidate` can do what `wish` wants.
  package func suits(_ candidate: Candidate, _ wish: Waiting) -> Bool {
    wish.skills.intersection(knownSkills).isSubset(of: candidate.skills) && !(wish.isCall && candidate.isInCall)
  }

  private func choice(of suitable: [Candidate], asked: [String: Timestamp], at now: Timestamp) -> String? {
    let idle = suitable.sorted { left, right in
      (left.lastAssignedAt?.milliseconds ?? .min, left.load, left.username)
        < (right.lastAssignedAt?.milliseconds ?? .min, right.load, right.username)
    }
    if let fresh = idle.first(where: { asked[$0.username] == nil }) { return fresh.username }
    // Everybody was: the next round begins with whoever was asked first.
    let again = idle.filter { (asked[$0.username]?.advanced(by: pause) ?? now) <= now }
    return again.min { (asked[$0.username] ?? now) < (asked[$1.username] ?? now) }?.username
  }
}
