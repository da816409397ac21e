internal import COpusFile

/// What the pages of an Ogg file (RFC 3533) tell of it before anything is decoded.
struct OggSurvey {
  /// Streams that begin in it, of whatever kind.
  private(set) var streams = 0
  /// Whether bytes within a stream belong to no whole page: the file broke off, or was changed on its way.
  private(set) var isDamaged = false
  /// Whether it was given up: looking for the next page again and again, each time up to 64 KB are summed in vain, and
  /// a file can be made so that this happens every few bytes.
  private(set) var isHopeless = false

  /// Samples a channel at 48 kHz of all Opus streams (RFC 7845, section 4), as the times on their pages tell; nil where
  /// these do not begin at the beginning, or are too large.
  private(set) var sampleCount: Int64? = 0

  private var current: OpusTimes?

  private static let maximumSearches = 10_000

  /// Goes through all of `bytes` once, and checks the sum of each page.
  init(_ bytes: [UInt8]) {
    var sync = ogg_sync_state()
    ogg_sync_init(&sync)
    defer { ogg_sync_clear(&sync) }
    var page = ogg_page()
    var fed = 0
    var offset = 0
    var endOfPages = 0
    // Bytes after the end of a stream, or before the first, are somebody's appendix, not a loss.
    var isWithinStream = false
    var searches = 0
    while true {
      let step = ogg_sync_pageseek(&sync, &page)
      if step > 0 {
        if isWithinStream, offset > endOfPages { isDamaged = true }
        note(&page)
        isWithinStream = ogg_page_eos(&page) == 0
        offset += step
        endOfPages = offset
      } else if step < 0 {
        offset -= step
        searches += 1
        guard searches <= Self.maximumSearches else {
          isHopeless = true
          return
        }
      } else {
        let count = min(bytes.count - fed, 1 << 16)
        guard count > 0, let room = ogg_sync_buffer(&sync, count) else { break }
        bytes.withUnsafeBytes { source in
          UnsafeMutableRawBufferPointer(start: room, count: count)
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[fed..<fed + count]))
        }
        ogg_sync_wrote(&sync, count)
        fed += count
      }
    }
    if isWithinStream, bytes.count > endOfPages { isDamaged = true }
    settle()
  }

  /// The times of one stream.
  private struct OpusTimes {
    var serial: Int32
    var skipped: Int64
    var last: Int64?
  }

  private mutating func note(_ page: inout ogg_page) {
    let serial = ogg_page_serialno(&page)
    if ogg_page_bos(&page) != 0 {
      streams += 1
      let body = UnsafeBufferPointer(start: page.body, count: page.body_len)
      guard body.count >= 19, body.starts(with: "OpusHead".utf8) else { return }
      settle()
      current = OpusTimes(serial: serial, skipped: Int64(body[10]) | Int64(body[11]) << 8)
    } else if var times = current, times.serial == serial {
      let time = ogg_page_granulepos(&page)
      // Headers have none.
      guard time > 0 else { return }
      // A page holds at most 255 packets of 120 ms: what begins later was cut from something longer.
      if times.last == nil, time > 255 * 5760 { sampleCount = nil }
      times.last = max(times.last ?? 0, time)
      current = times
    }
  }

  /// Counts the stream that ends.
  private mutating func settle() {
    defer { current = nil }
    guard let current, let last = current.last, let sum = sampleCount else { return }
    let (total, overflows) = sum.addingReportingOverflow(max(0, last - current.skipped))
    sampleCount = overflows ? nil : total
  }
}
