import {
  JOIN_TIMEOUT,
  PING_INTERVAL,
  RECEIVERS_MAX,
  SERVER_MESSAGE_MAX,
  SILENCE_TIMEOUT,
  UNACCEPTED_TIMEOUT,
} from '@burritoshare/core';
import * as v from 'valibot';

import { allowedOrigin, iceServers, network, whole } from './option-fields.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MEBIBYTE = 1024 * 1024;

/** The plugin's options. Each has a default and bounds; {@link VARIABLES} holds its name in the environment. */
const signalingEntries = {
  /** Other origins whose pages may open sockets here. Pages of this host always may. */
  allowedOrigins: v.optional(v.array(allowedOrigin), []),
  /** Sent to each client that joins, credentials included. With an empty list, browsers find only direct paths. */
  iceServers: v.optional(iceServers, []),
  /** Bytes of one message. A value below the protocol's own limit can refuse large session descriptions. */
  messageBytes: whole(1024, SERVER_MESSAGE_MAX, SERVER_MESSAGE_MAX),
  messagesPerSecond: whole(1, 10_000, 20),
  messagesBurst: whole(1, 10_000, 100),
  /** Open sockets of one address. */
  socketsPerAddress: whole(1, 100_000, 20),
  /** New rooms an hour of one address. */
  roomsPerHour: whole(1, 1_000_000, 30),
  /** All sockets. With 256 KiB unsent and two messages each, 4,000 take at most 1.5 GiB. */
  socketsMax: whole(1, 1_000_000, 4000),
  roomsMax: whole(1, 1_000_000, 2000),
  /** Receivers online in one room. */
  receiversMax: whole(1, 1000, RECEIVERS_MAX),
  /** Milliseconds from opening a socket to its join. */
  joinTimeout: whole(1, DAY, JOIN_TIMEOUT),
  /** Milliseconds after which a receiver that did not accept leaves. */
  unacceptedTimeout: whole(1, 7 * DAY, UNACCEPTED_TIMEOUT),
  /** Milliseconds between two pings. */
  pingInterval: whole(1, DAY, PING_INTERVAL),
  /** Milliseconds of silence after which a socket is closed. */
  silenceTimeout: whole(2, DAY, SILENCE_TIMEOUT),
  /** Bytes that may wait for a slow socket before it is cut. */
  unsentBytes: whole(SERVER_MESSAGE_MAX, 64 * MEBIBYTE, 256 * 1024),
  /** Milliseconds from the signal to end until the process has ended. */
  drainTimeout: whole(100, 10 * MINUTE, 10_000),
};

const serverEntries = {
  ...signalingEntries,
  host: v.optional(
    v.pipe(v.string(), v.nonEmpty('must be a host name or an address')),
    '127.0.0.1',
  ),
  /** 0 takes any free port. */
  port: whole(0, 65_535, 8080),
  /** The folder of the built web app; by default the one beside this package. */
  webRoot: v.optional(v.string()),
  /** Paths of PEM files; both or neither. */
  tlsCert: v.optional(v.string()),
  tlsKey: v.optional(v.string()),
  /** Networks whose X-Forwarded headers are believed. */
  trustProxy: v.optional(v.array(network), []),
  logLevel: v.optional(
    v.picklist(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be a level of pino',
    ),
    'warn',
  ),
  /** HTTP requests a minute of one address. */
  requestsPerMinute: whole(1, 1_000_000, 600),
  /** Milliseconds in which a whole request must arrive. */
  requestTimeout: whole(100, 10 * MINUTE, 10_000),
};

const signalingOptions = v.strictObject(signalingEntries);
const serverConfiguration = v.strictObject(serverEntries);

/** The plugin's options as an integrator writes them. An option that is left out has its default. */
export type SignalingOptions = v.InferInput<typeof signalingOptions>;

/** Every limit of the signaling endpoint. */
export type SignalingConfiguration = v.InferOutput<typeof signalingOptions>;

/** The whole server's configuration, for `createServer`. */
export type ServerConfiguration = v.InferOutput<typeof serverConfiguration>;

type OptionName = keyof ServerConfiguration;

/** The environment variable of each option. */
export const VARIABLES: Readonly<Record<OptionName, string>> = {
  host: 'HOST',
  port: 'PORT',
  webRoot: 'WEB_ROOT',
  tlsCert: 'TLS_CERT',
  tlsKey: 'TLS_KEY',
  trustProxy: 'TRUST_PROXY',
  allowedOrigins: 'ALLOWED_ORIGINS',
  iceServers: 'ICE_SERVERS',
  logLevel: 'LOG_LEVEL',
  messageBytes: 'MESSAGE_BYTES_MAX',
  messagesPerSecond: 'MESSAGES_PER_SECOND',
  messagesBurst: 'MESSAGES_BURST',
  socketsPerAddress: 'SOCKETS_PER_ADDRESS',
  roomsPerHour: 'ROOMS_PER_HOUR',
  socketsMax: 'SOCKETS_MAX',
  roomsMax: 'ROOMS_MAX',
  receiversMax: 'RECEIVERS_MAX',
  joinTimeout: 'JOIN_TIMEOUT_MS',
  unacceptedTimeout: 'UNACCEPTED_TIMEOUT_MS',
  pingInterval: 'PING_INTERVAL_MS',
  silenceTimeout: 'SILENCE_TIMEOUT_MS',
  unsentBytes: 'UNSENT_BYTES_MAX',
  requestsPerMinute: 'REQUESTS_PER_MINUTE',
  requestTimeout: 'REQUEST_TIMEOUT_MS',
  drainTimeout: 'DRAIN_TIMEOUT_MS',
};

/** An option has an invalid value. The message is one line for a person and names the option. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** The variable's or the option's name. */
  readonly option: string;

  constructor(option: string, reason: string) {
    super(`${option} ${reason}`);
    this.option = option;
  }
}

/**
 * Checks the options that an integrator passed to the plugin, and fills in the defaults.
 *
 * @throws ConfigurationError naming the option.
 */
export function readOptions(options: SignalingOptions): SignalingConfiguration {
  return parse(signalingOptions, options, (option) => option);
}

/**
 * Reads the server's configuration from environment variables. An empty variable counts as unset.
 *
 * @throws ConfigurationError naming the variable. The message never holds a value, which may be secret.
 */
export function readConfiguration(
  environment: Readonly<Record<string, string | undefined>>,
): ServerConfiguration {
  const given = Object.entries(VARIABLES).flatMap(([option, variable]) => {
    const text = environment[variable]?.trim() ?? '';
    return text === '' ? [] : [[option, fromText(option as OptionName, text)] as const];
  });
  return parse(serverConfiguration, Object.fromEntries(given), (option) => VARIABLES[option]);
}

/** The plugin's share of the server's configuration. */
export function signalingPart(configuration: ServerConfiguration): SignalingConfiguration {
  return v.parse(v.object(signalingEntries), configuration);
}

function parse<Schema extends typeof signalingOptions | typeof serverConfiguration>(
  schema: Schema,
  value: unknown,
  nameOf: (option: OptionName) => string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (!result.success) {
    const [issue] = result.issues;
    const option = v.getDotPath(issue)?.split('.')[0] ?? 'options';
    if (option in VARIABLES)
      throw new ConfigurationError(nameOf(option as OptionName), issue.message);
    throw new ConfigurationError(option, 'is not an option');
  }
  const conflict = conflictIn(result.output);
  if (conflict === undefined) return result.output;
  throw new ConfigurationError(nameOf(conflict[0]), conflict[1](nameOf));
}

type Conflict = readonly [OptionName, (nameOf: (option: OptionName) => string) => string];

function conflictIn(
  options: Partial<ServerConfiguration> & SignalingConfiguration,
): Conflict | undefined {
  if (options.silenceTimeout <= options.pingInterval) {
    return ['silenceTimeout', (nameOf) => `must be greater than ${nameOf('pingInterval')}`];
  }
  if (options.tlsCert === undefined && options.tlsKey !== undefined) {
    return ['tlsCert', (nameOf) => `must be set where ${nameOf('tlsKey')} is`];
  }
  if (options.tlsCert !== undefined && options.tlsKey === undefined) {
    return ['tlsKey', (nameOf) => `must be set where ${nameOf('tlsCert')} is`];
  }
  return undefined;
}

const TEXTS: readonly OptionName[] = ['host', 'webRoot', 'tlsCert', 'tlsKey', 'logLevel'];
const LISTS: readonly OptionName[] = ['trustProxy', 'allowedOrigins'];

// Only gives the text its shape. The schema checks the value.
function fromText(option: OptionName, text: string): unknown {
  if (option === 'iceServers') return fromJson(text);
  if (TEXTS.includes(option)) return text;
  if (LISTS.includes(option)) return text.split(',').map((item) => item.trim());
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The schema refuses text where it expects a list, and says so.
    return text;
  }
}
