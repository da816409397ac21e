public import Net

/// How the media threads run and which ports they use.
public struct MediaEngineConfiguration: Sendable, Equatable {
  /// Media threads. Default 1 a core, when 0; at most 64.
  public var workers = 0
  /// Ports for RTP (even) and RTCP (the odd one above). Default 10000 to 19999, which is outside what Linux hands out
  /// to sockets that ask for no port.
  public var ports: ClosedRange<UInt16> = 10000...19999
  /// The address that media sockets are bound to, and by it their family. Default `0.0.0.0`.
  public var bindAddress = IPAddress.unspecified(.v4)
  /// How long a port rests after a call. Default 2 s.
  public var portCooldown: Duration = .seconds(2)
  /// Legs at once on one media thread. Default 4096.
  public var legsPerWorker = 4096
  /// A leg that should receive and has not for so long reports `mediaTimeout`. Default 30 s; at least 1 s.
  public var mediaTimeout: Duration = .seconds(30)
  /// From whom a leg takes media besides the SDP's address.
  public var latch: LatchPolicy = .sdpAddressOrNAT
  /// When speech is held to begin and to end.
  public var speech = SpeechSegmenter.Configuration()
  /// How much delay a leg's jitter buffer may add. Default at least 20 ms, at most 200 ms: a packet of slack covers what
  /// a busy machine or a trunk's own grid does to arrivals, and costs a caller nothing, since the silence that ends a
  /// turn is counted from arrivals.
  public var jitterBuffer = JitterBufferSettings(minimumDelay: .milliseconds(20))
  /// How far playout goes back when it resumes after an interruption. Default 200 ms, at most 1 s.
  public var resumeRewind: Duration = .milliseconds(200)
  /// How much sound may be queued ahead on a leg. Default 8 s, rounded up to a power of two of samples.
  public var playoutAhead: Duration = .seconds(8)
  /// Received packets of sound that wait for a slow reader of a leg's events; what comes then is dropped and counted.
  /// Default 500 (10 s).
  public var audioBacklog = 500
  /// Datagrams a leg takes in one packet's time (20 ms). What comes above that waits in the kernel's buffer and is
  /// lost there if it goes on. Default 24: a burst after a stall of half a second fits, a flood does not.
  public var datagramsPerTick = 24
  /// Bytes of each media socket's kernel buffers. Default 64 KiB.
  public var socketBufferBytes: Int32 = 65536
  /// Core of the first media thread; the next ones take the following cores. Default `nil`: the kernel chooses.
  public var firstCore: Int?
  /// Real-time priority (SCHED_FIFO, 1 to 99) of the media threads. Default `nil`: none. Needs CAP_SYS_NICE; without it
  /// the threads run on as usual.
  public var realtimePriority: Int?

  /// Samples a second of the sound of all legs, whatever their codecs have: 8000, 16000, 24000, 32000 or 48000. Default
  /// that of the codecs; another rate is converted at the codec.
  public var sampleRate = AudioCodec.widestSampleRate

  /// The defaults.
  public init() {}

  /// Samples of a packet's time, 20 ms.
  var frameSamples: Int { sampleRate / 50 }
}
