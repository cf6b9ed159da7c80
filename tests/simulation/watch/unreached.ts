// What doesn't occur in the seeds that the tests run, and why. Core's own tests reach all of it; a name that does
// occur has no place here.

const REASONS: Readonly<Record<string, readonly string[]>> = {
  "Entered and left before anybody looks: the machine's initial state.": [
    'negotiation.starting',
    'outflow.idle',
  ],
  'The simulated browser takes every description, and its connections end by their channels alone.':
    [
      'connection.live.negotiating: lane.closed -> (stays)',
      'connection.live.negotiating: negotiation.failed -> (stays)',
      'connection.live.negotiating: way.missing (2) -> connection.retrying',
      'negotiation.failed',
      'negotiation.offering: xstate.error.actor.0.negotiation.offering -> negotiation.failed',
      'negotiation.applyingAnswer: xstate.error.actor.0.negotiation.applyingAnswer -> negotiation.failed',
      'negotiation.answering: xstate.error.actor.0.negotiation.answering -> negotiation.failed',
    ],
  'The host lets go of a negotiation with its lane, before the machine is told.': [
    'negotiation.stopped',
    'negotiation: negotiation.stopped -> negotiation.stopped',
  ],
  'There is one lane, from the start to the end of a generation; a pause comes after the start.': [
    'outflow: lane.closed -> outflow.stopped',
    'outflow.idle: lane.opened -> (stays)',
    'outflow.idle: outflow.resumed -> (stays)',
    'outflow.sending: lane.opened -> (stays)',
    'outflow.sending: buffer.drained -> (stays)',
  ],
  "The server has a place for everybody, asks for no patience, and nobody takes another's seat.": [
    'bundle.offering.refused',
    'bundle.offering.sharing: signaling.refused -> bundle.offering.refused',
    'receiverDelivery.open: signaling.refused -> (stays)',
    'receiverDelivery.open.connecting: signaling.refused -> receiverDelivery.failed',
    'receiverDelivery.open.interrupted: always -> receiverDelivery.failed',
    'receiverDelivery.open.offered: signaling.refused -> receiverDelivery.failed',
    'receiverDelivery.complete: signaling.refused -> (stays)',
    'signaling.refused',
    'signaling.entering.joining: server.spoke (2) -> signaling.replaced',
    'signaling.entering.joining: server.spoke (3) -> signaling.refused',
    'signaling.entering.joining: server.spoke (4) -> signaling.backingOff',
    'signaling.joined: server.spoke (2) -> signaling.refused',
    'signaling.joined: server.spoke (3) -> signaling.backingOff',
    'signaling.joined.listening: xstate.after.silenceTimeout.signaling.joined.listening -> signaling.backingOff',
  ],
  'People here neither rename a bundle nor discard or save what is being saved.': [
    'bundle.offering: name.changed -> (stays)',
    'receiverDelivery.complete: discard.requested -> receiverDelivery.complete.discarded',
    'receiverDelivery.complete.saving: save.requested -> (stays)',
    'receiverDelivery.complete.saving: discard.requested -> (stays)',
    'receiverDelivery.complete.discarded: save.requested -> (stays)',
    'receiverDelivery.complete.discarded: discard.requested -> (stays)',
  ],
  'Said by a hostile peer only, whose messages are mutated: hardly one of them makes another message that fits.':
    [
      'connection: session.opened (2) -> (stays)',
      'inflow.receiving: piece.assembled (2) -> (stays)',
      'inflow.receiving: again.received (2) -> inflow.failed',
      'inflow.receiving: file.retried.received (2) -> inflow.failed',
      'inflow.receiving: file.failed.received (1) -> inflow.failed',
      'inflow.verifying: sent.received -> inflow.failed',
      'inflow.verifying: file.failed.received -> inflow.failed',
      'inflow.verifying: file.retried.received -> inflow.failed',
      'inflow.verifying: again.received -> inflow.failed',
      'receiverDelivery.open.interrupted: manifest.collected (2) -> receiverDelivery.open.misbehaved',
      'receiverDelivery.open.verifying.confirming: complete.received (2) -> receiverDelivery.open.misbehaved',
      'senderDelivery.open: missing.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open: wish.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open: pause.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open: resume.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open: bulk.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open.offered: held.received (2) -> senderDelivery.open.misbehaved',
    ],
  'Takes two messages that cross in the one moment between the last piece and the end.': [
    'receiverDelivery.open.verifying: pause.received -> (stays)',
    'receiverDelivery.open.verifying: resume.received -> (stays)',
    'receiverDelivery.complete: cancel.received -> (stays)',
  ],
};

/** What can't be expected to occur in a run, by its name in the counts. */
export const UNREACHED: ReadonlySet<string> = new Set(Object.values(REASONS).flat());
