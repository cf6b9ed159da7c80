import {
  signalingMachine,
  toBase64Url,
  type IceServer,
  type SignalingCommand,
  type SignalingEvent,
  type SignalingInput,
} from '@burritoshare/core';
import { runMachine } from '../machine-host.ts';
import type { Platform } from '../platform.ts';
import { openSignalingSocket, type SignalingSocket } from './signaling-socket.ts';

export interface SignalingHostOptions {
  readonly platform: Platform;
  readonly role: SignalingInput['role'];
  readonly room: string;
  /** The seat or member token, 32 bytes. */
  readonly token: Uint8Array;
  readonly onCommand: (command: SignalingCommand) => void;
  readonly onError: (error: unknown) => void;
}

export interface SignalingHost {
  /** Those of the server's last `joined`. */
  readonly iceServers: readonly IceServer[];
  hear(event: SignalingEvent): void;
}

/** Runs the signaling machine over sockets. */
export function createSignalingHost({
  platform,
  role,
  room,
  token,
  onCommand,
  onError,
}: SignalingHostOptions): SignalingHost {
  const sockets = new Map<number, SignalingSocket>();
  let iceServers: readonly IceServer[] = [];

  // What the machine reports is passed on once it has taken its event. Otherwise whatever is answered would wait in its
  // queue until everything else that follows from the report is done, such as making a connection.
  const reports: SignalingCommand[] = [];
  let state: 'idle' | 'telling' | 'reporting' = 'idle';
  const passOn = (): void => {
    if (state !== 'idle') return;
    state = 'reporting';
    for (let next = reports.shift(); next !== undefined; next = reports.shift())
      try {
        onCommand(next);
      } catch (error) {
        onError(error);
      }
    state = 'idle';
  };
  const tell = (event: SignalingEvent): void => {
    const before = state;
    state = before === 'idle' ? 'telling' : before;
    actor.send(event);
    state = before;
    passOn();
  };

  const open = (socket: number): void => {
    const handlers = {
      opened: () => {
        tell({ type: 'socket.opened', socket });
      },
      received: (text: string) => {
        tell({ type: 'message.received', socket, text });
      },
      closed: () => {
        sockets.delete(socket);
        tell({ type: 'socket.closed', socket, jitter: drawJitter(platform) });
      },
    };
    sockets.set(socket, openSignalingSocket(platform.openSocket(platform.signalingUrl), handlers));
  };

  const actor = runMachine(signalingMachine, {
    input: { role, room, token: toBase64Url(token) },
    platform,
    onCommand(command) {
      switch (command.type) {
        case 'socket.open':
          open(command.socket);
          break;
        case 'socket.send':
          sockets.get(command.socket)?.send(command.text);
          break;
        case 'socket.close':
          sockets.get(command.socket)?.close();
          break;
        case 'signaling.joined':
          iceServers = command.iceServers;
          break;
        default:
          break;
      }
      reports.push(command);
      passOn();
    },
    onError,
  });

  return {
    get iceServers() {
      return iceServers;
    },
    hear: tell,
  };
}

/** A number from 0 to 1. It is drawn from strong randomness, since a platform need not have any other. */
export function drawJitter(platform: Platform): number {
  return (platform.randomBytes(1)[0] ?? 0) / 255;
}
