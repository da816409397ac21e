import ChatBridge
import RTPEngine
import SIPStack
import SIPTransport

extension Server {
  /// All figures of now, for the metrics page.
  func metrics() async -> [MetricFamily] {
    let sip = await endpoint.counters()
    let media = engine.statistics()
    let turns = figures.turns
    return callMetrics(sip, media, turns) + chatMetrics(figures.chats, await chat.liveConversations) + events.metrics
  }

  private func chatMetrics(_ chats: ServerFigures.Chats, _ live: Int) -> [MetricFamily] {
    [
      MetricFamily("assist_chats", "Chats at work at this moment.", .gauge, Double(live)),
      MetricFamily(
        "assist_messages_total", "Messages of chats, by what became of them.", .counter, by: "state",
        [
          ("received", Double(chats.received)), ("sent", Double(chats.sent)), ("delivered", Double(chats.delivered)),
          ("read", Double(chats.read)), ("failed", Double(chats.failed)),
        ]),
      MetricFamily(
        "assist_chat_escalations_total", "Chats that were given to a person.", .counter, Double(chats.escalations)),
      MetricFamily(
        "assist_chat_answer_seconds",
        "From the end of a customer's burst of messages to the answer in the outbox.", chats.latency),
    ]
  }

  private func callMetrics(
    _ sip: UserAgentCounters, _ media: EngineStatistics, _ turns: ServerFigures.Turns
  ) -> [MetricFamily] {
    [
      MetricFamily("assist_calls", "Calls at this moment.", .gauge, Double(liveCalls)),
      MetricFamily(
        "assist_calls_offered_total", "INVITEs that asked for a new call.", .counter, Double(sip.callsOffered)),
      MetricFamily(
        "assist_calls_refused_total", "Calls that were not taken, by reason.", .counter, by: "reason",
        [("not admitted", Double(sip.callsNotAdmitted)), ("over the limit", Double(sip.callsOverLimit))]),
      MetricFamily(
        "assist_sip_messages_total", "SIP messages received.", .counter, by: "kind",
        [("request", Double(sip.requestsReceived)), ("response", Double(sip.responsesReceived))]),
      MetricFamily(
        "assist_sip_unparsable_total", "Messages that could not be parsed, by whether an answer was possible.",
        .counter,
        by: "answered", [("yes", Double(sip.malformedRequests)), ("no", Double(sip.unusableMessages))]),
      MetricFamily(
        "assist_sip_retransmissions_total", "Messages sent or received again.", .counter, by: "direction",
        [("sent", Double(sip.retransmissionsSent)), ("received", Double(sip.retransmissionsReceived))]),
      MetricFamily("assist_sip_transactions", "SIP transactions at this moment.", .gauge, Double(sip.liveTransactions)),
      MetricFamily(
        "assist_rtp_packets_total", "RTP packets.", .counter, by: "direction",
        [("received", Double(media.received)), ("sent", Double(media.sent))]),
      MetricFamily(
        "assist_rtp_ticks_skipped_total", "Packet times left out because the media thread was kept from running.",
        .counter, Double(media.skippedTicks)),
      MetricFamily(
        "assist_rtp_audio_dropped_total", "Received packets dropped because their conversation lagged.", .counter,
        Double(media.audioDropped)),
      MetricFamily(
        "assist_turn_latency_seconds",
        "From the caller's last speech packet to the first audible packet of the answer.",
        turns.latency),
      MetricFamily(
        "assist_interruptions_total", "Answers that the caller cut short.", .counter, Double(turns.interruptions)),
      MetricFamily(
        "assist_transfers_total", "Transfers to a person, by outcome.", .counter, by: "outcome",
        [("succeeded", Double(turns.transfers - turns.failedTransfers)), ("failed", Double(turns.failedTransfers))]),
      MetricFamily(
        "assist_provider_failures_total", "Failures of speech and language providers.", .counter,
        Double(turns.providerFailures)),
    ]
  }
}
