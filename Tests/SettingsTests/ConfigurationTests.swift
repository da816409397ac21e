import Net
import Providers
import SIPStack
import Testing
import TestSupport
import VoicePipeline

@testable import Assistants
@testable import Settings

@Suite("Configuration")
struct ConfigurationTests {
  /// The least that is complete.
  static let least = "assistants: {desk: {llm: {provider: scripted}}}\n"

  static func read(
    _ text: String, environment: [String: String] = [:], files: [String: String] = [:],
    support: BuildSupport = .current
  ) throws(ConfigurationError) -> Configuration {
    try Configuration.read(
      text, file: "a.yaml", environment: environment, support: support, ephemeralPorts: 32_768...60_999,
      contents: { files[$0] })
  }

  static func mistakes(
    _ text: String, environment: [String: String] = [:], files: [String: String] = [:],
    support: BuildSupport = .current
  ) -> [String] {
    do {
      _ = try read(text, environment: environment, files: files, support: support)
      return []
    } catch {
      return error.mistakes.map { "\($0)" }
    }
  }

  private static let table0: [(text: String, expected: String)] = [
    (
      "",
      "a.yaml: is empty; leave out --config to run with the built-in configuration"
    ),
    (
      "sip: [",
      "a.yaml:2: is not YAML: did not find expected node content"
    ),
    (
      "- 1",
      "a.yaml:1: is not a section; expected keys with values below it"
    ),
    (
      "\(least)spi: {}",
      "a.yaml:2: spi: is not known; did you mean `sip`?"
    ),
    (
      "\(least)store: {url: \"sqlite:a\", xyzzyplugh: 1}",
      "a.yaml:2: store.xyzzyplugh: is not known; known are retention, url"
    ),
    (
      "\(least)sip:\n",
      "a.yaml:2: sip: is empty; give it a value or leave it out"
    ),
    (
      "\(least)sip:\n  anonymous: maybe",
      "a.yaml:3: sip.anonymous: \"maybe\" is not true or false"
    ),
    (
      "\(least)sip:\n  listen: [udp://127.0.0.1:5060, upd://127.0.0.1]",
      "a.yaml:3: sip.listen[1]: \"upd://127.0.0.1\" is not an address to listen on; "
        + "expected udp://ADDRESS:PORT, tcp://… or tls://…"
    ),
  ]
  private static let table1: [(text: String, expected: String)] = [
    (
      "\(least)sip: {listen: [\"udp://127.0.0.1:70000\"]}",
      "a.yaml:2: sip.listen[0]: \"udp://127.0.0.1:70000\" is not an address to listen on; "
        + "expected udp://ADDRESS:PORT, tcp://… or tls://…"
    ),
    (
      "\(least)sip: {listen: udp://127.0.0.1}",
      "a.yaml:2: sip.listen: is not a list; expected addresses like udp://0.0.0.0:5060"
    ),
    (
      "\(least)sip: {listen: [\"tls://127.0.0.1\"]}",
      "a.yaml:2: sip.listen[0]: tls:// is not supported by this build; expected udp:// or tcp://"
    ),
    (
      "\(least)sip: {external_address: example.com}",
      "a.yaml:2: sip.external_address: \"example.com\" is not an IP address; expected e.g. 203.0.113.7"
    ),
    (
      "\(least)sip:\n  trunks:\n    - name: acme\n      accept_from: [10.0.0.0/33]",
      "a.yaml:5: sip.trunks[0].accept_from[0]: \"10.0.0.0/33\" is not a network; expected e.g. 198.51.100.0/24"
    ),
    (
      "\(least)sip:\n  trunks:\n    - proxy: sip:acme.example",
      "a.yaml:4: sip.trunks[0].name: is missing; expected a name"
    ),
    (
      "\(least)sip: {trunks: [{name: a, proxy: \"http://x\"}]}",
      "a.yaml:2: sip.trunks[0].proxy: \"http://x\" is not a SIP URI; expected e.g. sip:pbx.example"
    ),
    (
      "\(least)sip: {trunks: [{name: a, proxy: \"sip:a@b@c\"}]}",
      "a.yaml:2: sip.trunks[0].proxy: \"sip:a@b@c\" is not a SIP URI; expected e.g. sip:pbx.example"
    ),
    (
      "assistants: {desk: {llm: {provider: scripted}, escalation: {target: \"sip:desk@pbx:99999\"}}}",
      "a.yaml:1: assistants.desk.escalation.target: \"sip:desk@pbx:99999\" is not a SIP URI; expected e.g. sip:pbx.example"
    ),
    (
      "\(least)sip: {users: [{username: alice, password: \"${ALICE_PASSWORD}\"}]}",
      "a.yaml:2: sip.users[0].password: the environment has no variable ALICE_PASSWORD"
    ),
  ]
  private static let table2: [(text: String, expected: String)] = [
    (
      "\(least)run_as: asist",
      "a.yaml:2: run_as: there is no user \"asist\" on this machine"
    ),
    (
      "\(least)sip: {users: [{username: alice, password: \"file:/run/nothing\"}]}",
      "a.yaml:2: sip.users[0].password: the file /run/nothing can't be read"
    ),
    (
      "\(least)rtp: {ports: 10000}",
      "a.yaml:2: rtp.ports: \"10000\" is not a range of ports; "
        + "expected FIRST-LAST between 1024 and 65535, e.g. 10000-19999"
    ),
    (
      "\(least)rtp: {ports: 20000-10000}",
      "a.yaml:2: rtp.ports: \"20000-10000\" is not a range of ports; "
        + "expected FIRST-LAST between 1024 and 65535, e.g. 10000-19999"
    ),
    (
      "\(least)rtp: {codecs: [PCMX]}",
      "a.yaml:2: rtp.codecs[0]: \"PCMX\" is not known; expected one of opus, G722, PCMA, PCMU"
    ),
    (
      "\(least)rtp: {srtp: require}",
      "a.yaml:2: rtp.srtp: require is not supported by this build; expected off"
    ),
    (
      "assistants:\n  desk:\n    llm: {provider: scripted}\n    turn: {silence: 500}",
      "a.yaml:4: assistants.desk.turn.silence: \"500\" is not a duration; "
        + "expected a number with its unit (ms, s, m, h or d), e.g. 500ms"
    ),
    (
      "assistants:\n  desk:\n    llm: {provider: scripted}\n    turn: {retries: 9}",
      "a.yaml:4: assistants.desk.turn.retries: \"9\" is not a whole number from 0 to 3"
    ),
    (
      "assistants:\n  desk:\n    language: \"!\"\n    llm: {provider: scripted}",
      "a.yaml:3: assistants.desk.language: \"!\" is not a language; expected e.g. es-ES"
    ),
  ]
  private static let table3: [(text: String, expected: String)] = [
    (
      "assistants: {desk: {greeting: hi}}",
      "a.yaml:1: assistants.desk.llm: is missing; expected {provider: scripted, dialogue: …} or {provider: openai, …}"
    ),
    (
      "assistants:\n  desk:\n    llm: {provider: scripted}\n    stt: {provider: deepgrm, api_key: x}",
      "a.yaml:4: assistants.desk.stt.provider: there is no stt provider \"deepgrm\"; did you mean deepgram?"
    ),
    (
      "assistants:\n  desk:\n    llm: {provider: scripted}\n    tts: {provider: polly}",
      "a.yaml:4: assistants.desk.tts.provider: polly is not supported by this build; expected one of espeak, openai"
    ),
    (
      "assistants: {desk: {llm: {provider: openai}}}",
      "a.yaml:1: assistants.desk.llm.api_key: is missing; openai wants a key, as ${NAME} or file:/path"
    ),
    (
      "assistants: {desk: {llm: {provider: openai, url: localhost}}}",
      "a.yaml:1: assistants.desk.llm.url: \"localhost\" is not a URL; expected https://… or http://…"
    ),
    (
      "assistants: {desk: {llm: {provider: scripted, file: talk.yaml}}}",
      "a.yaml:1: assistants.desk.llm.file: the file talk.yaml can't be read"
    ),
    (
      "assistants: {desk: {llm: {provider: scripted, dialogue: {start: main}}}}",
      "a.yaml:1: assistants.desk.llm.dialogue: is not a dialogue: `states` is missing"
    ),
    (
      "\(least)routes:\n  - {to: \"*\", assistant: dsek}",
      "a.yaml:3: routes[0].assistant: there is no assistant \"dsek\"; did you mean \"desk\"?"
    ),
  ]
  private static let table4: [(text: String, expected: String)] = [
    (
      "\(least)routes:\n  - {to: \"*\"}",
      "a.yaml:3: routes[0]: expected either `assistant` or `application`"
    ),
    (
      "\(least)routes: [{to: echo, application: ehco}]",
      "a.yaml:2: routes[0].application: \"ehco\" is not known; expected one of echo, play, record, api"
    ),
    (
      "\(least)http: {listen: 8080}",
      "a.yaml:2: http.listen: \"8080\" is not an address and port; expected e.g. 127.0.0.1:8080"
    ),
    (
      "\(least)store: {url: mysql://x}",
      "a.yaml:2: store.url: is not the address of a store; expected sqlite:PATH"
    ),
    (
      "\(least)whatsapp: {numbers: [{phone_number_id: 1, access_token: a, app_secret: b, assistant: desk}]}",
      "a.yaml:2: whatsapp.numbers[0].verify_token: is missing; expected a secret, as ${NAME} or file:/path"
    ),
    (
      "\(least)people: [{username: ana, password: x, role: boss}]",
      "a.yaml:2: people[0].role: \"boss\" is not known; expected one of agent, supervisor"
    ),
  ]

  @Test(
    "a mistake is named with file, line, key and what was expected",
    arguments: Array([table0, table1, table2, table3, table4].joined()))
  func mistake(text: String, expected: String) {
    #expect(Self.mistakes(text) == [expected])
  }

  private static let languages: [(assistant: String, expected: [String])] = [
    (
      "language: es-ES, stt: {provider: pocketsphinx}, llm: {provider: openai, api_key: k}",
      [
        "a.yaml:1: assistants.desk.stt.provider: pocketsphinx knows English alone, not es-ES; "
          + "expected one of openai, deepgram"
      ]
    ),
    (
      "language: es-ES, stt: [{provider: deepgram, api_key: k}, {provider: pocketsphinx}], "
        + "llm: {provider: openai, api_key: k}",
      [
        "a.yaml:1: assistants.desk.stt[1].provider: pocketsphinx knows English alone, not es-ES; "
          + "expected one of openai, deepgram"
      ]
    ),
    (
      "language: es-ES, llm: {provider: openai, api_key: k}",
      [
        "a.yaml:1: assistants.desk.stt: is missing; without it pocketsphinx listens, which knows English alone, not es-ES"
      ]
    ),
    (
      "language: es-ES, stt: {provider: deepgram, api_key: k}, llm: {provider: scripted}",
      [
        "a.yaml:1: assistants.desk.llm: needs `dialogue` or `file`: the built-in dialogue is English, "
          + "the assistant speaks es-ES"
      ]
    ),
    (
      "language: es-ES, stt: {provider: deepgram, api_key: k}, llm: {provider: scripted, "
        + "dialogue: {start: a, states: {a: {expect: [{phrases: [hola], say: Hola.}]}}}}", []
    ),
    ("language: en-GB, llm: {provider: scripted}", []), ("language: EN, llm: {provider: scripted}", []),
    (
      "language: eng, llm: {provider: openai, api_key: k}",
      ["a.yaml:1: assistants.desk.stt: is missing; without it pocketsphinx listens, which knows English alone, not eng"]
    ),
  ]

  @Test("what knows English alone is not given to an assistant of another language", arguments: languages)
  func language(assistant: String, expected: [String]) {
    #expect(Self.mistakes("assistants: {desk: {\(assistant)}}") == expected)
  }

  @Test("with TLS a tls:// address needs a certificate")
  func tls() throws {
    var support = BuildSupport()
    support.transports.insert(.tls)
    #expect(
      Self.mistakes(Self.least + "sip: {listen: [\"tls://127.0.0.1\"]}", support: support) == [
        "a.yaml:2: sip.tls: is missing; a tls:// address needs {certificate: …, key: …}"
      ])
    let whole = Self.least + "sip: {listen: [\"tls://127.0.0.1\"], tls: {certificate: c, key: k}}"
    let configuration = try Self.read(whole, support: support)
    #expect(configuration.warnings == [])
    #expect(configuration.sip.listen.map { "\($0)" } == ["tls://127.0.0.1:5061"])
  }

  @Test("durations out of range say the range")
  func ranges() {
    let text = "assistants: {desk: {llm: {provider: scripted}, turn: {silence: 10ms}}}\nrtp: {media_timeout: 1s}\n"
    let found = Self.mistakes(text)
    #expect(found.count == 2)
    #expect(found.first?.hasPrefix("a.yaml:1: assistants.desk.turn.silence: ") == true)
    #expect(found.last == "a.yaml:2: rtp.media_timeout: 1s is out of range; expected 2s to 1h")
  }

  @Test("all mistakes are named at once, in the order of the file")
  func all() {
    let found = Self.mistakes("rtp:\n  prots: 1\n  codecs: [x]\nsip: {anonymous: 7}\n" + Self.least)
    #expect(
      found == [
        "a.yaml:2: rtp.prots: is not known; did you mean `ports`?",
        "a.yaml:3: rtp.codecs[0]: \"x\" is not known; expected one of opus, G722, PCMA, PCMU",
        "a.yaml:4: sip.anonymous: \"7\" is not true or false",
      ])
  }

  @Test("unknown keys deep in a dialogue are found")
  func dialogueKeys() {
    let text = """
      assistants:
        desk:
          llm:
            provider: scripted
            dialogue:
              start: main
              states:
                main:
                  expect:
                    - phrases: ["hello there"]
                      sya: Hello.
                      hangup: true
      """
    #expect(
      Self.mistakes(text) == [
        "a.yaml:11: assistants.desk.llm.dialogue.states.main.expect[0].sya: is not known; did you mean `say`?"
      ])
  }

  @Test("choices, messages and calls of a dialogue are known, and choices that lead nowhere are named")
  func dialogueChoices() {
    func text(_ choice: String, key: String = "title") -> String {
      """
      assistants:
        desk:
          llm:
            provider: scripted
            dialogue:
              start: main
              states:
                main:
                  choices: [{id: hello, \(key): "Hello there", description: A greeting}]
                  expect:
                    - phrases: ["hello there"]
                      say: Hello.
                      message: Good day
                      choices: ["\(choice)"]
                      cases: []
                    - {phrases: ["call me back please"], call: true}
                  fallback: {say: Sorry?, choices: ["Hello there"], call: true}
      """
    }
    let place = "assistants.desk.llm.dialogue.states.main"
    #expect(Self.mistakes(text("Hello there")) == [])
    #expect(
      Self.mistakes(text("Purple rain")) == [
        "a.yaml:14: \(place).expect[0].choices[0]: leads nowhere: \"Purple rain\" fits no phrase of the state \"main\" and "
          + "none of the common ones"
      ])
    #expect(Self.mistakes(text("Hello there", key: "titel")).count == 1)
    #expect(
      Self.mistakes(text("Hello there").replacing("description", with: "descripton")) == [
        "a.yaml:9: \(place).choices[0].descripton: is not known; did you mean `description`?"
      ])
  }

  @Test("what a model sees and what is said in chats can be set")
  func chatSettings() throws {
    let desk = try #require(
      try Self.read(
        "assistants: {desk: {llm: {provider: openai, api_key: k, model: mine, sees: [image]}, "
          + "phrases: {calling: Ring ring., voice_note_too_long: Too long.}}}"
      ).assistants["desk"])
    let mind = try #require(desk.llm.first?.settings as? OpenAISettings<OpenAILanguageModel.Settings>)
    #expect(mind.settings.sees == [.image])
    #expect(desk.conversation.phrases.calling == "Ring ring.")
    #expect(desk.conversation.phrases.voiceNoteTooLong == "Too long.")
    #expect(
      Self.mistakes("assistants: {desk: {llm: {provider: openai, api_key: k, sees: [video]}}}") == [
        "a.yaml:1: assistants.desk.llm.sees[0]: \"video\" is nothing that can be seen; expected image or document"
      ])
    let model = try ProviderWorkshop().languageModel(desk.llm, language: "en")
    #expect(model.sees == [.image])
  }

  @Test("mistakes in a dialogue's own file are named with that file and its lines, after the configuration's")
  func dialogueFile() {
    let configuration = """
      assistants:
        desk: {llm: {provider: scripted, file: talk.yaml}}
      rtp: {prots: 1}
      """
    func mistakes(_ dialogue: String) -> [String] {
      Self.mistakes(configuration, files: ["talk.yaml": dialogue])
    }
    let own = "a.yaml:3: rtp.prots: is not known; did you mean `ports`?"
    let talk = "start: main\nstates:\n  main:\n    expect:\n      - phrases: [hello]\n"
    #expect(
      mistakes(talk + "        sya: Hello.\n        hangup: true\n") == [
        own, "talk.yaml:6: states.main.expect[0].sya: is not known; did you mean `say`?",
      ])
    #expect(mistakes(talk + "        say: Hello.\n        goto: [nowhere]\n").last?.hasPrefix("talk.yaml:7: ") == true)
    let unknown = mistakes(talk + "        goto: nowhere\n")
    #expect(unknown.count == 2)
    #expect(unknown.last?.hasPrefix("talk.yaml:") == true)
    #expect(unknown.last?.hasPrefix("talk.yaml:1: ") == false, "\(unknown)")
    #expect(mistakes("start: main\n") == [own, "talk.yaml:1: is not a dialogue: `states` is missing"])
    #expect(mistakes("start: [").last == "talk.yaml:2: is not YAML: did not find expected node content")
  }

  @Test("what this build does not do is warned of")
  func warnings() throws {
    let configuration = try Self.read(
      Self.least + """
        sip:
          listen: ["udp://0.0.0.0", "tcp://[::]"]
          tls: {certificate: cert.pem, key: key.pem}
          anonymous: true
          trunks:
            - name: acme
              proxy: sip:acme.example
              username: us
              password: x
              caller_id: "1"
        rtp: {ports: 40000-50000, codecs: [opus, PCMU], srtp: accept}
        http: {origins: ["https://desk.example"]}
        """)
    #expect(
      configuration.warnings.map { "\($0)" } == [
        "a.yaml:3: sip.listen: mixes IPv4 and IPv6, and media is bound to IPv4 alone: calls over IPv6 have no sound",
        "a.yaml:4: sip.tls: there is no TLS in this build",
        "a.yaml:5: sip.anonymous: anyone who reaches this machine may call, and is taken for a customer",
        "a.yaml:12: rtp.ports: overlaps the kernel's ephemeral ports 32768-60999, "
          + "which other programs are given; 10000-19999 does not",
        "a.yaml:12: rtp.codecs[0]: opus is not spoken by this build",
        "a.yaml:12: rtp.srtp: media is not encrypted by this build, even where offered",
      ])
    #expect(configuration.http.origins == ["https://desk.example"])
    #expect(configuration.sip.listen.map { "\($0)" } == ["udp://0.0.0.0:5060", "tcp://[::]:5060"])
  }

  @Test(
    "media is bound where SIP is heard, and to one family",
    arguments: [
      (["udp://127.0.0.1"], "127.0.0.1", false), (["udp://[::1]", "tcp://[::1]"], "::1", false),
      (["udp://[::1]", "udp://127.0.0.1"], "::1", true), (["udp://0.0.0.0", "tcp://127.0.0.1"], "0.0.0.0", false),
      (["udp://[::]"], "::", false), (["udp://[::]", "udp://0.0.0.0"], "0.0.0.0", true),
    ])
  func mediaAddress(listen: [String], address: String, isWarned: Bool) throws {
    let configuration = try Self.read(Self.least + "sip: {listen: \(listen)}")
    #expect(configuration.sip.mediaAddress.description == address)
    #expect(configuration.warnings.contains { $0.key == "sip.listen" } == isWarned)
  }

  @Test("a whole configuration is read as it is written")
  func whole() throws {
    let configuration = try Self.read(
      """
      sip:
        listen: [udp://127.0.0.1:5070]
        trunks:
          - {name: acme, proxy: "sip:acme.example;transport=tls", password: "${P}", accept_from: [198.51.100.0/24]}
        users: [{username: alice, password: "file:secret"}]
      rtp: {ports: 12000-12999, codecs: [PCMU], media_timeout: 2m, threads: 2}
      assistants:
        front-desk:
          language: es-ES
          greeting: "Hola"
          instructions: |
            Sé breve.
          stt:
            - {provider: deepgram, model: nova-3, api_key: k, url: "wss://api.deepgram.com"}
            - {provider: openai, url: "http://127.0.0.1:1/v1"}
          llm: {provider: openai, model: gpt-4.1, url: "http://127.0.0.1:1/v1", temperature: 0.5, timeout: 4s}
          tts: {provider: espeak, words_per_minute: 150, voice: es}
          turn: {silence: 700ms, interruption: 200ms, resume: 1.5s, interruptible: false}
          escalation: {target: "sip:desk@pbx.example", ringing: 20s}
          phrases: {goodbye: Adiós}
      routes:
        - {to: echo, application: echo}
        - {to: "play-*", from: "10?", application: play, file: music.wav}
        - {to: "*", assistant: front-desk}
      http: {listen: "[::1]:9090"}
      """, environment: ["P": "geheim"], files: ["secret": "pass\nword\n"])
    #expect(configuration.sip.trunks.first?.password?.value == "geheim")
    #expect(configuration.sip.users == [SIPUserConfiguration(username: "alice", password: Secret("pass"))])
    #expect(!configuration.sip.anonymous)
    #expect(configuration.rtp.ports == 12_000...12_999)
    #expect(configuration.rtp.mediaTimeout == .seconds(120))
    #expect(configuration.rtp.threads == 2)
    let desk = try #require(configuration.assistants["front-desk"])
    #expect(desk.conversation.turn.silence == .milliseconds(700))
    #expect(desk.conversation.turn.resume == .milliseconds(1500))
    #expect(!desk.conversation.turn.interruptible)
    #expect(desk.conversation.escalation.target == "sip:desk@pbx.example")
    #expect(desk.conversation.escalation.ringing == .seconds(20))
    #expect(desk.conversation.phrases.greeting == "Hola")
    #expect(desk.conversation.phrases.goodbye == "Adiós")
    #expect(desk.conversation.instructions == "Sé breve.\n")
    #expect(desk.stt.map { $0.name } == ["deepgram", "openai"])
    #expect(desk.llm.map(\.name) == ["openai"])
    #expect(
      desk.llm.first?.settings as? OpenAISettings<OpenAILanguageModel.Settings>
        == OpenAISettings(
          configuration: OpenAIConfiguration(
            apiKey: "", baseURL: "http://127.0.0.1:1/v1", firstOutputTimeout: .seconds(4)),
          settings: OpenAILanguageModel.Settings(model: "gpt-4.1", temperature: 0.5)))
    #expect(desk.tts.map(\.name) == ["espeak"])
    #expect(
      desk.tts.first?.settings as? EspeakTextToSpeech.Settings
        == EspeakTextToSpeech.Settings(wordsPerMinute: 150, voice: "es"))
    #expect(configuration.http.listen == SocketEndpoint("::1", port: 9090))
    #expect(
      configuration.routes.route(called: "play-1", calling: "101")?.destination
        == .application(.play, file: "music.wav"))
    #expect(configuration.routes.route(called: "play-1", calling: "201")?.destination == .assistant("front-desk"))
  }

  @Test("without a file everything is embedded and on loopback")
  func builtIn() throws {
    let configuration = try Configuration.load(path: nil)
    #expect(configuration.sip.listen.map { "\($0)" } == ["udp://127.0.0.1:5060", "tcp://127.0.0.1:5060"])
    #expect(configuration.sip.anonymous)
    #expect(configuration.http.listen.description == "127.0.0.1:8080")
    #expect(configuration.rtp.ports == 10_000...19_999)
    #expect(configuration.routes.route(called: "echo", calling: "x")?.destination == .application(.echo, file: nil))
    #expect(configuration.routes.route(called: "play-a", calling: "x")?.destination == .application(.play, file: nil))
    #expect(configuration.routes.route(called: "record", calling: "")?.destination == .application(.record, file: nil))
    #expect(configuration.routes.route(called: "anyone", calling: "x")?.destination == .assistant("front-desk"))
    let desk = try #require(configuration.assistants["front-desk"])
    #expect(
      desk.stt.map(\.name) + desk.llm.map(\.name) + desk.tts.map(\.name) == ["pocketsphinx", "scripted", "espeak"])
    let providers = try ProviderWorkshop().providers(stt: desk.stt, llm: desk.llm, tts: desk.tts, language: "en-US")
    #expect([providers.stt.name, providers.llm.name, providers.tts.name] == ["pocketsphinx", "scripted", "espeak"])
  }

  @Test("a file that is not there is a mistake of its own")
  func missingFile() {
    let error = #expect(throws: ConfigurationError.self) { try Configuration.load(path: "/nonexistent/a.yaml") }
    #expect(error?.description == "/nonexistent/a.yaml: can't be read: No such file or directory")
  }

  @Test("recording is off unless the configuration says so, and its folder is beside the file")
  func configured() throws {
    let least = "assistants: {a: {llm: {provider: scripted}}}\n"
    func read(_ text: String) throws -> RecordingConfiguration {
      try Configuration.read(least + text, file: "/etc/assist/a.yaml", environment: [:]).recording
    }
    #expect(Configuration.default.recording == RecordingConfiguration(calls: false, folder: "recordings"))
    #expect(try !read("").calls)
    #expect(
      try read("recording: {calls: true, folder: kept}")
        == RecordingConfiguration(calls: true, folder: "/etc/assist/kept"))
    #expect(
      Self.mistakes(least + "recording: {calls: often, foldr: x}") == [
        "a.yaml:2: recording.calls: \"often\" is not true or false",
        "a.yaml:2: recording.foldr: is not known; did you mean `folder`?",
      ])
  }

  @Test("a secret never shows")
  func masked() {
    let secret = Secret("geheim")
    var dumped = ""
    dump(SIPUserConfiguration(username: "u", password: secret), to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), String(describing: [secret]), dumped] {
      #expect(!text.contains("geheim"))
    }
  }

  @Test(
    "durations",
    arguments: [
      ("500ms", Duration.milliseconds(500)), ("1s", .seconds(1)), ("1.5s", .milliseconds(1500)), ("2m", .seconds(120)),
      ("1h", .seconds(3600)), ("0s", .zero),
    ])
  func durations(text: String, duration: Duration) {
    #expect(DurationText.parse(text) == duration)
    #expect(DurationText.parse(DurationText.print(duration)) == duration)
  }

  @Test("what is no duration", arguments: ["", "5", "s", "-1s", "1 day", "1e3s", "1..2s", "∞s", "99999999999999h"])
  func noDurations(text: String) {
    #expect(DurationText.parse(text) == nil)
  }
}

@Suite("Routing")
struct RouteTableTests {
  @Test(
    "globs",
    arguments: [
      ("*", "", true), ("*", "x", true), ("echo", "echo", true), ("echo", "echo2", false), ("play-*", "play-", true),
      ("play-*", "play", false), ("+34*0", "+34910", true), ("+34*0", "+34911", false), ("?", "", false),
      ("a*b*c", "aXbXbc", true), ("a*b*c", "aXbXb", false), ("**", "x", true), ("1?3", "123", true),
      ("", "", true), ("", "x", false), ("a.c", "abc", false), ("Echo", "echo", false),
    ])
  func globs(pattern: String, text: String, matches: Bool) {
    #expect(Glob(pattern).matches(text) == matches)
  }

  @Test("a hostile pattern takes no exponential time")
  func hostile() {
    let pattern = String(repeating: "*a", count: 200) + "b"
    #expect(!Glob(pattern).matches(String(repeating: "a", count: 2000)))
  }
}
