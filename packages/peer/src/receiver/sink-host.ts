import {
  heldMessages,
  LocalProtocolError,
  rangesOf,
  type ControlMessage,
  type ReceiverDeliveryCommand,
  type Link,
  type PieceSet,
  type ReceiverDeliveryEvent,
  type SaveMethod,
} from '@burritoshare/core';
import type { ReceiverPlatform } from '../platform.ts';
import type { Held, Sink } from '../storage/ports.ts';
import type { WebBlob } from '../web-types.ts';

export interface SinkHostOptions {
  readonly platform: ReceiverPlatform;
  readonly link: Link;
  readonly delivery: string;
  readonly token: Uint8Array<ArrayBuffer>;
  /** The sink of a delivery that is resumed. */
  readonly resumed: Sink | undefined;
  readonly tell: (event: ReceiverDeliveryEvent) => void;
  readonly failed: (error: unknown) => void;
}

/** Owns the sink of a receiver's delivery, through all of its generations. */
export interface SinkHost {
  handle(command: ReceiverDeliveryCommand): void;
  /** Calls `work` with the sink, if it is open. */
  use(work: (sink: Sink) => void): void;
  /** The messages that tell the sender of these pieces, which were listed last. */
  heldMessages(pieces: PieceSet): readonly ControlMessage[];
  /** Resolves once the sink has let go of everything, after the delivery's release. */
  settled(): Promise<void>;
  /** Resolves once a later visit would know the generation; at once where nothing is kept. */
  recordGeneration(generation: number): Promise<void>;
  /**
   * As `Sink.read`.
   *
   * @throws LocalProtocolError `state` also where no sink is open.
   */
  read(file: number): Promise<WebBlob>;
}

type Place =
  | { readonly state: 'none' }
  | { readonly state: 'opening'; readonly opening: Promise<Sink> }
  | { readonly state: 'open'; readonly sink: Sink }
  | { readonly state: 'released'; readonly fate: 'close' | 'discard' };

export function createSinkHost(options: SinkHostOptions): SinkHost {
  const { platform, resumed, tell, failed } = options;
  let place: Place = resumed === undefined ? { state: 'none' } : { state: 'open', sink: resumed };
  let generation = 0;
  let held: Held | undefined;
  let letting: Promise<void> = Promise.resolve();

  // Drops the answer to an older generation's question (I5): only the newest question of each kind is answered.
  const newest = new Map<ReceiverDeliveryCommand['type'], object>();
  const ask = (question: ReceiverDeliveryCommand): (() => boolean) => {
    newest.set(question.type, question);
    return () => newest.get(question.type) === question;
  };

  // The next visit's clean-up removes what can't be removed now.
  const settle = (gone: Promise<void> | undefined): void => {
    letting = Promise.allSettled([letting, gone]).then(() => undefined);
  };

  const letGo = (sink: Sink, fate: 'close' | 'discard'): void =>
    settle(fate === 'close' ? sink.close() : sink.discard());

  const open = async (
    command: Extract<ReceiverDeliveryCommand, { type: 'sink.open' }>,
  ): Promise<Sink> => {
    const { delivery, token, link } = options;
    const { manifest, leftOut, sink: kind } = command;
    const choice =
      leftOut.size > 0
        ? { entries: manifest.entries.length, leftOut: rangesOf(leftOut) }
        : undefined;
    // The current connection has its number already; later ones record their own.
    const input = { delivery, generation, choice, token, link, manifest, sink: kind };
    const sink = await platform.sinks.open(input);
    // The person may have cancelled meanwhile.
    if (place.state === 'released') {
      letGo(sink, place.fate);
      throw new DOMException('the delivery is over', 'AbortError');
    }
    place = { state: 'open', sink };
    return sink;
  };

  const list = async (isNewest: () => boolean): Promise<void> => {
    const sink = place.state === 'opening' ? await place.opening : sinkOf(place);
    if (sink === undefined) return;
    const listed = await sink.list();
    if (!isNewest()) return;
    held = listed;
    tell({ type: 'sink.listed', pieces: held.pieces });
  };

  const use = (work: (sink: Sink) => void): void => {
    const sink = sinkOf(place);
    if (sink !== undefined) work(sink);
  };

  const unlessReleased = (error: unknown): void => {
    if (place.state !== 'released') failed(error);
  };

  const save = (method: SaveMethod): void => {
    use((sink) => {
      sink.save(method).then(
        (end) => {
          tell({ type: end === 'observed' ? 'save.finished' : 'save.started' });
        },
        (error: unknown) => {
          const isAborted = error instanceof DOMException && error.name === 'AbortError';
          tell({ type: 'save.failed', isAborted });
        },
      );
    });
  };

  const release = (fate: 'close' | 'discard'): void => {
    const sink = sinkOf(place);
    place = { state: 'released', fate };
    held = undefined;
    settle(platform.sinks.end?.());
    if (sink !== undefined) letGo(sink, fate);
  };

  return {
    handle(command) {
      switch (command.type) {
        case 'sink.probe': {
          const isNewest = ask(command);
          platform.sinks.probe(command.manifest, options.delivery).then(
            (sink) => {
              if (isNewest()) tell({ type: 'sink.probed', sink });
            },
            (error: unknown) => {
              if (isNewest()) failed(error);
            },
          );
          return;
        }
        case 'sink.open': {
          const opening = open(command);
          place = { state: 'opening', opening };
          opening.catch(unlessReleased);
          return;
        }
        case 'choice.record':
          return use((sink) => {
            const { entries, leftOut, taken } = command;
            sink.recordChoice({ entries, leftOut: rangesOf(leftOut) }).then(() => {
              tell({ type: 'choice.recorded', taken });
            }, unlessReleased);
          });
        case 'sink.list':
          list(ask(command)).catch(unlessReleased);
          return;
        case 'sink.seal':
          return use((sink) => {
            const isNewest = ask(command);
            sink.seal(command.absent).then(() => {
              if (isNewest()) tell({ type: 'sink.sealed' });
            }, unlessReleased);
          });
        case 'sink.save':
          return save(command.method);
        case 'sink.discard':
          return release('discard');
        case 'delivery.release':
          if (command.sink !== 'keep') release(command.sink);
          return;
        default:
          return;
      }
    },
    use,
    settled: () => letting,
    heldMessages(pieces) {
      const listed = held;
      if (listed === undefined) return [];
      return heldMessages(pieces, (ordinal) => listed.leafOf(ordinal));
    },
    async recordGeneration(next) {
      generation = next;
      const sink = place.state === 'opening' ? await place.opening : sinkOf(place);
      await sink?.recordGeneration(next);
    },
    async read(file) {
      const sink = sinkOf(place);
      if (sink === undefined) throw new LocalProtocolError('state', 'there are no files here');
      return sink.read(file);
    },
  };
}

function sinkOf(place: Place): Sink | undefined {
  return place.state === 'open' ? place.sink : undefined;
}
