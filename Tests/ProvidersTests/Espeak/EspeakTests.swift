import Glibc
import Testing

@testable import Providers
@testable import VoicePipeline

@Suite("Espeak")
struct EspeakTests {
  @Test("a sentence comes in pieces and is as long as speech is")
  func speaks() async throws {
    let engine = try EspeakTextToSpeech()
    await engine.prewarm()
    var chunks = 0
    var samples: [Int16] = []
    for try await chunk in engine.synthesize("Hello, how can I help you today?", language: "en-US") {
      #expect(!chunk.isEmpty)
      chunks += 1
      samples += chunk
    }
    let seconds = Double(samples.count) / Double(engine.sampleRate)
    #expect(chunks > 1)
    #expect((1.0...5.0).contains(seconds))
    #expect(samples.contains { abs(Int($0)) > 3000 })
  }

  @Test("several sentences at once, each whole")
  func parallel() async throws {
    let engine = try EspeakTextToSpeech(settings: .init(spares: 1))
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var count = 0
          for try await chunk in engine.synthesize("One two three four.", language: "en-GB") { count += chunk.count }
          return count
        }
      }
      var counts: Set<Int> = []
      for try await count in group { counts.insert(count) }
      return counts
    }
    #expect(counts.count == 1)
    #expect(counts.first ?? 0 > 10_000)
  }

  @Test("text is text: neither options nor markup nor empty sentences do anything else")
  func hostileText() async throws {
    let engine = try EspeakTextToSpeech()
    var samples = 0
    for try await chunk in engine.synthesize("--version; $(touch x)\n\0 -f /etc/passwd", language: "../../x") {
      samples += chunk.count
    }
    #expect(samples > 10_000)
    for try await _ in engine.synthesize(" \n ", language: "en-US") { Issue.record("silence has no sound") }
  }

  @Test("giving up ends the process and leaves nothing of it behind")
  func cancellation() async throws {
    let long = Array(repeating: "This goes on and on without an end in sight.", count: 150).joined(separator: " ")
    let process = try ChildProcess(path: "/usr/bin/espeak-ng", arguments: ["--stdin", "--stdout"])
    let pid = try #require(process.pid)
    process.writeAndClose(Array(long.utf8))
    var buffer = [UInt8](repeating: 0, count: 100)
    #expect(process.read(into: &buffer) > 0)
    process.kill()
    #expect(process.reap() == nil)
    #expect(process.pid == nil)
    #expect(Glibc.kill(pid, 0) == -1)

    let engine = try EspeakTextToSpeech(settings: .init(spares: 0))
    let task = Task {
      for try await _ in engine.synthesize(long, language: "en-US") { return true }
      return false
    }
    #expect(try await task.value)
  }

  @Test("after many sentences, half of them given up, no descriptor and no process is left")
  func leavesNothing() async throws {
    func descriptors() -> Int {
      (0..<Int32(4096)).count { descriptor in
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
      }
    }
    func leftovers() async throws -> Int {
      let engine = try EspeakTextToSpeech(settings: .init(spares: 1))
      for round in 0..<20 {
        for try await _ in engine.synthesize("A short sentence to be cut off.", language: "en-US") where round % 2 == 0
        {
          break
        }
      }
      return descriptors()
    }
    _ = try await leftovers()
    let before = descriptors()
    _ = try await leftovers()
    // Other tests of this run open and close sockets too; twenty sentences that leak would show.
    var after = descriptors()
    for _ in 0..<200 where after > before + 8 {
      try await Task.sleep(for: .milliseconds(20))
      after = descriptors()
    }
    #expect(after <= before + 8)
  }

  @Test("a child has its three standard descriptors and none of ours")
  func inheritsNothing() throws {
    let null = open("/dev/null", O_RDONLY)
    try #require(null >= 0)
    defer { _ = Glibc.close(null) }
    let high = fcntl(null, F_DUPFD, 300)
    try #require(high >= 300)
    defer { _ = Glibc.close(high) }
    // It says when it has started, so that what the dynamic linker opens is closed again; then it waits for input.
    let process = try ChildProcess(path: "/bin/sh", arguments: ["-c", "echo ready; read line"])
    var buffer = [UInt8](repeating: 0, count: 16)
    try #require(process.read(into: &buffer) > 0)
    let pid = try #require(process.pid)
    let directory = try #require(opendir("/proc/\(pid)/fd"))
    defer { closedir(directory) }
    var descriptors: Set<String> = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if !name.hasPrefix(".") { descriptors.insert(name) }
    }
    #expect(descriptors == ["0", "1", "2"])
    process.writeAndClose([])
    #expect(process.reap() != nil)
  }

  @Test("a program that is not there names the package")
  func missing() {
    let error = #expect(throws: ProviderError.self) {
      try EspeakTextToSpeech(settings: .init(program: "no-such-espeak"))
    }
    #expect(error?.kind == .missing)
    #expect(error?.message.contains("apt-get install espeak-ng") == true)
  }

  @Test("a program that says nothing is an error, one that writes something else too", arguments: ["true", "yes"])
  func broken(program: String) async throws {
    let engine = try EspeakTextToSpeech(settings: .init(spares: 0, program: "/usr/bin/" + program))
    await #expect(throws: ProviderError.self) {
      for try await _ in engine.synthesize("Hello", language: "en-US") {}
    }
  }

  @Test(
    "a language finds its voice",
    arguments: [
      ("en-US", "en-us"), ("en", "en-us"), ("en-GB", "en-gb"), ("es-ES", "es"), ("es-MX", "es-419"), ("es", "es"),
      ("es-419", "es-419"), ("de-AT", "de"), ("fr-FR", "fr-fr"), ("pt-BR", "pt-br"), ("-w/tmp/x", "en-us"),
      ("../x", "en-us"), ("", "en-us"),
    ])
  func voices(tag: String, voice: String) {
    #expect(EspeakVoice.name(for: tag) == voice)
  }
}

@Suite("Streaming WAV")
struct StreamingWAVTests {
  private let file: [UInt8] =
    Array("RIFF".utf8) + [0xFF, 0xFF, 0xFF, 0x7F] + Array("WAVEfmt ".utf8)
    + [16, 0, 0, 0, 1, 0, 1, 0, 0x22, 0x56, 0, 0, 0x44, 0xAC, 0, 0, 2, 0, 16, 0] + Array("LIST".utf8) + [
      2, 0, 0, 0, 9, 9,
    ]
    + Array("data".utf8) + [0, 0xF0, 0xFF, 0x7F, 1, 0, 2, 0, 0xFF, 0xFF]

  @Test("pieces of any size give the same samples", arguments: 1...60)
  func pieces(size: Int) throws {
    var wav = StreamingWAV(expectedRate: 22_050)
    var samples: [Int16] = []
    for start in stride(from: 0, to: file.count, by: size) {
      samples += try wav.parse(file[start..<min(start + size, file.count)])
    }
    #expect(samples == [1, 2, -1])
  }

  @Test("another rate, format or file is refused")
  func refuses() {
    var other = StreamingWAV(expectedRate: 16_000)
    #expect(throws: StreamingWAV.Failure.rate(22_050)) { try other.parse(file[...]) }
    var stereo = file
    stereo[22] = 2
    var wav = StreamingWAV(expectedRate: 22_050)
    #expect(throws: StreamingWAV.Failure.unsupported(format: 1, channels: 2, bits: 16)) { try wav.parse(stereo[...]) }
    var text = StreamingWAV(expectedRate: 22_050)
    #expect(throws: StreamingWAV.Failure.notWAV) { try text.parse(Array("y\ny\ny\ny\ny\ny\ny\n".utf8)[...]) }
  }
}
