import CPocketSphinx
import Glibc
import VoicePipeline

/// One decoder of the engine with its warm state. Confined to the thread that made it.
final class PocketSphinxDecoder {
  /// Grammars kept compiled; the one not used for longest goes first.
  static let cachedGrammars = 32

  private let decoder: OpaquePointer
  private let model: PocketSphinxModel
  private let cepstralMean: [mfcc_t]
  /// Names of compiled searches by grammar text, the least recently used first.
  private var grammars: [(text: String, search: String)] = []
  private var nextSearch = 0
  private var hasLanguageModel = false
  private var usesGrammar = false

  /// What became of a grammar.
  struct Preparation {
    /// Words taken out because the dictionary has no pronunciation of them.
    var unknownWords: [String] = []
    /// Why the grammar could not be used, if it could not.
    var failure: String?
  }

  /// What the engine makes of the utterance so far.
  struct Hypothesis: Equatable {
    var text: String
    /// With a grammar only: a language model is free to fit anything.
    var score: RecognitionScore?
  }

  init?(model: PocketSphinxModel) {
    PocketSphinxModel.silenceLog
    // Beams wider than the defaults: the grammars are small enough, and sound that does not fit keeps a path whose
    // score can be judged, where narrow beams lose it.
    let arguments = [
      "assist", "-hmm", model.acoustic, "-dict", model.dictionary, "-beam", "1e-80", "-wbeam", "1e-60", "-pbeam",
      "1e-80",
    ]
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    defer { argv.forEach { free($0) } }
    guard let configuration = cmd_ln_parse_r(nil, ps_args(), Int32(argv.count), &argv, 1) else { return nil }
    defer { cmd_ln_free_r(configuration) }
    guard let decoder = ps_init(configuration) else { return nil }
    self.decoder = decoder
    self.model = model
    var mean = [mfcc_t](repeating: 0, count: 64)
    if let cepstra = ps_get_feat(decoder)?.pointee.cmn_struct { cmn_live_get(cepstra, &mean) }
    cepstralMean = mean
  }

  deinit { ps_free(decoder) }

  /// Forgets the last caller's voice and line, which the running cepstral mean has adapted to.
  func reset() {
    guard let cepstra = ps_get_feat(decoder)?.pointee.cmn_struct else { return }
    cmn_live_set(cepstra, cepstralMean)
  }

  /// Makes `grammar` the one that the next utterance is heard with. Cheap when it was used before.
  func use(grammar text: String) -> Preparation {
    if let index = grammars.firstIndex(where: { $0.text == text }) {
      let known = grammars.remove(at: index)
      grammars.append(known)
      return select(known.search)
    }
    var grammar: JSGFGrammar
    do {
      grammar = try JSGFGrammar(text)
    } catch {
      return Preparation(failure: "the grammar can't be read: \(error)")
    }
    let unknown = grammar.words.filter { !knows($0) }
    if !unknown.isEmpty {
      guard let rest = grammar.pruning(Set(unknown)) else {
        return Preparation(unknownWords: unknown, failure: "nothing of the grammar is left without its unknown words")
      }
      grammar = rest
    }
    if grammars.count >= Self.cachedGrammars {
      ps_unset_search(decoder, grammars.removeFirst().search)
    }
    nextSearch += 1
    let search = "grammar-\(nextSearch)"
    guard ps_set_jsgf_string(decoder, search, grammar.text) == 0 else {
      return Preparation(unknownWords: unknown, failure: "the engine refuses the grammar")
    }
    grammars.append((text, search))
    var result = select(search)
    result.unknownWords = unknown
    return result
  }

  private func select(_ search: String) -> Preparation {
    usesGrammar = true
    return ps_set_search(decoder, search) == 0 ? Preparation() : Preparation(failure: "the engine lost the grammar")
  }

  /// Hears the next utterance without a grammar. The first time takes a third of a second and 90 MB.
  func useLanguageModel() -> Preparation {
    usesGrammar = false
    if !hasLanguageModel {
      guard access(model.languageModel, R_OK) == 0,
        ps_set_lm_file(decoder, "language-model", model.languageModel) == 0
      else {
        return Preparation(failure: "\(model.languageModel) can't be read: \(PocketSphinxModel.install)")
      }
      hasLanguageModel = true
    }
    return ps_set_search(decoder, "language-model") == 0
      ? Preparation() : Preparation(failure: "the engine lost its language model")
  }

  private func knows(_ word: String) -> Bool {
    guard let phones = ps_lookup_word(decoder, word) else { return false }
    // The engine's allocator is malloc.
    free(phones)
    return true
  }

  func start() -> Bool { ps_start_utt(decoder) == 0 }

  func feed(_ samples: [Int16]) {
    samples.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      ps_process_raw(decoder, base, buffer.count, 0, 0)
    }
  }

  func end() { ps_end_utt(decoder) }

  /// The best words so far, or of the whole utterance after `end`.
  var hypothesis: Hypothesis {
    var total: Int32 = 0
    guard let words = ps_get_hyp(decoder, &total) else { return Hypothesis(text: "", score: nil) }
    let text = String(cString: words)
    return Hypothesis(text: text, score: usesGrammar && !text.isEmpty ? score : nil)
  }

  private var score: RecognitionScore {
    var sum = 0.0
    var frames = 0
    var worst = 0.0
    var segment = ps_seg_iter(decoder)
    while let current = segment {
      if let name = ps_seg_word(current), name[0] != CChar(bitPattern: UInt8(ascii: "<")),
        name[0] != CChar(bitPattern: UInt8(ascii: "[")), name[0] != CChar(bitPattern: UInt8(ascii: "("))
      {
        var first: Int32 = 0
        var last: Int32 = 0
        var acoustic: Int32 = 0
        var language: Int32 = 0
        var backoff: Int32 = 0
        ps_seg_frames(current, &first, &last)
        ps_seg_prob(current, &acoustic, &language, &backoff)
        sum += Double(acoustic)
        let length = max(1, Int(last) - Int(first) + 1)
        frames += length
        worst = min(worst, Double(acoustic) / Double(length))
      }
      segment = ps_seg_next(current)
    }
    return RecognitionScore(mean: frames > 0 ? sum / Double(frames) : 0, worst: worst, frames: frames)
  }
}
