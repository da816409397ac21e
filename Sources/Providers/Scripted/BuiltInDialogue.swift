import VoicePipeline

extension ScriptedDialogueDefinition {
  /// The front desk of a small bank, in English: opening hours, an account's balance, an appointment, the address as a
  /// message, a call, a person. It is
  /// what answers when nothing is configured, so its phrases are long and unlike each other, as an embedded recogniser
  /// needs them.
  public static let builtInEnglish = ScriptedDialogueDefinition(
    start: "main",
    slots: [
      "account": ScriptedSlot(.digits, length: 4),
      "day": ScriptedSlot(
        .values, values: ["monday": [], "tuesday": [], "wednesday": [], "thursday": [], "friday": []]),
      "time": ScriptedSlot(
        .values,
        values: [
          "nine": [], "ten": [], "eleven": [], "twelve": ["noon"], "one": [], "two": [], "three": [], "four": [],
        ]),
      "answer": ScriptedSlot(.yesNo),
    ],
    intents: [
      ScriptedIntent(
        [
          "[i want to|i would like to] (speak|talk) to (a person|someone|an agent|a human)",
          "[please] (connect|transfer) me to (a person|an agent|the operator)",
        ], transfer: "the caller asked for a person"),
      ScriptedIntent(
        ["goodbye", "thank you goodbye", "that is all thank you", "no thank you goodbye"],
        say: "Thank you for calling. Goodbye.", hangup: true),
      ScriptedIntent(
        ["what are your opening hours", "when (are you|do you) open", "tell me (the|your) opening hours"],
        say: """
          We are open from Monday to Friday, from nine in the morning until five in the afternoon. On Thursdays the \
          counter stays open until seven in the evening. On Saturdays we are open from ten until one, but only for \
          appointments made in advance. On Sundays and on public holidays we are closed. You can reach this line at any \
          time of the day.
          """, goto: "main"),
      ScriptedIntent(
        [
          "[i would like to] check my account balance [please]", "what is my account balance",
          "how much money do i have",
        ],
        // Who has said the number, maybe in another conversation, is not asked for it again.
        cases: balances, goto: "account"),
      ScriptedIntent(
        [
          "[i would like to|i want to] (book|make) an appointment [please]", "i need an appointment",
          "can i see an advisor",
        ], goto: "appointmentDay"),
      ScriptedIntent(
        ["where are you located", "what is your address", "how do i find you"],
        say: "We are at twelve Market Street, right across from the central station.", goto: "main"),
      ScriptedIntent(
        [
          "[please] send me the address by (text message|whatsapp)", "[please] send (it|the address) to my phone",
        ],
        say: "I am sending our address to your phone.", goto: "main",
        message: "River Bank, 12 Market Street, right across from the central station."),
      ScriptedIntent(["please call me back [now]", "can you call me [on the telephone] [please]"], call: true),
      ScriptedIntent(
        ["what can you do for me", "what can i ask you", "please help me"],
        say: """
          You can ask me about our opening hours, check your account balance, book an appointment, or speak to a person.
          """, goto: "main",
        choices: ["Opening hours", "Account balance", "Book an appointment", "Speak to a person"]),
    ],
    states: [
      "main": ScriptedState(
        expect: [
          ScriptedIntent(["hello", "good morning", "good afternoon"], say: "Hello! What can I do for you?"),
          ScriptedIntent(["thank you very much", "thank you"], say: "You are welcome. Is there anything else?"),
        ]),
      "account": ScriptedState(
        say: "Please tell me your four digit account number.",
        expect: [
          ScriptedIntent(
            ["[my account number is|the number is|it is] {account}"],
            cases: balances,
            say: "I have no account with the number {account}. Please check the number and tell me once more.")
        ],
        fallback: ScriptedFallback(
          say: [
            "Sorry, I need the four digits of your account number.",
            "I still did not get it. Please say the four digits one by one.",
          ], after: 2, transfer: "the account number was not understood")),
      "appointmentDay": ScriptedState(
        say: "On which day would you like to come?",
        expect: [
          ScriptedIntent(
            ["[on] {day} [please]", "i would like to come on {day}", "can i come on {day}"], goto: "appointmentTime")
        ],
        fallback: ScriptedFallback(
          say: "Please tell me a day from Monday to Friday.", after: 2, transfer: "the day was not understood")),
      "appointmentTime": ScriptedState(
        say: "And at what time on {day}?",
        expect: [
          ScriptedIntent(
            ["[at] {time} [o'clock] [please]", "i would like to come at {time} [o'clock]"], goto: "appointmentConfirm")
        ],
        fallback: ScriptedFallback(
          say: "Please tell me a full hour, from nine in the morning to four in the afternoon.", after: 2,
          transfer: "the time was not understood")),
      "appointmentConfirm": ScriptedState(
        say: "That is {day} at {time} o'clock. Shall I book it?",
        expect: [
          ScriptedIntent(
            ["{answer}", "{answer} please"],
            cases: [
              ScriptedCase(when: ["answer": "no"], say: "All right, let us start again.", goto: "appointmentDay")
            ],
            say: "Your appointment on {day} at {time} o'clock is booked. Is there anything else?", goto: "main"),
          ScriptedIntent(["yes please book it"], say: "Booked for {day} at {time} o'clock.", goto: "main"),
          ScriptedIntent(
            ["no please change it"], say: "All right, let us start again.", goto: "appointmentDay"),
        ]),
    ],
    fallback: ScriptedFallback(
      say: [
        "Sorry, I did not understand. You can ask about our opening hours, your account balance, or an appointment.",
        "I am sorry, I still did not understand. You can also say: speak to a person.",
      ], after: 2, transfer: "the assistant did not understand the caller"))

  private static let balances = [
    ScriptedCase(
      when: ["account": "1234"],
      say: "The balance of account {account} is two thousand three hundred and forty dollars.", goto: "main"),
    ScriptedCase(
      when: ["account": "5678"],
      say: "The balance of account {account} is eighty seven dollars and fifty cents.", goto: "main"),
  ]

  /// The first words that go with `builtInEnglish`.
  public static let builtInEnglishGreeting = "Hello, this is the front desk of River Bank. How can I help you?"
}
