extension Lexicon {
  private static let lists = [
    "det": "a/an/the/some/any/another/your/real/actual/live/proper/human/other/different/his/her",
    "person":
      "person/people/human/agent/operator/someone/somebody/anyone/anybody/representative/rep/manager/supervisor/advisor"
      + "/adviser/colleague/colleagues/receptionist/being/boss/salesperson/engineer/technician/member",
    "staff": "agent/operator/human/representative/rep/manager/supervisor/receptionist/advisor/adviser",
    "team": "billing/sales/support/reception/accounts/department/office/team",
    "robot": "robot/machine/bot/computer/recording/ai/robots/machines/bots/assistant",
  ]

  static let english = Lexicon(
    negation: Negation(
      negators: WordPatterns(
        """
        dont/not/never/without/didnt/doesnt/wont/isnt/wasnt/arent/neither/nor
        no need/reason/point
        no $
        """),
      exemptions: WordPatterns(
        """
        why dont/cant/wont/not
        cant/couldnt i/you/we
        can/could/may i/you/we not
        wont you/anyone/somebody/someone
        if i/you dont
        dont recognise/recognize
        not only/just
        do not recognise/recognize
        """)),
    requests: WordPatterns(
      """
      speak/talk/chat/deal to/with @det? @det? @person
      speak/talk to/with @det? @det? @team
      speak/talk/chat/deal to/with someone/whoever
      speak/talk to/with a/an/your/the/someone _ @staff/@team
      a? word with one/someone/somebody/@det
      someone/somebody/anyone to? call/ring/phone/contact me
      put/pass me on/through/over? to
      someone/somebody/anyone/anybody __ help/call/ring/phone/contact/assist/answer me
      want/need/like/let/have/get/prefer @det @det? @person _ to? help/call/ring/phone/contact/assist/answer/pick
      hold of @det? one/someone/somebody/@person
      ^ @det? @staff/human/person now/asap/immediately/already $
      flesh and blood
      @det/get/is human _ here
      nobody/anybody/no one to/i speak/talk
      an actual person/human/somebody/someone
      transfer/transferred/connect/connected/put/pass/patch/forward/redirect me? _ to/with @det? @det? @person
      transfer/transferred/connect/connected/put/pass/patch/forward me? _ to/with @det? @det? @team
      transferred/transfer/connect/put me? _ to/with a? customer service/support/care
      put me through to @det? @det? @person/@team/customer/somebody/someone
      get/give/find/want/need/prefer/like/fetch me? @det @det? @staff/@person $
      get/give/find/fetch me @det? @det? @staff
      want/need/prefer/like @det @staff
      is there @det? @det? @person _ i/who can/could/can
      is there anyone/someone/somebody who/that/i can/could
      dont want/like/need to? speak/talk/deal? to/with? @det? @robot
      not want to speak/talk to/with @det? @robot
      no more robots/bots/machines
      human being/agent
      live/real/actual agent/person/human
      customer service/care/support representative/rep/agent
      ^ @det? agent/operator/representative/human/person/receptionist/supervisor/manager/rep please? $
      """, lists: lists),
    mentions: WordPatterns(
      """
      after/before/from/about speaking/talking/i
      are/is you/this/it @det? @det? person/human/robot/bot
      am i speaking/talking
      told me/us to speak/talk
      fee/price/cost per
      """, lists: lists),
    handOver: WordPatterns(
      """
      put/transfer/connect/pass/forward/hand/switch you _ to/with @det? _ @person/technician/specialist/team/expert
      put/transfer/connect/pass/forward you _ to/with someone
      put you through
      like/want/prefer @det? colleague/technician/agent/person/someone to
      speak/talk/chat to/with @det? @det? @person/technician/specialist/team/expert
      get/bring/call/fetch @det? @det? colleague/technician/specialist/manager/agent
      have @det? @det? @person/colleague/technician/specialist call/help/contact
      """, lists: lists),
    offering: WordPatterns(
      """
      if you like/prefer/want/wish/would
      if youd like/prefer
      i/we can/could
      would/do you like/want/prefer
      shall/should i/we
      """),
    consent: WordPatterns(
      """
      ^ yes/yeah/yep/yup/sure/ok/okay/absolutely/definitely/please/perfect/great/fine/alright/certainly/right/good
      ^ of course
      ^ go ahead/for/on
      ^ id appreciate
      ^ if you could/would/can/dont
      ^ do that/it/so
      ^ that would/sounds/works/be/will/ll
      ^ thatd be
      ^ id like/love/prefer that?
      ^ all right
      ^ why not $
      ^ sounds good/great
      ^ oh/well yes/yeah/ok/sure/please
      """),
    refusal: WordPatterns(
      """
      no/nope/nah/dont/not
      but
      later
      first
      never
      """),
    negative: WordPatterns(
      """
      ridiculous/unacceptable/useless/terrible/awful/horrible/disgraceful/pathetic/appalling/disgusted/disappointed
      angry/furious/frustrated/frustrating/outrageous/annoyed/upset
      fed up
      sick of
      tired of
      sick and tired
      circus/farce
      the nerve
      same thing again
      its/is a? joke/disgrace/shambles/nightmare
      waste/wasting/wasted of? my? time
      third/fourth/fifth/sixth/hundredth time
      how many times
      i already/just told you
      ive already/just told you
      no one/nobody _ helps/help/answers/answered/cares/responds
      you dont/arent/are not listen/listening/understand/understanding/helping
      not listening/helping
      worst
      for hours/days/weeks/months now?
      cant believe this
      unbelievable
      last time i
      having a laugh
      kidding/joking
      all morning/day/afternoon/week
      bad/poor service
      """),
    strong: WordPatterns(
      """
      idiot/idiots/stupid/moron/morons/incompetent/asshole/assholes/bastard/bastards/bitch/crap/thieves/crooks/cowboys
      fuck~/shit/shitty/bullshit
      bloody hell
      piss off
      go to hell
      youll/you will/gonna regret/pay
      regret this
      burn/smash your/the place/office/shop
      come over there
      """),
    unresolved: WordPatterns(
      """
      doesnt/didnt/isnt/not/wont/does/did not? work/working/worked
      still not/doesnt/isnt/wont/cant/the/happening/broken/nothing
      didnt/doesnt/did/does/that not? help
      same problem/error/issue/thing again?
      no good/use either
      ^ no it? still? doesnt/wont/isnt $
      hasnt/has not? changed/worked/helped
      """),
    promises: WordPatterns(
      """
      get/come/report back to you
      get/come/ring/call/phone you back
      call/ring/phone/contact/email/text/message you as/when/once/tomorrow/later/soon/shortly/within/in/with/back
      well/ill/will/shall call/ring/phone/contact you
      be in touch
      let you know when/once/as/if/later/tomorrow/soon
      tell/update/confirm/answer you this/later/tomorrow/as/when/once/tonight/next
      give you an answer/update/reply
      as soon as i/we/they hear/know/have/find/get
      keep you posted/updated/informed
      reach out to you
      will/ll get in touch
      follow up with you
      """),
    inability: WordPatterns("cant/cannot/couldnt"),
    dangling: WordPatterns(
      """
      let me check/look/see/verify that? for? you? $
      let me check/look _ $
      ill/i will check/look/verify/see _ $
      one/a/just moment/second while _ check/look
      """),
    sensitive: englishSensitive,
    harmless: WordPatterns(
      """
      almost/nearly gave/had/died
      years of experience/service/marriage/age~
      minor issue/problem/detail/question/thing/scratch/damage/change
      legal advice
      """),
    fillers: Set(
      """
      a an the of to in on at for from by with about and or but so that this these those it its is are was be been am do does did
      have has had i im ive you your my me we our us they them he she his her what when where who which how why will would can
      could should shall may please hello hi hey good morning afternoon evening thanks thank yes no ok okay well just really
      want need know tell like then there if not cant cannot
      """.split { $0.isWhitespace }.map(String.init)))

  private static let englishSensitive: [SensitiveSubject: WordPatterns] = [
    .paymentDispute: WordPatterns(
      """
      charged/billed/charging/billing/debited me? us? twice/double
      charged/billed/debited me? us? two/three times
      charged/billed me? too much
      double charged/billed/charge
      overcharged/chargeback
      dispute/contest/reverse a/the/this/that/my charge/payment/transaction/bill
      charged/billed me? us? for something/a/services? _ i never/didnt
      wrong amount charged
      taken/took _ payment/money __ twice/two
      paid/charged/taken/took _ twice for
      """),
    .fraud: WordPatterns(
      """
      fraud/fraudulent/scam/scammed/scammers/phishing/hacked/phished/conned/defrauded
      identity theft
      emptied/drained/cleaned _ my? account
      charge/charges/payment/transaction/purchase/transfer/order __ i/we never/didnt made/make/did/placed
      stole/stolen/used/using/cloned my/our _ card/account/identity/details
      card/account was/is/has? been? stolen/hacked/cloned/compromised
      charge/charges/payment/transaction/purchase/transfer __ i dont/didnt recognise/recognize/make/authorise/authorize
      dont/didnt recognise/recognize/authorise/authorize/make this/that/the/a/these charge/charges/payment/transaction/purchase
      unauthorised/unauthorized charge/payment/transaction/purchase
      """),
    .legal: WordPatterns(
      """
      my/our lawyer/lawyers/solicitor/solicitors/attorney
      sue/suing you/your/them/this
      sue/suing the company
      take/taking/see you/them/this/it to/in court
      taking/take/go/going __ small claims
      taking/take legal
      see you in court
      legal action/proceedings
      press charges
      go/going/report/call to? you? the police
      """),
    .medical: WordPatterns(
      """
      heart attack
      stroke
      chest pain/pains
      pain/pains in my/his/her/the chest
      cant/cannot breathe
      not breathing
      son/daughter/baby/husband/wife/mother/father/mum/dad/child __ isnt/not/wont breathing/responding/waking/respond/wake
      overdose/overdosed
      unconscious/seizure
      medical emergency
      allergic reaction
      bleeding badly/heavily/a
      swallowed/ingested/drank _ battery/pills/bleach/magnet/poison/coin
      poisoned/poisoning
      call/need an? ambulance
      """),
    .selfHarm: WordPatterns(
      """
      suicid~
      kill myself
      end my life
      ending/end it all
      hurt/harm/hurting/harming myself
      self harm
      dont/not want to live/be/exist
      dont want to live/be alive? anymore
      take my own life
      better off dead
      no reason to live
      """),
    .minor: WordPatterns(
      """
      i/im am? a minor
      im/am only? ten/eleven/twelve/thirteen/fourteen/fifteen/sixteen/seventeen/10/11/12/13/14/15/16/17 $
      im/am only? ten/eleven/twelve/thirteen/fourteen/fifteen/sixteen/seventeen/10/11/12/13/14/15/16/17 years old
      im/am only? ten/eleven/twelve/thirteen/fourteen/fifteen/sixteen/seventeen/10/11/12/13/14/15/16/17 and
      """),
    .complaint: WordPatterns(
      """
      make/file/lodge/raise/submit/register/launch a? an? formal/official? complaint
      formal/official complaint
      complaints department/form/procedure
      send/make/put/file a written complaint
      written complaint
      ombudsman
      """),
    .dataDeletion: WordPatterns(
      """
      delete/erase/remove/deleting/wipe _ my _ data/information/details
      my _ data/information/details deleted/erased/removed/wiped
      everything/all/whatever you hold/have/store/keep on/about me _ deleted/wiped/erased/removed/gone
      right to be forgotten
      right to erasure
      """),
  ]
}
