/// What to do about an error of the WhatsApp Cloud API. Its number decides, never the HTTP status nor the title: rate
/// limits come as 400, a maintenance as 500.
enum CloudErrorCode {
  static func kind(of code: Int?, status: Int) -> ChatError.Kind {
    switch code ?? -1 {
    case 0, 3, 10, 190, 200...299, 368, 131_005, 131_031, 131_042, 131_044, 131_045, 133_010: return .accountRefused
    case 4, 80_007, 130_429, 131_048, 131_057, 133_016: return .accountThrottled
    case 131_056: return .customerThrottled
    case 1, 2, 131_000, 131_016, 133_004: return .transient
    case 131_047: return .windowClosed
    case 131_049: return .notNow(forGood: false)
    case 131_050, 130_472, 130_497, 131_037: return .notNow(forGood: true)
    case 33, 131_021, 131_026, 131_030, 131_062: return .undeliverable
    case 131_052, 131_053: return .mediaRefused
    case 100, 131_008, 131_009, 131_051, 132_000...132_069, 135_000: return .rejected
    default: return ChatError.Kind(status: status)
    }
  }
}
