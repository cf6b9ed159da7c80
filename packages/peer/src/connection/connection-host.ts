import {
  connectionMachine,
  toBase64Url,
  type ConnectionCommand,
  type ConnectionEvent,
  type ControlMessage,
  type IceServer,
  type Path,
  type Routed,
  type SharedSource,
} from '@burritoshare/core';
import type { InputFrom } from 'xstate';
import type { AdoptBulk, BulkChannel } from '../engines/engine-pair.ts';
import { computeInitiator, computeSecret, type EphemeralKeys } from '../curves.ts';
import { runMachine } from '../machine-host.ts';
import type { Platform } from '../platform.ts';
import { drawJitter } from '../signaling/signaling-host.ts';
import { createLaneZero, type LaneZero } from '../webrtc/lane-zero.ts';

export interface ConnectionHostOptions {
  readonly platform: Platform;
  readonly input: InputFrom<typeof connectionMachine>;
  /** Keys of an initiator's first handshake, if there are some already. */
  readonly firstKeys?: EphemeralKeys | undefined;
  readonly adopt: AdoptBulk;
  /** Those that the signaling server sent last. */
  readonly iceServers: () => readonly IceServer[];
  /** Records a used generation; resolves once a later visit would know. Left out by the responder, which draws none. */
  readonly recordGeneration?: (generation: number) => Promise<void>;
  readonly dispatch: (source: SharedSource) => void;
  /** What connects the two ends; undefined as a generation begins. */
  readonly onPath: (path: Path | undefined) => void;
  /** The other side broke the rules of the control channel. */
  readonly misbehaved: () => void;
  readonly failed: (error: unknown) => void;
}

/** The connection of a delivery, at either end: its generations, and lane 0 of the newest one. */
export interface ConnectionHost {
  readonly bulk: BulkChannel | undefined;
  /** Handles what is routed to the connection, its negotiation or its control channel, and ignores the rest. */
  hear(routed: Routed): void;
  tell(event: ConnectionEvent): void;
  say(message: ControlMessage): void;
  /** Milliseconds of a round trip on the path; undefined if it is unknown, or if the generation ends meanwhile. */
  roundTrip(): Promise<number | undefined>;
  /** What the checks of lane 0's path have measured; undefined as above. */
  checks: LaneZero['checks'];
}

export function createConnectionHost(options: ConnectionHostOptions): ConnectionHost {
  const { platform, dispatch, failed } = options;

  const laneZero = createLaneZero({
    platform,
    adopt: options.adopt,
    iceServers: options.iceServers,
    tell: (event) => {
      connection.send(event);
    },
    onNegotiation: (command) => {
      dispatch({ from: 'negotiation', command });
    },
    onControl: (command) => {
      dispatch({ from: 'control', command });
    },
    onPath: options.onPath,
    misbehaved: options.misbehaved,
    onError: failed,
  });

  const { x25519 } = platform;
  let { firstKeys } = options;

  const drawKeys = (): EphemeralKeys | Promise<EphemeralKeys> => {
    const { input } = options;
    const ephemeral = platform.randomBytes(32);
    return x25519 === undefined || input?.role !== 'initiator'
      ? { ephemeral }
      : computeInitiator(x25519, ephemeral, input.publicKey);
  };

  const draw = async (): Promise<void> => {
    const session = toBase64Url(platform.randomBytes(16));
    const { ephemeral, computed } = firstKeys ?? (await drawKeys());
    firstKeys = undefined;
    const jitter = drawJitter(platform);
    const given = computed === undefined ? {} : { computed };
    connection.send({ type: 'entropy.drawn', session, ephemeral, jitter, ...given });
  };

  const compute = async (
    command: Extract<ConnectionCommand, { type: 'secret.compute' }>,
  ): Promise<void> => {
    const { session } = command;
    const secret = x25519 && (await computeSecret(x25519, command));
    const given = secret === undefined ? {} : { secret };
    connection.send({ type: 'secret.computed', session, ...given });
  };

  // G1: record a generation before it is used, so that this delivery doesn't use it again after a crash.
  const recordAndDraw = (generation: number): void => {
    options.recordGeneration?.(generation).then(
      () => void draw(),
      (error: unknown) => {
        failed(error);
        // A complete delivery survives a disk that fails, and still has to tell the sender.
        connection.send({ type: 'entropy.failed', jitter: drawJitter(platform) });
      },
    );
  };

  const connection = runMachine(connectionMachine, {
    input: options.input,
    platform,
    onCommand(command) {
      if (command.type === 'negotiation.start') laneZero.start(command.generation, command.offers);
      if (command.type === 'negotiation.stop') laneZero.stop(command.generation);
      if (command.type === 'entropy.draw') recordAndDraw(command.generation);
      if (command.type === 'secret.compute') void compute(command);
      dispatch({ from: 'connection', command });
      // The other side has an answer to compute, which leaves time to make the connection that follows.
      if (command.type === 'relay.send' && command.envelope.seq === 0) laneZero.prepare();
    },
    onError: failed,
  });
  connection.subscribe({ complete: () => laneZero.end() });

  return {
    get bulk() {
      return laneZero.bulk;
    },
    hear(routed) {
      switch (routed.to) {
        case 'connection':
          return connection.send(routed.event);
        case 'negotiation':
          return laneZero.hear(routed.event);
        case 'control':
          return laneZero.say(routed.event);
        default:
          return;
      }
    },
    tell(event) {
      connection.send(event);
    },
    say(message) {
      laneZero.say(message);
    },
    roundTrip: () => laneZero.roundTrip(),
    checks: () => laneZero.checks(),
  };
}
