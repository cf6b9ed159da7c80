import {
  BULK_CHANNEL_ID,
  CONTROL_CHANNEL_ID,
  type Candidate,
  type Description,
  type GatheredCandidate,
  type NegotiationPorts,
  ufragsOf,
} from '@burritoshare/core';
import type { AdoptBulk, BulkChannel } from '../engines/engine-pair.ts';
import { pathOf, type SeenPath } from './path.ts';
import { checksOf, roundTripOf, type PathChecks } from './round-trip.ts';
import type { Clock } from '../runtime.ts';

/**
 * Milliseconds that a closing connection waits until the other side has taken the last message. That message goes out
 * behind the bulk channel's queue, which is 4 MiB where a short path has just become slow: 16 s at 0.25 MB/s, the rate
 * of one association at 50 ms with 1 % loss (m).
 */
const CLOSE_TIMEOUT = 20_000;

export interface LaneHandlers {
  gathered(gathered: GatheredCandidate): void;
  /** Both channels are open. */
  opened(): void;
  /** A channel or the connection is gone for good. */
  closed(): void;
  /** This end can't use the lane any more; the path may be fine. */
  spoiled(): void;
  /** The browser has given its path up; another may be found. */
  suspected(): void;
  control(text: string): void;
  /** The path was found, or is another one now. */
  pathChanged(): void;
}

/** Lane 0: one peer connection with its two channels. */
export interface Lane {
  readonly ports: NegotiationPorts;
  readonly bulk: BulkChannel;
  addCandidate(candidate: Candidate): void;
  /** Sends a control message; false if the channel no longer takes any. */
  say(text: string): boolean;
  /** Milliseconds of a round trip on the path; undefined if it is unknown. */
  roundTrip(): Promise<number | undefined>;
  /** What its path's checks have measured; undefined if it is unknown. */
  checks(): Promise<PathChecks | undefined>;
  /** What connects the two ends; undefined if it is unknown. */
  path(): Promise<SeenPath | undefined>;
  /** Lets the last control messages through, then closes everything. No handler is called any more. */
  close(): void;
}

/**
 * Wraps a fresh peer connection. Both channels are agreed beforehand and have their handlers before any
 * description exists, so that no early message is lost.
 */
export function createLane(
  connection: RTCPeerConnection,
  clock: Clock,
  adopt: AdoptBulk,
  handlers: LaneHandlers,
): Lane {
  let live: LaneHandlers | undefined = handlers;
  let bulkState: 'opening' | 'open' = 'opening';
  const control = connection.createDataChannel('control', {
    negotiated: true,
    id: CONTROL_CHANNEL_ID,
  });
  const reportOpen = (): void => {
    if (control.readyState !== 'open' || bulkState !== 'open') return;
    watchPath(connection, () => live?.pathChanged());
    live?.opened();
  };
  const bulk = adopt(createBulk(connection), {
    opened() {
      bulkState = 'open';
      reportOpen();
    },
    closed: () => live?.closed(),
    orphaned: () => live?.spoiled(),
  });
  control.onopen = reportOpen;
  control.onclose = () => live?.closed();
  control.onmessage = ({ data }: MessageEvent<unknown>) => {
    live?.control(typeof data === 'string' ? data : '');
  };
  connection.onicecandidate = ({ candidate }) => live?.gathered(gatheredOf(connection, candidate));
  connection.onconnectionstatechange = () => {
    if (connection.connectionState === 'failed') live?.suspected();
    if (connection.connectionState === 'closed') live?.closed();
  };

  return {
    ports: negotiationPorts(connection),
    bulk,
    addCandidate: (candidate) => addCandidate(connection, candidate),
    say(text) {
      if (control.readyState !== 'open') return false;
      try {
        control.send(text);
        return true;
      } catch {
        // The browser's queue is full, which can't happen within the limits: the lane is of no use.
        live?.closed();
        return false;
      }
    },
    roundTrip: () => roundTripOf(connection).catch(() => undefined),
    checks: () => checksOf(connection).catch(() => undefined),
    path: () => pathOf(connection).catch(() => undefined),
    close() {
      live = undefined;
      bulk.release();
      closeGently(connection, control, clock);
    },
  };
}

export interface BulkLaneHandlers {
  gathered(gathered: GatheredCandidate): void;
  opened(): void;
  /** The channel or the connection is gone for good, after `chunks` chunks have come from it. */
  closed(chunks: number): void;
  /** `chunks` chunks have come from the lane, at least as many as were awaited. */
  taken(chunks: number): void;
}

/** A further lane: one peer connection with a bulk channel. */
export interface BulkLane {
  readonly ports: NegotiationPorts;
  readonly bulk: BulkChannel;
  addCandidate(candidate: Candidate): void;
  /** What its path's checks have measured; undefined if it is unknown. */
  checks(): Promise<PathChecks | undefined>;
  /** Closes everything in a turn of its own. No handler is called any more. */
  close(): void;
}

/** Wraps a fresh peer connection, as {@link createLane} does, for bulk data alone. */
export function createBulkLane(
  connection: RTCPeerConnection,
  clock: Clock,
  adopt: AdoptBulk,
  handlers: BulkLaneHandlers,
): BulkLane {
  const bulk = adopt(createBulk(connection), handlers);
  connection.onicecandidate = ({ candidate }) => {
    handlers.gathered(gatheredOf(connection, candidate));
  };
  // Doesn't look for another path: the other lanes take over what was on this one.
  connection.onconnectionstatechange = () => {
    if (['failed', 'closed'].includes(connection.connectionState)) bulk.close();
  };
  return {
    ports: unhurried(negotiationPorts(connection), clock),
    bulk,
    addCandidate: (candidate) => addCandidate(connection, candidate),
    checks: () => checksOf(connection).catch(() => undefined),
    close() {
      bulk.release();
      connection.onicecandidate = connection.onconnectionstatechange = null;
      // Several lanes are often closed in one turn, and each takes a browser's main thread 20 to 64 ms (m).
      clock.setTimeout(() => {
        connection.close();
      }, 0);
    },
  };
}

function createBulk(connection: RTCPeerConnection): RTCDataChannel {
  return connection.createDataChannel('bulk', { negotiated: true, id: BULK_CHANNEL_ID });
}

// A candidate that this browser can't use is one way less, not a failure.
function addCandidate(connection: RTCPeerConnection, { candidate, mid, line }: Candidate): void {
  connection
    .addIceCandidate({ candidate, sdpMid: mid, sdpMLineIndex: line })
    .catch(() => undefined);
}

// Tells of the path that was found, and of each other one. Firefox tells only where it has found one again.
function watchPath(connection: RTCPeerConnection, changed: () => void): void {
  changed();
  connection.oniceconnectionstatechange = () => {
    if (connection.iceConnectionState === 'connected') changed();
  };
  const transport = connection.sctp?.transport.iceTransport;
  if (transport !== undefined) transport.onselectedcandidatepairchange = changed;
}

// Closing the channel lets what is queued on it through; closing the connection doesn't.
function closeGently(connection: RTCPeerConnection, control: RTCDataChannel, clock: Clock): void {
  if (control.readyState !== 'open') {
    connection.close();
    return;
  }
  const timer = clock.setTimeout(() => {
    connection.close();
  }, CLOSE_TIMEOUT);
  control.onclose = () => {
    clock.clearTimeout(timer);
    connection.close();
  };
  control.close();
}

function negotiationPorts(connection: RTCPeerConnection): NegotiationPorts {
  return {
    async createOffer({ iceRestart }) {
      await connection.setLocalDescription(await connection.createOffer({ iceRestart }));
      return localDescription(connection, 'offer');
    },
    async acceptOffer({ sdp }) {
      await connection.setRemoteDescription({ type: 'offer', sdp });
      await connection.setLocalDescription(await connection.createAnswer());
      return localDescription(connection, 'answer');
    },
    async acceptAnswer({ sdp }) {
      await connection.setRemoteDescription({ type: 'answer', sdp });
    },
  };
}

// A further lane is made while bytes move, and its first operation takes a browser's main thread 2 to 117 ms where the
// processor is busy (m). So it has a turn of its own.
function unhurried(ports: NegotiationPorts, clock: Clock): NegotiationPorts {
  const turn = (): Promise<void> =>
    new Promise((resolve) => {
      clock.setTimeout(() => {
        resolve();
      }, 0);
    });
  return {
    ...ports,
    async createOffer(input) {
      await turn();
      return ports.createOffer(input);
    },
    async acceptOffer(input) {
      await turn();
      return ports.acceptOffer(input);
    },
  };
}

function localDescription(connection: RTCPeerConnection, kind: Description['kind']): Description {
  return { kind, sdp: connection.localDescription?.sdp ?? '' };
}

function gatheredOf(
  connection: RTCPeerConnection,
  candidate: RTCIceCandidate | null,
): GatheredCandidate {
  const { sdpMid, sdpMLineIndex, usernameFragment } = candidate ?? {};
  return {
    candidate: {
      candidate: candidate?.candidate ?? '',
      mid: sdpMid ?? null,
      line: sdpMLineIndex ?? null,
    },
    // The end of candidates has no fragment: it belongs to the description that the connection has by then.
    ufrag:
      candidate === null
        ? ufragsOf(connection.localDescription?.sdp ?? '')[0]
        : (usernameFragment ?? undefined),
  };
}
