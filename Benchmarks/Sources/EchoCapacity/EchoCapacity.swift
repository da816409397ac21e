import CSockets
import Glibc
import Wire

/// How many G.711 echo calls one core carries. Sets the calls up over SIP, sends 50 packets a second on each, and looks
/// at every packet that comes back: was it the one sent, and how late did it leave the server's 20 ms grid?
///
/// Usage: echo-capacity PROGRAM [CALLS] [SECONDS] [SERVER-CORE]
@main struct EchoCapacity {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count > 1 else {
      print("usage: echo-capacity PROGRAM [CALLS=800] [SECONDS=20] [SERVER-CORE=0]")
      exit(2)
    }
    let calls = arguments.count > 2 ? Int(arguments[2]) ?? 800 : 800
    let seconds = arguments.count > 3 ? Int(arguments[3]) ?? 20 : 20
    let core = arguments.count > 4 ? Int(arguments[4]) ?? 0 : 0
    let configuration = "/tmp/echo-capacity-\(getpid()).yaml"
    let log = "/tmp/echo-capacity-\(getpid()).log"
    writeFile(
      configuration,
      """
      sip: {listen: ["udp://127.0.0.1:0"], anonymous: true}
      rtp: {ports: 10000-19999, codecs: [PCMU]}
      http: {listen: "127.0.0.1:0"}
      routes: [{to: echo, application: echo}]
      """)
    defer { unlink(configuration) }
    guard let server = ServerProcess(program: arguments[1], configuration: configuration, core: core, log: log) else {
      print("echo-capacity: \(arguments[1]) did not get ready; see \(log)")
      exit(1)
    }
    defer { server.stop() }
    let signalling = UDPSocket()
    let load = EchoLoad()
    var live: [TestCall] = []
    let setUpStart = monotonicNanoseconds()
    for number in 0..<calls {
      guard
        let call = TestCall.dial(
          "echo", through: signalling, serverPort: server.sipPort, mediaPort: load.socket.port, number: number)
      else {
        print("echo-capacity: call \(number) was not answered; see \(log)")
        break
      }
      live.append(call)
    }
    let setUp = Double(monotonicNanoseconds() - setUpStart) / 1e9
    // Media begins when all calls stand: dialling would disturb its grid, and jitter buffers would learn from that.
    for call in live { load.add(call.mediaPort) }
    load.run(until: monotonicNanoseconds() + 2_000_000_000)
    load.startMeasuring()
    let processorBefore = server.processorSeconds
    let begin = monotonicNanoseconds()
    load.run(until: begin + Int64(seconds) * 1_000_000_000)
    let processor = server.processorSeconds - processorBefore
    let wall = Double(monotonicNanoseconds() - begin) / 1e9
    load.stopMeasuring()
    load.run(until: monotonicNanoseconds() + 500_000_000)
    for call in live { call.hangUp(through: signalling, serverPort: server.sipPort) }
    load.report(calls: live.count, setUpSeconds: setUp, processorShare: processor / wall)
    if live.count < calls { exit(1) }
  }
}

func writeFile(_ path: String, _ text: String) {
  guard let file = fopen(path, "w") else { return }
  fputs(text, file)
  fclose(file)
}
