import JSON
import Testing

@testable import SocketIO

/// What is below the server, in virtual time.
struct SocketMachineTests {
  private let start = ContinuousClock.now

  private func connection() -> SocketConnection {
    SocketConnection(at: start, connectTimeout: .seconds(45), maximumNamespaces: 2)
  }

  private func text(_ text: String) -> EngineMessage { .text(Array(text.utf8)) }

  @Test("a client in no namespace is closed when its time is over, not a millisecond before")
  func connectTimeout() {
    var silent = connection()
    #expect(silent.nextDeadline == start + .seconds(45))
    #expect(silent.tick(at: start + .milliseconds(44_999)) == nil)
    #expect(silent.tick(at: start + .seconds(45)) == .close(.forcedClose))
    #expect(silent.nextDeadline == nil && silent.tick(at: start + .seconds(46)) == nil)
    #expect(silent.receive(text("0")) == nil)
  }

  @Test("coming in ends the wait for it; being refused or only asking does not")
  func connectTimeoutEnds() {
    var admitted = connection()
    #expect(admitted.receive(text("0")) == .connect(namespace: "/", auth: [:]))
    admitted.admitted(to: "/")
    #expect(admitted.tick(at: start + .seconds(100)) == nil)
    var refused = connection()
    _ = refused.receive(text("0/a"))
    refused.refused(from: "/a")
    #expect(refused.tick(at: start + .seconds(45)) == .close(.forcedClose))
    var asking = connection()
    _ = asking.receive(text("0/a"))
    #expect(asking.tick(at: start + .seconds(45)) == .close(.forcedClose))
  }

  @Test("a namespace that was left takes nothing more, and may be come back to; one too many closes")
  func namespaces() {
    var client = connection()
    for name in ["/", "/a"] {
      _ = client.receive(text("0\(name == "/" ? "" : name)"))
      client.admitted(to: name)
    }
    client.removed(from: "/a")
    #expect(client.receive(text("2/a,[\"late\"]")) == nil)
    #expect(
      client.receive(text("2[\"in time\",7]")) == .event(namespace: "/", name: "in time", arguments: [7], id: nil))
    #expect(client.receive(text("1")) == .disconnect(namespace: "/"))
    #expect(client.receive(text("0/a")) == .connect(namespace: "/a", auth: [:]))
    #expect(client.receive(text("0/b")) == .connect(namespace: "/b", auth: [:]))
    #expect(client.receive(text("0/c")) == .close(.parseError))
  }

  @Test("deadlines come out earliest first, and none before it is due")
  func deadlines() {
    var queue = DeadlineQueue<Int>()
    #expect(queue.next == nil && queue.popDue(at: start) == nil)
    // 37 and 101 have no divisor in common: each number once, in no order.
    for index in 0..<101 { queue.insert(index * 37 % 101, at: start + .milliseconds(index * 37 % 101)) }
    #expect(queue.next == start)
    #expect(queue.count == 101)
    for now in 0..<50 {
      #expect(queue.popDue(at: start + .milliseconds(now)) == now)
      #expect(queue.popDue(at: start + .milliseconds(now)) == nil)
    }
    var rest: [Int] = []
    while let element = queue.popDue(at: start + .seconds(1)) { rest.append(element) }
    #expect(rest == Array(50..<101))
  }

  @Test("an ack is taken once, by its own id, and the table has its bound")
  func ackTable() {
    var table = AckTable<String>()
    #expect(table.add("a") == 0)
    #expect(table.add("b") == 1)
    #expect(table.take(1) == "b")
    #expect(table.take(1) == nil)
    #expect(table.take(7) == nil)
    // The id of what was taken is not given out again.
    #expect(table.add("c") == 2)
    while table.add("more") != nil {}
    #expect(table.count == AckTable<String>.maximumPending)
    #expect(table.takeAll().count == AckTable<String>.maximumPending)
    #expect(table.count == 0 && table.take(0) == nil)
  }

  @Test("an event finds each member once, whatever rooms it is for, and nobody who is in one that is left out")
  func rooms() {
    var index = RoomIndex()
    for (member, rooms) in [(1, ["a", "b"]), (2, ["b"]), (3, ["c"])] {
      for room in rooms { index.join(member, room) }
    }
    let found = { (index: RoomIndex, included: [String], excluded: [String]) in
      var members: [Int] = []
      index.forEach(in: included, except: excluded) { members.append($0) }
      return members.sorted()
    }
    #expect(found(index, [], []) == [1, 2, 3])
    #expect(found(index, [], ["a"]) == [2, 3])
    #expect(found(index, ["a", "b"], []) == [1, 2])
    #expect(found(index, ["b", "b", "c"], ["a"]) == [2, 3])
    #expect(found(index, ["b"], ["a", "b"]) == [])
    #expect(found(index, ["nowhere"], []) == [])
    index.leave(1, "b")
    index.leave(1, "never joined")
    #expect(found(index, ["b"], []) == [2])
    #expect(index.remove(1) == ["a"])
    #expect(index.remove(1) == [])
    #expect(index.members(of: "a").isEmpty && index.rooms(of: 1).isEmpty)
    #expect(found(index, [], []) == [2, 3])
  }

  @Test(
    "packets are read",
    arguments: [
      ("0", SocketPacket(kind: .connect)),
      ("0{\"t\":1}", SocketPacket(kind: .connect, data: ["t": 1])),
      ("0/a", SocketPacket(kind: .connect, namespace: "/a")),
      ("0/a,{}", SocketPacket(kind: .connect, namespace: "/a", data: [:])),
      ("1/a,", SocketPacket(kind: .disconnect, namespace: "/a")),
      ("2[\"e\"]", SocketPacket(kind: .event, data: ["e"])),
      ("2[7,null]", SocketPacket(kind: .event, data: [7, nil])),
      ("2/a?b=c,12[\"e\",{}]", SocketPacket(kind: .event, namespace: "/a?b=c", id: 12, data: ["e", [:]])),
      ("2999999999999999[\"e\"]", SocketPacket(kind: .event, id: 999_999_999_999_999, data: ["e"])),
      ("30[]", SocketPacket(kind: .ack, id: 0, data: [])),
      ("50-[\"e\"]", SocketPacket(kind: .event, data: ["e"])),
    ])
  func reads(packet: String, expected: SocketPacket) throws {
    var decoder = PacketDecoder()
    #expect(try decoder.decode(text(packet)) == expected)
    #expect(throws: PacketError.binaryWithoutHeader) { try decoder.decode(.binary([1])) }
  }

  @Test("attachments fill their places, whatever order those have")
  func attachments() throws {
    var decoder = PacketDecoder()
    let head = "52-/a,3[\"e\",{\"x\":{\"_placeholder\":true,\"num\":1}},{\"_placeholder\":true,\"num\":0}]"
    #expect(try decoder.decode(text(head)) == nil)
    #expect(try decoder.decode(.binary([1])) == nil)
    let packet = try decoder.decode(.binary([2, 2]))
    #expect(packet?.namespace == "/a" && packet?.id == 3)
    #expect(packet?.data == ["e", ["x": .binary([2, 2])], .binary([1])])
    #expect(try decoder.decode(text(head)) == nil)
    #expect(throws: PacketError.textBetweenAttachments) { try decoder.decode(text("0")) }
  }

  @Test(
    "what is no packet is refused, and it is said why",
    arguments: [
      ("", PacketError.unknownType), ("7", .unknownType), ("a", .unknownType), ("4{}", .unknownType),
      ("5[\"e\"]", .illegalAttachments), ("5-[\"e\"]", .illegalAttachments), ("51[\"e\"]", .illegalAttachments),
      ("511-[\"e\"]", .tooManyAttachments), ("51234567890123456-[\"e\"]", .illegalAttachments),
      ("50-[\"e\",{\"_placeholder\":true,\"num\":0}]", .illegalAttachments),
      ("0/" + String(repeating: "n", count: 256), .illegalNamespace),
      ("21234567890123456[\"e\"]", .illegalID), ("3[1]", .illegalID),
      ("2", .illegalPayload), ("2{}", .illegalPayload), ("2[]", .illegalPayload), ("2[null]", .illegalPayload),
      ("2[[\"e\"]]", .illegalPayload), ("2abc[\"e\"]", .illegalPayload), ("2[\"e\"", .illegalPayload),
      ("2[\"connect\"]", .illegalPayload), ("2[\"connect_error\"]", .illegalPayload),
      ("2[\"disconnect\"]", .illegalPayload), ("2[\"disconnecting\"]", .illegalPayload),
      ("2[\"newListener\"]", .illegalPayload), ("2[\"removeListener\"]", .illegalPayload),
      ("0[]", .illegalPayload), ("0\"x\"", .illegalPayload), ("1{}", .illegalPayload), ("31{}", .illegalPayload),
    ])
  func refuses(packet: String, error: PacketError) {
    var decoder = PacketDecoder()
    #expect(throws: error) { try decoder.decode(text(packet)) }
  }

  @Test("an attachment that no place asks for, or a place without one, is refused", arguments: [1, 7])
  func wrongPlace(number: Int) throws {
    var decoder = PacketDecoder()
    #expect(try decoder.decode(text("51-[\"e\",{\"_placeholder\":true,\"num\":\(number)}]")) == nil)
    #expect(throws: PacketError.illegalAttachments) { try decoder.decode(.binary([1])) }
  }

  @Test("what a client missed comes in order and once, from all its rooms and from what was for all")
  func missed() throws {
    var log = RecoveryLog(duration: .seconds(120), maximumBytes: 1 << 20, maximumLost: 10)
    let packets = (0..<200).map { EncodedPacket.message(.text(Array("\($0)".utf8))) }
    let rooms: [[String]] = [["a"], ["b"], ["c"], ["a", "b"], [], ["b", "b"]]
    var offsets: [String] = []
    for (index, packet) in packets.enumerated() {
      offsets.append(log.nextOffset)
      let except = index % 7 == 0 ? ["b"] : []
      log.append(packet, rooms: rooms[index % 6], except: except, at: start + .seconds(index))
    }
    // The first 79 are older than two minutes by now; entry 99 has been read.
    let now = start + .seconds(199)
    log.save(RecoveryLog.Lost(sid: "s", rooms: ["a", "b"], since: 0), pid: "p", at: now)
    let restored = log.restore(pid: "p", offset: offsets[99], at: now)
    let expected = packets.indices.filter { $0 > 99 && $0 % 6 != 2 && $0 % 7 != 0 }.map { packets[$0] }
    #expect(try #require(restored).missed == expected)
    log.save(RecoveryLog.Lost(sid: "s", rooms: ["a"], since: 0), pid: "p", at: now)
    #expect(log.restore(pid: "p", offset: offsets[40], at: now) == nil)
  }

  @Test("positions are forgotten from the front and found behind any other")
  func positions() {
    var queue = PositionQueue()
    for position in 1...500 { queue.append(UInt64(position * 2)) }
    for gone in 0..<500 {
      #expect(queue.behind(0).first == UInt64(gone * 2 + 2))
      #expect(queue.behind(999) == [1000])
      #expect(queue.behind(1000).isEmpty)
      queue.removeFirst()
    }
    queue.removeFirst()
    #expect(queue.isEmpty && queue.behind(0).isEmpty)
  }
}
