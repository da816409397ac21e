/// Who is in which room of a namespace.
struct RoomIndex {
  typealias Member = Int

  private var members: [String: Set<Member>] = [:]
  private var rooms: [Member: Set<String>] = [:]

  mutating func join(_ member: Member, _ room: String) {
    members[room, default: []].insert(member)
    rooms[member, default: []].insert(room)
  }

  mutating func leave(_ member: Member, _ room: String) {
    members[room]?.remove(member)
    if members[room]?.isEmpty == true { members[room] = nil }
    rooms[member]?.remove(room)
  }

  /// Takes a member out of everything and returns where it was.
  mutating func remove(_ member: Member) -> Set<String> {
    let left = rooms.removeValue(forKey: member) ?? []
    for room in left {
      members[room]?.remove(member)
      if members[room]?.isEmpty == true { members[room] = nil }
    }
    return left
  }

  func rooms(of member: Member) -> Set<String> { rooms[member] ?? [] }
  func members(of room: String) -> Set<Member> { members[room] ?? [] }
  var all: Dictionary<Member, Set<String>>.Keys { rooms.keys }

  /// Runs `body` once for each member that is in any of `included` (all, if there is none) and in none of `excluded`.
  func forEach(in included: [String], except excluded: [String], _ body: (Member) -> Void) {
    let isExcluded = { (member: Member) in excluded.contains { members[$0]?.contains(member) == true } }
    switch included.count {
    case 0:
      for member in rooms.keys where excluded.isEmpty || !isExcluded(member) { body(member) }
    case 1:
      for member in members[included[0]] ?? [] where excluded.isEmpty || !isExcluded(member) { body(member) }
    default:
      var seen: Set<Member> = []
      for room in included {
        for member in members[room] ?? [] where seen.insert(member).inserted && !isExcluded(member) { body(member) }
      }
    }
  }
}
