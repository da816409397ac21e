// Two legs that hear each other, and those who listen in.
extension MediaLeg {
  /// Lets both far ends hear each other: what comes to one leg, after its jitter buffer, goes out on the other, in the
  /// codec of that one. Both go on delivering what they hear. While it lasts speech interrupts no playout.
  ///
  /// A bridge that either leg was part of ends, and its other leg reports `unbridged`. False, with nothing done, for a
  /// leg and itself.
  /// - Parameters:
  ///   - playout: what becomes of this leg's own playout.
  ///   - others: what becomes of the other leg's.
  @discardableResult
  public func bridge(
    with other: MediaLeg, playout: BridgedPlayout = .silenced, others: BridgedPlayout = .mixed
  ) -> Bool {
    guard other !== self else { return false }
    let bridge = LegBridge(sampleRate: sampleRate)
    attach(bridge, isFirst: true, playout)
    other.attach(bridge, isFirst: false, others)
    return true
  }

  private func attach(_ bridge: LegBridge, isFirst: Bool, _ playout: BridgedPlayout) {
    let end = bridge.end(isFirst: isFirst, playout: playout)
    let isOpen = command { handle, link in
      link.hold(bridge, isFirst: isFirst)
      return .bridge(handle, end)
    }
    if !isOpen { bridge.end() }
  }

  /// Ends the bridge that this leg is part of, if it is; both legs report `unbridged` and have their playout back.
  public func unbridge() {
    command { handle, _ in .unbridge(handle) }
  }

  /// What becomes of this leg's own playout for the rest of a bridge.
  public func setBridgedPlayout(_ playout: BridgedPlayout) {
    command { handle, _ in .bridgedPlayout(handle, playout) }
  }

  /// Listens in: both directions of the call, paired in time, in stretches of 100 ms, from now to its end or till the
  /// reader lets go. There may be several at once. While there is none, a tap costs nothing.
  ///
  /// A reader that lags by more than `backlog` stretches loses what comes then; it is counted in `droppedTapFrames`.
  public func openTap(backlog: Int = 100) -> AsyncStream<TapFrame> {
    taps.open(backlog: backlog) { [weak self] ring in
      self?.command { handle, _ in .tap(handle, ring) }
    }
  }

  /// Stretches that readers of taps were too slow for.
  public var droppedTapFrames: UInt64 { taps.dropped }
}
