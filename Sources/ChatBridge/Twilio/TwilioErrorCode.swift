/// What to do about an error of Twilio, by its number (twilio.com/docs/api/errors). The HTTP status decides only where
/// there is no number, or one that is not known.
enum TwilioErrorCode {
  static func kind(of code: Int?, status: Int) -> ChatError.Kind {
    switch code ?? -1 {
    // Account: not active, wrong token, unknown SID; a number of ours that is not on WhatsApp or was taken off it;
    // suspended, unpaid, locked.
    case 10_001, 20_003, 20_005, 20_006, 20_008, 20_403, 20_404, 21_212, 21_603, 21_606, 21_660, 30_002, 63_001,
      63_002, 63_007, 63_008, 63_020, 63_022, 63_051, 63_112:
      return .accountRefused
    case 14_107, 20_429, 21_611, 30_001, 30_022, 63_017, 63_018, 63_038: return .accountThrottled
    case 20_500, 20_503, 30_008, 30_036, 30_410, 30_500, 63_009, 63_010, 63_012, 63_023: return .transient
    case 63_016: return .windowClosed
    case 63_049: return .notNow(forGood: false)
    // Opted out, blocked us, or WhatsApp keeps our kind of message from them.
    case 21_610, 30_004, 63_014, 63_032, 63_033: return .notNow(forGood: true)
    case 21_211, 21_217, 21_265, 21_408, 21_421, 21_601, 21_608, 21_612, 21_614, 21_635, 30_003, 30_005, 30_006,
      30_011, 63_003, 63_013, 63_015, 63_024, 63_036:
      return .undeliverable
    // The sound could not be fetched from us, or is not of a kind that WhatsApp takes.
    case 11_200, 11_751, 12_300, 12_400, 21_620, 21_623, 30_019, 63_019, 63_021, 63_025: return .mediaRefused
    case 21_600...21_660, 63_005, 63_006, 63_011, 63_027...63_031, 63_040...63_042: return .rejected
    default: return ChatError.Kind(status: status)
    }
  }
}
