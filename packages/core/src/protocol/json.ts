import * as v from 'valibot';

import { PROTOCOL_VERSION } from '../constants.ts';
import { RemoteProtocolError } from '../errors.ts';
import { isWhole } from './fields.ts';

/** Messages whose version is looked at before anything else: a later version may have given them other fields. */
const VERSIONED: readonly unknown[] = ['join', 'joined', 'hello'];

/**
 * Reads one JSON message of the other side. Total: any text gives a message or a RemoteProtocolError.
 * Unknown fields don't come through.
 *
 * @throws RemoteProtocolError `malformed`, or `version` where the message names another version.
 */
export function parseJson<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
): v.InferOutput<Schema> {
  const value = readJson(text);
  requireVersion(value);
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  throw new RemoteProtocolError(
    'malformed',
    `a message with a wrong field: ${v.getDotPath(result.issues[0]) ?? 'type'}`,
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new RemoteProtocolError('malformed', 'a message that is not JSON', { cause });
  }
}

function requireVersion(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const { type, version } = value as { readonly type?: unknown; readonly version?: unknown };
  if (!VERSIONED.includes(type) || typeof version !== 'number' || !isWhole(version)) return;
  if (version !== PROTOCOL_VERSION)
    throw new RemoteProtocolError('version', `version ${version} of the protocol`);
}
