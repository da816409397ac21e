import Glibc
import Testing
import TestSupport

@testable import SocketIO

/// The machines in virtual time.
struct EngineSessionTests {
  private let start = ContinuousClock.now
  private let settings = EngineSession.Settings(
    pingInterval: .milliseconds(300), pingTimeout: .milliseconds(200), upgradeTimeout: .seconds(10),
    maximumQueuedBytes: 1000)

  @Test("a ping is due at the interval, and the session over at interval and time-out, to the millisecond")
  func heartbeat() {
    var session = EngineSession(pollingAt: start, settings: settings)
    #expect(session.get(1) == [])
    #expect(session.tick(at: start + .milliseconds(299)) == [])
    #expect(session.tick(at: start + .milliseconds(300)) == [.answerGet(1, [.ping])])
    #expect(session.nextDeadline == start + .milliseconds(500))
    #expect(session.tick(at: start + .milliseconds(499)) == [])
    #expect(session.tick(at: start + .milliseconds(500)) == [.closed(.pingTimeout)])
    #expect(session.isClosed && session.nextDeadline == nil)
  }

  @Test("an upgrade that is not finished in time leaves the session on polling")
  func upgradeTimeout() {
    var session = EngineSession(pollingAt: start, settings: settings)
    #expect(session.webSocketOpened(2, at: start) == [])
    #expect(session.webSocketOpened(3, at: start) == [.closeWebSocket(3)])
    #expect(session.webSocketReceived(2, .text(Array("2probe".utf8)), at: start) == [.reply(2, .probePong)])
    #expect(session.tick(at: start + .seconds(10)).first == .closeWebSocket(2))
    #expect(session.isPolling)
  }

  @Test("what is queued during an upgrade goes out on the WebSocket; more than its share closes the client")
  func queue() {
    var session = EngineSession(pollingAt: start, settings: settings)
    let packet = EncodedPacket.message(.text(Array(repeating: 120, count: 400)))
    _ = session.webSocketOpened(2, at: start)
    _ = session.webSocketReceived(2, .text(Array("2probe".utf8)), at: start)
    #expect(session.send([packet]) == [])
    #expect(session.webSocketReceived(2, .text([0x35]), at: start) == [.wake(2)])
    #expect(session.takePackets(limit: 10) == [packet])
    #expect(session.send([packet]) == [.wake(2)])
    #expect(session.send([packet]) == [])
    #expect(session.send([packet]) == [.closeWebSocket(2), .closed(.transportError)])
  }

  @Test("mutated packets trap nothing, and what they leave behind is bounded")
  func randomInput() throws {
    let before = try #require(residentBytes())
    var generator = SeededGenerator(seed: 20_261_128)
    let samples = [
      "4hello", "42[\"a\",1]", "451-[\"b\",{\"_placeholder\":true,\"num\":0}]", "40/custom,{\"t\":1}", "43/n,7[1]", "1",
      "2probe", "5", "6", "4\u{1e}bAQID", "412[\"x\"]", "462-3[{}]",
    ].map { Array($0.utf8) }
    for round in 0..<20_000 {
      var bytes = samples[Int.random(in: samples.indices, using: &generator)]
      for _ in 0..<Int.random(in: 0...4, using: &generator) where !bytes.isEmpty {
        let index = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0...2, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: index)
        default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
        }
      }
      var session = EngineSession(pollingAt: start, settings: settings)
      _ = session.postBegan(1)
      _ = session.postEnded(1, bytes, at: start)
      var connection = SocketConnection(at: start, connectTimeout: .seconds(1), maximumNamespaces: 4)
      _ = connection.receive(.text(Array("0".utf8)))
      connection.admitted(to: "/")
      _ = connection.receive(.text(Array(bytes.dropFirst())))
      _ = connection.receive(round % 2 == 0 ? .binary(bytes) : .text(bytes))
    }
    // Far more than the other tests take meanwhile, far less than a few kilobytes a round.
    #expect(try #require(residentBytes()) - before < 128 << 20)
  }

  /// What this process has in memory.
  private func residentBytes() -> Int? {
    guard let file = fopen("/proc/self/statm", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
  }

  @Test("a connection keeps the attachments of one packet, and takes no more than that announced")
  func pendingIsBounded() {
    var connection = SocketConnection(at: start, connectTimeout: .seconds(1), maximumNamespaces: 4)
    _ = connection.receive(.text([0x30]))
    connection.admitted(to: "/")
    #expect(connection.receive(.text(Array("510-[\"e\"]".utf8))) == nil)
    for _ in 0..<9 { #expect(connection.receive(.binary([1])) == nil) }
    #expect(connection.receive(.binary([1])) == .event(namespace: "/", name: "e", arguments: [], id: nil))
    #expect(connection.receive(.binary([1])) == .close(.parseError))
    #expect(connection.receive(.binary([1])) == nil)
  }

  @Test("the log forgets by time and by bytes, and gives back nobody whose events it forgot")
  func recoveryLog() {
    var log = RecoveryLog(duration: .seconds(120), maximumBytes: 3000, maximumLost: 2)
    let lost = RecoveryLog.Lost(sid: "s", rooms: ["a"], since: 0)
    let packet = EncodedPacket.message(.text([1]))
    log.save(lost, pid: "p", at: start)
    log.append(packet, rooms: ["a"], except: [], at: start)
    log.append(packet, rooms: ["b"], except: [], at: start)
    log.append(packet, rooms: [], except: ["a"], at: start)
    #expect(log.restore(pid: "p", offset: "0", at: start)?.missed.count == 1)
    #expect(log.restore(pid: "p", offset: "0", at: start) == nil)
    log.save(lost, pid: "q", at: start)
    #expect(log.restore(pid: "q", offset: nil, at: start + .seconds(121)) == nil)
    log.save(lost, pid: "r", at: start + .seconds(121))
    for _ in 0..<1000 { log.append(packet, rooms: [], except: [], at: start + .seconds(122)) }
    #expect(log.byteCount <= 3000)
    #expect(log.restore(pid: "r", offset: "1", at: start + .seconds(122)) == nil)
    for pid in ["1", "2", "3"] { log.save(lost, pid: pid, at: start + .seconds(122)) }
    #expect(log.lostCount == 2)
  }
}
