// States and transitions that need not occur in the tests' seeds, and why. Core's own tests reach all of them. A name
// that occurs in most runs doesn't belong here.

const REASONS: Readonly<Record<string, readonly string[]>> = {
  "Entered and left before anybody looks: the machine's initial state.": [
    'negotiation.starting',
    'senderDelivery.open.connecting',
  ],
  'A wish that would come to nothing is not sent; these transitions are there to say that it would.':
    [
      'receiverDelivery.open.verifying.confirming: give.requested -> (stays)',
      'receiverDelivery.complete.saving: save.requested -> (stays)',
      'receiverDelivery.complete.saving: discard.requested -> (stays)',
      'receiverDelivery.complete.discarded: save.requested -> (stays)',
      'receiverDelivery.complete.discarded: discard.requested -> (stays)',
    ],
  'Takes a browser that tells of candidates before it was asked for a description.': [
    'negotiation: candidate.gathered (2) -> (stays)',
  ],
  'A link for one ends with its first receiver, and the others, for whom a world waits, would never come in.':
    [
      'bundle.offering: once.changed -> (stays)',
      'bundle.offering: delivery.completed -> bundle.offering.spent',
      'bundle.offering.spent',
    ],
  'Takes a page that waits for a place at the moment at which something else happens.': [
    'bundle.offering: wait.expired -> (stays)',
    'connection.awaitingAnswer: place.missing -> connection.awaitingPlace',
    'connection.awaitingPlace: retry.requested -> connection.waiting',
    'connection.awaitingPlace: peer.online -> connection.waiting',
  ],
  'Takes minutes in which the other side is there and doesn’t go on.': [
    'receiverDelivery.open.connecting.listening: xstate.after.offerTimeout.receiverDelivery.open.connecting.listening -> receiverDelivery.open.stalled',
    'receiverDelivery.open.interrupted.listening: xstate.after.offerTimeout.receiverDelivery.open.interrupted.listening (1) -> receiverDelivery.open.interrupted.listening',
    'receiverDelivery.open.interrupted.listening: xstate.after.offerTimeout.receiverDelivery.open.interrupted.listening (2) -> receiverDelivery.open.stalled',
    'receiverDelivery.open.moving.quiet: compared.received -> receiverDelivery.open.moving.flowing',
    'receiverDelivery.open.moving.quiet: always -> receiverDelivery.open.moving.paused',
    'receiverDelivery.open.verifying.confirming: xstate.after.confirmTimeout.receiverDelivery.open.verifying.confirming -> receiverDelivery.complete',
    'senderDelivery.open.stalled',
    'senderDelivery.open.stalled: always -> senderDelivery.failed',
    'senderDelivery.open.offered: xstate.after.answerTimeout.senderDelivery.open.offered (1) -> senderDelivery.open.stalled',
    'senderDelivery.open.offered: xstate.after.answerTimeout.senderDelivery.open.offered (2) -> senderDelivery.failed',
    'senderDelivery.open.moving.quiet: xstate.after.abandonTimeout.senderDelivery.open.moving.quiet -> senderDelivery.open.stalled',
    'senderDelivery.open.verifying: xstate.after.abandonTimeout.senderDelivery.open.verifying -> senderDelivery.open.stalled',
  ],
  'The host lets go of a negotiation with its lane, before the machine is told.': [
    'negotiation.stopped',
    'negotiation: negotiation.stopped -> negotiation.stopped',
  ],
  'Further lanes and limits come after the start, and so does a pause.': [
    'outflow.idle: inFlight.limited -> (stays)',
    'outflow.idle: lane.opened -> (stays)',
    'outflow.idle: outflow.resumed -> (stays)',
  ],
  'Takes a source that changes between a piece going out and its lane being lost.': [
    'outflow.sending: read.failed (1) -> outflow.stopped',
  ],
  'Whoever joins is told of a lost seat only after that, and a receiver that is complete has left the room.':
    [
      'receiverDelivery.complete: signaling.refused -> (stays)',
      'signaling.entering.joining: server.sent (2) -> signaling.replaced',
    ],
  'Takes a disk or a connection that fails while a receiver that is complete has not told the sender yet.':
    [
      'connection.drawing: entropy.failed -> connection.backingOff',
      'receiverDelivery.complete: connection.failed -> (stays)',
    ],
  'A hostile peer says one wrong thing, after which nobody listens; of these moments it hardly finds one.':
    [
      'connection: session.opened (2) -> (stays)',
      'inflow.receiving: file.failed.received (1) -> inflow.failed',
      'inflow.receiving: file.retried.received (2) -> inflow.failed',
      'inflow.receiving: sent.received (2) -> inflow.failed',
      'inflow.receiving: taken.received (2) -> inflow.failed',
      'inflow.verifying: sent.received -> inflow.failed',
      'inflow.verifying: file.failed.received -> inflow.failed',
      'inflow.verifying: file.retried.received -> inflow.failed',
      'inflow.verifying: again.received -> inflow.failed',
      'inflow.verifying: taken.received -> inflow.failed',
      'outflow.idle: outflow.started (2) -> outflow.failed',
      'outflow.sending: credit.received (1) -> outflow.failed',
      'outflow.sending: lane.closed (1) -> outflow.failed',
      'receiverDelivery.open: pause.received -> receiverDelivery.open.misbehaved',
      'receiverDelivery.open: resume.received -> receiverDelivery.open.misbehaved',
      'receiverDelivery.open: compared.received -> receiverDelivery.open.misbehaved',
      'receiverDelivery.open: entries.taken -> receiverDelivery.open.misbehaved',
      'receiverDelivery.open.moving: entries.taken (2) -> receiverDelivery.open.misbehaved',
      'receiverDelivery.open.connecting.reaching: page.received -> (stays)',
      'receiverDelivery.open.interrupted.reaching: page.received -> (stays)',
      'receiverDelivery.open.interrupted: manifest.collected (2) -> receiverDelivery.open.misbehaved',
      'senderDelivery.open: credit.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open: gift.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open.moving: gift.received (2) -> senderDelivery.open.misbehaved',
      'senderDelivery.open.verifying: gift.received (2) -> senderDelivery.open.misbehaved',
      'senderDelivery.open: held.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open: lane.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open: leave.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open.offered: leave.received (2) -> senderDelivery.open.misbehaved',
      'senderDelivery.open: missing.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open: pause.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open: resume.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open: wish.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open.moving: decline.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open.verifying: decline.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open.offered: held.received (2) -> senderDelivery.open.misbehaved',
    ],
  'Takes a host that computes secrets itself, as browsers do; those of the simulation leave it to the machine.':
    ['connection.handshaking: secret.computed -> (stays)'],
  'Takes a thread that stands until the other side has given up.': [
    'receiverDelivery.open.preparing.starting: connection.lost -> receiverDelivery.open.interrupted',
  ],
  'Takes two messages that cross, or a loss, in the one moment between the last piece and the end.':
    [
      'receiverDelivery.open.verifying: give.requested -> (stays)',
      'receiverDelivery.open.verifying: pause.received -> (stays)',
      'receiverDelivery.open.verifying: resume.received -> (stays)',
      'receiverDelivery.open.verifying: connection.lost -> receiverDelivery.open.interrupted',
      'receiverDelivery.complete: cancel.received -> (stays)',
      'receiverDelivery.complete: complete.received -> (stays)',
      'senderDelivery.open.offered: verified.received (1) -> senderDelivery.complete',
    ],
};

/** The names in the counts that need not occur in a run. */
export const UNREACHED: ReadonlySet<string> = new Set(Object.values(REASONS).flat());
