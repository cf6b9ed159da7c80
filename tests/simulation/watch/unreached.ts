// What doesn't have to occur in the seeds that the tests run, and why. Core's own tests reach all of it; a name
// that occurs in most runs has no place here.

const REASONS: Readonly<Record<string, readonly string[]>> = {
  "Entered and left before anybody looks: the machine's initial state.": [
    'negotiation.starting',
    'outflow.idle',
  ],
  'The host lets go of a negotiation with its lane, before the machine is told.': [
    'negotiation.stopped',
    'negotiation: negotiation.stopped -> negotiation.stopped',
  ],
  'Further lanes come after the start, and so does a pause.': [
    'outflow.idle: lane.opened -> (stays)',
    'outflow.idle: outflow.resumed -> (stays)',
  ],
  'Takes a source that changes between a piece going out and its lane being lost.': [
    'connection.live.connected: generation.spoiled -> connection.retrying',
    'outflow.sending: read.failed (1) -> outflow.stopped',
  ],
  'Whoever joins is told of a lost seat only after that, and a receiver that is complete has left the room.':
    [
      'receiverDelivery.complete: signaling.refused -> (stays)',
      'signaling.entering.joining: server.spoke (2) -> signaling.replaced',
    ],
  'Takes a disk or a connection that fails while a receiver that is complete has not told the sender yet.':
    [
      'connection.drawing: entropy.failed -> connection.backingOff',
      'receiverDelivery.complete: connection.failed -> (stays)',
    ],
  'A hostile peer says one wrong thing, after which nobody listens; of these moments it hardly finds one.':
    [
      'connection: session.opened (2) -> (stays)',
      'inflow.receiving: piece.assembled (2) -> (stays)',
      'inflow.receiving: file.failed.received (1) -> inflow.failed',
      'inflow.receiving: sent.received (2) -> inflow.failed',
      'inflow.verifying: sent.received -> inflow.failed',
      'inflow.verifying: file.failed.received -> inflow.failed',
      'inflow.verifying: file.retried.received -> inflow.failed',
      'inflow.verifying: again.received -> inflow.failed',
      'outflow.idle: outflow.started (2) -> outflow.failed',
      'receiverDelivery.open: pause.received -> receiverDelivery.open.misbehaved',
      'receiverDelivery.open: resume.received -> receiverDelivery.open.misbehaved',
      'receiverDelivery.open.interrupted: manifest.collected (2) -> receiverDelivery.open.misbehaved',
      'senderDelivery.open: credit.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open: missing.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open: pause.received -> senderDelivery.open.misbehaved',
      'senderDelivery.open: resume.received -> senderDelivery.open.misbehaved',
    ],
  'Takes a thread that stands until the other side has given up.': [
    'receiverDelivery.open.preparing.starting: connection.lost -> receiverDelivery.open.interrupted',
  ],
  'Takes two messages that cross, or a loss, in the one moment between the last piece and the end.':
    [
      'receiverDelivery.open.verifying: pause.received -> (stays)',
      'receiverDelivery.open.verifying: resume.received -> (stays)',
      'receiverDelivery.open.verifying: connection.lost -> receiverDelivery.open.interrupted',
      'receiverDelivery.complete: cancel.received -> (stays)',
      'receiverDelivery.complete: complete.received -> (stays)',
      'senderDelivery.open.offered: verified.received (1) -> senderDelivery.complete',
    ],
};

/** What can't be expected to occur in a run, by its name in the counts. */
export const UNREACHED: ReadonlySet<string> = new Set(Object.values(REASONS).flat());
