/// Someone of ours who may take over.
package struct Person: Sendable, Equatable {
  /// What someone may do.
  package enum Role: String, Sendable, CaseIterable {
    /// Their own work.
    case agent
    /// Also that of others.
    case supervisor
  }

  /// What they sign in with.
  package var username: String
  /// What others see.
  package var name: String
  /// Default agent.
  package var role: Role
  /// What they are asked for, in words of the configuration.
  package var skills: Set<String>
  /// Where to ring them.
  package var sip: String?
  /// How many conversations they have at a time, at most. Default 4; with 0 nothing is offered to them, and they may
  /// still take what they like.
  package var capacity: Int

  /// Someone.
  package init(
    username: String, name: String? = nil, role: Role = .agent, skills: Set<String> = [], sip: String? = nil,
    capacity: Int = 4
  ) {
    self.username = username
    self.name = name ?? username
    self.role = role
    self.skills = skills
    self.sip = sip
    self.capacity = capacity
  }
}

/// Whether someone can be asked.
package enum PersonStatus: String, Sendable, CaseIterable {
  /// They are asked.
  case online
  /// They are here and not at their place.
  case away
  /// They are here and want no more.
  case busy
  /// They are not here.
  case offline
}

/// Someone as others see them.
package struct PersonView: Sendable, Equatable {
  /// Who.
  package var person: Person
  /// Whether they can be asked.
  package var status: PersonStatus
  /// How many conversations they have.
  package var load: Int
  /// Whether they are on the telephone.
  package var isInCall: Bool

  /// Someone as they are.
  package init(person: Person, status: PersonStatus, load: Int, isInCall: Bool) {
    self.person = person
    self.status = status
    self.load = load
    self.isInCall = isInCall
  }
}
