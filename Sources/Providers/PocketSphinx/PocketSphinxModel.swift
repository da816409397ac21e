import CPocketSphinx
import Glibc
import VoicePipeline

/// Where the US English model lies.
struct PocketSphinxModel: Sendable, Equatable {
  var acoustic: String
  var dictionary: String
  var languageModel: String

  /// What to do when something of it is not there.
  static let install = "install it with `apt-get install pocketsphinx-en-us`, or set `model_directory`"

  /// Where Debian puts it.
  static let debian = "/usr/share/pocketsphinx/model/en-us"

  /// Finds the model below `directory`. The language model may be missing as long as there are grammars.
  init(directory: String) throws(ProviderError) {
    acoustic = directory + "/en-us"
    dictionary = directory + "/cmudict-en-us.dict"
    languageModel = directory + "/en-us.lm.bin"
    for path in [acoustic + "/mdef", dictionary] where access(path, R_OK) != 0 {
      throw ProviderError(
        .missing, provider: "pocketsphinx", message: "no speech model at \(path); \(Self.install)")
    }
  }

  /// The engine writes pages to standard error unless told otherwise, for the whole process.
  ///
  /// Its log is one global file; a decoder that is told of another closes it under the others. So it is set once, by a
  /// decoder that has no model and therefore comes to nothing.
  static let silenceLog: Void = {
    let arguments = ["assist", "-logfn", "/dev/null"]
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    defer { argv.forEach { free($0) } }
    guard let configuration = cmd_ln_parse_r(nil, ps_args(), Int32(argv.count), &argv, 1) else { return }
    defer { cmd_ln_free_r(configuration) }
    if let decoder = ps_init(configuration) { ps_free(decoder) }
  }()
}
