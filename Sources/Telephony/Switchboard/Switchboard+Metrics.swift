import Audio
package import Reporting
import RTPEngine
import SIPStack
import SIPTransport

extension Switchboard {
  /// The figures of calls, for the metrics page.
  package func metrics() async -> [MetricFamily] {
    let sip = await surroundings.endpoint.counters()
    let media = surroundings.engine.statistics()
    let turns = surroundings.figures.turns
    return [
      MetricFamily("assist_calls", "Calls at this moment.", .gauge, Double(live.count)),
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
        "assist_rtp_events_lost_total", "Other events of media legs that were lost because their reader lagged.",
        .counter, Double(media.eventsLost)),
      MetricFamily(
        "assist_rtp_tap_dropped_total", "Packet times missing in recordings or with listeners, because those lagged.",
        .counter, Double(media.tapDropped)),
      MetricFamily(
        "assist_recognition_audio_dropped_seconds_total",
        "Callers' sound dropped because speech recognition lagged or was not there.", .counter,
        surroundings.figures.lostSound.total / .seconds(1)),
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
