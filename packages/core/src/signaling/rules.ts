import { PROTOCOL_VERSION } from '../constants.ts';
import { RemoteProtocolError } from '../errors.ts';
import { encodeClientMessage, parseServerMessage } from '../protocol/server-messages.ts';
import type { RefusalCode, ServerMessage, WaitCode } from '../protocol/types.ts';
import type { SignalingCommand, SignalingContext } from './types.ts';

/** The server's message; undefined for a text that no server of this protocol sends. */
export function readServerMessage(text: string): ServerMessage | undefined {
  try {
    return parseServerMessage(text);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}

/** SPEC.md, S11: whether a client that is refused with this code tries again by itself. */
export function isWaitCode(code: RefusalCode): code is WaitCode {
  return code === 'room.full' || code === 'limit';
}

/** Reports a refusal to the user of the seat. */
export function refusalReport({
  code,
}: Extract<ServerMessage, { readonly type: 'refused' }>): SignalingCommand {
  return isWaitCode(code)
    ? { type: 'signaling.waiting', code }
    : { type: 'signaling.refused', code };
}

export function joinText({ role, room, token }: SignalingContext): string {
  return encodeClientMessage({ type: 'join', version: PROTOCOL_VERSION, role, room, token });
}
