import * as v from 'valibot';

import { PROTOCOL_VERSION } from '../constants.ts';
import { RemoteProtocolError } from '../errors.ts';
import { isWhole } from './fields.ts';

/** Messages that contain the version. A later version may give them other fields, which doesn't make them malformed. */
const VERSIONED: readonly unknown[] = ['join', 'joined', 'hello'];

/**
 * Reads a JSON message of the other side. Total: any text gives a message or a RemoteProtocolError. Unknown fields are
 * dropped.
 *
 * @throws RemoteProtocolError `malformed`, or `version` if a message that doesn't fit has another version.
 */
export function parseJson<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
): v.InferOutput<Schema> {
  const value = readJson(text);
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  if (isOfOtherVersion(value)) {
    throw new RemoteProtocolError('version', 'a message of another version');
  }
  const field = v.getDotPath(result.issues[0]) ?? 'type';
  throw new RemoteProtocolError('malformed', `a message with a wrong field: ${field}`);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new RemoteProtocolError('malformed', 'a message that is not JSON', { cause });
  }
}

function isOfOtherVersion(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { type, version } = value as { readonly type?: unknown; readonly version?: unknown };
  if (!VERSIONED.includes(type) || typeof version !== 'number') return false;
  return isWhole(version) && version !== PROTOCOL_VERSION;
}
