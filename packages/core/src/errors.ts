/** Why the other side's input was refused. Stable: these strings appear in the UI's `data-code` and in SPEC.md. */
export type RemoteErrorCode =
  /** The bytes or the JSON do not have the shape that the protocol requires. */
  | 'malformed'
  /** A protocol version that this build does not speak. */
  | 'version'
  /** A link that was changed on its way: its check is wrong. */
  | 'damaged'
  /** A decryption, a tag or a key that is not valid. */
  | 'authentication'
  /** Well formed, but not allowed here or now, such as more than the credit, or an offset outside the manifest. */
  | 'violation'
  /** Well formed, but larger than a stated limit. */
  | 'limit';

/** The caller misused this library: a bug on our side of the wire. */
export type LocalErrorCode = 'argument' | 'state' | 'limit';

/** The other side misbehaved. Parsers of remote input throw only this, and have changed nothing by then. */
export class RemoteProtocolError extends Error {
  override readonly name = 'RemoteProtocolError';
  readonly code: RemoteErrorCode;

  constructor(code: RemoteErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** This side misused the library. */
export class LocalProtocolError extends Error {
  override readonly name = 'LocalProtocolError';
  readonly code: LocalErrorCode;

  constructor(code: LocalErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
