import { toHex } from '../../src/bytes.ts';

/** One value of a format, written and read again. */
export interface GoldenVector {
  readonly value: unknown;
  /** Text as it is, or bytes in hexadecimal. */
  readonly written: string;
  /** The reader's result; undefined for a format that is only written. */
  readonly read: unknown;
}

/** A format: what travels between two programs, or is kept between two visits. */
export interface GoldenFormat {
  readonly version: number;
  readonly vectors: Readonly<Record<string, GoldenVector>>;
}

/** A vector of a text format. */
export function textVector<Value>(
  value: Value,
  write: (value: Value) => string,
  read: (text: string) => unknown,
): GoldenVector {
  const written = write(value);
  return { value, written, read: read(written) };
}

/** A vector of a binary format. */
export function bytesVector<Value>(
  value: Value,
  write: (value: Value) => Uint8Array<ArrayBuffer>,
  read: (bytes: Uint8Array<ArrayBuffer>) => unknown,
): GoldenVector {
  const written = write(value);
  return { value, written: toHex(written), read: read(written) };
}

/** A vector of a result that is computed and has no reader. */
export function computedVector(result: Uint8Array | string): GoldenVector {
  return {
    value: undefined,
    written: typeof result === 'string' ? result : toHex(result),
    read: undefined,
  };
}

/** One vector for each type of a union, so that a new message without a sample doesn't compile. */
export type SampleOfEach<Message extends { readonly type: string }> = {
  readonly [Type in Message['type']]: Extract<Message, { readonly type: Type }>;
};

/** The vectors of a union's samples, named by their types. */
export function messageVectors<Message extends { readonly type: string }>(
  samples: SampleOfEach<Message>,
  write: (message: Message) => string,
  read: (text: string) => Message,
): Readonly<Record<string, GoldenVector>> {
  return Object.fromEntries(
    Object.values<Message>(samples).map((message) => [
      message.type,
      textVector(message, write, read),
    ]),
  );
}

/** A format's golden file: its version and the written samples, by name. */
export function goldenFile({ version, vectors }: GoldenFormat): string {
  const written = Object.fromEntries(
    Object.entries(vectors).map(([name, vector]) => [name, vector.written]),
  );
  return `${JSON.stringify({ version, vectors: written }, null, 2)}\n`;
}
