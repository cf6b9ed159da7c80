import { PROTOCOL_VERSION } from '../constants.ts';
import { RemoteProtocolError } from '../errors.ts';
import { encodeClientMessage, parseServerMessage } from '../protocol/server-messages.ts';
import type { RefusalCode, ServerMessage, WaitCode } from '../protocol/types.ts';
import type { SignalingCommand, SignalingContext } from './types.ts';

/** The server's message, or undefined for what no server of this protocol says. */
export function readServerMessage(text: string): ServerMessage | undefined {
  try {
    return parseServerMessage(text);
  } catch (error) {
    if (error instanceof RemoteProtocolError) return undefined;
    throw error;
  }
}

/** SPEC.md, S11: whether who is refused so comes back by itself. */
export function isWaitCode(code: RefusalCode): code is WaitCode {
  return code === 'room.full' || code === 'limit';
}

/** What a refusal means to whoever uses the seat. */
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
