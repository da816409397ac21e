import Audio
import Synchronization

extension LegCore {
  /// One packet's time: takes what is due from the jitter buffer, judges it, and says what is to be said. `wallClock` is
  /// the time of day at `now`.
  mutating func tick(at now: Instant, wallClock: NTPTimestamp, output: inout LegOutput) {
    guard let session else { return }
    switch mode {
    case .conversation: converse(session, at: now, output: &output)
    case .echo: echo(session, at: now, output: &output)
    }
    if rtcp.nextReport <= now { report(at: now, wallClock: wallClock, output: &output) }
    if session.canReceive, let timeout = watch.timedOut(at: now) {
      output.append(.mediaTimeout(isFirst: timeout.isFirst), at: timeout.since)
    }
    frames += 1
    publishNowAndThen()
  }

  private mutating func echo(_ session: LegSession, at now: Instant, output: inout LegOutput) {
    var heard = output.heard.mutableSpan
    _ = receiver.pull(into: &heard, at: now)
    send(heard.span, session, at: now, output: &output)
    if tap != nil { record(far: heard.span, near: heard.span, at: now, output: &output) }
  }

  private mutating func converse(_ session: LegSession, at now: Instant, output: inout LegOutput) {
    var heard = output.heard.mutableSpan
    let pulled = receiver.pull(into: &heard, at: now)
    // What was made up for a lost packet stands at the time at which that would have come.
    let arrival = pulled.arrival ?? lastArrival.map { min($0 + Self.frame, now) } ?? now
    lastArrival = arrival
    let isSpeech = session.canReceive && detector.process(heard.span).isSpeech

    switch segmenter.process(isSpeech: isSpeech, arrival: arrival) {
    case .started(let at): output.append(.speechStarted, at: at)
    case .stopped(let at): output.append(.speechStopped, at: at)
    case nil: break
    }
    if bridge?.isOver == true { unbridge(at: now, output: &output) }
    if gate.process(isSpeech: isSpeech, isPlaying: playout.isPlaying && bridge == nil), playout.pause() {
      publishPosition()
      output.append(.interrupted, at: now, position: playout.position)
    }
    if session.canReceive {
      output.append(.audio(isSpeech: isSpeech), at: arrival)
      relay(heard.span)
    }

    var said = output.said.mutableSpan
    say(&said, session, at: now, output: &output)
    if tap != nil { record(far: heard.span, near: said.span, at: now, output: &output) }
  }

  private mutating func record(far: Span<Int16>, near: Span<Int16>, at now: Instant, output: inout LegOutput) {
    guard let (isKept, news) = tap?.record(far: far, near: near, TapMark(number: frames, at: now)) else { return }
    if !isKept {
      counts.tapDropped += 1
      output.tapDropped += 1
    }
    if news { output.append(.tapped, at: now) }
  }

  /// Sends what is to be said, and leaves in `said` what that was.
  private mutating func say(
    _ said: inout MutableSpan<Int16>, _ session: LegSession, at now: Instant, output: inout LegOutput
  ) {
    if bridge != nil { return sayBridged(&said, session, at: now, output: &output) }
    // On hold nothing is sent, so nothing is taken either: it is said when the peer comes back.
    guard session.canSend else {
      sender.skip(samples: frameSamples)
      if tap != nil { for index in said.indices { said[index] = 0 } }
      return
    }
    // While a digit sounds, sound waits too: it would not be heard.
    guard !sender.isSendingDigits else {
      for index in said.indices { said[index] = 0 }
      send(said.span, session, at: now, output: &output)
      return
    }
    let taken = playout.take(into: &said)
    send(said.span, session, at: now, output: &output)
    tell(taken, at: now, output: &output)
  }

  /// Sends what the other leg of the bridge hears, and what is to be said beside it.
  private mutating func sayBridged(
    _ said: inout MutableSpan<Int16>, _ session: LegSession, at now: Instant, output: inout LegOutput
  ) {
    var taken = PlayoutQueue.Taken()
    if bridge?.playout == .mixed, session.canSend, !sender.isSendingDigits {
      var own = output.own.mutableSpan
      taken = playout.take(into: &own)
      takeRelayed(into: &said)
      if taken.samples > 0 {
        for index in 0..<min(said.count, own.count) {
          said[index] = Int16(clamping: Int32(said[index]) + Int32(own[index]))
        }
      }
    } else {
      takeRelayed(into: &said)
      if bridge?.playout == .silenced {
        let end = link._withUnsafeGuaranteedRef { $0.ring.end }
        playout.drop(before: end)
      }
    }
    guard session.canSend else {
      sender.skip(samples: frameSamples)
      for index in said.indices { said[index] = 0 }
      return wakeProducer(at: now, output: &output)
    }
    if sender.isSendingDigits { for index in said.indices { said[index] = 0 } }
    send(said.span, session, at: now, output: &output)
    tell(taken, at: now, output: &output)
    wakeProducer(at: now, output: &output)
  }

  /// Tells what became of playout.
  private mutating func tell(_ taken: PlayoutQueue.Taken, at now: Instant, output: inout LegOutput) {
    guard taken != PlayoutQueue.Taken() else { return }
    publishPosition()
    if taken.becameAudible { output.append(.audible, at: now, position: playout.position) }
    if taken.playedOut { output.append(.playedOut, at: now, position: playout.position) }
    wakeProducer(at: now, output: &output)
  }

  private mutating func wakeProducer(at now: Instant, output: inout LegOutput) {
    let hasRoom = link._withUnsafeGuaranteedRef { link in
      guard link.wantsSpace.load(ordering: .acquiring), link.ring.space >= link.ring.capacity / 8 else { return false }
      link.wantsSpace.store(false, ordering: .relaxed)
      return true
    }
    if hasRoom { output.append(.space, at: now) }
  }

  private mutating func send(_ pcm: Span<Int16>, _ session: LegSession, at now: Instant, output: inout LegOutput) {
    guard session.canSend, latch.target != nil else {
      sender.skip(samples: frameSamples)
      return
    }
    var datagram = output.room.mutableSpan
    let count = sender.write(pcm: pcm, into: &datagram, at: now)
    output.append(.rtp, count: count)
  }

  private mutating func report(at now: Instant, wallClock: NTPTimestamp, output: inout LegOutput) {
    var datagram = output.room.mutableSpan
    let count = rtcp.writeReport(into: &datagram, sender: sender, receiver: &receiver, ntp: wallClock, at: now)
    output.append(.rtcp, count: count)
  }
}
